//! Infrastructure of every page: templates, language, error page, CSRF, headers, static files, health, metrics, log.
//!
//! For: rendering a typed page as a safe response, and refusing unsafe requests. Not for: the content of a page.
//! Every request passes [`guard`]: it assigns the correlation id, checks host and origin, renders errors as pages and
//! sets the security headers, also on error pages.

mod allocations;
mod assets;
mod chrome;
mod clear_site_data;
mod cookies;
mod csrf;
mod error;
mod error_page;
mod files;
mod fragments;
mod frame;
mod guard;
mod health;
mod kept_post;
mod lang;
mod log;
mod metrics;
mod page;
mod paging;
mod redirect;
mod request;
mod server;
mod templates;
mod tls;
mod unread_body;
mod words;

pub use allocations::Allocations;
#[cfg(feature = "count-allocations")]
pub use allocations::{COUNTING_ALLOCATOR, CountingAllocator};
pub use assets::routes as asset_routes;
pub use chrome::{Banner, Chrome};
pub use clear_site_data::clear_site_data;
pub use cookies::{binding_cookie, expired_cookie, frame_cookie};
pub use csrf::CsrfKey;
pub use error::{Error, ErrorKind};
pub use error_page::ErrorPage;
pub use files::SiteFolder;
pub use fragments::{Html, text_mark};
pub use frame::{FramedPage, Texts};
pub use guard::guard;
pub use health::{Readiness, routes as health_routes};
pub use kept_post::PostedField;
pub use lang::Lang;
pub use log::start as start_log;
pub use metrics::{DatabaseUse, Metrics, serve as serve_metrics};
pub use page::{Page, Web};
pub use paging::Paging;
pub use redirect::see_other;
pub use request::{RequestState, is_background, is_multipart, typed_reference};
pub use server::Limits;
pub use templates::Templates;
pub use tls::ServedCertificate;
pub use words::Words;
