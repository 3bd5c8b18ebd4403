//! Black-box tests of the app over HTTP, beside a simulated EHR that misbehaves on demand. One file per journey; one
//! fault, one test, one name. The doc comment of a test names the requirements that it proves.

mod admin;
mod attachments;
mod busy;
mod cautions;
mod chart_codes;
mod client_keys;
mod clock;
mod commands;
mod cookies;
mod copies;
mod corrected;
mod current_chart;
mod database_away;
mod database_use;
mod delivery;
mod destinations;
mod discovery;
mod documents;
mod earlier;
mod earlier_hand_overs;
mod ehr_check;
mod elsewhere;
mod extracted;
mod foreign_fields;
mod forged;
mod form;
mod form_preview;
mod form_rules;
mod form_versions;
mod guessing;
mod held_back;
mod http;
mod imported_forms;
mod interrupted;
mod introspection;
mod kept_text;
mod key_rotation;
mod launch;
mod launch_refused;
mod letter;
mod linking;
mod list;
mod mapper;
mod not_confirmed;
mod not_granted;
mod nothing_shared;
mod odd_values;
mod old_drafts;
mod orders;
mod pathways;
mod prepared;
mod private_key_jwt;
mod private_keys;
mod provisional;
mod referral;
mod registering;
mod restored;
mod retention;
mod review;
mod review_leaves;
mod saving;
mod secrets;
mod sender;
mod sending_held;
mod sent_record;
mod session;
mod shapes;
mod sideways;
mod signing;
mod suspended;
mod taken_back;
mod tls;
mod tokens;
mod traces;
mod typed_scripts;
mod unlinked;
mod value_sets;
mod waiting;
mod wire;

/// Bound for operations that must not wait for an EHR: above the longest deadline for an EHR, ten seconds, and far
/// below two of them.
async fn in_time<T>(what: impl Future<Output = T>) -> T {
    let patience = std::time::Duration::from_secs(20);
    tokio::time::timeout(patience, what).await.expect("the app still waits for an EHR that does not answer")
}
