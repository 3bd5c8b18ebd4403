//! Settings, read once at start: defaults, then a file, then the environment.
//!
//! For: every value an operator can set, validated, with all problems reported together. Not for: EHR registrations,
//! which are stored in the database.
//! `config/default.toml` documents each key. Each section has a file here.

mod attachments;
mod database;
mod delivery;
mod destinations;
mod forms;
mod keys;
mod keys_file;
mod messages;
mod problem;
mod reader;
mod retention;
mod s3;
mod secret;
mod server;
mod settings;

pub use attachments::AttachmentSettings;
pub use database::{DatabaseSettings, DatabaseUrl};
pub use delivery::DeliverySettings;
pub use destinations::{Authentication, DestinationSettings};
pub use forms::FormSettings;
pub use keys::{Keys, Purpose};
pub use keys_file::KeysFile;
pub use messages::MessageSettings;
pub use problem::{Problem, Problems};
pub use retention::RetentionSettings;
pub use s3::S3Settings;
pub use server::{PublicUrl, ServerSettings, TlsSettings};
pub use settings::{LogFormat, LogSettings, SessionSettings, Settings};
