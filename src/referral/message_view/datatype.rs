//! Texts of FHIR data types, as pieces. Source: FHIR R4, `datatypes.html`.
//!
//! A type is recognized by its elements. Every element of a value is shown: those that its text has no place for are
//! appended with their names.

use serde_json::{Map, Value};

use super::{
    piece::{Piece, joined},
    reader::Reader,
};

/// Elements without content for people: ids, addresses of definitions, and the content of files, whose size is shown.
const NOT_SHOWN: [&str; 9] =
    ["id", "url", "system", "reference", "data", "profile", "resourceType", "hash", "questionnaire"];
/// Elements that are dates or times, besides those whose name ends so.
const DATES: [&str; 8] = ["date", "start", "end", "issued", "authoredOn", "authored", "time", "creation"];
/// Elements that are codes of FHIR itself.
const CODES: [&str; 16] = [
    "status",
    "intent",
    "priority",
    "use",
    "gender",
    "type",
    "category",
    "criticality",
    "severity",
    "mode",
    "docStatus",
    "comparator",
    "periodUnit",
    "when",
    "valueCode",
    "code",
];
/// Names of code systems, by the beginning of their URI.
const SYSTEM_NAMES: [(&str, &str); 7] = [
    ("http://snomed.info/sct", "SNOMED CT"),
    ("http://loinc.org", "LOINC"),
    ("http://hl7.org/fhir/sid/icd-10-ca", "ICD-10-CA"),
    ("http://hl7.org/fhir/sid/icd-10", "ICD-10"),
    ("http://hl7.org/fhir/sid/icd-9", "ICD-9"),
    ("http://hl7.org/fhir/NamingSystem/ca-hc-din", "DIN"),
    ("http://hl7.org/fhir/sid/cvx", "CVX"),
];

