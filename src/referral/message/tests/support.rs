//! Content of a message, from the charts of the simulated EHR, for tests to change.

use std::{collections::BTreeMap, sync::OnceLock};

use jiff::Zoned;
use serde_json::{Value, json};

use crate::{
    config::MessageSettings,
    directory::{Service, load_built_in},
    fhir::FhirBaseUrl,
    referral::message::{
        Clinician, Document, Error, MessageContent, StatedClinic, build_add_service_request, validate,
    },
};

pub const BASE: &str = "https://ehr.example.ca/fhir";
pub const MESSAGE_ID: &str = "0198c3f0-7a51-7d10-8a6e-2f5b9c1d3e4f";

const FILES: [&str; 5] = [
    include_str!("../../../demo_ehr/fixtures/clinic.json"),
    include_str!("../../../demo_ehr/fixtures/eleonore.json"),
    include_str!("../../../demo_ehr/fixtures/marc-andre.json"),
    include_str!("../../../demo_ehr/fixtures/patients.json"),
    include_str!("../../../demo_ehr/fixtures/charts.json"),
];

pub fn names() -> MessageSettings {
    let base = "http://ehealthontario.ca/fhir/StructureDefinition/";
    MessageSettings {
        profile_base: format!("{base}ca-on-eReferral-profile-"),
        profile_version: "1.0.1".to_owned(),
        event_system: "https://ehealthontario.ca/fhir/CodeSystem/message-event-code".to_owned(),
        referral_identifier_extension: format!("{base}ext-referral-identifier"),
        routing_extension: format!("{base}ext-routing-options"),
        routing_system: "http://ehealthontario.ca/fhir/ValueSet/ereferral-source-types".to_owned(),
        routing_code: "smart-launch".to_owned(),
        intent: "proposal".to_owned(),
        source_name: "Passerelle".to_owned(),
        support_email: "help@referrals.example.ca".to_owned(),
    }
}

pub fn resources() -> &'static [Value] {
    static RESOURCES: OnceLock<Vec<Value>> = OnceLock::new();
    RESOURCES.get_or_init(|| {
        let parse = |text| serde_json::from_str::<Vec<Value>>(text).unwrap();
        FILES.iter().flat_map(|text| parse(text)).collect()
    })
}

pub fn find(reference: &str) -> Value {
    let (resource_type, id) = reference.split_once('/').unwrap();
    let is_it = |it: &&Value| it["resourceType"] == resource_type && it["id"] == id;
    resources().iter().find(is_it).unwrap().clone()
}

