//! Readiness of a referral: open questions, findings of the checks, and the message that would be sent.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Builder;

use super::{
    outgoing::{BuiltContent, Outgoing, build_message},
    submit_check::{Finding, FindingKind, Submission},
};
use crate::{
    directory::Service,
    fhir::Caution,
    forms::{
        Alert, AttachedFile, Form, Problem, ProblemKind, ProblemView, ReadableAnswer, alerts, check,
        kept_answers, outline, picked,
    },
    random,
    referral::{
        documents::{
            chosen::{chosen, known},
            content::{Documents, WithoutContent},
        },
        draft::Referral,
        error::Error,
        message,
        sender::Sender,
        service::Referrals,
        visit::Visit,
    },
    web::{RequestState, Web},
};

/// Referral with a destination, before it is sent.
#[derive(Clone, Copy)]
pub(in crate::referral) struct Candidate<'a> {
    pub(in crate::referral) visit: &'a Visit,
    pub(in crate::referral) form: &'a Form,
    pub(in crate::referral) referral: &'a Referral,
    pub(in crate::referral) service: &'a Service,
}

impl<'a> Candidate<'a> {
    pub(super) fn sender(&self) -> Sender<'a> {
        let Referral { snapshot, answers, summary, .. } = self.referral;
        self.visit.sender(self.form, snapshot, answers, &summary.clinic)
    }

    /// Whether another user, a delegate, prepared it.
    pub(super) fn prepared_by_other(&self) -> bool {
        self.referral.user_id != self.visit.signed_in.user.id
    }
}

/// Stage at which a referral is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::referral) enum Stage {
    /// The review page, which reads documents that are not kept with the draft yet.
    Review,
    /// The submission of what was reviewed.
    Submission,
}

/// Message as it will be delivered.
pub(in crate::referral) struct BuiltMessage {
    pub(in crate::referral) id: String,
    /// FHIR Bundle.
    pub(in crate::referral) bundle: Value,
    /// Answers of the form, as the note of the message contains them.
    pub(in crate::referral) answers: Vec<ReadableAnswer>,
    /// `linkId`s of the items of which the form asks for a resource that is not sent.
    pub(in crate::referral) not_made: Vec<String>,
    /// Titles of the documents that are sent another way.
    pub(super) separate: Vec<String>,
}

impl BuiltMessage {
    /// Writes the Bundle as JSON.
    pub(in crate::referral) fn payload(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(&self.bundle).unwrap_or_default()
    }
}

/// Result of all checks on a referral before sending.
pub(in crate::referral) struct Readiness {
    pub(in crate::referral) problems: Vec<Problem>,
    pub(in crate::referral) findings: Vec<Finding>,
    /// `None` while questions are open, or if no message can be built.
    pub(in crate::referral) message: Option<BuiltMessage>,
}

impl Readiness {
    /// Whether the referral can be sent, given the ids of the findings that the user confirmed.
    pub(in crate::referral) fn allows(&self, confirmed: &[String]) -> bool {
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
    Finding::new(format!("patient-{}", caution.name()), kind)
}

/// Stops a referral whose clinic is not known: the destination could not answer it. The clinic is that of the clinician who
/// signs.
fn unknown_clinic(candidate: Candidate<'_>) -> Option<Finding> {
    let may_sign = candidate.visit.signed_in.user.role.may_sign();
    let sender = candidate.sender();
    let is_unknown = may_sign && !sender.form_requires_name() && sender.letterhead().clinic.is_empty();
    is_unknown.then(|| Finding::new("clinic-unknown", FindingKind::Blocks))
}

/// Asks for confirmation of the numbers of the chart's clinic beside the name of another one.
fn numbers_of_other_clinic(candidate: Candidate<'_>) -> Option<Finding> {
    let numbers = candidate.sender().numbers_of_other_clinic();
    let finding = Finding::new("clinic-numbers", FindingKind::NeedsConfirmation).about(numbers.join(", "));
    (!numbers.is_empty()).then_some(finding)
}

/// Documents that were picked and have no content, or lack a file.
fn without_content(candidate: Candidate<'_>, documents: &Documents) -> Vec<WithoutContent> {
    let Candidate { visit, form, referral, .. } = candidate;
    let chosen = chosen(form, referral);
    let known = known(form, &referral.snapshot);
    documents.without_content(&visit.context.ehr.client.base, &chosen, &known)
}

/// Asks for confirmation that a document goes without its content.
fn document_finding(document: &WithoutContent) -> Finding {
    let code = document.absence.code();
    let finding =
        Finding::new(format!("document-{code}-{}", document.reference), FindingKind::NeedsConfirmation);
    Finding { text: format!("document-{code}"), ..finding.about(document.title.as_str()) }
}

/// Stops a referral whose file is no longer stored.
fn missing_file(file: &AttachedFile) -> Finding {
    let finding = Finding::new(format!("file-missing-{}", file.id), FindingKind::Blocks);
    Finding { text: "file-missing".to_owned(), ..finding.about(file.title.as_str()) }
}

/// Asks for confirmation of answers from a chart that was not read again.
fn kept_finding(form: &Form, referral: &Referral, lang: &str) -> Option<Finding> {
    let kept = kept_answers(form, &referral.answers, &referral.snapshot.prefill, lang)?;
    let finding = Finding::new("chart-kept", FindingKind::NeedsConfirmation).about(kept.labels.join(", "));
    Some(Finding { detail: kept.read_at.to_string(), ..finding })
}

/// Asks for confirmation of what only warns in the answers.
fn warning_findings(form: &Form, referral: &Referral, warnings: &[Problem], lang: &str) -> Vec<Finding> {
    let views = outline(form, &referral.answers, &referral.snapshot.prefill, warnings, lang).problems();
    let finding = |view: ProblemView| {
        let (text, detail) = match view.kind.as_str() {
            "parted" => ("form-parted", view.limit),
            "left-alone" => ("form-left-alone", view.limit),
            _ if view.text.is_empty() => ("form-unchecked", view.text),
            _ => ("form-warning", view.text),
        };
        let finding = Finding::new(format!("form-{}", view.place), FindingKind::NeedsConfirmation);
        Finding { text: text.to_owned(), detail, ..finding.about(view.label) }
    };
    views.into_iter().map(finding).collect()
}

/// Asks to confirm each warning of the form, which is not seen any more once the form is left.
fn alert_findings(form: &Form, referral: &Referral, lang: &str) -> impl Iterator<Item = Finding> + use<> {
    let finding = |alert: Alert| {
        let finding = Finding::new(format!("form-alert-{}", alert.place), FindingKind::NeedsConfirmation);
        Finding { text: "form-alert".to_owned(), detail: alert.text, ..finding }
    };
    alerts(form, &referral.answers, lang).into_iter().map(finding)
}

/// Required questions whose documents all lack content: a title alone answers none.
fn without_any_content(form: &Form, referral: &Referral, without: &[WithoutContent]) -> Vec<Problem> {
    let mut picks: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    for picked in picked(form, &referral.answers, &referral.snapshot.prefill) {
        if form.requires(&picked.link_id) {
            let has_content = !without.iter().any(|document| document.reference == picked.reference);
            picks.entry(picked.place).or_default().push(has_content);
        }
    }
    let empty = picks.into_iter().filter(|(_, contents)| !contents.contains(&true));
    empty.map(|(place, _)| Problem { place, kind: ProblemKind::NoContent }).collect()
}

/// Id of the finding for a message that cannot be built.
fn finding_id(refused: &message::Refused) -> &'static str {
    match refused.error {
        _ if !refused.entry.is_empty() => "message-entry",
        message::Error::Modifier(_) => "message-modifier",
        _ => "message-chart",
    }
}