impl Reader<'_> {
    /// Text of the value of an element.
    pub(super) fn value(&self, name: &str, value: &Value) -> Vec<Piece> {
        match value {
            Value::Null => Vec::new(),
            Value::Bool(yes) => vec![Piece::code(if *yes { "true" } else { "false" })],
            Value::Number(number) => vec![Piece::text(self.number(&number.to_string()))],
            Value::String(text) => self.primitive(name, text).into_iter().collect(),
            Value::Array(items) => joined(items.iter().map(|item| self.value(name, item)), ", "),
            Value::Object(members) => self.object(name, value, members),
        }
    }

    fn primitive(&self, name: &str, text: &str) -> Option<Piece> {
        let is_date =
            DATES.contains(&name) || ["Date", "DateTime", "Instant"].iter().any(|end| name.ends_with(end));
        let is_code = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        match name {
            _ if NOT_SHOWN.contains(&name) || text.trim().is_empty() => None,
            _ if is_date => Some(Piece::text(self.moment(text))),
            _ if CODES.contains(&name) && is_code(text) => Some(Piece::code(text)),
            _ => Some(Piece::text(text)),
        }
    }

    fn object(&self, name: &str, value: &Value, members: &Map<String, Value>) -> Vec<Piece> {
        let has = |names: &[&str]| names.iter().any(|name| members.contains_key(*name));
        let is_string = |name: &str| members.get(name).is_some_and(Value::is_string);
        let (mut text, shown): (Vec<Piece>, &[&str]) = if name == "extension" {
            return self.extension(value);
        } else if has(&["coding"]) {
            (self.concept(value), &["coding", "text"])
        } else if has(&["numerator", "denominator"]) {
            (self.ratio(value), &["numerator", "denominator"])
        } else if has(&["low", "high"]) {
            (self.range(value), &["low", "high"])
        } else if members.get("value").is_some_and(Value::is_number) {
            (self.quantity(value), &["comparator", "value", "unit", "code"])
        } else if has(&["start", "end"]) {
            (self.period(value), &["start", "end"])
        } else if has(&["family", "given", "_family"]) {
            (Self::human_name(value), &["prefix", "given", "family", "suffix"])
        } else if has(&["line", "city", "postalCode"]) {
            (Self::address(value), &["line", "city", "state", "postalCode", "country"])
        } else if has(&["contentType", "data", "_url"]) {
            (Self::attachment(value), &["title", "contentType"])
        } else if is_string("value") {
            (self.identifier(value), &["value", "type"])
        } else if has(&["reference"]) {
            (self.reference(value), &["display"])
        } else if has(&["display"]) {
            (self.coding(value), &["display", "code"])
        } else if is_string("text") {
            (vec![Piece::text(value["text"].as_str().unwrap_or_default())], &["text"])
        } else if is_string("code") && has(&["system"]) {
            (self.coding(value), &["code"])
        } else {
            (Vec::new(), &[])
        };
        let mut shown = shown.to_vec();
        if !text.is_empty() {
            // A whole text beside the parts that it is made of says nothing more.
            let is_said =
                members.get("text").and_then(Value::as_str).is_some_and(|whole| is_made_of(whole, &text));
            shown.extend(is_said.then_some("text"));
            if let Some(usage) = members.get("use").and_then(Value::as_str) {
                text.extend([Piece::text(" ("), Piece::code(usage), Piece::text(")")]);
                shown.push("use");
            }
        }
        let rest = self.elements(members, &shown);
        joined([text, rest], self.semicolon())
    }

    /// Elements of a value with their names, but those that are shown already.
    pub(super) fn elements(&self, members: &Map<String, Value>, shown: &[&str]) -> Vec<Piece> {
        let rest = members.iter().filter(|(name, _)| !shown.contains(&name.as_str()));
        let named = rest.filter_map(|(name, value)| {
            let name = name.trim_start_matches('_');
            let text = self.value(name, value);
            if text.is_empty() || name == "extension" {
                return (!text.is_empty()).then_some(text);
            }
            Some([vec![Piece::element(name), self.colon()], text].concat())
        });
        joined(named, self.semicolon())
    }

    /// Name of an extension, from its URL, and its value.
    fn extension(&self, extension: &Value) -> Vec<Piece> {
        let url = extension["url"].as_str().unwrap_or_default();
        let text = self.extension_value(extension);
        if text.is_empty() {
            return text;
        }
        if url.ends_with("/data-absent-reason") {
            return text;
        }
        [vec![Piece::element(extension_name(url)), self.colon()], text].concat()
    }

    /// Values of an extension, without its name.
    pub(super) fn extension_value(&self, extension: &Value) -> Vec<Piece> {
        let members = extension.as_object().into_iter().flatten();
        joined(members.filter(|(name, _)| *name != "url").map(|(name, value)| self.value(name, value)), ", ")
    }

    /// Text of a concept, and in parentheses its codes, with their texts where these differ.
    pub(super) fn concept(&self, concept: &Value) -> Vec<Piece> {
        let main = self.short(concept);
        let own = main.first().map(|piece| piece.text.clone()).unwrap_or_default();
        let codings = concept["coding"].as_array().into_iter().flatten().map(|coding| {
            let display = coding["display"].as_str().filter(|display| *display != own);
            let (system, code) = (text(coding, "system"), text(coding, "code"));
            let code = [system_name(system), code].join(" ");
            let code = Some(code.trim()).filter(|code| !code.is_empty() && *code != own);
            let display = display.map(|display| vec![self.coded(system, display)]);
            let code = code.map(|code| vec![Piece::text(code)]);
            let rest = coding.as_object().map(|it| self.elements(it, &["display", "code", "userSelected"]));
            joined(display.into_iter().chain(code).chain(rest), ", ")
        });
        let codings = joined(codings, self.semicolon());
        if codings.is_empty() {
            return main;
        }
        [main, vec![Piece::text(" (")], codings, vec![Piece::text(")")]].concat()
    }

    /// Text of a concept alone: its own, else the first text of its codes, else its first code.
    pub(super) fn short(&self, concept: &Value) -> Vec<Piece> {
        let codings = || concept["coding"].as_array().into_iter().flatten();
        let own = concept["text"].as_str().map(str::trim).filter(|text| !text.is_empty());
        let source = |text: &str| {
            let named = codings().find(|coding| coding["display"] == text);
            named.map(|coding| self::text(coding, "system")).unwrap_or_default().to_owned()
        };
        if let Some(own) = own {
            return vec![self.coded(&source(own), own)];
        }
        if let Some(coding) = codings().find(|coding| !text(coding, "display").is_empty()) {
            return vec![self.coded(text(coding, "system"), text(coding, "display"))];
        }
        let code = codings().map(|coding| text(coding, "code")).find(|code| !code.is_empty());
        code.map(|code| vec![Piece::code(code)]).unwrap_or_default()
    }

    fn coding(&self, coding: &Value) -> Vec<Piece> {
        let (system, display, code) = (text(coding, "system"), text(coding, "display"), text(coding, "code"));
        if display.is_empty() {
            return vec![Piece::code(code)];
        }
        let named = self.coded(system, display);
        let code = [system_name(system), code].join(" ");
        if code.trim().is_empty() || code.trim() == display {
            return vec![named];
        }
        vec![named, Piece::text(format!(" ({})", code.trim()))]
    }

    /// Number with its unit.
    pub(super) fn quantity(&self, quantity: &Value) -> Vec<Piece> {
        let Some(number) = quantity["value"].as_number() else { return Vec::new() };
        let unit = [text(quantity, "unit"), text(quantity, "code")].into_iter().find(|unit| !unit.is_empty());
        // An annotation of UCUM, such as `{score}`, is no unit.
        let unit = unit.filter(|unit| !(unit.starts_with('{') && unit.ends_with('}')));
        let number = self.number(&number.to_string());
        let written = format!("{}{number} {}", text(quantity, "comparator"), unit.unwrap_or_default());
        vec![Piece::text(written.trim_end())]
    }

    pub(super) fn range(&self, range: &Value) -> Vec<Piece> {
        let (low, high) = (self.quantity(&range["low"]), self.quantity(&range["high"]));
        match (low.is_empty(), high.is_empty()) {
            (false, false) => [low, vec![Piece::text(" – ")], high].concat(),
            (false, true) => [vec![Piece::text("≥\u{a0}")], low].concat(),
            _ => [vec![Piece::text("≤\u{a0}")], high].concat(),
        }
    }

    fn ratio(&self, ratio: &Value) -> Vec<Piece> {
        joined([self.quantity(&ratio["numerator"]), self.quantity(&ratio["denominator"])], " / ")
    }

    fn period(&self, period: &Value) -> Vec<Piece> {
        let limit = |name: &str| period[name].as_str().map(|text| self.moment(text)).unwrap_or_default();
        vec![Piece::text(format!("{} – {}", limit("start"), limit("end")).trim().to_owned())]
    }

    fn human_name(name: &Value) -> Vec<Piece> {
        let list = |key: &str| name[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        let parts: Vec<&str> = list("prefix")
            .chain(list("given"))
            .chain(name["family"].as_str())
            .chain(list("suffix"))
            .collect();
        parts.is_empty().then(Vec::new).unwrap_or_else(|| vec![Piece::text(parts.join(" "))])
    }

    fn address(address: &Value) -> Vec<Piece> {
        let lines = address["line"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let rest = ["city", "state", "postalCode", "country"].map(|name| text(address, name));
        let parts: Vec<&str> = lines.chain(rest).filter(|part| !part.is_empty()).collect();
        vec![Piece::text(parts.join(", "))]
    }

    fn attachment(attachment: &Value) -> Vec<Piece> {
        let named = ["title", "contentType"].map(|name| text(attachment, name)).into_iter();
        joined(named.filter(|text| !text.is_empty()).map(|text| vec![Piece::text(text)]), ", ")
    }

    /// Number of an identifier, or of a contact point, after its type.
    fn identifier(&self, identifier: &Value) -> Vec<Piece> {
        let kind = self.concept(&identifier["type"]);
        let number = vec![Piece::text(text(identifier, "value"))];
        if kind.is_empty() {
            return number;
        }
        [kind, vec![self.colon()], number].concat()
    }

    fn reference(&self, reference: &Value) -> Vec<Piece> {
        let display = Some(text(reference, "display")).filter(|display| !display.is_empty());
        let display = display.or_else(|| self.name_of(text(reference, "reference")));
        display.map(|display| vec![Piece::text(display)]).unwrap_or_default()
    }
}

pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().map(str::trim).unwrap_or_default()
}

fn system_name(system: &str) -> &'static str {
    SYSTEM_NAMES.iter().find(|(start, _)| system.starts_with(start)).map_or("", |(_, name)| name)
}

/// Name of an extension, from the end of its URL.
pub(super) fn extension_name(url: &str) -> &str {
    let name = url.rsplit('/').next().unwrap_or_default();
    ["ext-", "id-", "patient-", "us-core-"].iter().fold(name, |name, prefix| name.trim_start_matches(prefix))
}

/// Whether all words of a text are in what is shown.
fn is_made_of(whole: &str, shown: &[Piece]) -> bool {
    let shown = shown.iter().map(|piece| piece.text.as_str()).collect::<String>();
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|letter: char| !letter.is_alphanumeric());
        parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
    };
    let shown = words(&shown);
    words(whole).iter().all(|word| shown.contains(word))
}
