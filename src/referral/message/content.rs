//! Input of one message.

use std::collections::BTreeMap;

use jiff::{Timestamp, Zoned};
use serde_json::Value;

use crate::{directory::Service, fhir::FhirBaseUrl};

/// Content of one message.
#[derive(Clone, Debug)]
pub struct MessageContent<'a> {
    /// Referral number: unique, for people to read.
    pub number: &'a str,
    /// A UUID: `Bundle.id` and `MessageHeader.id`, the same at every resend.
    pub message_id: &'a str,
    /// Time of the signature, in the site's time zone.
    pub authored_at: &'a Zoned,
    /// Public origin of Passerelle, without a path: `MessageHeader.source.endpoint` and prefix of our identifier systems.
    pub public_url: &'a str,
    /// Patient as read from the EHR.
    pub patient: &'a Value,
    /// Clinician who signs the referral.
    pub signer: Clinician<'a>,
    /// Delegate who prepared it, if any.
    pub enterer: Option<Clinician<'a>>,
    /// Service that it goes to.
    pub service: &'a Service,
    /// Kind of service requested: codings, as in `Questionnaire.code`. Only those with system, code and display are
    /// sent; at least one is required.
    pub category: &'a [Value],
    /// Exact service requested: codings as above; the category if there is none.
    pub code: &'a [Value],
    /// Details of the request, each a short text: laterality, contrast, preferred clinician.
    pub details: &'a [String],
    /// `routine`, `urgent`, `asap` or `stat`.
    pub priority: &'a str,
    /// Main concern.
    pub reason: &'a str,
    /// All answers as readable plain text. If empty, no note is sent.
    pub narrative: &'a str,
    /// `QuestionnaireResponse`; its subject and author are replaced.
    pub response: &'a Value,
    /// Resources that the clinician chose from the chart.
    pub supporting: &'a [Value],
    /// Resources that the form asks to be made of the answers, which [`check_made`](super::check_made) accepts, each by the address
    /// under which the others refer to it.
    pub made: &'a [(String, Value)],
    /// Resources that the chosen ones may refer to, as read from the EHR: Medication, the Observations of a report,
    /// Binary for the content of a document. Only those that are referred to are sent.
    pub included: &'a [Value],
    /// Content of attachments as Binary resources, by the path of `Attachment.url` below the FHIR base.
    pub contents: &'a BTreeMap<String, Value>,
    /// Documents that are not from the chart, such as the letter.
    pub documents: &'a [Document<'a>],
    /// Base URL of the EHR that the resources came from.
    pub fhir_base_url: &'a FhirBaseUrl,
}

/// Clinician, as far as known from the EHR.
#[derive(Clone, Copy, Debug)]
pub struct Clinician<'a> {
    /// Name to use if the EHR has none.
    pub name: &'a str,
    /// Practitioner or PractitionerRole, as read for `fhirUser`.
    pub resource: Option<&'a Value>,
    /// Search result with their `PractitionerRole`s, including Organization, Location and Practitioner, if it was read.
    pub roles: Option<&'a Value>,
    /// Clinic as stated besides the roles.
    pub clinic: &'a StatedClinic,
    /// Reference to the organization of the visit, by which one of several roles is chosen.
    pub visit_at: Option<&'a str>,
}

/// Clinic of a clinician, as the answers, the launch or the review state it.
#[derive(Clone, Debug, Default)]
pub struct StatedClinic {
    /// Name, used if no role names one; empty if it is not known.
    pub name: String,
    /// Whether that name replaces the clinic of the role: the clinician wrote that it is another one.
    pub is_elsewhere: bool,
    /// `ContactPoint`s of the clinic as answered; `None` if the form does not ask for them.
    pub contacts: Option<Vec<Value>>,
}

/// Document that is sent with a referral and is not from the chart.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// Title for people, such as a file name.
    pub title: &'a str,
    /// Media type.
    pub content_type: &'a str,
    /// Content, not encoded.
    pub content: &'a [u8],
    /// Time at which a person added it.
    pub added_at: Timestamp,
    /// SHA-1 of the content in base64, by which an answer of the form refers to it.
    pub hash: &'a str,
}
