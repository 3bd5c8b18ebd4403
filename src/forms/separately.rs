//! Answers that say that the sender sends something in another way.

use super::answers::Answers;
use super::enable_when::enabled_among;
use super::occurrence::Occurrences;
use super::questionnaire::Form;
use super::readable::label;

/// Returns the short texts of the enabled questions whose chosen option means that the sender sends something in another
/// way, such as `ECG`, in the order of the form.
#[must_use]
pub fn sent_separately(form: &Form, answers: &Answers, lang: &str) -> Vec<String> {
    let occurrences = Occurrences::of(form, answers);
    let on = enabled_among(&occurrences, answers);
    let asked = occurrences.iter().zip(&on).filter(|(one, on)| **on && one.is_question());
    let is_chosen = |options: &[super::options::Choice], texts: &[String]| {
        options.iter().any(|option| option.sent_separately && texts.contains(&option.key))
    };
    let chosen = asked.filter(|(one, _)| is_chosen(&one.item.options, answers.get(&one.place)));
    chosen.map(|(one, _)| label(&occurrences, one, lang)).collect()
}
