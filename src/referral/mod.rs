//! A referral from draft to delivered: its pages, status, submission, and the FHIR messages about it.
//!
//! For: the work of a clinician in an open chart. Not for: forms as such (see `forms`), or carrying messages (see
//! `delivery`). A draft belongs to one user and one patient, is saved while it is typed, and outlives the session.
//! Submitting is one transaction: status, outbox row, audit event. Tables: `referrals`, `referral_documents`,
//! `referral_events`. Source: CA:eReC 1.1, Ontario 0.11.1.
//!
//! Why a page carries a sealed ticket: if the session ends while a user is typing, the ticket still identifies the draft
//! that the text belongs to, so the text is saved. A ticket gives access to nothing and shows nothing.
//!
//! Why a search for a referral is posted and then sealed in the address: it is a patient's name or number, and browsers and
//! proxies keep addresses (`referral/search.rs`).

mod account;
mod after_sending;
mod banner;
mod chosen;
mod corrected_contacts;
mod corrected_patient;
mod destination_page;
mod document_reading;
mod documents;
mod documents_store;
mod draft;
mod earlier;
pub mod earlier_store;
mod editing;
mod error;
mod fitting;
mod form_html;
mod form_page;
mod form_store;
mod form_versions;
mod gather;
mod keeping;
mod letterhead;
mod list_pages;
mod list_place;
mod list_samples;
pub mod list_store;
mod list_views;
mod listing;
mod made;
pub mod message;
mod message_view;
mod not_granted;
mod numbers;
mod observer;
mod outgoing;
mod own_list;
mod own_list_store;
mod own_referrals;
mod page_samples;
mod pages;
mod patient_to_send;
mod posted;
mod readiness;
pub mod removal_store;
mod restored;
mod review_page;
mod routes;
mod saving;
mod search;
mod sent_record;
mod sent_store;
mod service;
mod sharing;
mod signing;
pub mod signing_store;
mod signing_views;
mod status;
pub mod store;
mod submit;
mod submit_check;
mod ticket;
mod timeline_store;
mod to_sign;
mod visit;
mod write_back;

pub use draft::Summary;
pub use error::Error;
pub use fitting::FittingSpecialty;
pub use list_views::{ChartReferralsPage, HomePage, MinePage};
pub use numbers::ReferralNumbers;
pub use observer::{OrderObserver, ReferralObserver};
pub use pages::{DeliveryView, DestinationPage, DetailPage, EditPage, ReviewPage, SavedPage, SignedOutPage};
pub use restored::{NotSentSinceBackup, SendingNote};
pub use routes::routes;
pub use service::{Parts, Referrals};
pub use status::Status;
pub use submit_check::{Finding, FindingKind, NoRecentDuplicate, Submission, SubmitCheck};
pub use write_back::EhrOrder;
