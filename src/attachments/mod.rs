//! Files that a person adds to a referral: checked, cleaned, and stored sealed.
//!
//! For: recognizing a file by its bytes, limits of size and number, removing what a photo says about its place, scanning,
//! and keeping the result until its referral is gone. Not for: documents of the EHR (see `referral`), questions of a form
//! (see `forms`), or pages.
//!
//! Table: `attachments`. The bytes are objects in a folder or bucket, each sealed with a key of its own, which its row
//! keeps sealed: without its row an object is noise, and rotating the keys of the installation touches no object.
//!
//! Why the object is written before its row: a process that dies between the two leaves an object that no row names, which
//! the sweep deletes, and never a row without its bytes. Spec: FHIR R4 Attachment; clamd INSTREAM.

mod document;
mod error;
mod file_name;
mod file_type;
mod objects;
mod picture;
mod refusal;
mod s3;
mod scanner;
mod service;
pub mod store;
mod sweep;

pub use error::Error;
pub use file_type::FileType;
pub use objects::Objects;
pub use refusal::{Refusal, RefusalKind};
pub use service::{Attachments, Limits, Upload};
pub use store::{Attachment, NewAttachment};
