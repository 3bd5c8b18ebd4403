//! Writing of the `QuestionnaireResponse`.

use std::cell::Cell;

use jiff::Zoned;
use serde_json::{Value, json};

use super::answered::Answered;
use super::answers::Answers;
use super::attached::AttachedFile;
use super::enable_when::enabled_among;
use super::item::{Item, ItemType};
use super::occurrence::{Occurrence, Occurrences};
use super::prefill::Prefill;
use super::provenance::source;
use super::provenance_kind::is_from_chart;
use super::questionnaire::Form;
use super::readable::not_loaded;
use super::source::NotLoaded;
use super::together::Together;
use super::typed;
use crate::fhir::TRANSLATION;

/// Own extension of an answer: its source, as a reference to the resource with the value and as text.
pub(super) const ANSWER_SOURCE: &str = "https://passerelle.example/fhir/StructureDefinition/answer-source";

const DATA_ABSENT_REASON: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

/// Elements of a response other than the answers.
#[derive(Clone, Debug)]
pub struct Details<'d> {
    /// `id` of the response; left out if empty.
    pub id: &'d str,
    /// Reference to the patient: `Patient/p1` or `urn:uuid:…`.
    pub subject: &'d str,
    /// Reference to the author of the answers.
    pub author: &'d str,
    /// Time of completion, in the site's time zone.
    pub authored: &'d Zoned,
    /// Language in which the form was filled in.
    pub lang: &'d str,
}

/// Resource of the chart that is an answer, or that an unchanged answer was filled in from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Picked {
    /// `linkId` of the question.
    pub link_id: String,
    /// Place of the question.
    pub place: String,
    /// Reference in the EHR, such as `Condition/123`.
    pub reference: String,
    /// Text that was shown to the user.
    pub display: String,
}

/// Returns the completed response with the enabled questions, hidden ones included. Texts that are not valid answers are
/// left out, so call [`check`](super::check) first. `questionnaire` is the form's canonical URL with its version.
#[must_use]
pub fn to_response(form: &Form, answers: &Answers, prefill: &Prefill, details: &Details<'_>) -> Value {
    let authored = details.authored.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let mut response = json!({
        "resourceType": "QuestionnaireResponse",
        "language": details.lang,
        "status": "completed",
        "subject": { "reference": details.subject },
        "authored": authored,
        "author": { "reference": details.author },
        "item": items_of(form, answers, prefill, details.lang),
    });
    if let Some(canonical) = form.canonical() {
        response["questionnaire"] = json!(canonical);
    }
    if !details.id.is_empty() {
        response["id"] = json!(details.id);
    }
    response
}

/// Returns the resources of the chart that were picked in enabled questions, and those with the values that were filled
/// in and not changed. A resource with several values is one of them if none was changed.
#[must_use]
pub fn picked(form: &Form, answers: &Answers, prefill: &Prefill) -> Vec<Picked> {
    let occurrences = Occurrences::of(form, answers);
    let on = enabled_among(&occurrences, answers);
    let together = Together::of(&occurrences, &on, answers, prefill);
    let mut all = Vec::new();
    for (one, on) in occurrences.iter().zip(on) {
        if !on || !one.is_question() || one.item.hidden {
            continue;
        }
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let picked = |reference: &String, display: &str| Picked {
            link_id: one.item.link_id.clone(),
            place: one.place.to_string(),
            reference: reference.clone(),
            display: display.to_owned(),
        };
        let chosen =
            answered.candidates().iter().filter(|candidate| answered.texts().contains(&candidate.key));
        all.extend(
            chosen.filter_map(|candidate| Some(picked(candidate.reference.as_ref()?, &candidate.label))),
        );
        if is_from_chart(answered)
            && together.changed_beside(&one.place).is_none()
            && let Some(reference) = answered.filled().and_then(|filled| filled.source.as_ref())
        {
            all.push(picked(reference, one.short_text("en")));
        }
    }
    all
}

