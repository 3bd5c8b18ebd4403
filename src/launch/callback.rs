//! Verification of a callback: the authorization response, the tokens, the user and the chart.

use std::sync::Arc;

use secrecy::SecretString;
use serde_json::Value;

use super::{
    attempt::Attempt,
    context::ChartContext,
    error::{CallbackRefusal, Error, SpentReason},
    people::{read, read_people, user_reference},
    service::Launch,
    store,
    tokens::Tokens,
    trace::{StepName, Trace},
};
use crate::{
    egress::Limits,
    ehrs::{Ehr, describe_skew, origins::endpoints, read_style},
    fhir::{Client, Reference},
    smart::{
        self, Access, CallbackParameters, Endpoints, Expected, Fact, Grant, Identity, LaunchContext,
        TokenResponse, build_token_request, callback_facts, endpoint_facts, id_token_facts, known_error_code,
        process_token_response, token_response_facts, verify_with_published_keys,
    },
    users::Arrival,
};

/// Callback that passed every check: the user, the chart and the tokens.
pub(super) struct VerifiedCallback {
    pub(super) arrival: Arrival,
    pub(super) chart: Arc<ChartContext>,
    pub(super) tokens: Tokens,
}

impl Launch {
    /// Performs steps 6 to 11 of a launch: checks the callback, exchanges the code, verifies the id_token, reads the chart.
    pub(super) async fn verify_callback(
        &self,
        ehr: &Arc<Ehr>,
        attempt: &Attempt,
        state_hash: &str,
        parameters: CallbackParameters,
        trace: &Trace,
    ) -> Result<VerifiedCallback, Error> {
        tracing::trace!(target: "walk", "same browser, same EHR, not expired");
        let declined = parameters.outcome.as_ref().err().map_or("", |error| error_code(error));
        trace.add_earlier(StepName::AuthorizationRequest, attempt.begun_at, attempt.asked.facts(ehr));
        trace.add(StepName::Callback, callback_facts(&parameters, declined));
        if attempt.ehr_id != ehr.id {
            return Err(Error::Callback(CallbackRefusal::AnotherEhr));
        }
        if attempt.is_expired(self.ground.clock.now_ms()) {
            return Err(Error::Spent(SpentReason::TooOld));
        }
        let endpoints = endpoints(&self.ground, ehr).await?;
        trace.add(StepName::Metadata, endpoint_facts(&endpoints, &ehr.client));
        check_issuer(&endpoints, parameters.iss.as_deref())?;
        let code = parameters.outcome.map_err(|error| Error::Declined(error_code(&error)))?;
        if !attempt.began_with(ehr, &endpoints, &self.tickets) {
            return Err(Error::Callback(CallbackRefusal::EndpointsChanged));
        }
        // Checked before the code is used, so that reloading this page can still complete the launch.
        if ehr.circuit_breaker.is_open(self.ground.clock.now_ms()) {
            return Err(Error::CircuitOpen);
        }
        self.take_attempt(state_hash, &ehr.id).await?;
        let with_skew = |error| blame_clock(ehr, error);
        let response = self.exchange(ehr, &endpoints, attempt, &code, trace).await.map_err(with_skew)?;
        trace.add(StepName::IdToken, id_token_facts(&response.id_token));
        let identity = self.identify(ehr, &endpoints, attempt, &response).await.map_err(with_skew)?;
        let (base, now) = (&ehr.client.base, self.ground.clock.now());
        let tokens = Tokens::of(&response, &identity, &attempt.nonce, base, &endpoints.token, now);
        let verified = self.read_chart(ehr, identity, response, tokens).await?;
        trace.add(StepName::ChartRead, read_facts(&verified.chart));
        Ok(verified)
    }

    async fn take_attempt(&self, state_hash: &str, ehr_id: &str) -> Result<(), Error> {
        match store::take_attempt(&self.ground.db, &*self.ground.clock, state_hash, ehr_id).await? {
            true => Ok(()),
            false => Err(Error::Spent(SpentReason::Used)),
        }
    }

    /// Exchanges the code. Never retried: once the request is sent, the code counts as used even without a response.
    async fn exchange(
        &self,
        ehr: &Ehr,
        endpoints: &Endpoints,
        attempt: &Attempt,
        code: &SecretString,
        trace: &Trace,
    ) -> Result<TokenResponse, Error> {
        let now = self.ground.clock.now();
        let request = build_token_request(endpoints, &ehr.client, code, &attempt.code_verifier, now)?;
        let reply = ehr
            .outbound
            .send(request, Limits::TOKEN)
            .await
            .map_err(|source| smart::Error::Egress { document: "token response", source })?;
        ehr.clock_skew.note(&ehr.id, &reply, self.ground.clock.now());
        let mut facts = token_response_facts(&reply);
        facts.extend(
            ehr.clock_skew.excessive().map(|ahead| Fact::shown("clock of the EHR", &describe_skew(ahead))),
        );
        trace.add(StepName::TokenResponse, facts);
        Ok(process_token_response(&reply, &ehr.client, self.ground.clock.now())?)
    }

