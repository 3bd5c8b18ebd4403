//! Wires the rooms into one running app. The only room that uses every other.
//!
//! [`App::builder`] takes the settings and the parts that a vendor supplies; [`App::serve`] serves requests until stopped;
//! [`App::work`] delivers. `command_line` is the shipped program around it, `demo` runs it with a simulated EHR.

mod attachment_store;
mod background;
mod backup_commands;
mod builder;
pub mod command_line;
mod demo;
mod demo_receiver;
mod errors;
mod form_changes;
mod form_commands;
mod form_preview;
mod from_settings;
mod keys_commands;
mod routes;
mod running;
mod sealed_columns;
mod sendable;
mod sending;
mod serve;
mod terminology;

pub use background::Background;
pub use builder::AppBuilder;
pub use demo::DemoUsers;
pub use errors::StartError;
pub use running::App;
