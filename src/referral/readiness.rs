//! Readiness of a referral: open questions, findings of the checks, and the message that would be sent.

use uuid::Builder;

use super::{
    draft::Referral,
    error::Error,
    gather::search_roles,
    message,
    outgoing::{Outgoing, build_message},
    service::Referrals,
    submit_check::{Finding, FindingKind, Submission},
    visit::Visit,
};
use crate::{
    directory::Service,
    fhir::Caution,
    forms::{Form, Problem, check},
    random,
    web::{RequestState, Web},
};

/// Referral with a destination, before it is sent.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) visit: &'a Visit,
    pub(super) form: &'a Form,
    pub(super) referral: &'a Referral,
    pub(super) service: &'a Service,
}

impl Candidate<'_> {
    /// Whether another user, a delegate, prepared it.
    pub(super) fn prepared_by_other(&self) -> bool {
        self.referral.user_id != self.visit.signed_in.user.id
    }
}

/// Message as it will be delivered.
pub(super) struct BuiltMessage {
    pub(super) id: String,
    /// FHIR Bundle as JSON.
    pub(super) payload: Vec<u8>,
}

/// Result of all checks on a referral before sending.
pub(super) struct Readiness {
    pub(super) problems: Vec<Problem>,
    pub(super) findings: Vec<Finding>,
    /// `None` while questions are open, if the user may not sign, or if no message can be built.
    pub(super) message: Option<BuiltMessage>,
}

impl Readiness {
    /// Whether the referral can be sent, given the ids of the findings that the user confirmed.
    pub(super) fn allows(&self, confirmed: &[String]) -> bool {
        let settled = |finding: &Finding| match finding.kind {
            FindingKind::Blocks => false,
            FindingKind::NeedsConfirmation => confirmed.contains(&finding.id),
        };
        self.problems.is_empty() && self.findings.iter().all(settled)
    }
}

/// Turns a caution of the chart, such as a deceased patient, into a finding.
fn finding(caution: Caution) -> Finding {
    let kind = if caution.forbids_sending() { FindingKind::Blocks } else { FindingKind::NeedsConfirmation };
    Finding { id: format!("patient-{}", caution.name()), kind }
}

/// Id of the finding for a message that cannot be built.
fn finding_id(error: &message::Error) -> &'static str {
    use message::Error::{EnteredInError, Modifier, NoCode, OtherPatient, Unsupported};
    match error {
        OtherPatient(_) | EnteredInError(_) | Modifier(_) | NoCode(_) | Unsupported(_) => "message-entry",
        _ => "message-chart",
    }
}

impl Referrals {
    /// Runs every check on a referral, and builds the message that would be sent.
    pub(super) async fn readiness(
        &self,
        state: &RequestState,
        web: &Web,
        candidate: Candidate<'_>,
    ) -> Result<Readiness, Error> {
        tracing::trace!(target: "walk", "check whether the referral can be sent");
        let Candidate { visit, form, referral, service } = candidate;
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
            let now = self.now();
            let signer_roles =
                if candidate.prepared_by_other() { search_roles(form, context, &now).await? } else { None };
            let outgoing = Outgoing {
                candidate,
                message_id: &id,
                signer_roles: signer_roles.as_ref(),
                authored_at: &now,
                public_url: web.public_url().origin(),
                lang: state.lang().code(),
            };
            match build_message(&outgoing, &self.messages) {
                Ok(payload) => message = Some(BuiltMessage { id, payload }),
                Err(error) => {
                    tracing::warn!(cause = %error, "the message of a referral could not be built");
                    findings.push(Finding { id: finding_id(&error).to_owned(), kind: FindingKind::Blocks });
                }
            }
        }
        Ok(Readiness { problems, findings, message })
    }
}
