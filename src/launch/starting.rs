use secrecy::ExposeSecret as _;

use super::{
    attempt::{self, Attempt},
    error::{Error, RequestError},
    service::Launch,
    trace::{StepName, Trace},
};
use crate::{
    ehrs::{Ehr, origins::endpoints},
    fhir::FhirBaseUrl,
    smart::{AuthorizationRequest, LaunchHandle, build_authorization, endpoint_facts},
};

/// An attempt that was begun: what to send the browser away with, and what binds the attempt to it.
pub(super) struct Begun {
    pub(super) request: AuthorizationRequest,
    pub(super) cookie_name: String,
    pub(super) sealed: String,
}

impl Launch {
    /// Steps 3 to 5 of a launch: find the endpoints, build the request, seal the attempt. Without a handle the launch is
    /// a standalone one, and the EHR asks for the patient.
    pub(super) async fn begin(
        &self,
        ehr: &Ehr,
        iss: &FhirBaseUrl,
        handle: Option<&LaunchHandle>,
        trace: &Trace,
    ) -> Result<Begun, Error> {
        if ehr.suspended {
            return Err(Error::Suspended);
        }
        let endpoints = endpoints(&self.ground, ehr).await?;
        trace.add(StepName::Metadata, endpoint_facts(&endpoints, &ehr.client));
        let authorization = build_authorization(&endpoints, &ehr.client, iss, handle)?;
        let state_hash = attempt::hash_state(authorization.state.expose_secret(), &self.tickets);
        let sealed = Attempt::new(ehr, &authorization, &endpoints, self.ground.clock.now_ms(), &self.tickets)
            .seal(&state_hash, &self.tickets)
            .ok_or(Error::Request(RequestError::NotSealed))?;
        let cookie_name = attempt::cookie_name(&state_hash);
        Ok(Begun { request: authorization.request, cookie_name, sealed })
    }
}
