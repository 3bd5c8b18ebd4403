//! Provincial health numbers.

use jiff::civil::Date;
use serde_json::Value;

use super::current::current_identifiers;

const NAMING: &str = "https://fhir.infoway-inforoute.ca/NamingSystem/ca-";
const VERSION_EXTENSIONS: [&str; 2] = [
    "http://ehealthontario.ca/fhir/StructureDefinition/ext-id-health-card-version-code",
    "http://hl7.org/fhir/ca/baseline/StructureDefinition/ext-identifierversion",
];

/// OIDs of health numbers, with the province.
const OIDS: [(&str, &str); 2] = [("2.16.840.1.113883.4.50", "bc"), ("2.16.840.1.113883.4.59", "on")];

/// Provincial or territorial health number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthNumber {
    /// Two lower-case letters of the province or territory; empty if the system does not name it.
    pub province: String,
    /// Identifier system.
    pub system: String,
    /// Number as written.
    pub value: String,
    /// Version code, used in Ontario; may be empty.
    pub version: String,
}

/// Finds the health number of a Patient that is valid on the day, by system and then by type `JHN`. The number on an
/// expired card counts if there is no other; a withdrawn one never does.
///
/// Source: CA Baseline Patient, slice JHN. The system of Ontario ends with `ca-on-patient-hcn`, that of all others with
/// `ca-{pt}-patient-healthcare-id`; older systems use an OID.
#[must_use]
pub fn health_number(patient: &Value, day: Date) -> Option<HealthNumber> {
    let identifiers = current_identifiers(patient, day);
    let by_system = identifiers.iter().find(|identifier| province(system(identifier)).is_some());
    let identifier = *by_system.or_else(|| identifiers.iter().find(|identifier| is_jhn(identifier)))?;
    let value = identifier["value"].as_str()?.trim();
    (!value.is_empty()).then(|| HealthNumber {
        province: province(system(identifier)).filter(|it| is_two_letters(it)).unwrap_or_default().to_owned(),
        system: system(identifier).to_owned(),
        value: value.to_owned(),
        version: health_number_version(identifier),
    })
}

/// Returns the version code of a health card; empty if its identifier has none.
#[must_use]
pub fn health_number_version(identifier: &Value) -> String {
    let version = identifier["extension"].as_array().into_iter().flatten().find_map(|extension| {
        let url = extension["url"].as_str()?;
        VERSION_EXTENSIONS.contains(&url).then(|| extension["valueString"].as_str()).flatten()
    });
    version.unwrap_or_default().trim().to_owned()
}

/// Whether an identifier is a health number, by its type or its system.
#[must_use]
pub fn is_health_number(identifier: &Value) -> bool {
    let system = system(identifier);
    let is_named = || ["-patient-hcn", "-patient-healthcare-id"].iter().any(|end| system.ends_with(end));
    is_jhn(identifier) || province(system).is_some() || is_named()
}

/// Whether an identifier has the type of a jurisdictional health number (v2-0203 `JHN`, with any coding system).
#[must_use]
pub fn is_jhn(identifier: &Value) -> bool {
    identifier["type"]["coding"].as_array().into_iter().flatten().any(|coding| coding["code"] == "JHN")
}

fn system(identifier: &Value) -> &str {
    identifier["system"].as_str().unwrap_or_default()
}

/// Returns the province part of an identifier system, or `None` if it is not a system of health numbers.
fn province(system: &str) -> Option<&str> {
    if let Some((_, province)) = OIDS.iter().find(|(oid, _)| system.strip_prefix("urn:oid:") == Some(*oid)) {
        return Some(province);
    }
    let after = system
        .strip_prefix(NAMING)
        .or_else(|| system.strip_prefix("https://ehealthontario.ca/API/FHIR/NamingSystem/ca-"))
        .or_else(|| system.strip_prefix("http://ehealthontario.ca/API/FHIR/NamingSystem/ca-"))?;
    let (province, kind) = after.split_once('-')?;
    matches!(kind, "patient-hcn" | "patient-healthcare-id").then_some(province)
}

fn is_two_letters(province: &str) -> bool {
    province.len() == 2 && province.bytes().all(|b| b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    #[test]
    fn accepts_only_two_lower_case_letters_as_province() {
        for (system, province) in [
            ("ca-on-patient-hcn", Some("on")),
            ("ca-qc-patient-healthcare-id", Some("qc")),
            ("ca--patient-hcn", Some("")),
            ("ca-ON-patient-hcn", Some("")),
            ("ca-<b>on-patient-hcn", Some("")),
            ("ca-on-patient-other", None),
        ] {
            let system = format!("https://fhir.infoway-inforoute.ca/NamingSystem/{system}");
            let patient = json!({"identifier": [{"system": system, "value": "1"}]});
            assert_eq!(
                health_number(&patient, date(2026, 11, 28)).map(|number| number.province).as_deref(),
                province,
                "{system}"
            );
        }
    }

    #[test]
    fn knows_the_number_of_british_columbia_by_its_oid() {
        let patient =
            json!({ "identifier": [{ "system": "urn:oid:2.16.840.1.113883.4.50", "value": "9000000002" }] });
        let number = health_number(&patient, date(2026, 11, 28)).unwrap();
        assert_eq!((number.province.as_str(), number.value.as_str()), ("bc", "9000000002"));
    }

    #[test]
    fn prefers_the_card_that_is_valid() {
        let system = "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn";
        let card = |value: &str, more: Value| {
            let mut card = json!({ "system": system, "value": value });
            card.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
            card
        };
        for (earlier, later) in [
            (json!({ "use": "old" }), json!({ "use": "official" })),
            (json!({ "period": { "end": "2015-12-31" } }), json!({})),
        ] {
            let patient = json!({ "identifier": [card("1111111111", earlier), card("7023456788", later)] });
            let number = health_number(&patient, date(2026, 11, 28)).unwrap();
            assert_eq!(number.value, "7023456788", "{patient}");
        }
        let withdrawn = json!({ "identifier": [card("1111111111", json!({ "use": "old" }))] });
        assert_eq!(health_number(&withdrawn, date(2026, 11, 28)), None);
    }
}
