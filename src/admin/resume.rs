use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{ehr_form::Answers, service::Admin, ticket};

const FORM: &str = "kept-form";
const PLACE: &str = "kept-place";
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// Longer ones would not come back through a form.
const MOST: usize = 256 * 1024;

/// A form that came after the session had ended, without its secret.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptForm {
    /// Id of the EHR that was to be changed; none where one was to be added.
    pub(super) id: Option<String>,
    /// What was typed.
    pub(super) answers: Answers,
}

impl KeptForm {
    pub(super) fn seal(&self, admin: &Admin) -> Option<String> {
        ticket::seal(admin, FORM, self).filter(|text| text.len() <= MOST)
    }

    pub(super) fn open(admin: &Admin, text: &str) -> Option<Self> {
        ticket::open(admin, FORM, LONGEST, text)
    }
}

/// Seals where somebody was; none where that is where one arrives anyway, or is no plain path of these pages.
pub(super) fn seal_place(admin: &Admin, path: &str) -> Option<String> {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_".contains(&b));
    let below = path.strip_prefix("/admin/").is_some_and(|rest| !rest.is_empty());
    ticket::seal(admin, PLACE, path).filter(|_| plain && below && !path.contains("//") && path.len() < 200)
}

pub(super) fn open_place(admin: &Admin, text: &str) -> Option<String> {
    ticket::open(admin, PLACE, LONGEST, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is of one moment only is not kept: neither the secret nor the token.
    #[test]
    fn a_form_is_kept_without_its_secret_and_its_token() {
        let sent = [
            ("name", "Lakeside"),
            ("client_secret", "canary-secret"),
            ("csrf_token", "canary-token"),
            ("seen", "7"),
            ("else", "canary-else"),
        ];
        let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let kept = KeptForm { id: None, answers: Answers::read(sent) };
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(text, r#"{"id":null,"answers":{"values":{"name":"Lakeside"},"seen":7}}"#);
    }
}