/// Returns the answers to enabled questions, with the texts of the questions in this language.
fn items_of(form: &Form, answers: &Answers, prefill: &Prefill, lang: &str) -> Vec<Value> {
    let occurrences = Occurrences::of(form, answers);
    let on = enabled_among(&occurrences, answers);
    Writer::new(answers, prefill, &occurrences, &on, Some(lang)).items(None)
}

/// Response that the rules of a form are evaluated on, without texts and candidates of the chart.
pub(super) struct Written<'f> {
    pub(super) response: Value,
    pub(super) occurrences: Occurrences<'f>,
    /// Whether each occurrence is enabled.
    pub(super) on: Vec<bool>,
    /// Number of items of each occurrence in the response; of answers, for the row of a question.
    pub(super) counts: Vec<usize>,
}

impl<'f> Written<'f> {
    pub(super) fn of(form: &'f Form, answers: &Answers) -> Self {
        let occurrences = Occurrences::of(form, answers);
        let on = enabled_among(&occurrences, answers);
        let prefill = Prefill::in_zone(&answers.evaluated.zone());
        let writer = Writer::new(answers, &prefill, &occurrences, &on, None);
        let mut response = json!({ "resourceType": "QuestionnaireResponse", "item": writer.items(None) });
        let counts = writer.counts.into_iter().map(Cell::into_inner).collect();
        if let Some(canonical) = form.canonical() {
            response["questionnaire"] = json!(canonical);
        }
        Self { response, occurrences, on, counts }
    }
}

struct Writer<'w> {
    answers: &'w Answers,
    prefill: &'w Prefill,
    occurrences: &'w Occurrences<'w>,
    on: &'w [bool],
    lang: Option<&'w str>,
    together: Together,
    counts: Vec<Cell<usize>>,
}

impl<'w> Writer<'w> {
    fn new(
        answers: &'w Answers,
        prefill: &'w Prefill,
        occurrences: &'w Occurrences<'w>,
        on: &'w [bool],
        lang: Option<&'w str>,
    ) -> Self {
        let counts = vec![Cell::new(0); occurrences.len()];
        // Rules see no sources.
        let together = match lang {
            Some(_) => Together::of(occurrences, on, answers, prefill),
            None => Together::default(),
        };
        Self { answers, prefill, occurrences, on, lang, together, counts }
    }

    /// Writes the enabled occurrences directly below one.
    fn items(&self, parent: Option<usize>) -> Vec<Value> {
        let asked = self.occurrences.below(parent).filter(|number| self.on[*number]);
        asked.flat_map(|number| self.written(number)).collect()
    }

    fn written(&self, number: usize) -> Vec<Value> {
        let one = self.occurrences.get(number);
        if one.item.is_own_section {
            return self.items(Some(number));
        }
        if one.is_list() && !one.item.kind.is_question() {
            // One item for each row, led by one that says that the chart's entries are not among them.
            let rows = self.occurrences.below(Some(number)).flat_map(|row| self.written(row));
            return self.not_loaded(one).into_iter().chain(rows).collect();
        }
        let content = match one.item.kind {
            ItemType::Display => return Vec::new(),
            ItemType::Group => ("item", self.items(Some(number))),
            _ if one.is_list() => {
                let rows = self.occurrences.below(Some(number));
                ("answer", rows.flat_map(|row| self.row_of_question(row)).collect())
            }
            _ => self.answers_or_items(number),
        };
        let written = match content.1.is_empty() {
            true => self.not_loaded(one),
            false => self.item(one, content),
        };
        self.counts[number].set(usize::from(written.is_some()));
        written.into_iter().collect()
    }

    /// Item without an answer for a list of the chart that was not loaded: its receiver must not take it for an empty one.
    fn not_loaded(&self, one: &Occurrence<'_>) -> Option<Value> {
        let text = self.text(one).filter(|_| self.is_not_loaded(one))?;
        let reason = json!([{ "url": DATA_ABSENT_REASON, "valueCode": "unknown" }]);
        Some(json!({ "extension": reason, "linkId": one.item.link_id, "text": text }))
    }

