//! Warnings of a form: what the clinician has to do beside the referral.

use super::answers::Answers;
use super::enable_when::enabled_among;
use super::item::{Item, ItemType};
use super::occurrence::Occurrences;
use super::questionnaire::Form;

/// Warning that the answers give rise to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Place of its item.
    pub place: String,
    /// Text for the reader.
    pub text: String,
}

/// Returns the enabled warnings, in the order of the form: displays with the item control `emergency` or `attention`.
#[must_use]
pub fn alerts(form: &Form, answers: &Answers, lang: &str) -> Vec<Alert> {
    let occurrences = Occurrences::of(form, answers);
    if !occurrences.iter().any(|one| is_alert(one.item)) {
        return Vec::new();
    }
    let on = enabled_among(&occurrences, answers);
    let enabled = occurrences.iter().zip(on).filter(|(one, on)| *on && is_alert(one.item));
    enabled.map(|(one, _)| Alert { place: one.place.to_string(), text: one.text(lang).to_owned() }).collect()
}

fn is_alert(item: &Item) -> bool {
    let is_warning = matches!(item.control.as_deref(), Some("emergency" | "attention"));
    item.kind == ItemType::Display && is_warning && !item.hidden
}
