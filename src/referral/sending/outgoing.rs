//! The message of a referral, built from its draft and the open chart.

use jiff::{Zoned, civil::Date};
use serde_json::Value;

use super::{
    corrected_contacts::corrected_contacts,
    made::{MadeFrom, made},
    patient_to_send::patient_to_send,
    readiness::Candidate,
    separate::readable_with_separate,
    sharing::shared,
};
use crate::{
    config::MessageSettings,
    directory::Service,
    fhir::user_name_on,
    forms::{
        Answers, AttachedFile, Details, ElementAnswers, Form, ReadableAnswer, colon, reason_in_answers,
        to_response,
    },
    referral::{
        documents::{
            chosen::{chosen, included},
            content::Documents,
        },
        message::{self, Clinician, asked_priority, build_add_service_request},
        roles::roles,
    },
};

/// Input of one message, beside the settings.
pub(super) struct Outgoing<'a> {
    pub(super) candidate: Candidate<'a>,
    /// Content of the documents that were picked.
    pub(in crate::referral) documents: &'a Documents,
    /// Files that a person added, each with its bytes.
    pub(in crate::referral) files: &'a [(AttachedFile, Vec<u8>)],
    /// Titles of the documents that are sent another way.
    pub(super) separate: &'a [String],
    pub(in crate::referral) message_id: &'a str,
    pub(in crate::referral) authored_at: &'a Zoned,
    /// Origin of the public URL, without a path.
    pub(in crate::referral) public_url: &'a str,
    pub(in crate::referral) lang: &'a str,
}

impl<'a> Outgoing<'a> {
    /// Resources that the chosen ones may refer to.
    fn included(&self) -> Vec<Value> {
        let Candidate { form, referral, .. } = self.candidate;
        let mut included = included(form, &referral.snapshot);
        included.extend(self.documents.results().cloned());
        included
    }

    fn attached_files(&self) -> Vec<message::Document<'a>> {
        let document = |file: &'a (AttachedFile, Vec<u8>)| {
            let (AttachedFile { title, content_type, hash, added_at, .. }, content) = file;
            message::Document { title, content_type, content, hash, added_at: *added_at }
        };
        self.files.iter().map(document).collect()
    }
}

/// Message of a referral, and what its review says beside it.
pub(super) struct BuiltContent {
    pub(super) bundle: Value,
    /// Answers as the note of the message contains them.
    pub(super) answers: Vec<ReadableAnswer>,
    /// `linkId`s of the items of which the form asks for a resource that is not sent.
    pub(super) not_made: Vec<String>,
}

