//! Forms and pages to resume after a sign-in.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{ehr_form::FormEntries, service::Admin, ticket};

const FORM: &str = "kept-form";
const RETURN_PATH: &str = "kept-place";
const MAX_AGE: SignedDuration = SignedDuration::from_hours(12);
/// Largest sealed form, in bytes: it has to fit into the form of the sign-in page.
const MAX_SEALED_BYTES: usize = 256 * 1024;

/// Form that was submitted after its session had ended, without its secret.
#[derive(Serialize, Deserialize)]
pub(super) struct InterruptedForm {
    /// Id of the EHR to change, or `None` to add one.
    pub(super) id: Option<String>,
    /// Entries.
    pub(super) entries: FormEntries,
}

impl InterruptedForm {
    pub(super) fn seal(&self, admin: &Admin) -> Option<String> {
        ticket::seal(admin, FORM, self).filter(|text| text.len() <= MAX_SEALED_BYTES)
    }

    pub(super) fn open(admin: &Admin, text: &str) -> Option<Self> {
        ticket::open(admin, FORM, MAX_AGE, text)
    }
}

/// Seals the path of a page to return to after sign-in. Returns `None` for the start page, to which a sign-in leads anyway,
/// and for anything but a plain path below `/admin`.
pub(super) fn seal_return_path(admin: &Admin, path: &str) -> Option<String> {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_".contains(&b));
    let below = path.strip_prefix("/admin/").is_some_and(|rest| !rest.is_empty());
    ticket::seal(admin, RETURN_PATH, path)
        .filter(|_| plain && below && !path.contains("//") && path.len() < 200)
}

pub(super) fn open_return_path(admin: &Admin, text: &str) -> Option<String> {
    ticket::open(admin, RETURN_PATH, MAX_AGE, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seals_a_form_without_its_secret_and_csrf_token() {
        let sent = [
            ("name", "Lakeside"),
            ("client_secret", "canary-secret"),
            ("csrf_token", "canary-token"),
            ("seen", "7"),
            ("else", "canary-else"),
        ];
        let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let form = InterruptedForm { id: None, entries: FormEntries::read(sent) };
        let text = serde_json::to_string(&form).unwrap();
        assert_eq!(text, r#"{"id":null,"entries":{"values":{"name":"Lakeside"},"seen":7}}"#);
    }
}
