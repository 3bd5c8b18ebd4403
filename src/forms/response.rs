//! Writing of the `QuestionnaireResponse`.

use std::collections::HashSet;

use jiff::Zoned;
use serde_json::{Value, json};

use super::answers::Answers;
use super::enable_when::enabled;
use super::item::{Item, ItemType};
use super::prefill::Prefill;
use super::provenance;
use super::questionnaire::Form;
use super::typed;

/// Own extension of an answer: its source, as a reference to the resource with the value and as text.
const ANSWER_SOURCE: &str = "https://passerelle.example/fhir/StructureDefinition/answer-source";

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
        "questionnaire": format!("{}|{}", form.url(), form.version()),
        "status": "completed",
        "subject": { "reference": details.subject },
        "authored": authored,
        "author": { "reference": details.author },
        "item": items_of(form, answers, prefill, Some(details.lang)),
    });
    if !details.id.is_empty() {
        response["id"] = json!(details.id);
    }
    response
}

/// Returns the resources of the chart that were picked in enabled questions, and those with the values that were filled
/// in and not changed.
#[must_use]
pub fn picked(form: &Form, answers: &Answers, prefill: &Prefill) -> Vec<Picked> {
    let enabled = enabled(form, answers);
    let mut all = Vec::new();
    for item in
        form.questions().into_iter().filter(|item| enabled.contains(item.link_id.as_str()) && !item.hidden)
    {
        let texts = answers.get(&item.link_id);
        let chosen =
            prefill.candidates(&item.link_id).iter().filter(|candidate| texts.contains(&candidate.key));
        all.extend(chosen.filter_map(|candidate| {
            let reference = candidate.reference.clone()?;
            Some(Picked { link_id: item.link_id.clone(), reference, display: candidate.label.clone() })
        }));
        if provenance::is_from_chart(item, answers, prefill)
            && let Some(reference) = prefill.get(&item.link_id).and_then(|filled| filled.source.clone())
        {
            let display = item.short_text("en").to_owned();
            all.push(Picked { link_id: item.link_id.clone(), reference, display });
        }
    }
    all
}

/// Returns the answers to enabled questions, with the texts of the questions if a language is given.
pub(super) fn items_of(form: &Form, answers: &Answers, prefill: &Prefill, lang: Option<&str>) -> Vec<Value> {
    let writer = Writer { answers, prefill, enabled: enabled(form, answers), lang };
    writer.items(&form.items)
}

struct Writer<'w> {
    answers: &'w Answers,
    prefill: &'w Prefill,
    enabled: HashSet<&'w str>,
    lang: Option<&'w str>,
}

impl Writer<'_> {
    fn items(&self, items: &[Item]) -> Vec<Value> {
        let asked = items.iter().filter(|item| self.enabled.contains(item.link_id.as_str()));
        asked.filter_map(|item| self.item(item)).collect()
    }

    fn item(&self, item: &Item) -> Option<Value> {
        let (key, content) = match item.kind {
            ItemType::Display => return None,
            ItemType::Group => ("item", self.items(&item.items)),
            _ => ("answer", self.answers_of(item)),
        };
        if content.is_empty() {
            return None;
        }
        Some(match self.lang {
            Some(lang) => {
                json!({ "linkId": item.link_id, "text": item.text.in_language(lang), key: content })
            }
            None => json!({ "linkId": item.link_id, key: content }),
        })
    }

    fn answers_of(&self, item: &Item) -> Vec<Value> {
        let candidates = self.prefill.candidates(&item.link_id);
        let zone = self.prefill.zone();
        let texts = self.answers.get(&item.link_id).iter();
        let mut answers: Vec<Value> =
            texts.filter_map(|text| typed::answer(item, text, candidates, &zone)).collect();
        if let (Some(lang), Some(answer)) = (self.lang, answers.last_mut())
            && let Some(source) = provenance::source(item, self.answers, self.prefill, lang)
        {
            let mut source = json!({ "display": source });
            if let Some(reference) = self.prefill.get(&item.link_id).and_then(|filled| filled.source.as_ref())
            {
                source["reference"] = json!(reference);
            }
            answer["extension"] = json!([{ "url": ANSWER_SOURCE, "valueReference": source }]);
        }
        answers
    }
}