    async fn identify(
        &self,
        ehr: &Ehr,
        endpoints: &Endpoints,
        attempt: &Attempt,
        response: &TokenResponse,
    ) -> Result<Identity, Error> {
        let now = self.ground.clock.now();
        let expected = Expected {
            issuer: &endpoints.issuer,
            registration: &ehr.client,
            nonce: &attempt.nonce,
            refreshed: false,
            access_token: &response.access_token,
            now,
        };
        let verified =
            verify_with_published_keys(&response.id_token, &ehr.keys, &ehr.outbound, endpoints, &expected);
        Ok(verified.await?)
    }

    /// Reads Patient and the user's resource concurrently, and checks that they are the requested ones.
    async fn read_chart(
        &self,
        ehr: &Arc<Ehr>,
        identity: Identity,
        response: TokenResponse,
        tokens: Tokens,
    ) -> Result<VerifiedCallback, Error> {
        let access_token = Arc::new(response.access_token.clone());
        let client =
            Client::new(Arc::clone(&ehr.outbound), ehr.client.base.clone(), access_token).for_launch();
        let user = user_reference(identity.fhir_user.as_deref(), &ehr.client.base)?;
        let grant = response.grant.within(&ehr.client.scopes);
        if !grant.allows("Patient", Access::READ) {
            return Err(Error::NotGranted);
        }
        let context = &response.launch_context;
        let patient = context.patient.as_deref().ok_or(Error::NoPatient)?;
        let patient = Reference::new("Patient", patient).ok_or(Error::NoPatient)?;
        // The user's resource may be read whenever it was granted, even if the registration requests no scope for it.
        let (patient, people, organization, style) = futures_util::join!(
            client.read(&patient),
            read_people(&client, &response.grant, user),
            read_organization(&client, &grant, ehr, context),
            read_style(ehr, context),
        );
        let patient = patient
            .inspect(|_| ehr.circuit_breaker.close())
            .inspect_err(|error| ehr.circuit_breaker.note(error, self.ground.clock.now_ms()));
        let people = people?;
        let clinic = clinic(organization.as_deref(), people.role.as_deref(), ehr);
        let chart = Arc::new(ChartContext {
            base: ehr.client.base.canonical().to_owned(),
            patient: Arc::new(patient.map_err(Error::Patient)?),
            user: people.user.clone(),
            style,
            place: clinic.clone().unwrap_or_else(|| ehr.name.clone()),
            clinic,
            read_at: self.ground.clock.now(),
            launch_context: response.launch_context.clone(),
        });
        let arrival = Arrival {
            identity,
            ehr_id: ehr.id.clone(),
            linking: ehr.linking,
            practitioner: people.user,
            arrived_at: chart.read_at,
        };
        Ok(VerifiedCallback { arrival, chart, tokens })
    }
}

/// Reports clock skew instead of `error` if skew may be its cause: assertions and id_tokens are valid for minutes only.
fn blame_clock(ehr: &Ehr, error: Error) -> Error {
    match (error, ehr.clock_skew.excessive()) {
        (Error::Smart(source), Some(ahead))
            if source.is_about_time(ehr.client.client_auth.signs_assertions()) =>
        {
            Error::Clock { ahead, source }
        }
        (error, _) => error,
    }
}

/// Returns the types of the resources read, without their ids.
fn read_facts(chart: &ChartContext) -> Vec<Fact> {
    let user = chart.user.as_ref().and_then(|user| user["resourceType"].as_str());
    vec![Fact::shown("Patient", "read"), Fact::shown("user", user.unwrap_or("not read"))]
}

/// Checks the `iss` of a callback (RFC 9207). A missing one is an error if the EHR's metadata promises it.
fn check_issuer(endpoints: &Endpoints, iss: Option<&str>) -> Result<(), Error> {
    match iss {
        Some(iss) if iss != endpoints.issuer.as_str() => {
            Err(Error::Callback(CallbackRefusal::IssuerMismatch))
        }
        None if endpoints.callback_names_issuer => Err(Error::Callback(CallbackRefusal::IssuerMissing)),
        _ => Ok(()),
    }
}

/// Returns the error code of an EHR if it is one of a standard: others may be personal data.
fn error_code(error: &str) -> &'static str {
    known_error_code(error).unwrap_or("another error")
}

/// Reads the clinic, if one FHIR base serves several and the launch context names it.
async fn read_organization(
    client: &Client,
    grant: &Grant,
    ehr: &Ehr,
    context: &LaunchContext,
) -> Option<Arc<Value>> {
    let reference = context.about("Organization").filter(|_| ehr.many_clinics)?;
    read(client, grant, reference).await
}

/// Returns the name of the clinic, if one FHIR base serves several.
fn clinic(organization: Option<&Value>, role: Option<&Value>, ehr: &Ehr) -> Option<String> {
    let named = organization.and_then(|it| it["name"].as_str());
    let displayed = role.and_then(|role| role["organization"]["display"].as_str());
    let clinic = named.or(displayed).map(str::trim).filter(|name| !name.is_empty() && ehr.many_clinics);
    clinic.map(str::to_owned)
}
