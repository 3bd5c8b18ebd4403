//! What every page shares: templates, language, error page, CSRF, headers, static files, health, metrics, log.
//!
//! For: turning a typed page into a response that is safe to show, and refusing requests that are not.
//! Not for: knowing what a page is about.
//! Every request passes [`guard`]: it gives the correlation id, checks host and origin, turns errors into pages and
//! sets the security headers, on errors too.

mod assets;
mod chrome;
mod clear_site_data;
mod cookies;
mod csrf;
mod error;
mod files;
mod fragments;
mod guard;
mod health;
mod lang;
mod log;
mod metrics;
mod page;
mod request;
mod server;
mod templates;
mod words;

pub use assets::routes as asset_routes;
pub use chrome::{Banner, Chrome};
pub use clear_site_data::clear_site_data;
pub use cookies::{binding_cookie, expired_cookie};
pub use csrf::CsrfKey;
pub use error::{Error, ErrorKind, ErrorPage};
pub use files::SiteFolder;
pub use fragments::Html;
pub use guard::guard;
pub use health::{Readiness, routes as health_routes};
pub use lang::Lang;
pub use log::start as start_log;
pub use metrics::{Metrics, serve as serve_metrics};
pub use page::{Page, Web};
pub use request::RequestState;
pub use server::{Limits, load_tls};
pub use templates::Templates;
pub use words::Words;
