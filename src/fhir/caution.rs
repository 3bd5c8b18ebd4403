//! Cautions about a patient record.

use serde_json::Value;

/// Caution that a user must see before a referral about a patient is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    /// The patient has died.
    Deceased,
    /// Another record replaces this one, which "must no longer be used" (FHIR R4, `Patient.link`).
    Replaced,
    /// Neither name nor birth date can be read: no destination could tell who it is.
    Unidentified,
    /// The name or the birth date cannot be read.
    Incomplete,
    /// The record is marked inactive.
    Inactive,
    /// The record is marked as test data (`HTEST`).
    Test,
}

impl Caution {
    /// Cautions that are marks of the record, the most serious first.
    const MARKS: [Self; 4] = [Self::Deceased, Self::Replaced, Self::Inactive, Self::Test];

    /// Returns the name used in message keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deceased => "deceased",
            Self::Replaced => "replaced",
            Self::Unidentified => "unidentified",
            Self::Incomplete => "incomplete",
            Self::Inactive => "inactive",
            Self::Test => "test",
        }
    }

    /// Whether sending is forbidden. For any other caution the user has to confirm it.
    #[must_use]
    pub fn forbids_sending(self) -> bool {
        matches!(self, Self::Deceased | Self::Replaced | Self::Unidentified)
    }

    /// Returns the caution of a record whose name or birth date is missing.
    pub(super) fn of_identity(has_name: bool, has_birth_date: bool) -> Option<Self> {
        match (has_name, has_birth_date) {
            (true, true) => None,
            (false, false) => Some(Self::Unidentified),
            _ => Some(Self::Incomplete),
        }
    }

    pub(super) fn of(patient: &Value) -> Vec<Self> {
        Self::MARKS.into_iter().filter(|caution| caution.applies_to(patient)).collect()
    }

    fn applies_to(self, patient: &Value) -> bool {
        let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
        match self {
            Self::Deceased => {
                let stated = ["deceasedDateTime", "_deceasedDateTime", "_deceasedBoolean"];
                patient["deceasedBoolean"] == true
                    || (patient["deceasedBoolean"] != false
                        && stated.iter().any(|it| !patient[*it].is_null()))
            }
            Self::Unidentified | Self::Incomplete => false,
            Self::Replaced => list(&patient["link"]).iter().any(|link| link["type"] == "replaced-by"),
            Self::Inactive => patient["active"] == false,
            Self::Test => {
                let meta = &patient["meta"];
                let labels = [list(&meta["security"]), list(&meta["tag"])].concat();
                labels.iter().any(|label| label["code"] == "HTEST")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// F20: only well-formed marks of the record count.
    #[test]
    fn finds_the_cautions_of_a_record() {
        let link = |kind: &str| json!({ "link": [{ "type": kind, "other": { "reference": "Patient/9" } }] });
        for (patient, cautions) in [
            (json!({}), vec![]),
            (json!({ "active": true, "deceasedBoolean": false }), vec![]),
            (json!({ "deceasedDateTime": "2026" }), vec![Caution::Deceased]),
            (json!({ "_deceasedDateTime": { "extension": [{ "url": "x" }] } }), vec![Caution::Deceased]),
            (link("replaced-by"), vec![Caution::Replaced]),
            (link("replaces"), vec![]),
            (link("seealso"), vec![]),
            (json!({ "meta": { "security": [{ "code": "HTEST" }] } }), vec![Caution::Test]),
            (json!({ "meta": { "tag": [{ "code": "x" }, { "code": "HTEST" }] } }), vec![Caution::Test]),
            (json!({ "meta": 5, "link": "x", "active": "false" }), vec![]),
            (json!({ "active": false, "deceasedBoolean": true }), vec![Caution::Deceased, Caution::Inactive]),
        ] {
            assert_eq!(Caution::of(&patient), cautions, "{patient}");
        }
    }
}
