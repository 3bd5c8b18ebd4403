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
        TokenResponse, asked_facts, build_token_request, callback_facts, endpoint_facts, id_token_facts,
        process_token_response, token_response_facts, verify_with_published_keys,
    },
    users::Arrival,
};

const DECLINED: [&str; 5] = [
    "access_denied",
    "login_required",
    "consent_required",
    "interaction_required",
    "temporarily_unavailable",
];

/// A callback whose every check passed: who is there and about whom.
pub(super) struct Arrived {
    pub(super) arrival: Arrival,
    pub(super) chart: Arc<ChartContext>,
    pub(super) tokens: Tokens,
}

impl Launch {
    /// Steps 6 to 11 of a launch: judge the callback, exchange the code, verify who it is, read the chart.
    pub(super) async fn arrive(
        &self,
        ehr: &Arc<Ehr>,
        attempt: &Attempt,
        state_hash: &str,
        parameters: CallbackParameters,
        trace: &Trace,
    ) -> Result<Arrived, Error> {
        let declined = parameters.outcome.as_ref().err().map_or("", |error| known(error));
        trace.add_earlier(StepName::AuthorizationRequest, attempt.begun_at, asked_facts(&ehr.client));
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
        let code = parameters.outcome.map_err(|error| Error::Declined(known(&error)))?;
        if !attempt.began_with(ehr, &endpoints, &self.tickets) {
            return Err(Error::Callback(CallbackRefusal::EndpointsChanged));
        }
        // Before the code is spent: the same page, loaded again in a moment, goes on.
        if ehr.circuit_breaker.is_open(self.ground.clock.now_ms()) {
            return Err(Error::CircuitOpen);
        }
        self.take(state_hash, &ehr.id).await?;
        let late = |error| blame_clock(ehr, error);
        let response = self.exchange(ehr, &endpoints, attempt, (&code, trace)).await.map_err(late)?;
        trace.add(StepName::IdToken, id_token_facts(&response.id_token));
        let identity = self.identify(ehr, &endpoints, attempt, &response).await.map_err(late)?;
        let whose = (&ehr.client.base, &endpoints.token);
        let tokens = Tokens::of(&response, &identity, &attempt.nonce, whose, self.ground.clock.now());
        let arrived = self.read_chart(ehr, identity, (response, tokens)).await?;
        trace.add(StepName::ChartRead, read_facts(&arrived.chart));
        Ok(arrived)
    }

    async fn take(&self, state_hash: &str, ehr_id: &str) -> Result<(), Error> {
        match store::take_attempt(&self.ground.db, &*self.ground.clock, state_hash, ehr_id).await? {
            true => Ok(()),
            false => Err(Error::Spent(SpentReason::Used)),
        }
    }

    /// Sent once: after the bytes have left, a code is spent whether or not an answer comes.
    async fn exchange(
        &self,
        ehr: &Ehr,
        endpoints: &Endpoints,
        attempt: &Attempt,
        (code, trace): (&SecretString, &Trace),
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
            ehr.clock_skew.excessive().map(|ahead| Fact::own("clock of the EHR", &describe_skew(ahead))),
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

    /// Reads Patient and the user's resource together, then checks that they are what was asked for.
    async fn read_chart(
        &self,
        ehr: &Arc<Ehr>,
        identity: Identity,
        (response, tokens): (TokenResponse, Tokens),
    ) -> Result<Arrived, Error> {
        let access_token = Arc::new(response.access_token.clone());
        let client = Client::new(Arc::clone(&ehr.outbound), ehr.client.base.clone(), access_token);
        let user = user_reference(identity.fhir_user.as_deref(), &ehr.client.base)?;
        let grant = response.grant.within(&ehr.client.scopes);
        if !grant.allows("Patient", Access::READ) {
            return Err(Error::NotGranted);
        }
        let context = &response.launch_context;
        let patient = context.patient.as_deref().ok_or(Error::NoPatient)?;
        let patient = Reference::new("Patient", patient).ok_or(Error::NoPatient)?;
        // Who the user is the EHR tells with `fhirUser`, whatever else was asked for.
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
        let chart = Arc::new(ChartContext {
            base: ehr.client.base.canonical().to_owned(),
            patient: Arc::new(patient.map_err(Error::Patient)?),
            user: people.user.clone(),
            style,
            place: place(organization.as_deref(), people.role.as_deref(), ehr),
            read_at: self.ground.clock.now(),
            launch_context: response.launch_context.clone(),
        });
        let user = people.user;
        let arrival = Arrival { identity, ehr_id: ehr.id.clone(), linking: ehr.linking, practitioner: user };
        Ok(Arrived { arrival, chart, tokens })
    }
}

/// Says that the clocks are too far apart where that may be why something was refused: what we sign, and what the EHR
/// signs, is good for minutes.
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

/// Which resources were read, without their ids.
fn read_facts(chart: &ChartContext) -> Vec<Fact> {
    let user = chart.user.as_ref().and_then(|user| user["resourceType"].as_str());
    vec![Fact::own("Patient", "read"), Fact::own("user", user.unwrap_or("not read"))]
}

/// RFC 9207: the issuer in a callback is compared, and missing where the EHR promised it is an error.
fn check_issuer(endpoints: &Endpoints, iss: Option<&str>) -> Result<(), Error> {
    match iss {
        Some(iss) if iss != endpoints.issuer.as_str() => {
            Err(Error::Callback(CallbackRefusal::IssuerMismatch))
        }
        None if endpoints.callback_names_issuer => Err(Error::Callback(CallbackRefusal::IssuerMissing)),
        _ => Ok(()),
    }
}

fn known(error: &str) -> &'static str {
    DECLINED.into_iter().find(|known| *known == error).unwrap_or(match error {
        "invalid_scope" => "invalid_scope",
        "unauthorized_client" => "unauthorized_client",
        "invalid_request" => "invalid_request",
        "server_error" => "server_error",
        _ => "another error",
    })
}

/// The clinic, where one base serves many and the EHR names it.
async fn read_organization(
    client: &Client,
    grant: &Grant,
    ehr: &Ehr,
    context: &LaunchContext,
) -> Option<Arc<Value>> {
    let reference = context.about("Organization").filter(|_| ehr.many_clinics)?;
    read(client, grant, reference).await
}

/// What people call the place: the EHR's name, or the clinic's where one base serves many.
fn place(organization: Option<&Value>, role: Option<&Value>, ehr: &Ehr) -> String {
    let named = organization.and_then(|it| it["name"].as_str());
    let displayed = role.and_then(|role| role["organization"]["display"].as_str());
    let clinic = named.or(displayed).map(str::trim).filter(|name| !name.is_empty() && ehr.many_clinics);
    clinic.unwrap_or(&ehr.name).to_owned()
}
