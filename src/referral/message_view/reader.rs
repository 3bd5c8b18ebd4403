//! Reader of a message: language of the page, and names of the entries that others refer to.

use std::{collections::BTreeMap, rc::Rc};

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{english::is_english, piece::Piece};
use crate::{
    fhir::concept_text_or_code,
    forms::{colon, localized_number, moment, semicolon},
};

/// Reader of one message.
pub(super) struct Reader<'m> {
    pub(super) lang: &'m str,
    zone: &'m TimeZone,
    /// Names of the entries, by `fullUrl`.
    names: Rc<BTreeMap<&'m str, String>>,
    /// Language of the resource that is read.
    language: String,
}

impl<'m> Reader<'m> {
    pub(super) fn new(message: &'m Value, lang: &'m str, zone: &'m TimeZone) -> Self {
        let entries = message["entry"].as_array().into_iter().flatten();
        let names = entries.filter_map(|entry| Some((entry["fullUrl"].as_str()?, name(&entry["resource"])?)));
        Self { lang, zone, names: Rc::new(names.collect()), language: String::new() }
    }

    /// Returns the reader of one resource of the message.
    pub(super) fn of(&self, resource: &Value) -> Self {
        let language = resource["language"].as_str().unwrap_or_default().to_owned();
        Self { lang: self.lang, zone: self.zone, names: Rc::clone(&self.names), language }
    }

    pub(super) fn is_french(&self) -> bool {
        self.lang.starts_with("fr")
    }

    /// Colon between a label and its content.
    pub(super) fn colon(&self) -> Piece {
        Piece::text(colon(self.lang))
    }

    /// Mark between the parts of a text.
    pub(super) fn semicolon(&self) -> &'static str {
        semicolon(self.lang)
    }

    pub(super) fn number(&self, number: &str) -> String {
        localized_number(number, self.lang)
    }

    pub(super) fn moment(&self, text: &str) -> String {
        moment(text, self.lang, self.zone)
    }

    /// Text of a code of this system.
    pub(super) fn coded(&self, system: &str, text: &str) -> Piece {
        let kind = if self.is_french() && is_english(system, text, &self.language) { "en" } else { "text" };
        Piece::of_kind(kind, text)
    }

    /// Name of an entry of the message.
    pub(super) fn name_of(&self, url: &str) -> Option<&str> {
        self.names.get(url).map(String::as_str)
    }
}

/// Name of a resource for those that refer to it.
fn name(resource: &Value) -> Option<String> {
    let named = |value: &Value| value.as_str().map(str::to_owned);
    let first = &resource["name"][0];
    let parts = || {
        let given = first["given"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let parts: Vec<&str> = given.chain(first["family"].as_str()).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let concept = |name: &str| concept_text_or_code(&resource[name]).map(str::to_owned);
    named(&resource["name"])
        .or_else(|| named(&first["text"]))
        .or_else(parts)
        .or_else(|| named(&resource["description"]))
        .or_else(|| concept("code"))
        .or_else(|| concept("medicationCodeableConcept"))
}
