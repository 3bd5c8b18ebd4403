//! From a complete draft to a delivered message: destination, checks, review, signature, and what follows.
//!
//! The review is drawn from the message that is built here, and a record of it is kept. Table: `sent_records`.

pub(super) mod after_sending;
pub(super) mod copies;
pub(super) mod copy_store;
pub(super) mod corrected_contacts;
pub(super) mod corrected_patient;
pub(super) mod corrected_person;
pub(super) mod destination_page;
pub(super) mod fitting;
mod made;
pub(super) mod outgoing;
pub(super) mod patient_to_send;
pub(super) mod readiness;
pub(super) mod review_page;
pub(super) mod sent_record;
pub(super) mod sent_store;
mod separate;
pub(super) mod sharing;
pub(super) mod submit;
pub(super) mod submit_check;
pub(super) mod views;
mod waiting_store;
