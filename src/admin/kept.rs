use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Office, ehr_form::Answers, ticket};

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
    pub(super) fn seal(&self, office: &Office) -> Option<String> {
        ticket::seal(office, FORM, self).filter(|text| text.len() <= MOST)
    }

    pub(super) fn open(office: &Office, text: &str) -> Option<Self> {
        ticket::open(office, FORM, LONGEST, text)
    }
}

/// Seals where somebody was; none where that is where one arrives anyway, or is no plain path of these pages.
pub(super) fn seal_place(office: &Office, path: &str) -> Option<String> {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_".contains(&b));
    let below = path.strip_prefix("/admin/").is_some_and(|rest| !rest.is_empty());
    ticket::seal(office, PLACE, path).filter(|_| plain && below && !path.contains("//") && path.len() < 200)
}

pub(super) fn open_place(office: &Office, text: &str) -> Option<String> {
    ticket::open(office, PLACE, LONGEST, text)
}
