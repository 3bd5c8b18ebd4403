use jiff::SignedDuration;

use super::{service::Admin, ticket};

/// Names the account that was signed in from a browser before. It opens nothing: whoever has it may try a password apart
/// from strangers, who could otherwise keep an administrator out by using their tries up.
pub(super) const COOKIE: &str = "__Host-pa-known";
/// Days it lasts after signing in.
pub(super) const DAYS: i64 = 180;

const PURPOSE: &str = "known-browser";

/// What to put into the browser in which this account signed in.
pub(super) fn seal(admin: &Admin, user_id: &str) -> Option<String> {
    ticket::seal(admin, PURPOSE, user_id)
}

/// The account that was signed in from the browser that has this.
pub(super) fn account(admin: &Admin, value: &str) -> Option<String> {
    ticket::open(admin, PURPOSE, SignedDuration::from_hours(24 * DAYS), value)
}
