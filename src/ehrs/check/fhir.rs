//! Findings about the FHIR server: its CapabilityStatement and version.

use super::{
    finding::Finding,
    line::{Line, Topic},
    published::{Fetched, fetch as fetch_document},
    subject::Subject,
};
use crate::egress::{self, Limits};

/// Fetches the CapabilityStatement, which FHIR servers publish without a token. Permits the size of a FHIR response.
pub(super) async fn fetch(subject: &Subject<'_>) -> Result<Fetched, egress::Error> {
    let address = subject.at_base("metadata");
    fetch_document(&subject.ehr.outbound, &address, "application/fhir+json", Limits::FHIR).await
}

/// Line about the FHIR version. Not R4 is a problem: launches would fail at the first resource.
pub(super) fn line(metadata: Result<&Fetched, &egress::Error>) -> Line {
    let Ok(statement) = metadata else { return Line::note(Topic::Fhir, Finding::FhirNoAnswer) };
    match statement.text("fhirVersion") {
        Some(version) if version.starts_with("4.0.") => {
            Line::good(Topic::Fhir, Finding::FhirVersion).with("version", version)
        }
        Some(version) => Line::problem(Topic::Fhir, Finding::FhirOtherVersion)
            .with("version", version)
            .setting("fhir_base_url"),
        None => Line::note(Topic::Fhir, Finding::FhirClosed).with("answer", statement.answer()),
    }
}
