//! Parts of the patient that a user can leave out, for the review.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    datatype::text,
    piece::{Piece, contact_point, joined},
    reader::Reader,
};
use crate::fhir::{health_number_version, is_health_number};

/// Part of the patient with its label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::referral) struct PartText {
    /// Name of the element in the message `fhir-element`.
    pub(in crate::referral) name: String,
    /// End of the message key `use-{usage}`; empty if it has none.
    pub(in crate::referral) usage: String,
    /// Content.
    pub(in crate::referral) value: Vec<Piece>,
}

/// Text of one element of a Patient. `list` is its list, such as `telecom`.
pub(in crate::referral) fn part_text(list: &str, element: &Value, lang: &str, zone: &TimeZone) -> PartText {
    let reader = Reader::new(&Value::Null, lang, zone);
    let labelled =
        |name: &str, value: Vec<Piece>| PartText { name: name.to_owned(), usage: String::new(), value };
    match list {
        "telecom" => {
            let (name, usage) = contact_point(element);
            PartText { name, usage, value: vec![Piece::text(text(element, "value"))] }
        }
        "identifier" => {
            let version = health_number_version(element);
            let number = [text(element, "value"), version.as_str()].join(" ");
            let number = vec![Piece::text(number.trim())];
            if is_health_number(element) {
                return labelled("health-number", number);
            }
            let kind = reader.short(&element["type"]);
            labelled("identifier", joined([kind, number], ", "))
        }
        "communication" => labelled(list, reader.language(&element["language"])),
        "contact" => labelled(list, reader.contact(element)),
        _ => {
            let usage = text(element, "use");
            let is_former = matches!(usage, "nickname" | "maiden" | "usual" | "old" | "temp" | "anonymous");
            let usage = if list == "name" && is_former { usage.to_owned() } else { String::new() };
            PartText { usage, ..labelled(list, reader.value(list, &plain(element))) }
        }
    }
}

impl Reader<'_> {
    /// Language in the words of the page, where these are known.
    fn language(&self, concept: &Value) -> Vec<Piece> {
        let codings = concept["coding"].as_array().into_iter().flatten();
        let mut codes = codings.filter_map(|coding| text(coding, "code").split('-').next());
        match codes.find(|code| matches!(*code, "en" | "fr")) {
            Some(code) => vec![Piece::code(code)],
            None => self.short(concept),
        }
    }

    /// Name, relationship, numbers and address of a contact person.
    fn contact(&self, person: &Value) -> Vec<Piece> {
        let list = |name: &str| person[name].as_array().into_iter().flatten();
        let name = self.value("name", &plain(&person["name"]));
        let relationships = list("relationship").map(|concept| self.short(concept));
        let points = list("telecom").map(|point| {
            let (system, usage) = contact_point(point);
            let number = vec![Piece::element(&system), Piece::text(" "), Piece::text(text(point, "value"))];
            let usage = (!usage.is_empty()).then(|| vec![Piece::of_kind("use", &usage)]);
            joined([number].into_iter().chain(usage), " ")
        });
        let address = self.value("address", &plain(&person["address"]));
        joined([name].into_iter().chain(relationships).chain(points).chain([address]), ", ")
    }
}

/// Name or address without use, type and period, which everything that is sent shows.
fn plain(element: &Value) -> Value {
    let mut element = element.clone();
    if let Some(members) = element.as_object_mut() {
        let has_parts = ["family", "given", "line", "city"].iter().any(|name| members.contains_key(*name));
        members.retain(|name, _| {
            let is_left_out = matches!(name.as_str(), "use" | "type" | "period" | "extension" | "district")
                || name.starts_with('_');
            let is_repeated = name == "text" && has_parts;
            !is_left_out && !is_repeated
        });
    }
    element
}
