//! Cookie of a browser that has signed in before.

use jiff::SignedDuration;

use super::{service::Admin, ticket};

/// Cookie that names the account last signed in from this browser. It grants no access: failed attempts from such a
/// browser are counted separately, so that an attacker cannot lock an administrator out.
pub(super) const COOKIE: &str = "__Host-pa-known";
/// Lifetime of the cookie after sign-in, in days.
pub(super) const LIFETIME_DAYS: i64 = 180;

const PURPOSE: &str = "known-browser";

/// Seals the id of an account as the value of the cookie.
pub(super) fn seal(admin: &Admin, user_id: &str) -> Option<String> {
    ticket::seal(admin, PURPOSE, user_id)
}

/// Returns the id of the account that the cookie names.
pub(super) fn account(admin: &Admin, value: &str) -> Option<String> {
    ticket::open(admin, PURPOSE, SignedDuration::from_hours(24 * LIFETIME_DAYS), value)
}
