//! Test harness for this project and for vendors, behind the feature `testing`; a release build does not contain it.
//!
//! [`TestApp`] runs the whole app on a fresh database beside a simulated EHR that misbehaves on demand; its clock
//! moves only when the test moves it. [`Browser`] plays users. [`user_mapper_contract`] and
//! [`delivery_channel_contract`] check a vendor's implementations. [`journey`] plays a whole referral and shows how to
//! write a test. `webdriver` drives a real Chromium. Misuse panics.
//!
//! Not for use outside tests.

pub mod aged_store;
mod browser;
mod canary;
mod cookies;
mod database;
mod delivery_channel_contract;
mod form_fields;
pub mod journey;
mod landing;
mod leaks;
mod log;
mod message;
mod node;
mod page;
mod receiver;
mod refusal;
mod relay;
mod routes;
mod scratch;
mod setup;
pub mod store;
mod test_app;
mod test_ehr;
mod user_mapper_contract;
pub mod webdriver;

pub use browser::{Browser, Sending};
pub use canary::Canary;
pub use cookies::{Cookies, SetCookie};
pub use database::{Database, Engine};
pub use delivery_channel_contract::delivery_channel_contract;
pub use form_fields::FormFields;
pub use journey::{choose_first, follow, hand_over, launch_form, send, to_summary};
pub use landing::Landing;
pub use log::{LogCapture, start_log};
pub use message::Message;
pub use page::Page;
pub use refusal::SECURITY_HEADERS;
pub use relay::Relay;
pub use routes::Chart;
pub use scratch::Scratch;
pub use setup::Setup;
pub use test_app::TestApp;
pub use test_ehr::TestEhr;
pub use user_mapper_contract::user_mapper_contract;
