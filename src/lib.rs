//! **Passerelle**: a confidential SMART on FHIR app backend, and the referral app built with it.
//!
//! # One EHR launch through the files
//!
//! Every file that a launch passes, in order; `tests/walk.rs` compares this list with a launch that really runs.
//!
//! `GET /launch?iss=…&launch=…`
//!
//! 1. `src/launch/routes/start.rs`: parses `iss` into [`fhir::FhirBaseUrl`] and keeps the [`smart::LaunchHandle`].
//! 2. `src/ehrs/registry.rs`: finds the registration by base URL. If there is none, it stops before any network call.
//! 3. `src/launch/starting.rs`, `src/ehrs/origins/approval.rs`, `src/smart/discovery.rs`: the EHR's endpoints, at approved
//!    origins only, from the cache if fresh.
//! 4. `src/smart/authorize.rs`: builds the URL and the values expected later (`state`, `nonce`, `code_verifier`).
//! 5. `src/launch/attempt.rs`: seals the attempt into a short-lived cookie, which binds it to this browser. Redirect.
//!
//! `GET /callback/{ehr}?code=…&state=…`
//!
//! 6. `src/launch/routes/callback.rs`, `src/smart/callback.rs`: read the query; an `error` of the EHR ends on the error page.
//! 7. `src/launch/callback.rs`: same browser, same EHR, not expired; `src/launch/store.rs` takes the attempt, once.
//! 8. `src/smart/token.rs`: exchanges `code` with `code_verifier`, client authentication as registered;
//!    `src/smart/launch_context.rs`: patient, encounter, intent, tenant, banner.
//! 9. `src/smart/jwks.rs`, `src/smart/id_token.rs`: published keys; then issuer, audience, expiry, nonce and signature, step by
//!    step.
//! 10. `src/fhir/client.rs`, `src/launch/people.rs`: Patient and `fhirUser` together, only below the same base URL; ids are
//!     compared with the launch context.
//! 11. `src/launch/opening.rs`, `src/users/mapping.rs`: the [`users::UserMapper`] returns the local user, or starts one-time
//!     linking; then, in one transaction, a new session id, the context with sealed tokens, the trace and the audit event.
//!     Redirect to `/c/{context}/…`.
//!
//! `GET /c/{context}/referrals/new`
//!
//! 12. `src/referral/routes/form.rs`, `src/referral/form/page.rs`: session and context ([`users::SignedIn`],
//!     [`launch::OpenContext`]), then the page.
//! 13. `src/referral/form/editing.rs`, `src/referral/form/gather.rs`: fetch what the form asks for, together; `src/forms/populate.rs` fills
//!     it, each answer with its provenance.
//! 14. `src/forms/outline.rs`, `src/forms/render.rs`, `src/referral/form/html.rs`, then `templates/referral/edit.html`.
//!
//! Review, submit, and the worker
//!
//! 15. `src/forms/check.rs`: the answers, when the clinician continues; `src/referral/sending/readiness.rs`: again, with every
//!     [`referral::SubmitCheck`], before the review and before sending.
//! 16. `src/referral/documents/reading.rs` reads the documents that were chosen, before the review;
//!     `src/referral/sending/outgoing.rs`, `src/referral/message/build.rs`: build the Bundle, which the review shows.
//! 17. `src/referral/sending/submit.rs`: one transaction for status, outbox row and audit event.
//! 18. `src/delivery/worker.rs`: claims, calls [`delivery::DeliveryChannel`] `deliver` with no transaction open, and settles with
//!     the outcome.
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
pub mod attachments;
pub mod audit;
pub mod catalogue;
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
pub mod pdf;
pub mod random;
pub mod referral;
pub mod retention;
pub mod smart;
pub mod terminology;
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
