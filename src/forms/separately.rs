//! Answers that say that the sender sends something in another way.

use super::answers::Answers;
use super::enable_when::asked;
use super::occurrence::Occurrences;
use super::questionnaire::Form;
use super::readable::label;

/// Returns the short texts of the enabled questions whose chosen option means that the sender sends something in another
/// way, such as `ECG`, in the order of the form.
#[must_use]
pub fn sent_separately(form: &Form, answers: &Answers, lang: &str) -> Vec<String> {
    let occurrences = Occurrences::of(form, answers);
    let chosen = asked(&occurrences, answers).filter(|one| {
        let texts = answers.get(&one.place);
        one.item.options.iter().any(|option| option.sent_separately && texts.contains(&option.key))
    });
    chosen.map(|one| label(&occurrences, one, lang)).collect()
}
