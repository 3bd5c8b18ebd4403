//! Answers that exclude each other. Of a text typed beside the options of a question that takes one answer either counts,
//! and neither is lost; an option that is allowed alone only replaces the others, and they replace it.

use super::answers::Answers;
use super::item::Item;
use super::prefill::CANDIDATE;

impl Answers {
    /// Returns the text that was typed beside the chosen option and does not count; empty if there is none.
    #[must_use]
    pub fn aside(&self, place: &str) -> &str {
        self.asides.get(place).map_or("", String::as_str)
    }

    /// Lets one of an option and a text count: the one that is new since the earlier answers, or the text if both are. An
    /// option that counts keeps the text aside; a text that counts is the choice.
    pub(super) fn settle_choice(&mut self, item: &Item, place: &str, earlier: Option<&Self>) {
        self.asides.remove(place);
        if !item.takes_text() || item.takes_several() || !item.has_options() {
            return;
        }
        let is_option = |text: &String| {
            text.starts_with(CANDIDATE) || item.options.iter().any(|option| option.key == *text)
        };
        let [left, right] = self.get(place) else { return };
        let (option, text) = match (is_option(left), is_option(right)) {
            (true, false) => (left.clone(), right.clone()),
            (false, true) => (right.clone(), left.clone()),
            _ => return,
        };
        let known = |text: &String| {
            earlier.is_some_and(|earlier| earlier.get(place).contains(text) || earlier.aside(place) == text)
        };
        if known(&text) {
            self.set(place, vec![option]);
            self.asides.insert(place.to_owned(), text);
        } else {
            self.set(place, vec![text]);
        }
    }

    /// Lets an option that is allowed alone only replace the earlier answers, and a new answer replace it. Nothing if both
    /// are new, since only the user knows which one is meant: it is a problem beside the field.
    pub(super) fn settle_exclusive(&mut self, item: &Item, place: &str, earlier: Option<&Self>) {
        let texts = self.get(place);
        let is_exclusive =
            |text: &String| item.options.iter().any(|option| option.exclusive && option.key == *text);
        if texts.len() < 2 || !texts.iter().any(is_exclusive) {
            return;
        }
        let is_new = |text: &&String| !earlier.is_some_and(|earlier| earlier.get(place).contains(*text));
        let new: Vec<&String> = texts.iter().filter(is_new).collect();
        let kept: Vec<String> = match new.as_slice() {
            [] => return,
            [only] if is_exclusive(only) => vec![(*only).clone()],
            all if all.iter().any(|text| is_exclusive(text)) => return,
            _ => texts.iter().filter(|text| !is_exclusive(text)).cloned().collect(),
        };
        self.set(place, kept);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Form, check, prefill::Prefill};
    use super::*;

    fn form() -> Form {
        let option = |code: &str| json!({ "valueCoding": { "code": code, "display": code } });
        Form::parse(&json!({
            "resourceType": "Questionnaire", "id": "q", "title": "Q", "status": "active",
            "item": [{ "linkId": "language", "text": "Language", "type": "open-choice", "required": true,
                "answerOption": [option("en"), option("fr")],
                "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
                    "valueCodeableConcept": { "coding": [{ "code": "radio-button" }] } }] }],
        }))
        .unwrap()
    }

    fn posted(texts: &[&str], earlier: Option<&Answers>) -> Answers {
        let fields = texts.iter().map(|text| ("a.language".to_owned(), (*text).to_owned()));
        Answers::from_fields(&form(), fields, "en", earlier)
    }

    #[test]
    fn keeps_the_text_beside_a_newly_chosen_option() {
        let typed = posted(&["Punjabi"], None);
        let chosen = posted(&["en", "Punjabi"], Some(&typed));
        assert_eq!((chosen.get("language"), chosen.aside("language")), (&["en".to_owned()][..], "Punjabi"));
        let again = posted(&["en", "Punjabi"], Some(&chosen));
        assert_eq!(again, chosen);
        let other = posted(&["fr", "Punjabi"], Some(&chosen));
        assert_eq!((other.get("language"), other.aside("language")), (&["fr".to_owned()][..], "Punjabi"));
        assert_eq!(check(&form(), &chosen, &Prefill::default()), []);
        let stored = serde_json::to_value(&chosen).unwrap();
        assert_eq!(serde_json::from_value::<Answers>(stored).unwrap(), chosen);
    }

    #[test]
    fn replaces_what_an_exclusive_option_excludes() {
        let option = |code: &str| json!({ "valueCoding": { "code": code, "display": code } });
        let mut none = option("none");
        none["extension"] = json!([{ "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive",
            "valueBoolean": true }]);
        let form = Form::parse(&json!({
            "resourceType": "Questionnaire", "id": "q", "title": "Q", "status": "active",
            "item": [{ "linkId": "risks", "text": "Risks", "type": "open-choice", "repeats": true,
                "answerOption": [option("smoker"), option("diabetes"), none] }],
        }))
        .unwrap();
        let posted = |texts: &[&str], earlier: Option<&Answers>| {
            let fields = texts.iter().map(|text| ("a.risks".to_owned(), (*text).to_owned()));
            Answers::from_fields(&form, fields, "en", earlier)
        };
        let two = posted(&["smoker", "diabetes"], None);
        let none = posted(&["smoker", "diabetes", "none"], Some(&two));
        assert_eq!(none.get("risks"), ["none"]);
        assert_eq!(posted(&["smoker", "none"], Some(&none)).get("risks"), ["smoker"]);
        assert_eq!(posted(&["none", "other words"], Some(&none)).get("risks"), ["other words"]);
        // Both at once: the user is asked, at every save.
        let both = posted(&["smoker", "none"], None);
        assert_eq!(both.get("risks"), ["smoker", "none"]);
        assert_eq!(posted(&["smoker", "none"], Some(&both)), both);
        let shown = super::super::view(&form, &both, &Prefill::default(), &[], "en");
        let item = &shown.sections[0].items[0];
        assert_eq!(item.problem.as_ref().map(|problem| problem.kind.as_str()), Some("not-alone"));
        assert_eq!(item.options.iter().filter(|option| option.exclusive).count(), 1);
        assert!(item.described_by.contains("problem") && shown.problems.is_empty());
    }

    #[test]
    fn lets_a_newly_typed_text_be_the_choice() {
        let chosen = posted(&["en"], None);
        for earlier in [Some(&chosen), None] {
            let typed = posted(&["en", "Punjabi"], earlier);
            assert_eq!((typed.get("language"), typed.aside("language")), (&["Punjabi".to_owned()][..], ""));
        }
        let aside = posted(&["en", "Punjabi"], Some(&posted(&["Punjabi"], None)));
        let retyped = posted(&["en", "Urdu"], Some(&aside));
        assert_eq!((retyped.get("language"), retyped.aside("language")), (&["Urdu".to_owned()][..], ""));
    }
}
