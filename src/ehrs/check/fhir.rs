use super::{
    finding::Finding,
    line::{Line, Topic},
    published::{Seen, see as see_document},
    subject::Subject,
};
use crate::egress::{self, Limits};

/// The CapabilityStatement, which any FHIR server shows without a token. It may be long.
pub(super) async fn see(subject: &Subject<'_>) -> Result<Seen, egress::Error> {
    let address = subject.at_base("metadata");
    see_document(&subject.ehr.outbound, &address, "application/fhir+json", Limits::FHIR).await
}

/// Another version of FHIR than R4 is told apart; launches would fail at the first resource.
pub(super) fn line(metadata: Result<&Seen, &egress::Error>) -> Line {
    let Ok(seen) = metadata else { return Line::note(Topic::Fhir, Finding::FhirNoAnswer) };
    match seen.text("fhirVersion") {
        Some(version) if version.starts_with("4.0.") => {
            Line::good(Topic::Fhir, Finding::FhirVersion).with("version", version)
        }
        Some(version) => Line::problem(Topic::Fhir, Finding::FhirOtherVersion)
            .with("version", version)
            .setting("fhir_base_url"),
        None => Line::note(Topic::Fhir, Finding::FhirClosed).with("answer", seen.answer()),
    }
}
