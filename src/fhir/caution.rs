//! Cautions about a patient record.

use serde_json::Value;

/// Caution that a user must see before a referral about a patient is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    /// The patient has died.
    Deceased,
    /// Another record replaces this one, which "must no longer be used" (FHIR R4, `Patient.link`).
    Replaced,
    /// The record is marked inactive.
    Inactive,
    /// The record is marked as test data (`HTEST`).
    Test,
}

impl Caution {
    /// Every caution, the most serious first.
    const ALL: [Self; 4] = [Self::Deceased, Self::Replaced, Self::Inactive, Self::Test];

    /// Returns the name used in message keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deceased => "deceased",
            Self::Replaced => "replaced",
            Self::Inactive => "inactive",
            Self::Test => "test",
        }
    }

    /// Whether sending is forbidden. For any other caution the user has to confirm it.
    #[must_use]
    pub fn forbids_sending(self) -> bool {
        matches!(self, Self::Deceased | Self::Replaced)
    }

    pub(super) fn of(patient: &Value) -> Vec<Self> {
        Self::ALL.into_iter().filter(|caution| caution.applies_to(patient)).collect()
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
