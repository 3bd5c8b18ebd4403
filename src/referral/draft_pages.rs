//! Pages about what was typed in a draft: that it was saved, that it cannot be, and before it is discarded.

use serde::Serialize;

use super::pages::AnswerSection;
use crate::web::{Page, PostedField};

/// Page after the session ended while the user was typing: the text was saved.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SavedPage {
    /// Whether files were posted, which are not saved without a session.
    pub has_files: bool,
}

/// Page with text that was typed in a form whose referral was signed in another window.
#[derive(Clone, Debug, Default, Serialize)]
pub struct KeptTextPage {
    /// Path of the referral.
    pub path: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Title of the form.
    pub form: String,
    /// End of the message key `status-{status}`.
    pub status: String,
    /// `good`, `warn`, `bad` or empty.
    pub tone: String,
    /// Answers that were typed and that the referral does not have.
    pub sections: Vec<AnswerSection>,
    /// Whether files were posted, which are not kept.
    pub has_files: bool,
    /// All fields of the form, for a new draft.
    pub fields: Vec<PostedField>,
}

/// Page that asks before a draft is discarded.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DiscardPage {
    /// Path of the draft.
    pub path: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Title of the form.
    pub form: String,
    /// Time of its last save, as text.
    pub saved: String,
}

impl Page for SavedPage {
    const TEMPLATE: &'static str = "referral/saved.html";

    fn samples() -> Vec<Self> {
        [false, true].map(|has_files| Self { has_files }).into()
    }
}

impl Page for KeptTextPage {
    const TEMPLATE: &'static str = "referral/kept_text.html";

    fn samples() -> Vec<Self> {
        let page = |status: &str, tone: &str| Self {
            path: "/c/x/referrals/1".into(),
            number: "R26-7Q4K-92MD".into(),
            form: "Cardiology consultation".into(),
            status: status.into(),
            tone: tone.into(),
            sections: super::page_samples::sample_sections(),
            has_files: status == "sent",
            fields: vec![PostedField { name: "a.concern".into(), value: "Palpitations".into() }],
        };
        vec![page("sending", ""), page("sent", "good")]
    }
}

impl Page for DiscardPage {
    const TEMPLATE: &'static str = "referral/discard.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            path: "/c/x/referrals/1".into(),
            number: "R26-7Q4K-92MD".into(),
            form: "Cardiology consultation".into(),
            saved: "2 Sep 2026, 09:14".into(),
        }]
    }
}
