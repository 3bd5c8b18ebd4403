//! Patient banner of the pages of a chart.

use jiff::Zoned;

use crate::{
    fhir::{HealthNumber, PatientView, age_on},
    forms::birth_day_of,
    web::Banner,
};

/// Builds the banner of a patient's pages, with dates in the language `lang`.
pub(super) fn banner(patient: &PatientView, ehr: &str, lang: &str, now: &Zoned) -> Banner {
    let number = patient.health_number.as_ref();
    let name = patient.name.for_chart();
    Banner {
        initials: initials(&name),
        name,
        born: birth_day_of(&patient.birth_date, lang, now.time_zone()).unwrap_or_default(),
        age: age_on(&patient.birth_date, now.date()),
        gender: match patient.gender.as_str() {
            known @ ("male" | "female" | "other") => known.to_owned(),
            _ => "unknown".to_owned(),
        },
        health_number_province: number.map(province).unwrap_or_default(),
        health_number: number.map(in_groups).unwrap_or_default(),
        health_number_version: number.map(|number| number.version.clone()).unwrap_or_default(),
        ehr: ehr.to_owned(),
        cautions: patient.cautions.iter().map(|caution| caution.name()).collect(),
        stops: patient.cautions.iter().any(|caution| caution.forbids_sending()),
        slim: false,
    }
}

fn province(number: &HealthNumber) -> String {
    const KNOWN: [&str; 13] = ["ab", "bc", "mb", "nb", "nl", "ns", "nt", "nu", "on", "pe", "qc", "sk", "yt"];
    let known = KNOWN.contains(&number.province.as_str());
    if known { number.province.clone() } else { "xx".to_owned() }
}

/// First letters of the parts of a name, such as `TSÉM`.
fn initials(name: &str) -> String {
    let parts = name.split(|letter: char| !letter.is_alphanumeric() && letter != '\'' && letter != '’');
    parts.filter_map(|part| part.chars().next()).flat_map(char::to_uppercase).collect()
}

/// Groups a health number as its card does, for easier comparison: `5555 123 456`, `TREE 6103 1412`, in Alberta
/// `12345 6789`. Leaves a grouped number unchanged.
fn in_groups(number: &HealthNumber) -> String {
    let value = number.value.as_str();
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric());
    let cuts: &[usize] = match (value.len(), number.province.as_str()) {
        (10, _) => &[4, 7],
        (12, _) => &[4, 8],
        (9, "ab") => &[5],
        (9, _) => &[3, 6],
        _ => &[],
    };
    if !plain {
        return value.to_owned();
    }
    let mut grouped = String::new();
    for (at, c) in value.chars().enumerate() {
        if cuts.contains(&at) {
            grouped.push(' ');
        }
        grouped.push(c);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(value: &str, province: &str) -> String {
        in_groups(&HealthNumber {
            value: value.into(),
            province: province.into(),
            system: String::new(),
            version: String::new(),
        })
    }

    #[test]
    fn groups_health_numbers() {
        assert_eq!(grouped("5555123456", "on"), "5555 123 456");
        assert_eq!(grouped("TREE61031412", "qc"), "TREE 6103 1412");
        assert_eq!(grouped("123456789", "ab"), "12345 6789");
        assert_eq!(grouped("123456789", "mb"), "123 456 789");
        assert_eq!(grouped("5555-123-456", "on"), "5555-123-456");
        assert_eq!(grouped("É", ""), "É");
    }

    #[test]
    fn shortens_a_name_to_its_initials() {
        assert_eq!(initials("TREMBLAY-SINGH, Éléonore Marie"), "TSÉM");
        assert_eq!(initials("O'BRIEN, Siobhán"), "OS");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn says_a_birth_date_as_precisely_as_the_chart() {
        let born = |text: &str, lang: &str| birth_day_of(text, lang, &jiff::tz::TimeZone::UTC);
        let french = ["1961-03-14", "1961-03", "1961"].map(|text| born(text, "fr").unwrap());
        assert_eq!(french, ["le 14 mars 1961", "en mars 1961", "en 1961"]);
        assert_eq!(born("1961", "en").as_deref(), Some("1961"));
        assert_eq!(born("unknown", "fr"), None);
    }
}
