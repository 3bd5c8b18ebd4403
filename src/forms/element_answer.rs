//! Answers to the questions that ask for elements of another resource, such as `Organization.name`.

use super::answered::Answered;
use super::answers::Answers;
use super::enable_when::enabled_among;
use super::occurrence::{Occurrence, Occurrences};
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
    /// Whether it is the value that the chart filled in.
    pub is_of_chart: bool,
    /// `ContactPoint.system` of a phone number or an address.
    pub system: Option<String>,
}

/// Answers of a form, to read several elements of another resource from.
pub struct ElementAnswers<'f> {
    form: &'f Form,
    answers: &'f Answers,
    prefill: &'f Prefill,
    occurrences: Occurrences<'f>,
}

impl<'f> ElementAnswers<'f> {
    /// Returns the answers of a form.
    #[must_use]
    pub fn of(form: &'f Form, answers: &'f Answers, prefill: &'f Prefill) -> Self {
        Self { form, answers, prefill, occurrences: Occurrences::of(form, answers) }
    }

    /// Whether a question has this element in its `definition`.
    #[must_use]
    pub fn asks(&self, element: &str) -> bool {
        self.form.question_for(element).is_some()
    }

    /// Whether an enabled question with this element in its `definition` has to be answered.
    #[must_use]
    pub fn are_required(&self, element: &str) -> bool {
        if !self.asks(element) {
            return false;
        }
        let on = enabled_among(&self.occurrences, self.answers);
        let asked = self.occurrences.iter().zip(on).filter(|(one, on)| *on && one.is_question());
        asked.into_iter().any(|(one, _)| one.item.required && one.item.is_defined_by(element))
    }

    /// Returns the answers to the questions whose `definition` names an element, without those that are not enabled or not
    /// answered.
    #[must_use]
    pub fn all(&self, element: &str) -> Vec<ElementAnswer> {
        if !self.asks(element) {
            return Vec::new();
        }
        let asking = self.occurrences.iter().enumerate();
        let asking = asking.filter(|(_, one)| one.is_question() && one.item.is_defined_by(element));
        let mut answered = asking.filter_map(|(number, one)| Some((number, self.answer(one)?))).peekable();
        if answered.peek().is_none() {
            return Vec::new();
        }
        let on = enabled_among(&self.occurrences, self.answers);
        answered.filter(|(number, _)| on[*number]).map(|(_, answer)| answer).collect()
    }

    fn answer(&self, one: &Occurrence<'f>) -> Option<ElementAnswer> {
        let Self { answers, prefill, .. } = self;
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let text = answered.texts().first().map(|text| text.trim()).filter(|text| !text.is_empty())?;
        let is_default = answered.filled().is_some_and(|filled| filled.is_default);
        let chart = answered.chart_texts().into_iter().next().filter(|_| !is_default);
        let same = |chart: &String| typed::same(one.item, answered.texts(), std::slice::from_ref(chart), &[]);
        let is_of_chart = chart.as_ref().map(same);
        Some(ElementAnswer {
            text: text.to_owned(),
            is_changed: is_of_chart == Some(false),
            is_of_chart: is_of_chart == Some(true),
            system: one.item.contact_system.clone(),
        })
    }
}
