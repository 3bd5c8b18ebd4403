//! Answers of value sets that are expanded elsewhere, at a terminology server: what is offered now, the text of a search, and
//! the codings that were chosen.
//!
//! A chosen coding is kept with the answers, as the server had it, so that a draft is complete when the server is not there.
//! A browser posts only its key: a coding that is not kept yet counts once the caller has had it judged.

use std::sync::Arc;

use serde_json::Value;

use super::answered::Answered;
use super::answers::Answers;
use super::coded::{CODED, Offered, PostedCode, ValueSetQuestion};
use super::item::{Item, ItemType};
use super::occurrence::Occurrences;
use super::prefill::{Candidate, Prefill};
use super::questionnaire::Form;
use super::translation::{array, string};
use crate::fhirpath::ValueSets;

/// Longest text of a search, in characters.
const MAX_SEARCH: usize = 100;

impl Form {
    /// Returns the questions whose value set neither the form nor the folder of value sets has, wherever they are answered.
    #[must_use]
    pub fn value_set_questions(&self, answers: &Answers) -> Vec<ValueSetQuestion> {
        let has_any = self.lookups.has_external_sets.get_or_init(|| {
            let mut has_any = false;
            self.walk(|item| has_any |= item.external_value_set().is_some());
            has_any
        });
        if !has_any {
            return Vec::new();
        }
        let occurrences = Occurrences::of(self, answers);
        let asked = occurrences.questions().filter(|one| !one.item.hidden);
        asked
            .filter_map(|one| {
                Some(ValueSetQuestion {
                    value_set: one.item.external_value_set()?.to_owned(),
                    search: answers.search(&one.place).to_owned(),
                    place: one.place.to_string(),
                })
            })
            .collect()
    }

    /// Returns the value sets that its expressions name with `memberOf()`, and that it does not contain.
    #[must_use]
    pub fn value_sets_of_rules(&self) -> &[String] {
        self.lookups.value_sets_of_rules.get_or_init(|| {
            let mut named = Vec::new();
            value_sets_of_expressions(self.source(), &mut named);
            named.retain(|value_set| !self.value_sets.has(value_set));
            named
        })
    }

    /// Returns the form with a source of the value sets that it does not contain, for `memberOf()`.
    #[must_use]
    pub fn with_value_sets(&self, source: Arc<dyn ValueSets>) -> Self {
        Self { value_sets: Arc::new(self.value_sets.with_others(source)), ..self.clone() }
    }
}

impl Item {
    /// Returns the value set that can be asked for at a terminology server.
    pub(super) fn external_value_set(&self) -> Option<&str> {
        let is_choice = matches!(self.kind, ItemType::Choice | ItemType::OpenChoice);
        let named = self.unknown_options.as_deref().filter(|_| is_choice && !self.is_picker())?;
        (named.contains(':') && !named.starts_with('#') && !self.is_calculated()).then_some(named)
    }
}

impl Answers {
    /// Sets what is offered for a question now. It is not stored.
    pub fn offer(&mut self, place: &str, offered: Offered) {
        self.offered.insert(place.to_owned(), offered);
    }

    /// Returns the codings that were posted and are not kept: each has to be judged before it counts.
    #[must_use]
    pub fn posted_codes(&self, form: &Form) -> Vec<PostedCode> {
        let mut posted = Vec::new();
        for question in form.value_set_questions(self) {
            let kept = self.codings(&question.place);
            let new = self.get(&question.place).iter().filter(|key| !kept.iter().any(|it| it.key == **key));
            posted.extend(new.filter_map(|key| {
                let (system, code) = key.strip_prefix(CODED)?.rsplit_once('|')?;
                let (place, value_set) = (question.place.clone(), question.value_set.clone());
                Some(PostedCode { place, value_set, system: system.to_owned(), code: code.to_owned() })
            }));
        }
        posted
    }

    /// Keeps a coding that was judged to belong to the value set of a question.
    pub fn keep_coding(&mut self, place: &str, coding: Candidate) {
        let kept = self.codings.entry(place.to_owned()).or_default();
        if !kept.iter().any(|known| known.key == coding.key) {
            kept.push(coding);
        }
    }

    /// Keeps the codings of the chart that belong to the external value set of a question.
    pub(super) fn keep_codings_of_chart(&mut self, item: &Item, place: &str, prefill: &Prefill) {
        if item.external_value_set().is_some() {
            for candidate in prefill.candidates(place).iter().filter(|candidate| candidate.selected) {
                self.keep_coding(place, Candidate { selected: false, ..candidate.clone() });
            }
        }
    }

    /// Keeps the codings of a response that answer a question with an external value set.
    pub(super) fn keep_sent_codings(&mut self, item: &Item, place: &str, found: &Value) {
        for coding in array(found, "answer").filter_map(|answer| answer.get("valueCoding")) {
            let part = |name: &str| string(coding, name).unwrap_or_default();
            if item.external_value_set().is_some() && coding.get("system").is_some() {
                let display = string(coding, "display").unwrap_or(part("code"));
                self.keep_coding(
                    place,
                    Candidate::coding(part("system"), part("version"), part("code"), display),
                );
            }
        }
    }

    /// Returns the codings that are kept for a place.
    pub(super) fn codings(&self, place: &str) -> &[Candidate] {
        self.codings.get(place).map_or(&[], Vec::as_slice)
    }

    pub(super) fn search(&self, place: &str) -> &str {
        self.searches.get(place).map_or("", String::as_str)
    }

    pub(super) fn offered(&self, place: &str) -> Option<&Offered> {
        self.offered.get(place)
    }

