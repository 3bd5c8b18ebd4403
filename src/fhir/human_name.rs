//! Names of persons.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::current::current;

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

/// Returns the name of a user as in a letter, from a Practitioner or a PractitionerRole: the name of a role is that of its
/// contained Practitioner, or else the display text of its reference. Empty if there is none.
#[must_use]
pub fn user_name_on(user: &Value, day: Date) -> String {
    let own = name_on(user, day).for_letter();
    if !own.is_empty() {
        return own;
    }
    let practitioner = &user["practitioner"];
    let local = practitioner["reference"].as_str().and_then(|text| text.strip_prefix('#'));
    let contained =
        user["contained"].as_array().into_iter().flatten().find(|it| local.is_some_and(|id| it["id"] == id));
    let contained = contained.map(|it| name_on(it, day).for_letter()).unwrap_or_default();
    if contained.is_empty() {
        practitioner["display"].as_str().unwrap_or_default().trim().to_owned()
    } else {
        contained
    }
}

/// Returns the name that a person has on the day: the official name, else the usual one, else the next best; empty if
/// the resource has none. The order is that of [`current`].
#[must_use]
pub fn name_on(resource: &Value, day: Date) -> HumanName {
    let names = json!({ "name": resource["name"] });
    let names = current(&names, day);
    let name = &names["name"][0];
    let given: Vec<&str> = name["given"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    HumanName {
        family: name["family"].as_str().unwrap_or_default().trim().to_owned(),
        given: given.join(" ").trim().to_owned(),
        text: name["text"].as_str().unwrap_or_default().trim().to_owned(),
    }
}
