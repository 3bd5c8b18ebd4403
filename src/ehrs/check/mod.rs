//! Whether an EHR and its registration fit together, line by line: what it publishes, what is missing, what Passerelle
//! does about it, and which setting changes that.
//!
//! For: an administrator who sets an EHR up, with a command or on a page. Not for: launches.
//! Why it asks what a launch asks, with the same functions and with a memory of its own: it cannot say something else
//! than a launch does, and changes nothing of what launches remember. Where a launch would stop, the check supposes the
//! setting that mends it and goes on, so that all that is wrong is told at once. It sends no secret.

mod address;
mod client;
mod discovery;
mod endpoints;
mod fhir;
mod finding;
mod issuer;
mod keys;
mod line;
mod messages;
mod openid;
mod published;
mod report;
mod run;
mod scopes;
mod subject;

pub use finding::Finding;
pub use line::{Level, Line, Remedy, Topic};
pub use messages::{LocalizedLine, localize, message};
pub use report::{HandOver, Report, hand_over};
pub use run::check_ehr;
