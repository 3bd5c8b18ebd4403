//! The outgoing message.
mod error;
mod referral;
pub use error::Error;
pub use referral::{Clinician, Document, Referral};
/// Builds the message.
///
/// # Errors
/// None yet.
pub fn build_add_service_request(
    _: &Referral<'_>,
    _: &crate::config::MessageSettings,
) -> Result<serde_json::Value, Error> {
    Ok(serde_json::json!({}))
}