    fn is_not_loaded(&self, one: &Occurrence<'_>) -> bool {
        let is_list = one.is_list() || one.item.is_picker();
        let reason = self.prefill.get(&one.place).and_then(|filled| filled.not_loaded);
        is_list && !one.item.hidden && reason.is_some_and(|reason| reason != NotLoaded::NotEvaluable)
    }

    /// Text of an item in the language of the response, with a remark on a list of the chart that was not loaded.
    fn text(&self, one: &Occurrence<'_>) -> Option<String> {
        let lang = self.lang?;
        let text = match one.text(lang) {
            text if self.is_not_loaded(one) => format!("{text} {}", not_loaded(lang)),
            text => text.to_owned(),
        };
        (!text.is_empty()).then_some(text)
    }

    fn item(&self, one: &Occurrence<'_>, (key, content): (&str, Vec<Value>)) -> Option<Value> {
        if content.is_empty() {
            return None;
        }
        let mut written = json!({ "linkId": one.item.link_id });
        if let Some(text) = self.text(one) {
            written["text"] = json!(text);
        }
        written[key] = Value::Array(content);
        Some(written)
    }

    fn row_of_question(&self, row: usize) -> Vec<Value> {
        let answers = self.answers_with_items(row);
        self.counts[row].set(answers.len());
        answers
    }

    /// Answers of a question, with the items below it. Without an answer, the items alone: nothing that was typed is lost.
    fn answers_or_items(&self, number: usize) -> (&'static str, Vec<Value>) {
        let answers = self.answers_with_items(number);
        if answers.is_empty() { ("item", self.items(Some(number))) } else { ("answer", answers) }
    }

    fn answers_with_items(&self, number: usize) -> Vec<Value> {
        let mut answers = self.answers_of(number);
        let below = self.items(Some(number));
        if let Some(first) = answers.first_mut().filter(|_| !below.is_empty()) {
            first["item"] = Value::Array(below);
        }
        answers
    }

    /// Adds the text of an option in the language of the response to its code, whose own text is in another.
    fn translated(&self, item: &Item, text: &str, mut answer: Value) -> Value {
        let option = item.options.iter().find(|option| option.key == text);
        let label = self.lang.and_then(|lang| option.map(|option| (lang, option.label.in_language(lang))));
        if let (Some((lang, label)), Some(coding)) = (label, answer.get_mut("valueCoding"))
            && coding["display"].as_str().is_some_and(|display| display != label)
        {
            let translation = json!({ "url": TRANSLATION, "extension": [
                { "url": "lang", "valueCode": lang }, { "url": "content", "valueString": label } ] });
            coding["_display"] = json!({ "extension": [translation] });
        }
        answer
    }

    fn answers_of(&self, number: usize) -> Vec<Value> {
        let one = self.occurrences.get(number);
        let answered =
            Answered { item: one.item, place: &one.place, answers: self.answers, prefill: self.prefill };
        if one.item.kind == ItemType::Attachment {
            return answered.files().map(AttachedFile::answer).collect();
        }
        let texts = answered.texts();
        if texts.is_empty() {
            return Vec::new();
        }
        let (zone, candidates) = (self.prefill.zone(), answered.candidates());
        let answered_with = |text: &String| {
            Some(self.translated(one.item, text, typed::answer(one.item, text, candidates, &zone)?))
        };
        let mut answers: Vec<Value> = texts.iter().filter_map(answered_with).collect();
        if let (Some(lang), Some(answer)) = (self.lang, answers.last_mut())
            && self.together.changed_beside(&one.place).is_none()
            && let Some(source) = source(answered, lang)
        {
            let mut source = json!({ "display": source });
            if is_from_chart(answered)
                && let Some(reference) = answered.filled().and_then(|filled| filled.source.as_ref())
            {
                source["reference"] = json!(reference);
            }
            answer["extension"] = json!([{ "url": ANSWER_SOURCE, "valueReference": source }]);
        }
        answers
    }
}
