//! A terminology server: expansions of value sets, searches in them, and whether a code belongs to one.
//!
//! For: the options of questions whose value set is neither in a form nor in the folder of value sets, and `memberOf()`. Not
//! for: reading forms, keeping answers, or the pages.
//!
//! Spec: `ValueSet/$expand` and `ValueSet/$validate-code` (R4). Requests contain the URL of a value set, the text of a search,
//! and a code: nothing about a patient but what a clinician types to find a code.
//!
//! A server that fails never stops a form. It is left alone for half a minute then, so that not every page waits for it, and the
//! question is answered with text. What a server answers is cached for an hour, and concurrent callers share one request.
//!
//! Posted codes are judged again: a browser can post any code, and another node may have shown the list. A code counts if it was
//! in an expansion that this node still has, or if the server confirms it with `$validate-code`.

mod cache;
mod concept;
mod error;
mod members;
mod request;
mod response;
mod server;

pub use concept::{Asked, Concept, Expansion};
pub use error::Unavailable;
pub use members::ServerSets;
pub use server::TerminologyServer;
