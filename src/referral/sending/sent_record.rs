//! Record of what was sent, as the review showed it.
//!
//! Why not drawn again from the draft: its form may change or be removed, and then the page would show questions that
//! were not asked, or miss some that were.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{
    readiness::{BuiltMessage, Candidate},
    separate::readable_with_separate,
};
use crate::{
    forms::{ReadableAnswer, alerts, sent_separately},
    referral::{
        message_view::{MessageView, SentLine},
        pages::Letterhead,
    },
};

/// Content of a sent referral for people, in both languages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SentRecord {
    pub(in crate::referral) letterhead: Letterhead,
    /// Identifiers, phones, addresses and contacts of the patient, as earlier versions recorded them; the message has
    /// them now.
    #[serde(default)]
    pub(in crate::referral) patient: Vec<SentLine>,
    /// Whether the form was provisional, for tests.
    #[serde(default)]
    pub(in crate::referral) provisional: bool,
    english: SentContent,
    french: SentContent,
}

/// Content of a sent referral in one language.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SentContent {
    /// Title of the form.
    pub(in crate::referral) form: String,
    pub(in crate::referral) answers: Vec<ReadableAnswer>,
    /// Names of what the sender sends in another way; empty in records of earlier versions.
    #[serde(default)]
    pub(in crate::referral) separate: Vec<String>,
    /// Warnings of the form about what the sender has to do; empty in records of earlier versions.
    #[serde(default)]
    pub(in crate::referral) alerts: Vec<String>,
    pub(in crate::referral) message: MessageView,
}

impl SentRecord {
    /// Describes a message before it is sent. `lang` is the language of its note; the answers in it are exactly those of
    /// the message.
    pub(in crate::referral) fn of(
        candidate: Candidate<'_>,
        message: &BuiltMessage,
        lang: &str,
        zone: &TimeZone,
    ) -> Self {
        let Candidate { form, referral, .. } = candidate;
        let content = |language: &str| SentContent {
            form: form.title(language).to_owned(),
            answers: if language == lang {
                message.answers.clone()
            } else {
                readable_with_separate(form, referral, &message.separate, language)
            },
            separate: message
                .separate
                .iter()
                .cloned()
                .chain(sent_separately(form, &referral.answers, language))
                .collect(),
            alerts: alerts(form, &referral.answers, language).into_iter().map(|alert| alert.text).collect(),
            message: MessageView::of(&message.bundle, language, zone),
        };
        Self {
            letterhead: candidate.sender().letterhead(),
            patient: Vec::new(),
            provisional: form.is_provisional(),
            english: content("en"),
            french: content("fr"),
        }
    }

    /// Returns the content in a language.
    pub(in crate::referral) fn in_language(self, lang: &str) -> SentContent {
        let content = if lang.starts_with("fr") { self.french } else { self.english };
        SentContent { message: content.message.read_again(), ..content }
    }
}
