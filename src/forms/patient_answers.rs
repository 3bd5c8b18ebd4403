//! Answers that say how the patient is reached, for the Patient of a message.

use serde_json::Value;

use super::answered::Answered;
use super::answers::Answers;
use super::enable_when::enabled_among;
use super::occurrence::Occurrences;
use super::patient_element::PatientElement;
use super::prefill::Prefill;
use super::questionnaire::Form;
use super::translation::value;
use super::typed;

/// Answer to a question that asks for an element of the Patient.
#[derive(Clone, Debug, PartialEq)]
pub struct PatientAnswer {
    /// Element that it corrects.
    pub element: PatientElement,
    /// Values of the answer, such as `"613-555-0100"` or a Coding; empty if there is none.
    pub values: Vec<Value>,
    /// Values that the chart filled in, as text.
    pub chart: Vec<String>,
    /// Whether the answer differs from what the chart filled in.
    pub is_changed: bool,
}

/// Returns the answers to enabled questions that ask for an element of the Patient, in the order of the form.
#[must_use]
pub fn patient_answers(form: &Form, answers: &Answers, prefill: &Prefill) -> Vec<PatientAnswer> {
    let occurrences = Occurrences::of(form, answers);
    let on = enabled_among(&occurrences, answers);
    let asked = occurrences.iter().zip(on).filter(|(one, on)| *on && one.is_question());
    let read = asked.filter_map(|(one, _)| {
        let element = one.item.patient_element.clone()?;
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let is_default = answered.filled().is_some_and(|filled| filled.is_default);
        let chart = if is_default { Vec::new() } else { answered.chart_texts() };
        let zone = prefill.zone();
        let as_value = |text: &String| {
            let answer = typed::answer(one.item, text, answered.candidates(), &zone)?;
            value(&answer).cloned()
        };
        Some(PatientAnswer {
            element,
            is_changed: !typed::same(one.item, answered.texts(), &chart, answered.candidates()),
            values: answered.texts().iter().filter_map(as_value).collect(),
            chart,
        })
    });
    read.collect()
}
