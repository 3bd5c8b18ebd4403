//! Answers to the questions that ask for elements of another resource, such as `Organization.name`.

use std::cell::OnceCell;

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
    pub(super) answers: &'f Answers,
    pub(super) prefill: &'f Prefill,
    pub(super) occurrences: Occurrences<'f>,
    on: OnceCell<Vec<bool>>,
}

impl<'f> ElementAnswers<'f> {
    /// Returns the answers of a form.
    #[must_use]
    pub fn of(form: &'f Form, answers: &'f Answers, prefill: &'f Prefill) -> Self {
        Self { form, answers, prefill, occurrences: Occurrences::of(form, answers), on: OnceCell::new() }
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
        let mut asked = self.asking(element).filter(|(number, _)| self.on()[*number]);
        asked.any(|(_, one)| one.item.required)
    }

    /// Returns the answers to the questions whose `definition` names an element, without those that are not enabled or not
    /// answered.
    #[must_use]
    pub fn all(&self, element: &str) -> Vec<ElementAnswer> {
        if !self.asks(element) {
            return Vec::new();
        }
        let answered = self.asking(element).filter_map(|(number, one)| Some((number, self.answer(one)?)));
        answered.filter(|(number, _)| self.on()[*number]).map(|(_, answer)| answer).collect()
    }

    /// Questions with this element in their `definition`, with their numbers.
    fn asking(&self, element: &str) -> impl Iterator<Item = (usize, &Occurrence<'f>)> {
        let all = self.occurrences.iter().enumerate();
        all.filter(move |(_, one)| one.is_question() && one.item.element() == Some(element))
    }

    /// Whether each occurrence is enabled, found out once.
    pub(super) fn on(&self) -> &[bool] {
        self.on.get_or_init(|| enabled_among(&self.occurrences, self.answers))
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