/// Builds the message of a referral.
///
/// # Errors
/// [`message::Refused`], whose error says which element is missing or unsafe to send.
pub(super) fn build_message(
    outgoing: &Outgoing<'_>,
    settings: &MessageSettings,
) -> Result<BuiltContent, message::Refused> {
    tracing::trace!(target: "walk", "build the message");
    let Candidate { visit, form, referral, service } = outgoing.candidate;
    let (authored, lang) = (outgoing.authored_at, outgoing.lang);
    let (answers, prefill) = (&referral.answers, &referral.snapshot.prefill);
    let details = Details { id: "", subject: "", author: "", authored, lang };
    let response = to_response(form, answers, prefill, &details);
    let prepared_by_other = outgoing.candidate.prepared_by_other();
    let corrections = ElementAnswers::of(form, answers, prefill).contact_corrections();
    let corrected = |given: Option<&Value>| given.map(|given| corrected_contacts(given, &corrections));
    let signer_roles = corrected(roles(form, &referral.snapshot.chart));
    let signer_roles = signer_roles.as_ref();
    let user = corrected(visit.context.chart.user.as_deref());
    let user = user.as_ref();
    let signer_name = name_of(user, authored.date(), &visit.signed_in.user.name);
    let preparer = referral.snapshot.preparer.as_ref().map(|preparer| &preparer.chart);
    let preparer_roles = corrected(preparer.and_then(|chart| roles(form, chart)));
    let preparer_roles = preparer_roles.as_ref();
    let preparer = preparer.and_then(|chart| chart.resource("user"));
    let preparer_name = name_of(preparer, authored.date(), &referral.summary.begun_by);
    let clinic = &outgoing.candidate.sender().stated();
    let encounter = referral.snapshot.resource("encounter");
    let visit_at = encounter.and_then(|encounter| encounter["serviceProvider"]["reference"].as_str());
    let clinician = |name, resource, roles| Clinician { name, resource, roles, clinic, visit_at };
    let enterer = clinician(&preparer_name, preparer, preparer_roles);
    let readable_answers = readable_with_separate(form, referral, outgoing.separate, lang);
    let narrative = narrative(&readable_answers, lang);
    let patient = shared(&patient_to_send(visit, form, referral), &referral.summary.sharing);
    let included = outgoing.included();
    let files = outgoing.attached_files();
    let base = &visit.context.ehr.client.base;
    let made = made(form, &MadeFrom { referral, response: &response, patient: &patient, base, authored });
    let content = message::MessageContent {
        number: &referral.number,
        message_id: outgoing.message_id,
        authored_at: authored,
        public_url: outgoing.public_url,
        patient: &patient,
        signer: clinician(&signer_name, user, signer_roles),
        enterer: prepared_by_other.then_some(enterer),
        service,
        category: &category(service, form),
        code: form.service_codings(),
        details: &[],
        priority: asked_priority(&response).and_then(|coding| coding["code"].as_str()).unwrap_or("routine"),
        reason: &reason(form, answers, lang),
        narrative: &narrative,
        response: &response,
        supporting: &chosen(form, referral),
        made: &made.resources,
        included: &included,
        contents: &outgoing.documents.contents(),
        documents: &files,
        fhir_base_url: base,
    };
    let bundle = build_add_service_request(&content, settings)?;
    Ok(BuiltContent { bundle, answers: readable_answers, not_made: made.left_out })
}

/// Text of the reason. A form that does not say which of its questions is the reason is the reason as a whole.
fn reason(form: &Form, answers: &Answers, lang: &str) -> String {
    match form.question_for("ServiceRequest.reasonCode") {
        Some(place) => answers.get(place).join("\n"),
        None => reason_in_answers(form.title(lang), lang),
    }
}

/// Kind of service: that of the service chosen, or else the service that the form names.
fn category(service: &Service, form: &Form) -> Vec<Value> {
    let complete =
        |coding: &&Value| ["system", "code", "display"].iter().all(|name| coding[*name].is_string());
    // The form has the translations of the codes that it shares with the service.
    let same =
        |left: &Value, right: &Value| ["system", "code"].iter().all(|name| left[*name] == right[*name]);
    let of_form = |coding: &Value| form.service_codings().iter().find(|own| same(own, coding)).cloned();
    let own = service.specialty_codings.iter().filter(complete);
    let own: Vec<Value> = own.map(|coding| of_form(coding).unwrap_or_else(|| coding.clone())).collect();
    if own.is_empty() { form.service_codings().to_vec() } else { own }
}

/// Name of a person as in a letter, from the resource, or else `fallback`.
fn name_of(resource: Option<&Value>, day: Date, fallback: &str) -> String {
    let name = resource.map(|resource| user_name_on(resource, day)).unwrap_or_default();
    if name.is_empty() { fallback.to_owned() } else { name }
}

/// All answers as plain text, for receivers whose system does not show the form. Each of several values has a line.
fn narrative(answers: &[ReadableAnswer], lang: &str) -> String {
    let colon = colon(lang);
    let (mut text, mut last_section) = (String::new(), "");
    for ReadableAnswer { section, label, value, items, .. } in answers {
        if section != last_section {
            text.push_str(if text.is_empty() { "" } else { "\n" });
            if !section.is_empty() {
                text.extend([section.to_uppercase().as_str(), "\n"]);
            }
            last_section = section;
        }
        if items.is_empty() {
            text.extend([label.as_str(), colon, value, "\n"]);
        } else {
            text.extend([label.as_str(), colon.trim_end(), "\n"]);
            text.extend(items.iter().flat_map(|item| ["- ", item.as_str(), "\n"]));
        }
    }
    text
}
