//! Request limits.

use actix_web::web::{FormConfig, PayloadConfig, ServiceConfig};

/// Size limits of a request.
pub struct Limits;

impl Limits {
    /// Largest form body, in bytes: several times the longest referral.
    pub const FORM: usize = 512 * 1024;

    /// Applies the limits to every route.
    pub fn apply(config: &mut ServiceConfig) {
        config.app_data(PayloadConfig::new(Self::FORM)).app_data(FormConfig::default().limit(Self::FORM));
    }
}
