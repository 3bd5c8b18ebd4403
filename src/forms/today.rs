//! Questions that a form asks anew in every referral, such as red flags and consent.

use super::answers::Answers;
use super::item::{Item, ItemType};
use super::occurrence::Occurrences;
use super::prefill::Prefill;
use super::questionnaire::Form;

/// Empties the answers to the questions that a form, or the version `today` of it, marks as asked today. An answer that the
/// chart fills or that is calculated stays, and so does a file.
pub fn empty_asked_today(form: &Form, today: &Form, answers: &mut Answers, prefill: &Prefill) {
    let occurrences = Occurrences::of(form, answers);
    let is_asked =
        |item: &Item| item.asked_today || today.item(&item.link_id).is_some_and(|newer| newer.asked_today);
    let asked = occurrences.questions().filter(|one| {
        let is_filled = one.item.initial_expression.is_some() || one.item.is_calculated();
        let is_kept =
            is_filled || one.item.kind == ItemType::Attachment || one.item.is_fixed(&one.place, prefill);
        !is_kept && is_asked(one.item)
    });
    let places: Vec<String> = asked.map(|one| one.place.to_string()).collect();
    for place in places {
        answers.set(&place, Vec::new());
    }
}
