use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Error, clinician, destination,
    draft::Draft,
    header::{self, Roles},
    patient, references,
    referral::Referral,
    requirements,
    service_request::{self, Links},
    shape::{self, Members},
    supporting::{self, Subject},
};
use crate::config::MessageSettings;

/// The Bundle that says a referral: MessageHeader, ServiceRequest, and everything they lead to.
///
/// # Errors
/// What is missing, or what would be unsafe to send.
pub fn build_add_service_request(referral: &Referral<'_>, names: &MessageSettings) -> Result<Value, Error> {
    let message = Uuid::try_parse(referral.message_id).map_err(|_| Error::MessageId)?;
    if referral.number.trim().is_empty() {
        return Err(Error::Missing("number"));
    }
    let authored = referral.authored_at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let mut draft = Draft::new(message, referral.fhir_base_url, names, referral.included);
    let (header, service_request) = lead(&mut draft, referral, &authored)?;

    // The two that lead the message were written last, since they refer to the others.
    draft.lead_with(header, service_request);
    let entries = draft.finish();
    for entry in &entries {
        requirements::check_chosen(&entry["resource"])?;
    }
    Ok(json!({
        "resourceType": "Bundle",
        "id": message.to_string(),
        "type": "message",
        "timestamp": authored,
        "entry": entries,
    }))
}

fn lead<'a>(
    draft: &mut Draft<'a>,
    referral: &Referral<'a>,
    authored: &str,
) -> Result<(Members, Members), Error> {
    let id = shape::text(referral.patient, "id").map(|id| format!("Patient/{id}"));
    let origin = id.and_then(|id| references::origin(&id, draft.base));
    let patient = patient::patient(referral.patient, draft.base)?;
    let subject = Subject { urn: draft.add("patient", origin.clone(), patient), origin };
    let signer = clinician::place(draft, &referral.signer, "signer")?;
    let enterer = match &referral.enterer {
        Some(enterer) => Some(clinician::place(draft, enterer, "enterer")?),
        None => None,
    };
    let enterer = enterer.filter(|enterer| enterer.practitioner != signer.practitioner);
    let performer = destination::place(draft, referral.service)?;

    let response = supporting::response(draft, referral, &subject, &signer.practitioner)?;
    let mut supporting = vec![draft.add("response", None, response)];
    let author = &signer.practitioner;
    let documents = supporting::place_documents(draft, referral, &subject, authored, author);
    supporting.extend(documents);
    supporting.extend(supporting::place_chosen(draft, referral, &subject)?);

    let roles = Roles {
        author: signer.role.clone(),
        enterer: enterer.map(|enterer| enterer.role),
        receiver: performer.clone(),
        focus: draft.urn(Draft::FOCUS),
    };
    let header = header::header(draft, referral, &roles);
    let links = Links {
        patient: subject.urn,
        requester: signer.role,
        practitioner: signer.practitioner,
        performer,
        supporting,
    };
    let intent = &draft.names.intent;
    let service_request = service_request::service_request(referral, intent, authored, links)?;
    Ok((header, service_request))
}