    pub(super) fn set_search(&mut self, place: &str, text: &str) {
        let text: String = text.trim().chars().filter(|it| !it.is_control()).take(MAX_SEARCH).collect();
        if !text.is_empty() {
            self.searches.insert(place.to_owned(), text);
        }
    }

    /// Takes the codings of earlier answers that are still chosen.
    pub(super) fn keep_chosen_codings(&mut self, earlier: &Self) {
        for (place, kept) in &earlier.codings {
            for coding in kept
                .iter()
                .filter(|coding| self.get(place).contains(&coding.key))
                .cloned()
                .collect::<Vec<_>>()
            {
                self.keep_coding(place, coding);
            }
        }
    }
}

impl<'a> Answered<'a> {
    /// Returns the codes that are offered, without those that are chosen already.
    pub(super) fn offered_codes(&self) -> impl Iterator<Item = &'a Candidate> {
        let kept = self.answers.codings(self.place);
        let offered = self.answers.offered(self.place).map_or(&[][..], |offered| &offered.options);
        offered.iter().filter(|option| !kept.iter().any(|it| it.key == option.key))
    }
}

/// Name of the function of expressions that names a value set, with its argument.
const MEMBER_OF: &str = "memberOf('";

/// Returns the value sets that expressions below a value name.
fn value_sets_of_expressions(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let expression = string(value, "expression").unwrap_or_default();
            let named = expression.split(MEMBER_OF).skip(1).filter_map(|rest| rest.split('\'').next());
            for named in named.filter(|named| named.contains(':')) {
                if !into.iter().any(|known| known == named) {
                    into.push(named.to_owned());
                }
            }
            members.values().for_each(|member| value_sets_of_expressions(member, into));
        }
        Value::Array(items) => items.iter().for_each(|item| value_sets_of_expressions(item, into)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Extent, Form, calculate, check, enabled, moved, view};
    use super::*;

    const LEFT: &str = "code:urn:s|left";

    fn form(version: &str, value_set: &str) -> Form {
        let when = |answer: &Value| json!([{"question": "side", "operator": "=", "answerCoding": answer}]);
        let below = |link_id: &str, answer: Value| json!({"linkId": link_id, "type": "string", "text": link_id, "enableWhen": when(&answer)});
        Form::parse(
            &json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "version": version, "item": [
            {"linkId": "side", "type": "choice", "text": "Side", "answerValueSet": value_set},
            below("left", json!({"system": "urn:s", "code": "left", "display": "Left"})),
            below("any-left", json!({"code": "left"})),
            below("other-left", json!({"system": "urn:t", "code": "left"}))]}),
        )
        .unwrap()
    }

    fn chosen(form: &Form) -> Answers {
        let mut answers = Answers::default();
        answers.set("side", vec![LEFT.to_owned()]);
        let posted = answers.posted_codes(form);
        assert_eq!((posted.len(), posted[0].system.as_str(), posted[0].code.as_str()), (1, "urn:s", "left"));
        answers.keep_coding("side", Candidate::coding("urn:s", "1", "left", "Left"));
        answers
    }

    #[test]
    fn counts_a_code_once_it_was_judged() {
        let form = form("1", "urn:sides");
        let mut answers = Answers::default();
        answers.set("side", vec![LEFT.to_owned()]);
        assert_eq!(check(&form, &answers, &Prefill::default()).len(), 1);
        let answers = chosen(&form);
        assert_eq!(check(&form, &answers, &Prefill::default()), []);
        assert!(answers.posted_codes(&form).is_empty());
        let stored: Answers = serde_json::from_value(serde_json::to_value(&answers).unwrap()).unwrap();
        assert_eq!(stored, answers, "the coding is stored with the draft");
    }

    #[test]
    fn compares_codes_in_conditions() {
        let form = form("1", "urn:sides");
        let on = enabled(&form, &chosen(&form));
        let is_on = ["left", "any-left", "other-left"].map(|link_id| on.contains(link_id));
        assert_eq!(is_on, [true, true, false]);
    }

    #[test]
    fn moves_a_code_to_a_form_with_the_same_value_set_only() {
        let (before, answers) = (form("1", "urn:sides"), chosen(&form("1", "urn:sides")));
        for (value_set, kept) in [("urn:sides", 1), ("urn:other-sides", 0)] {
            let moved = moved(&before, &form("2", value_set), &answers, &Prefill::default(), "en");
            assert_eq!((moved.answers.get("side").len(), moved.lost.len()), (kept, 1 - kept), "{value_set}");
        }
    }

    #[test]
    fn shows_a_list_a_search_or_a_field_for_text() {
        let form = form("1", "urn:sides");
        let option = |code: &str| Candidate::coding("urn:s", "", code, code);
        let many: Vec<Candidate> = (0..9).map(|number| option(&number.to_string())).collect();
        for (options, extent, control, is_open, is_searched) in [
            (vec![option("left")], Extent::All, "radio", false, false),
            (many, Extent::All, "drop-down", false, false),
            (Vec::new(), Extent::Search, "radio", false, true),
            (vec![option("left")], Extent::More, "radio", false, true),
            (Vec::new(), Extent::Failed, "line", true, false),
        ] {
            let mut answers = Answers::default();
            calculate(
                &form,
                &mut answers,
                &super::super::Chart::new(),
                &"2026-09-02T09:20:00Z[UTC]".parse().unwrap(),
            );
            answers.offer("side", Offered { options, extent });
            let item =
                view(&form, &answers, &Prefill::default(), &[], "en").sections.remove(0).items.remove(0);
            let shown = (item.control, item.open, item.search.is_some(), !item.unknown_options.is_empty());
            assert_eq!(shown, (control, is_open, is_searched, is_open), "{extent:?}");
        }
    }
}
