//! Access control of the FHIR server: Bearer token, scopes, patient compartment.

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use serde_json::Value;

use crate::demo_ehr::fhir::answer::Refused;
use crate::demo_ehr::fixtures::patient_of;
use crate::demo_ehr::oauth::grants::Issued;
use crate::demo_ehr::oauth::scopes::{Interaction, Reach, reach};
use crate::demo_ehr::state::DemoEhr;

/// Access of one FHIR request: its token, and the reach of the token's scopes.
pub(super) struct Access {
    issued: Issued,
    reach: Reach,
}

impl Access {
    /// Checks token and scopes for an interaction with a type (RFC 6750 section 3).
    pub(in crate::demo_ehr) fn check(
        ehr: &DemoEhr,
        request: &HttpRequest,
        resource_type: &str,
        interaction: Interaction,
    ) -> Result<Self, Refused> {
        check_accept(request)?;
        let issued = find_token(ehr, request)?;
        if issued.grant.clearings != ehr.locked().clearings {
            return Err(Refused::new(StatusCode::NOT_FOUND, "not-found", "the launch context was cleared"));
        }
        let reach = reach(&issued.grant.scopes, resource_type, interaction).or_else(|| {
            // A scope for DocumentReference includes the documents themselves.
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

    /// Whether the resource may be read. A `patient/` scope permits the patient in context, and resources that belong
    /// to no patient.
    pub(super) fn may_see(&self, resource: &Value) -> bool {
        match (self.reach, patient_of(resource)) {
            (Reach::All, _) | (_, None) => true,
            (Reach::Patient, Some(patient)) => self.patient() == Some(patient),
        }
    }

    /// Whether the resource may be written. A `patient/` scope permits resources of the patient in context only.
    pub(super) fn may_change(&self, resource: &Value) -> bool {
        self.reach == Reach::All || (patient_of(resource).is_some() && self.may_see(resource))
    }

    /// Whether a search may include this resource of another type.
    pub(super) fn may_include(&self, resource: &Value) -> bool {
        let resource_type = resource["resourceType"].as_str().unwrap_or_default();
        let reach = reach(&self.issued.grant.scopes, resource_type, Interaction::Read);
        reach.is_some_and(|reach| Self { issued: self.issued.clone(), reach }.may_see(resource))
    }

    /// Id of the patient in context.
    pub(in crate::demo_ehr) fn patient(&self) -> Option<&str> {
        self.issued.grant.context.patient.as_deref()
    }

    /// Whether the access token was issued by a refresh.
    pub(super) fn is_refreshed(&self) -> bool {
        self.issued.refreshed
    }
}

/// Challenge without an error code, for a request without a token (RFC 6750 section 3).
const NO_TOKEN: &str = "Bearer realm=\"Simulated EHR\"";
/// Challenge for an Authorization header of another scheme.
const NO_BEARER: &str = "Bearer realm=\"Simulated EHR\", error=\"invalid_request\"";
/// Challenge for an unknown or expired token.
pub(super) const INVALID_TOKEN: &str = "Bearer realm=\"Simulated EHR\", error=\"invalid_token\"";

fn find_token(ehr: &DemoEhr, request: &HttpRequest) -> Result<Issued, Refused> {
    let value =
        request.headers().get(header::AUTHORIZATION).ok_or_else(|| Refused::unauthorized(NO_TOKEN))?;
    let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| Refused::unauthorized(NO_BEARER))?;
    let found = ehr.locked().grants.find_access_token(token.trim(), ehr.now()).cloned();
    found.ok_or_else(|| Refused::unauthorized(INVALID_TOKEN))
}

/// Refuses a request that does not accept JSON or the type of a document.
fn check_accept(request: &HttpRequest) -> Result<(), Refused> {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let readable =
        |accepted: &str| ["json", "*/*", "application/*", "pdf"].iter().any(|it| accepted.contains(it));
    if accepts.is_none_or(readable) {
        return Ok(());
    }
    Err(Refused::new(
        StatusCode::NOT_ACCEPTABLE,
        "not-supported",
        "this server supports application/fhir+json only",
    ))
}
