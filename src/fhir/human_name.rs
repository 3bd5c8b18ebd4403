//! Names of persons.

use jiff::civil::Date;
use serde_json::Value;

use super::current::current_names;

/// Characters of a part of a name that are shown and stored.
const MAX_NAME_CHARS: usize = 200;

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
    if contained.is_empty() { cut(practitioner["display"].as_str().unwrap_or_default()) } else { contained }
}

/// Returns the name that a person has on the day: the official name, else the usual one, else the next best; empty if
/// the resource has none. The order is that of [`current`](super::current).
#[must_use]
pub fn name_on(resource: &Value, day: Date) -> HumanName {
    let name = current_names(resource, day).into_iter().next().unwrap_or(&Value::Null);
    let given: Vec<&str> = name["given"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    HumanName {
        family: cut(name["family"].as_str().unwrap_or_default()),
        given: cut(&given.join(" ")),
        text: cut(name["text"].as_str().unwrap_or_default()),
    }
}

/// Returns a name without spaces around it. A longer one than any person has ends with `…`, so that no page and no
/// stored row grows with it.
fn cut(name: &str) -> String {
    let name = name.trim();
    match name.char_indices().nth(MAX_NAME_CHARS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A PractitionerRole without a Practitioner that can be read still has a name, so that its user gets an account.
    #[test]
    fn names_the_user_of_a_role_by_its_contained_practitioner() {
        let day = Date::constant(2026, 11, 29);
        let practitioner = json!({ "resourceType": "Practitioner", "id": "p",
            "name": [{ "family": "Contained", "given": ["Ann"], "prefix": ["Dr."] }] });
        let role = json!({ "resourceType": "PractitionerRole", "contained": [practitioner],
            "practitioner": { "reference": "#p", "display": "Dr. Displayed" } });
        assert_eq!(user_name_on(&role, day), "Ann Contained");
        let displayed = json!({ "practitioner": { "reference": "#q", "display": "Dr. Displayed" } });
        assert_eq!(user_name_on(&displayed, day), "Dr. Displayed");
    }

    #[test]
    fn cuts_a_name_that_is_longer_than_any_persons() {
        let long = "é".repeat(1_000_000);
        let person = json!({ "name": [{ "family": long, "given": [long, "B"], "text": long }] });
        let name = name_on(&person, Date::constant(2026, 11, 29));
        for part in [&name.family, &name.given, &name.text] {
            assert_eq!(part.chars().count(), MAX_NAME_CHARS + 1);
            assert!(part.ends_with('…'));
        }
        let role = json!({ "practitioner": { "display": long } });
        assert_eq!(user_name_on(&role, Date::constant(2026, 11, 29)).chars().count(), MAX_NAME_CHARS + 1);
    }
}
