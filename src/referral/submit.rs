use futures_util::{TryFutureExt as _, try_join};
use serde_json::Value;
use uuid::Builder;

use super::{
    Error, Finding, FindingKind, Referrals, Status, Submission,
    draft::{Referral, Snapshot},
    gather::roles,
    message::{self, Clinician, build_add_service_request},
    observer::SUBJECT,
    service::{Visit, event},
    store, timeline,
};
use crate::{
    audit::EventKind,
    delivery::{NewDelivery, store as outbox},
    directory::Service,
    fhir::{Caution, official_name},
    forms::{Details, Form, Problem, check, picked, readable, to_response},
    random,
    web::{RequestState, Web},
};

const PRIORITY: &str = "http://hl7.org/fhir/request-priority";

/// What stands between a draft and sending it.
pub(super) struct Readiness {
    pub(super) problems: Vec<Problem>,
    pub(super) findings: Vec<Finding>,
    /// The message, under its id; none while questions are open or where it cannot be made.
    message: Option<(String, Vec<u8>)>,
}

impl Readiness {
    /// Whether it can be sent, given what the person confirmed having seen.
    pub(super) fn allows(&self, confirmed: &[String]) -> bool {
        let settled = |finding: &Finding| match finding.kind {
            FindingKind::Blocks => false,
            FindingKind::NeedsConfirmation => confirmed.contains(&finding.id),
        };
        self.problems.is_empty() && self.findings.iter().all(settled)
    }
}

/// What follows from what a chart says of itself.
fn finding(caution: Caution) -> Finding {
    let kind = if caution.forbids_sending() { FindingKind::Blocks } else { FindingKind::NeedsConfirmation };
    Finding { id: format!("patient-{}", caution.name()), kind }
}

impl Referrals {
    /// Runs every check on a draft with a destination, and makes the message that would be sent.
    pub(super) async fn readiness(
        &self,
        (state, web): (&RequestState, &Web),
        visit: &Visit,
        form: &Form,
        referral: &Referral,
        service: &Service,
    ) -> Result<Readiness, Error> {
        let problems = check(form, &referral.answers, &referral.snapshot.prefill);
        let mut findings: Vec<Finding> = visit.context.patient().cautions.into_iter().map(finding).collect();
        let (referral_id, context) = (referral.id.as_str(), &visit.context);
        let submission = Submission { referral_id, context, form, answers: &referral.answers, service };
        for check in self.checks.iter() {
            findings.extend(check.check(&self.ground.db, &submission).await?);
        }
        let mut message = None;
        if problems.is_empty() && visit.signed_in.user.role.may_sign() {
            let id = Builder::from_random_bytes(random::bytes()).into_uuid().to_string();
            let prepared_by_other = referral.user_id != visit.signed_in.user.id;
            let fetched = if prepared_by_other { roles(form, context, &self.now()).await? } else { None };
            match self.message(state, web, visit, (form, referral, service), (&id, fetched.as_ref())) {
                Ok(payload) => message = Some((id, payload)),
                Err(error) => {
                    tracing::warn!(cause = %error, "no message can be made of a referral");
                    findings.push(Finding { id: unmade(&error).to_owned(), kind: FindingKind::Blocks });
                }
            }
        }
        Ok(Readiness { problems, findings, message })
    }

