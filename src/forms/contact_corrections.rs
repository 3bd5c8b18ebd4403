//! Corrected numbers and addresses of the clinic or the clinician, which the message names besides the answers.

use super::answered::Answered;
use super::element_answer::ElementAnswers;
use super::occurrence::Occurrence;
use super::typed;

/// Contact point of the chart that an answer replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactCorrection {
    /// `ContactPoint.system`.
    pub system: String,
    /// Value of the chart.
    pub chart: String,
    /// Value of the answer; empty if it was removed.
    pub value: String,
}

impl ElementAnswers<'_> {
    /// Returns the changed answers to questions that the chart filled with a contact point other than the patient's.
    #[must_use]
    pub fn contact_corrections(&self) -> Vec<ContactCorrection> {
        let questions = self.occurrences.iter().enumerate().filter(|(_, one)| one.is_question());
        let corrections = questions.filter_map(|(number, one)| Some((number, self.correction(one)?)));
        corrections.filter(|(number, _)| self.on()[*number]).map(|(_, correction)| correction).collect()
    }

    fn correction(&self, one: &Occurrence<'_>) -> Option<ContactCorrection> {
        let Self { answers, prefill, .. } = self;
        let system = one.item.contact_system.clone().filter(|_| one.item.patient_element.is_none())?;
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let is_default = answered.filled().is_some_and(|filled| filled.is_default);
        let chart = answered.chart_texts().into_iter().next().filter(|_| !is_default)?;
        let is_same = typed::same(one.item, answered.texts(), std::slice::from_ref(&chart), &[]);
        let value = answered.texts().first().cloned().unwrap_or_default();
        (!is_same).then_some(ContactCorrection { system, chart, value })
    }
}
