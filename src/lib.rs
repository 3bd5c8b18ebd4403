//! **Passerelle**: a confidential SMART on FHIR app backend, and the referral app built with it.
//!
//! # One EHR launch through the files
//!
//! `GET /launch?iss=…&launch=…`
//!
//! 1. `src/launch/routes/start.rs` `start`: parse `iss` into [`fhir::FhirBaseUrl`], keep the [`smart::LaunchHandle`].
//! 2. `src/ehrs/registry.rs`: is this EHR registered? If not, stop here, before any network call.
//! 3. `src/smart/discovery.rs`: its `smart-configuration`, from memory if fresh.
//! 4. `src/smart/authorize.rs`: build the URL and the values to expect later (`state`, `nonce`, `code_verifier`).
//! 5. `src/launch/attempt.rs`: seal the attempt into a short cookie, which binds it to this browser. Redirect.
//!
//! `GET /callback/{ehr}?code=…&state=…`
//!
//! 6. `src/smart/callback.rs`: read the answer; an `error` from the EHR ends on the error page.
//! 7. `src/launch/callback.rs` `verify_callback`: same browser, same EHR, not too old; `launch::store::take_attempt`: once.
//! 8. `src/smart/token.rs`: exchange `code` with `code_verifier`, client authentication as registered.
//! 9. `src/smart/id_token.rs` (keys from `src/smart/jwks.rs`): issuer, audience, expiry, nonce, signature, step by step.
//! 10. `src/smart/launch_context.rs`: patient, encounter, intent, tenant, banner.
//! 11. `src/fhir/client.rs`: `fhirUser` and Patient together, only under the same base; ids checked against the context.
//! 12. `src/users/mapping.rs`: the [`users::UserMapper`] gives the local user, or starts the one-time linking.
//! 13. `src/launch/opening.rs`: a new session id, the context with its tokens sealed, and the audit event in one
//!     transaction. Redirect to `/c/{context}/…`.
//!
//! `GET /c/{context}/referrals/new`
//!
//! 14. `src/referral/routes/form.rs` `new`: who, and about whom ([`users::SignedIn`], [`launch::OpenContext`]).
//! 15. `src/referral/gather.rs`: fetch what the form asks for, together, with the tokens of `src/launch/tokens/`;
//!     `src/forms/populate.rs`: fill it, each answer with where it came from.
//! 16. `src/forms/render.rs`, then `templates/referral/edit.html`.
//!
//! Submit, and the worker
//!
//! 17. `src/referral/submit.rs`: `src/forms/check.rs` and every [`referral::SubmitCheck`] run, `src/referral/message/` builds the
//!     Bundle, then one transaction: status, outbox row, audit.
//! 18. `src/delivery/worker.rs`: claim, [`delivery::DeliveryChannel`] `deliver` with no transaction open, settle with the
//!     outcome.
//!
//! # The rooms
//!
//! Each folder of `src/` is a room and says in its first lines what it is for. `tests/rules.rs` holds who may use whom.
//!
//! # What a vendor supplies
//!
//! [`users::UserMapper`], [`delivery::DeliveryChannel`], [`referral::SubmitCheck`], [`audit::AuditSink`]; forms, destinations,
//! templates, words and EHR registrations as files; pages through [`app::AppBuilder::routes`]. `examples/clinic_rms.rs` shows
//! them together.

pub use actix_web;
pub use futures_util::future::BoxFuture;
pub use serde;

pub mod admin;
pub mod app;
pub mod audit;
pub mod clock;
pub mod config;
pub mod db;
pub mod delivery;
pub mod demo_ehr;
pub mod directory;
pub mod egress;
pub mod ehrs;
mod error_codes;
pub mod fhir;
pub mod fhirpath;
pub mod forms;
pub mod ground;
pub mod launch;
pub mod random;
pub mod referral;
pub mod smart;
#[cfg(feature = "testing")]
pub mod testing;
pub mod users;
pub mod web;

/// Samples of the pages for vendors, compiled and read by `cargo test --doc --features testing`.
///
/// ```
/// let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/write-a-form.md"));
/// let samples = page.split("```json").skip(1).filter_map(|rest| rest.split("```").next());
/// let read = samples.map(|sample| serde_json::from_str::<serde_json::Value>(sample).unwrap());
/// let forms: Vec<_> = read.filter(|sample| sample["resourceType"] == "Questionnaire").collect();
/// assert_eq!(forms.len(), 1);
/// passerelle::forms::Form::parse(&forms[0]).unwrap();
/// ```
#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../docs/extend.md")]
pub struct VendorSamples;
