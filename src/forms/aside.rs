//! Text typed beside the options of a question that takes one answer: either the option counts or the text, and neither is
//! lost.

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
