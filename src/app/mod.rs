//! Wires the rooms into one running app. The only room that sees every other.
//!
//! [`App::builder`] takes the settings and what a vendor supplies; [`App::serve`] answers requests until told to stop;
//! [`App::worker`] delivers. `command_line` is the shipped program around it, `demo` runs it beside a simulated EHR.

mod builder;
pub mod command_line;
mod demo;
mod errors;
mod launch_only;
mod running;
mod sending;
mod serve;
mod start_error;

pub use builder::AppBuilder;
pub use launch_only::Background;
pub use running::App;
pub use start_error::StartError;
