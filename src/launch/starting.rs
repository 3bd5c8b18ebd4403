//! Start of a launch: endpoints, authorization request, sealed attempt.

use secrecy::ExposeSecret as _;

use super::{
    advice::Advice,
    attempt::{self, Asked, Attempt},
    error::{Error, RequestError},
    service::Launch,
    trace::{ADVICE, CODE, StepName, Trace, store::NOT_BACK},
};
use crate::{
    ehrs::{Ehr, origins::endpoints},
    fhir::FhirBaseUrl,
    smart::{AuthorizationRequest, Fact, LaunchHandle, build_authorization, endpoint_facts},
};

/// Started launch: the authorization request, and the cookie that binds the attempt to the browser.
pub(super) struct StartedLaunch {
    pub(super) request: AuthorizationRequest,
    pub(super) cookie_name: String,
    pub(super) sealed: String,
    pub(super) state_hash: String,
}

impl Launch {
    /// Performs steps 3 to 5 of a launch: finds the endpoints, builds the request, seals the attempt. A launch without a
    /// handle is standalone: the EHR lets the user select the patient. `reference` is the correlation id of the request.
    pub(super) async fn begin(
        &self,
        ehr: &Ehr,
        iss: &FhirBaseUrl,
        handle: Option<&LaunchHandle>,
        reference: &str,
        trace: &Trace,
    ) -> Result<StartedLaunch, Error> {
        tracing::trace!(target: "walk", "start the launch attempt");
        if ehr.suspended {
            return Err(Error::Suspended);
        }
        let endpoints = endpoints(&self.ground, ehr).await?;
        trace.add(StepName::Metadata, endpoint_facts(&endpoints, &ehr.client));
        let authorization = build_authorization(&endpoints, &ehr.client, iss, handle)?;
        let state_hash = attempt::hash_state(authorization.state.expose_secret(), &self.tickets);
        let asked = Asked {
            reference: reference.to_owned(),
            syntax: ehr.client.scope_syntax.or_published(endpoints.scope_syntax),
            standalone: handle.is_none(),
        };
        let code = Fact::shown(CODE, NOT_BACK);
        let advice = Fact::shown(ADVICE, Advice::NotBack.code());
        trace.add(StepName::AuthorizationRequest, [asked.facts(ehr), vec![code, advice]].concat());
        let now = self.ground.clock.now_ms();
        let sealed = Attempt::new(ehr, &authorization, &endpoints, asked, now, &self.tickets)
            .seal(&state_hash, &self.tickets)
            .ok_or(Error::Request(RequestError::NotSealed))?;
        let cookie_name = attempt::cookie_name(&state_hash);
        Ok(StartedLaunch { request: authorization.request, cookie_name, sealed, state_hash })
    }
}