impl Referrals {
    /// Runs every check on a referral, and builds the message that would be sent. Documents are read from the EHR for the
    /// review only: what is sent is what was reviewed.
    pub(in crate::referral) async fn readiness(
        &self,
        state: &RequestState,
        web: &Web,
        candidate: Candidate<'_>,
        stage: Stage,
    ) -> Result<Readiness, Error> {
        tracing::trace!(target: "walk", "check whether the referral can be sent");
        let Candidate { visit, form, referral, service } = candidate;
        let problems = check(form, &referral.answers, &referral.snapshot.prefill);
        let (mut problems, warnings): (Vec<_>, Vec<_>) =
            problems.into_iter().partition(|problem| problem.kind.blocks());
        let mut findings: Vec<Finding> =
            visit.context.patient().cautions.iter().copied().map(finding).collect();
        findings.extend(unknown_clinic(candidate));
        findings.extend(numbers_of_other_clinic(candidate));
        findings.extend(alert_findings(form, referral, state.lang().code()));
        findings.extend(kept_finding(form, referral, state.lang().code()));
        findings.extend(warning_findings(form, referral, &warnings, state.lang().code()));
        let documents = self.documents(visit, form, referral, stage == Stage::Review).await?;
        let without = without_content(candidate, &documents);
        problems.extend(without_any_content(form, referral, &without));
        findings.extend(without.iter().map(document_finding));
        let (referral_id, context) = (referral.id.as_str(), &visit.context);
        let submission = Submission { referral_id, context, form, answers: &referral.answers, service };
        for check in self.checks.iter() {
            findings.extend(check.check(&self.ground.db, &submission).await?);
        }
        self.add_original_finding(referral, &mut findings).await?;
        let files = self.files_to_send(form, referral).await?;
        findings.extend(files.missing.iter().map(missing_file));
        let mut message = None;
        if problems.is_empty() && files.missing.is_empty() {
            let id = Builder::from_random_bytes(random::bytes()).into_uuid().to_string();
            let now = self.now();
            let separate: Vec<String> = without.into_iter().map(|document| document.title).collect();
            let outgoing = Outgoing {
                candidate,
                separate: &separate,
                documents: &documents,
                files: &files.found,
                message_id: &id,
                authored_at: &now,
                public_url: web.public_url().origin(),
                lang: state.lang().code(),
            };
            match build_message(&outgoing, &self.messages) {
                Ok(BuiltContent { bundle, answers, not_made }) => {
                    message = Some(BuiltMessage { id, bundle, answers, not_made, separate });
                }
                Err(refused) => {
                    tracing::warn!(cause = %refused, "the message of a referral could not be built");
                    let finding = Finding::new(finding_id(&refused), FindingKind::Blocks);
                    findings.push(finding.about(refused.entry));
                }
            }
        }
        Ok(Readiness { problems, findings, message })
    }
}