pub fn patients() -> Vec<String> {
    let patients = resources().iter().filter(|it| it["resourceType"] == "Patient");
    patients.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

/// Content of a message that a test may change.
#[derive(Clone, Debug)]
pub struct Case {
    pub patient: Value,
    pub signer: Option<Value>,
    pub roles: Option<Value>,
    pub enterer: Option<Value>,
    pub organization: String,
    pub visit_at: Option<String>,
    pub response: Value,
    pub supporting: Vec<Value>,
    pub made: Vec<(String, Value)>,
    pub included: Vec<Value>,
    pub contents: BTreeMap<String, Value>,
    pub service: Value,
    pub narrative: String,
    pub reason: String,
    pub priority: String,
    pub category: Vec<Value>,
    pub message_id: String,
}

impl Case {
    /// Referral of a patient by the family doctor, with all resources of the chart.
    pub fn of(patient: &str) -> Self {
        let own = format!("Patient/{patient}");
        let is_own = |it: &&Value| it["subject"]["reference"] == own || it["patient"]["reference"] == own;
        let is_sent = |it: &&Value| {
            super::super::requirements::CHOOSABLE_TYPES.contains(&it["resourceType"].as_str().unwrap())
                && it["status"] != "entered-in-error"
                && it["verificationStatus"]["coding"][0]["code"] != "entered-in-error"
        };
        let binaries = resources().iter().filter(|it| it["resourceType"] == "Binary");
        Self {
            patient: find(&own),
            signer: Some(find("Practitioner/ngozi-okafor")),
            roles: Some(searchset(&[
                "PractitionerRole/ngozi-okafor-rideau",
                "Organization/rideau-fht",
                "Location/rideau-fht-bank-street",
            ])),
            enterer: None,
            organization: "Demo EHR".to_owned(),
            visit_at: None,
            response: response(&own),
            made: Vec::new(),
            supporting: resources().iter().filter(is_own).filter(is_sent).cloned().collect(),
            included: Vec::new(),
            contents: binaries
                .map(|it| (format!("Binary/{}", it["id"].as_str().unwrap()), it.clone()))
                .collect(),
            service: load_built_in().unwrap().find("civic-cardiology").unwrap().resource.clone(),
            narrative: "Main concern: shortness of breath\nLDL < 2.0 mmol/L".to_owned(),
            reason: "Shortness of breath on exertion".to_owned(),
            priority: "urgent".to_owned(),
            category: vec![json!({
                "system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology",
                "_display": { "extension": [] },
            })],
            message_id: MESSAGE_ID.to_owned(),
        }
    }

    pub fn build(&self) -> Result<Value, Error> {
        let directory = load_built_in().unwrap();
        let service =
            Service { resource: self.service.clone(), ..directory.find("civic-cardiology").unwrap().clone() };
        let authored_at: Zoned = "2026-10-02T14:05:09-04:00[America/Toronto]".parse().unwrap();
        let clinic = StatedClinic { name: self.organization.clone(), ..StatedClinic::default() };
        let clinician = |resource| Clinician {
            name: "Dr. Ngozi Okafor",
            resource,
            roles: self.roles.as_ref(),
            clinic: &clinic,
            visit_at: self.visit_at.as_deref(),
        };
        let letter = Document {
            title: "Referral letter.pdf",
            content_type: "application/pdf",
            added_at: "2026-10-02T13:58:00-04:00".parse().unwrap(),
            content: b"%PDF-1.7",
            hash: "uvbBo/sl8K9aq7wyqoQeJ8sCUCA=",
        };
        let content = MessageContent {
            number: "R-2026-000042",
            message_id: &self.message_id,
            authored_at: &authored_at,
            public_url: "https://referrals.example.ca/",
            patient: &self.patient,
            signer: clinician(self.signer.as_ref()),
            enterer: self.enterer.as_ref().map(|it| clinician(Some(it))),
            service: &service,
            category: &self.category,
            code: &[],
            details: &["First available".to_owned()],
            priority: &self.priority,
            reason: &self.reason,
            narrative: &self.narrative,
            response: &self.response,
            supporting: &self.supporting,
            made: &self.made,
            included: &self.included,
            contents: &self.contents,
            documents: &[letter],
            fhir_base_url: &base(),
        };
        build_add_service_request(&content, &names()).map_err(|refused| refused.error)
    }

    /// Builds the Bundle, and asserts that it is valid.
    #[track_caller]
    pub fn bundle(&self) -> Value {
        let bundle = self.build().unwrap();
        assert_eq!(validate(&bundle, &base()), Vec::<String>::new());
        bundle
    }
}

pub fn base() -> FhirBaseUrl {
    FhirBaseUrl::parse(BASE).unwrap()
}

pub fn searchset(references: &[&str]) -> Value {
    let entries = references.iter().map(|it| json!({ "resource": find(it) }));
    json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries.collect::<Vec<_>>() })
}

fn response(patient: &str) -> Value {
    json!({
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://passerelle.example/fhir/Questionnaire/cardiology-consult|1.0.0",
        "status": "completed",
        "subject": { "reference": patient },
        "authored": "2026-10-02T14:05:09-04:00",
        "author": { "reference": "Practitioner/ngozi-okafor" },
        "item": [{ "linkId": "referral", "text": "Reason for referral", "item": [
            { "linkId": "concern", "answer": [{ "valueString": "Shortness of breath" }] },
            { "linkId": "ecg", "answer": [{ "valueReference": {
                "reference": "DocumentReference/eleonore-ecg", "display": "ECG" } }] },
            { "linkId": "note", "answer": [] },
        ] }],
    })
}

/// Returns the only resource of a type.
#[track_caller]
pub fn only(bundle: &Value, resource_type: &str) -> Value {
    let all = all(bundle, resource_type);
    assert_eq!(all.len(), 1, "{resource_type}");
    all[0].clone()
}

pub fn all(bundle: &Value, resource_type: &str) -> Vec<Value> {
    let resources = bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    resources.filter(|it| it["resourceType"] == resource_type).cloned().collect()
}

/// Returns the resource that a reference of the Bundle points to.
#[track_caller]
pub fn follow(bundle: &Value, reference: &Value) -> Value {
    let entries = bundle["entry"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["fullUrl"] == reference["reference"]);
    entry.unwrap()["resource"].clone()
}
