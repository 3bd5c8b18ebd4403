//! Corrected numbers and addresses of the clinic or the clinician, which the message names besides the answers.

use super::answered::Answered;
use super::answers::Answers;
use super::enable_when::enabled_among;
use super::occurrence::Occurrences;
use super::prefill::Prefill;
use super::questionnaire::Form;
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

/// Returns the changed answers to questions that the chart filled with a contact point other than the patient's.
#[must_use]
pub fn contact_corrections(form: &Form, answers: &Answers, prefill: &Prefill) -> Vec<ContactCorrection> {
    let occurrences = Occurrences::of(form, answers);
    let questions = occurrences.iter().enumerate().filter(|(_, one)| one.is_question());
    let corrections = questions.filter_map(|(number, one)| {
        let system = one.item.contact_system.clone().filter(|_| one.item.patient_element.is_none())?;
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let is_default = answered.filled().is_some_and(|filled| filled.is_default);
        let chart = answered.chart_texts().into_iter().next().filter(|_| !is_default)?;
        let is_same = typed::same(one.item, answered.texts(), std::slice::from_ref(&chart), &[]);
        let value = answered.texts().first().cloned().unwrap_or_default();
        (!is_same).then_some((number, ContactCorrection { system, chart, value }))
    });
    let corrections: Vec<_> = corrections.collect();
    if corrections.is_empty() {
        return Vec::new();
    }
    let on = enabled_among(&occurrences, answers);
    corrections.into_iter().filter(|(number, _)| on[*number]).map(|(_, correction)| correction).collect()
}
