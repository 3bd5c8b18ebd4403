//! Entry point: builds the `add-service-request` Bundle from its content.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    builder::{LeadingEntries, MessageBuilder},
    clinician,
    content::MessageContent,
    destination,
    error::{Error, Refused},
    header::{self, Participants},
    made::{Made, place_made},
    patient, references, requirements,
    service_request::{self, RequestReferences},
    shape,
    supporting::{self, PatientEntry},
};
use crate::config::MessageSettings;

/// Builds the Bundle of a referral: MessageHeader, ServiceRequest, and every resource that they refer to.
///
/// # Errors
/// [`Refused`], whose [`Error`](super::Error) says which element is missing or unsafe to send.
pub fn build_add_service_request(
    content: &MessageContent<'_>,
    names: &MessageSettings,
) -> Result<Value, Refused> {
    tracing::trace!(target: "walk", "build the Bundle");
    let message = Uuid::try_parse(content.message_id).map_err(|_| Error::MessageId)?;
    if content.number.trim().is_empty() {
        return Err(Error::Missing("number").into());
    }
    let authored = content.authored_at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let mut builder = MessageBuilder::new(
        message,
        content.fhir_base_url,
        names,
        content.authored_at.date(),
        content.contents,
    );
    let leading = add_resources(&mut builder, content, &authored)?;

    // The first two entries are built last, since they refer to the others.
    builder.lead_with(leading);
    let entries = builder.finish();
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

/// Adds all resources but the first two, which it returns.
fn add_resources<'a>(
    builder: &mut MessageBuilder<'a>,
    content: &MessageContent<'a>,
    authored: &str,
) -> Result<LeadingEntries, Refused> {
    let id = shape::text(content.patient, "id").map(|id| format!("Patient/{id}"));
    let origin = id.and_then(|id| references::origin(&id, builder.base));
    let patient = patient::patient(content.patient, builder.base, builder.day)?;
    let subject = PatientEntry { urn: builder.add("patient", origin.clone(), patient), origin };
    let signer = clinician::place(builder, &content.signer, "signer")?;
    let enterer = match &content.enterer {
        Some(enterer) => clinician::place_enterer(builder, enterer, &signer)?,
        None => None,
    };
    let performer = destination::place(builder, content.service)?;

    let response = supporting::response(builder, content, &subject, &signer.practitioner)?;
    let response = builder.add("response", None, response);
    let mut supporting = vec![response.clone()];
    let author = &signer.practitioner;
    let documents = supporting::place_documents(builder, content, &subject, author);
    supporting.extend(documents);
    supporting.extend(supporting::place_chosen(builder, content, &subject)?);
    let made = Made { subject: &subject.urn, performer: author, response: &response };
    supporting.extend(place_made(builder, content.made, &made));

    let participants = Participants {
        author: signer.role.clone(),
        enterer,
        receiver: performer.clone(),
        focus: builder.urn(MessageBuilder::FOCUS),
    };
    let header = header::header(builder, content, &participants);
    let references = RequestReferences {
        patient: subject.urn,
        requester: signer.role,
        practitioner: signer.practitioner,
        performer,
        supporting,
    };
    let intent = &builder.names.intent;
    let focus = service_request::service_request(content, intent, authored, references)?;
    Ok(LeadingEntries { header, focus })
}
