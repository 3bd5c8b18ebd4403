use jiff::Zoned;
use serde_json::Value;

use crate::{directory::Service, fhir::FhirBaseUrl};

/// Everything one message says.
#[derive(Clone, Debug)]
pub struct Referral<'a> {
    /// Our referral number: unique, for people to read.
    pub number: &'a str,
    /// A UUID: `Bundle.id` and `MessageHeader.id`, the same at every resend.
    pub message_id: &'a str,
    /// When it was signed, in the site's zone.
    pub authored_at: &'a Zoned,
    /// Our origin, without a path: `MessageHeader.source.endpoint` and the start of our identifier systems.
    pub public_url: &'a str,
    /// The Patient as the EHR gave it.
    pub patient: &'a Value,
    /// Who authorizes the referral.
    pub signer: Clinician<'a>,
    /// Who prepared it, when it was another person.
    pub enterer: Option<Clinician<'a>>,
    /// Who it goes to.
    pub service: &'a Service,
    /// What kind of service is asked for: codings, as in `Questionnaire.code`. Only those with system, code and
    /// display are sent; one is needed.
    pub category: &'a [Value],
    /// What exactly is asked for: codings as above; the category where there is none.
    pub code: &'a [Value],
    /// More about what is asked for, each a short text: laterality, contrast, whom the patient would rather see.
    pub details: &'a [String],
    /// `routine`, `urgent`, `asap` or `stat`.
    pub priority: &'a str,
    /// The main concern.
    pub reason: &'a str,
    /// All answers as readable plain text; no note when empty.
    pub narrative: &'a str,
    /// The `QuestionnaireResponse`; its subject and author are set here.
    pub response: &'a Value,
    /// What the clinician chose from the chart.
    pub supporting: &'a [Value],
    /// What the chosen resources may lead to, as read from the EHR: Medication, the Observations of a report, Binary
    /// for the content of a document. Only what is referred to is sent.
    pub included: &'a [Value],
    /// Our own documents: the letter, what was uploaded.
    pub documents: &'a [Document<'a>],
    /// Base URL of the EHR that the resources came from.
    pub fhir_base_url: &'a FhirBaseUrl,
}

/// A clinician, as far as the EHR told about them.
#[derive(Clone, Copy, Debug)]
pub struct Clinician<'a> {
    /// The name to write where the EHR gave none.
    pub name: &'a str,
    /// Practitioner or PractitionerRole, as read for `fhirUser`.
    pub resource: Option<&'a Value>,
    /// Searchset of their `PractitionerRole`s, with Organization, Location and Practitioner included, if it was read.
    pub roles: Option<&'a Value>,
    /// Name of the clinic or of the EHR, for when no role names a clinic; may be empty.
    pub organization: &'a str,
}

/// A document that goes with a referral and is not from the chart.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// What a reader sees of it, such as a file name.
    pub title: &'a str,
    /// Media type.
    pub content_type: &'a str,
    /// The bytes.
    pub content: &'a [u8],
}
