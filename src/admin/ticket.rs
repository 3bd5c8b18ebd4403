//! Sealed values that an administrator's browser carries.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::service::Admin;
use crate::db::Cell;

/// Value with the time at which it was sealed.
#[derive(Serialize, Deserialize)]
struct Ticket<T> {
    /// Epoch milliseconds.
    at: i64,
    value: T,
}

/// Seals `value` for `purpose`, or returns `None` if sealing fails.
pub(super) fn seal<T: Serialize>(admin: &Admin, purpose: &'static str, value: T) -> Option<String> {
    let ticket = Ticket { at: admin.ground.clock.now_ms(), value };
    let sealed = admin.tickets.seal_json(cell(purpose), &ticket);
    sealed.ok().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// Opens a value that was sealed for `purpose` at most `max_age` ago.
pub(super) fn open<T: DeserializeOwned>(
    admin: &Admin,
    purpose: &'static str,
    max_age: SignedDuration,
    text: &str,
) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let Ticket { at, value } = admin.tickets.open_json(cell(purpose), &bytes).ok()?;
    let age = SignedDuration::from_millis(admin.ground.clock.now_ms() - at);
    (age <= max_age).then_some(value)
}

fn cell(purpose: &'static str) -> Cell<'static> {
    Cell { table: "admin", column: purpose, id: "" }
}
