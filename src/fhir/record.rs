//! Date and validity of an entry of a chart.

use serde_json::Value;

/// Elements with the date of what a resource describes, in order of preference.
const CLINICAL_DATES: [&str; 8] = [
    "effectiveDateTime",
    "effectiveInstant",
    "performedDateTime",
    "occurrenceDateTime",
    "recordedDate",
    "authoredOn",
    "dateAsserted",
    "onsetDateTime",
];

const PERIODS: [&str; 3] = ["effectivePeriod", "performedPeriod", "period"];

/// Elements with the date of a record, for resources without any other.
const RECORD_DATES: [&str; 2] = ["date", "issued"];

/// Returns the clinical date of a resource, as written.
#[must_use]
pub fn clinical_date(resource: &Value) -> Option<&str> {
    let any = |names: &[&str]| names.iter().find_map(|name| resource[*name].as_str());
    let limits = || PERIODS.iter().flat_map(|name| ["end", "start"].map(|limit| &resource[*name][limit]));
    any(&CLINICAL_DATES).or_else(|| limits().find_map(Value::as_str)).or_else(|| any(&RECORD_DATES))
}

/// Whether a resource is marked as entered in error, by its status or its verification status.
#[must_use]
pub fn is_entered_in_error(resource: &Value) -> bool {
    let verification = resource["verificationStatus"]["coding"].as_array().into_iter().flatten();
    let statuses = [&resource["status"], &resource["docStatus"]].into_iter();
    statuses.chain(verification.map(|coding| &coding["code"])).any(|status| status == "entered-in-error")
}
