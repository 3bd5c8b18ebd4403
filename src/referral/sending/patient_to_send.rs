//! Patient of one referral, corrected by its answers.

use super::corrected_patient::CorrectedPatient;
use crate::{
    forms::{Form, patient_answers},
    referral::{draft::Referral, visit::Visit},
};

/// Returns the patient of the open chart, with what the clinician corrected in the form.
pub(in crate::referral) fn patient_to_send(
    visit: &Visit,
    form: &Form,
    referral: &Referral,
) -> CorrectedPatient {
    let chart = &visit.context.chart;
    let answers = patient_answers(form, &referral.answers, &referral.snapshot.prefill);
    CorrectedPatient::of(&chart.patient, &answers, chart.day())
}
