//! Answer to the question that asks for one element of another resource, such as `Organization.name`.

use super::answered::Answered;
use super::answers::Answers;
use super::enable_when::enabled_among;
use super::occurrence::Occurrences;
use super::prefill::Prefill;
use super::questionnaire::Form;
use super::typed;

/// Answer that says an element of another resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementAnswer {
    /// First value as text.
    pub text: String,
    /// Whether the chart filled in another value.
    pub is_changed: bool,
}

/// Returns the answer to the question whose `definition` names an element. `None` if the form has no such question, or it
/// is not enabled or not answered.
#[must_use]
pub fn element_answer(
    form: &Form,
    answers: &Answers,
    prefill: &Prefill,
    element: &str,
) -> Option<ElementAnswer> {
    let key = form.question_for(element)?;
    let occurrences = Occurrences::of(form, answers);
    let number = occurrences.iter().position(|one| one.is_question() && one.item.key == key)?;
    let one = occurrences.get(number);
    let answered = Answered { item: one.item, place: &one.place, answers, prefill };
    let text = answered.texts().first().map(|text| text.trim()).filter(|text| !text.is_empty())?;
    if !enabled_among(&occurrences, answers)[number] {
        return None;
    }
    let is_default = answered.filled().is_some_and(|filled| filled.is_default);
    let chart = answered.chart_texts().into_iter().next().filter(|_| !is_default);
    let is_changed = chart
        .is_some_and(|chart| !typed::same(one.item, answered.texts(), std::slice::from_ref(&chart), &[]));
    Some(ElementAnswer { text: text.to_owned(), is_changed })
}