    /// Signs and sends: status, outbox row, timeline and audit in one transaction. Sent twice, it is one referral.
    pub(super) async fn submit(
        &self,
        state: &RequestState,
        web: &Web,
        visit: &Visit,
        referral: &Referral,
        (revision, confirmed): (i64, &[String]),
    ) -> Result<(), Error> {
        if !visit.signed_in.user.role.may_sign() {
            return Err(Error::NotAllowed);
        }
        if referral.revision != revision || !referral.status.is_open() {
            return Err(Error::Conflict);
        }
        let form = self.form(&referral.form_id)?;
        let service =
            referral.service_id.as_deref().and_then(|id| self.directory.find(id)).ok_or(Error::NotReady)?;
        let ready = self.readiness((state, web), visit, form, referral, service);
        // Both may ask the EHR; neither needs what the other hears.
        let (readiness, ()) = try_join!(ready, visit.context.confirm().err_into())?;
        if !readiness.allows(confirmed) {
            return Err(Error::NotReady);
        }
        let (message_id, payload) = readiness.message.ok_or(Error::NotReady)?;
        let mut tx = self.ground.db.begin_write().await?;
        let signer = &visit.signed_in.user.id;
        let at = (referral.id.as_str(), revision);
        if !store::advance(&mut tx, &*self.ground.clock, at, Status::Sending, Some(signer)).await? {
            return Err(Error::Conflict);
        }
        let delivery = NewDelivery {
            id: &message_id,
            subject_kind: SUBJECT,
            subject_id: &referral.id,
            channel: &service.route.channel,
            destination: &service.route.destination,
            recognises_duplicates: service.route.recognises_duplicates,
            payload: &payload,
        };
        outbox::insert_delivery(&mut tx, &*self.ground.clock, &self.ground.sealer, &delivery).await?;
        timeline::insert_event(&mut tx, &*self.ground.clock, &referral.id, "submitted", (Some(signer), None))
            .await?;
        let event = event(state, visit, EventKind::ReferralSubmitted).on(format!("referral/{}", referral.id));
        self.ground.audit.record(&mut tx, &event.detail(service.id.clone())).await?;
        Ok(tx.commit().await?)
    }

    /// Hands a delegate's draft to a clinician for signature.
    pub(super) async fn hand_over(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        revision: i64,
    ) -> Result<(), Error> {
        let user_id = &visit.signed_in.user.id;
        let mut tx = self.ground.db.begin_write().await?;
        let at = (referral.id.as_str(), revision);
        if !store::advance(&mut tx, &*self.ground.clock, at, Status::ReadyToSign, None).await? {
            return Err(Error::Conflict);
        }
        timeline::insert_event(
            &mut tx,
            &*self.ground.clock,
            &referral.id,
            "ready-to-sign",
            (Some(user_id), None),
        )
        .await?;
        let event = event(state, visit, EventKind::ReferralPrepared).on(format!("referral/{}", referral.id));
        self.ground.audit.record(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }

    fn message(
        &self,
        state: &RequestState,
        web: &Web,
        visit: &Visit,
        (form, referral, service): (&Form, &Referral, &Service),
        (message_id, fetched): (&str, Option<&Value>),
    ) -> Result<Vec<u8>, message::Error> {
        let (now, lang) = (self.now(), state.lang().code());
        let (answers, prefill) = (&referral.answers, &referral.snapshot.prefill);
        let details = Details { id: "", subject: "", author: "", authored: &now, lang };
        let response = to_response(form, answers, prefill, &details);
        let prepared_by_other = referral.user_id != visit.signed_in.user.id;
        let own_roles = if prepared_by_other { fetched } else { role_search(form, &referral.snapshot) };
        let user = visit.context.chart.user.as_deref();
        let signer_name = name_of(user, &visit.signed_in.user.name);
        let preparer = referral.snapshot.resource("user");
        let preparer_name = name_of(preparer, &referral.summary.begun_by);
        let organization = visit.context.chart.place.as_str();
        let preparer_roles = role_search(form, &referral.snapshot);
        let enterer =
            Clinician { name: &preparer_name, resource: preparer, roles: preparer_roles, organization };
        let reason = form.question_for("ServiceRequest.reasonCode").map(|id| answers.get(id).join("\n"));
        let narrative = narrative(&readable(form, answers, prefill, lang));
        let input = message::Referral {
            number: &referral.number,
            message_id,
            authored_at: &now,
            public_url: web.public_url().origin(),
            patient: &visit.context.chart.patient,
            signer: Clinician { name: &signer_name, resource: user, roles: own_roles, organization },
            enterer: prepared_by_other.then_some(enterer),
            service,
            category: form.service_codings(),
            code: form.service_codings(),
            details: &[],
            priority: priority(&response).unwrap_or("routine"),
            reason: reason.as_deref().unwrap_or_default(),
            narrative: &narrative,
            response: &response,
            supporting: &chosen(form, referral),
            included: &included(form, &referral.snapshot),
            documents: &[],
            fhir_base_url: &visit.context.ehr.client.base,
        };
        let bundle = build_add_service_request(&input, &self.messages)?;
        Ok(serde_json::to_vec_pretty(&bundle).unwrap_or_default())
    }
}

/// Which finding says why there is no message.
fn unmade(error: &message::Error) -> &'static str {
    use message::Error::{EnteredInError, Modifier, OtherPatient, SaysNothing, Unsupported};
    match error {
        OtherPatient(_) | EnteredInError(_) | Modifier(_) | SaysNothing(_) | Unsupported(_) => {
            "message-entry"
        }
        _ => "message-chart",
    }
}

