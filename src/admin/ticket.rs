use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::service::Admin;
use crate::db::Cell;

/// A value that travels through the browser of an administrator and is worth nothing unless we sealed it, for this purpose
/// and not long ago.
#[derive(Serialize, Deserialize)]
struct Ticket<T> {
    at: i64,
    value: T,
}

/// Seals `value` for `purpose`; none when there is no randomness for it.
pub(super) fn seal<T: Serialize>(admin: &Admin, purpose: &'static str, value: T) -> Option<String> {
    let ticket = Ticket { at: admin.ground.clock.now_ms(), value };
    let sealed = admin.tickets.seal_json(cell(purpose), &ticket);
    sealed.ok().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// Opens what was sealed for `purpose` not longer than `longest` ago.
pub(super) fn open<T: DeserializeOwned>(
    admin: &Admin,
    purpose: &'static str,
    longest: SignedDuration,
    text: &str,
) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let Ticket { at, value } = admin.tickets.open_json(cell(purpose), &bytes).ok()?;
    let age = SignedDuration::from_millis(admin.ground.clock.now_ms() - at);
    (age <= longest).then_some(value)
}

fn cell(purpose: &'static str) -> Cell<'static> {
    Cell { table: "admin", column: purpose, id: "" }
}
