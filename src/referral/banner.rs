//! Patient banner of the pages of a chart.

use jiff::Zoned;

use crate::{
    fhir::{HealthNumber, PatientView, age_on},
    forms::day_of,
    web::Banner,
};

/// Builds the banner of a patient's pages, with dates in the language `lang`.
pub(super) fn banner(patient: &PatientView, ehr: &str, lang: &str, now: &Zoned) -> Banner {
    let number = patient.health_number.as_ref();
    Banner {
        name: patient.name.for_chart(),
        born: day_of(&patient.birth_date, lang, now.time_zone()).unwrap_or_default(),
        age: age_on(&patient.birth_date, now.date()),
        gender: match patient.gender.as_str() {
            known @ ("male" | "female" | "other") => known.to_owned(),
            _ => "unknown".to_owned(),
        },
        health_number_province: number.map(province).unwrap_or_default(),
        health_number: number.map(|number| in_groups(&number.value)).unwrap_or_default(),
        health_number_version: number.map(|number| number.version.clone()).unwrap_or_default(),
        ehr: ehr.to_owned(),
        cautions: patient.cautions.iter().map(|caution| caution.name()).collect(),
        slim: false,
    }
}

fn province(number: &HealthNumber) -> String {
    const KNOWN: [&str; 13] = ["ab", "bc", "mb", "nb", "nl", "ns", "nt", "nu", "on", "pe", "qc", "sk", "yt"];
    let known = KNOWN.contains(&number.province.as_str());
    if known { number.province.clone() } else { "xx".to_owned() }
}

/// Groups a health number for easier comparison: `5555 123 456`, `TREE 6103 1412`. Leaves a grouped number unchanged.
fn in_groups(value: &str) -> String {
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric());
    let cuts: &[usize] = match value.len() {
        10 => &[4, 7],
        12 => &[4, 8],
        9 => &[3, 6],
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
    use super::in_groups;

    #[test]
    fn groups_health_numbers() {
        assert_eq!(in_groups("5555123456"), "5555 123 456");
        assert_eq!(in_groups("TREE61031412"), "TREE 6103 1412");
        assert_eq!(in_groups("5555-123-456"), "5555-123-456");
        assert_eq!(in_groups("É"), "É");
    }
}
