//! Names of persons.

use serde_json::Value;

/// Name of a person; any part may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HumanName {
    /// Family name.
    pub family: String,
    /// Given names, joined by spaces.
    pub given: String,
    /// Complete name as one text, from `HumanName.text`.
    pub text: String,
}

impl HumanName {
    /// Formats the name as `FAMILY, Given`, as in charts.
    #[must_use]
    pub fn for_chart(&self) -> String {
        match (self.family.as_str(), self.given.as_str()) {
            ("", "") => self.text.clone(),
            ("", given) => given.to_owned(),
            (family, "") => family.to_uppercase(),
            (family, given) => format!("{}, {given}", family.to_uppercase()),
        }
    }

    /// Formats the name as `Given Family`, as in letters.
    #[must_use]
    pub fn for_letter(&self) -> String {
        let joined = format!("{} {}", self.given, self.family);
        let joined = joined.trim();
        if joined.is_empty() { self.text.clone() } else { joined.to_owned() }
    }
}

/// Returns the official name of a person resource, else the usual one, else the first; empty if it has none.
#[must_use]
pub fn official_name(resource: &Value) -> HumanName {
    let names = resource["name"].as_array().map(Vec::as_slice).unwrap_or_default();
    let by_use = |wanted: &str| names.iter().find(|name| name["use"] == wanted);
    let Some(name) = by_use("official").or_else(|| by_use("usual")).or_else(|| names.first()) else {
        return HumanName::default();
    };
    let given: Vec<&str> = name["given"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    HumanName {
        family: name["family"].as_str().unwrap_or_default().trim().to_owned(),
        given: given.join(" ").trim().to_owned(),
        text: name["text"].as_str().unwrap_or_default().trim().to_owned(),
    }
}
