//! Who may read what: the Bearer token, its scopes, and the patient compartment.

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use serde_json::Value;

use super::DemoEhr;
use super::fhir_answer::Refused;
use super::fixtures::patient_of;
use super::grants::Issued;
use super::scopes::{Interaction, Reach, reach};

/// What one FHIR request may see.
pub(super) struct Access {
    issued: Issued,
    reach: Reach,
}

impl Access {
    /// Checks token and scopes for an interaction with a type (RFC 6750 section 3).
    pub(super) fn check(
        ehr: &DemoEhr,
        request: &HttpRequest,
        resource_type: &str,
        interaction: Interaction,
    ) -> Result<Self, Refused> {
        check_accept(request)?;
        let issued = find_token(ehr, request)?;
        if issued.grant.clearings != ehr.locked().clearings {
            return Err(Refused::new(StatusCode::NOT_FOUND, "not-found", "what the launch brought is gone"));
        }
        let reach = reach(&issued.grant.scopes, resource_type, interaction).or_else(|| {
            // Whoever may read the list of documents may read the documents.
            (resource_type == "Binary")
                .then(|| reach(&issued.grant.scopes, "DocumentReference", interaction))?
        });
        match reach {
            Some(reach) => Ok(Self { issued, reach }),
            None => {
                Err(Refused::new(StatusCode::FORBIDDEN, "forbidden", "the granted scopes do not allow this"))
            }
        }
    }

    /// Whether the resource may be seen: under a `patient/` scope only the patient in context, and what belongs
    /// to no patient at all.
    pub(super) fn may_see(&self, resource: &Value) -> bool {
        match (self.reach, patient_of(resource)) {
            (Reach::All, _) | (_, None) => true,
            (Reach::Patient, Some(patient)) => self.patient() == Some(patient),
        }
    }

    /// Whether the resource may be written: under a `patient/` scope only what belongs to the patient in context.
    pub(super) fn may_change(&self, resource: &Value) -> bool {
        self.reach == Reach::All || (patient_of(resource).is_some() && self.may_see(resource))
    }

    /// Whether an included resource of another type may come along.
    pub(super) fn may_include(&self, resource: &Value) -> bool {
        let resource_type = resource["resourceType"].as_str().unwrap_or_default();
        let reach = reach(&self.issued.grant.scopes, resource_type, Interaction::Read);
        reach.is_some_and(|reach| Self { issued: self.issued.clone(), reach }.may_see(resource))
    }

    /// The patient in context.
    pub(super) fn patient(&self) -> Option<&str> {
        self.issued.grant.context.patient.as_deref()
    }

    /// Whether the access token came out of a refresh.
    pub(super) fn is_refreshed(&self) -> bool {
        self.issued.refreshed
    }
}

/// RFC 6750 section 3: without an error code when no token came at all.
const NO_TOKEN: &str = "Bearer realm=\"Simulated EHR\"";
const NO_BEARER: &str = "Bearer realm=\"Simulated EHR\", error=\"invalid_request\"";
pub(super) const INVALID_TOKEN: &str = "Bearer realm=\"Simulated EHR\", error=\"invalid_token\"";

fn find_token(ehr: &DemoEhr, request: &HttpRequest) -> Result<Issued, Refused> {
    let value =
        request.headers().get(header::AUTHORIZATION).ok_or_else(|| Refused::unauthorized(NO_TOKEN))?;
    let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| Refused::unauthorized(NO_BEARER))?;
    let found = ehr.locked().grants.find_access_token(token.trim(), ehr.now()).cloned();
    found.ok_or_else(|| Refused::unauthorized(INVALID_TOKEN))
}

/// This EHR speaks JSON only.
fn check_accept(request: &HttpRequest) -> Result<(), Refused> {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let readable =
        |accepted: &str| ["json", "*/*", "application/*", "pdf"].iter().any(|it| accepted.contains(it));
    if accepts.is_none_or(readable) {
        return Ok(());
    }
    Err(Refused::new(StatusCode::NOT_ACCEPTABLE, "not-supported", "this server speaks application/fhir+json"))
}