fn name_of(resource: Option<&Value>, otherwise: &str) -> String {
    let name = resource.map(|resource| official_name(resource).for_letter()).unwrap_or_default();
    if name.is_empty() { otherwise.to_owned() } else { name }
}

fn role_search<'a>(form: &Form, snapshot: &'a Snapshot) -> Option<&'a Value> {
    let query = form.queries().iter().find(|query| query.resource_type == "PractitionerRole")?;
    snapshot.resource(&query.name)
}

/// The priority that was answered, wherever the form asks for it.
fn priority(response: &Value) -> Option<&str> {
    match response {
        Value::Object(members) if members.get("system").is_some_and(|system| system == PRIORITY) => {
            members.get("code").and_then(Value::as_str)
        }
        Value::Object(members) => members.values().find_map(priority),
        Value::Array(items) => items.iter().find_map(priority),
        _ => None,
    }
}

/// The resources of the chart that were picked, as they were read.
fn chosen(form: &Form, referral: &Referral) -> Vec<Value> {
    let sources = form.queries().iter().filter_map(|query| referral.snapshot.resource(&query.name));
    let entries: Vec<&Value> = sources
        .flat_map(|bundle| bundle["entry"].as_array().into_iter().flatten())
        .map(|entry| &entry["resource"])
        .collect();
    let named = |reference: &str| {
        let (resource_type, id) = reference.split_once('/')?;
        entries.iter().find(|entry| entry["resourceType"] == resource_type && entry["id"] == id)
    };
    let mut chosen: Vec<Value> = Vec::new();
    for picked in picked(form, &referral.answers, &referral.snapshot.prefill) {
        if let Some(resource) = named(&picked.reference)
            && !chosen.contains(resource)
        {
            chosen.push((*resource).clone());
        }
    }
    chosen
}

/// What searches brought along beside their matches: the Medication of a prescription, for example.
fn included(form: &Form, snapshot: &Snapshot) -> Vec<Value> {
    let sources = form.queries().iter().filter_map(|query| snapshot.resource(&query.name));
    let entries = sources.flat_map(|bundle| bundle["entry"].as_array().into_iter().flatten());
    entries
        .filter(|entry| entry["search"]["mode"] == "include")
        .map(|entry| entry["resource"].clone())
        .collect()
}

/// All answers as plain text, for people whose system does not read the form.
fn narrative(lines: &[(String, String, String)]) -> String {
    let (mut text, mut section) = (String::new(), "");
    for (title, label, value) in lines {
        if title != section {
            text.push_str(if text.is_empty() { "" } else { "\n" });
            text.push_str(&title.to_uppercase());
            text.push('\n');
            section = title;
        }
        text.extend([label.as_str(), ": ", value, "\n"]);
    }
    text
}
