//! Clinicians who can sign in at this EHR.

use serde::Serialize;

/// A clinician with an account at the simulated EHR.
#[derive(Debug, Serialize)]
pub(super) struct Clinician {
    /// User name, also used in URLs of the EHR's pages.
    pub(super) id: &'static str,
    pub(super) password: &'static str,
    /// `sub` of every `id_token` about this clinician: stable and opaque.
    pub(super) sub: &'static str,
    /// `fhirUser` as a relative reference.
    pub(super) fhir_user: &'static str,
    pub(super) name: &'static str,
    pub(super) role: &'static str,
    /// Whether they sign referrals; otherwise they prepare them for a colleague.
    pub(super) signs: bool,
    /// Organization as a relative reference, if the EHR knows it.
    pub(super) organization: Option<&'static str>,
    /// Location as a relative reference, if the EHR knows it.
    pub(super) location: Option<&'static str>,
}

pub(super) const CLINICIANS: [Clinician; 5] = [
    Clinician {
        id: "ngozi-okafor",
        password: "demo-okafor",
        sub: "6f1c2b0e-93d4-4a4b-8a35-5a1d0b7f3c11",
        fhir_user: "Practitioner/ngozi-okafor",
        name: "Dr. Ngozi Okafor",
        role: "Family physician, Rideau Family Health Team, Ottawa",
        signs: true,
        organization: Some("Organization/rideau-fht"),
        location: Some("Location/rideau-fht-bank-street"),
    },
    Clinician {
        id: "genevieve-beaulieu",
        password: "demo-beaulieu",
        sub: "b2a97d64-0c1f-4e58-9d7e-27c86a9be402",
        fhir_user: "Practitioner/genevieve-beaulieu",
        name: "Geneviève Beaulieu, IPSPL",
        role: "Nurse practitioner (French-speaking), GMF des Érables, Gatineau",
        signs: true,
        organization: Some("Organization/gmf-erables"),
        location: Some("Location/gmf-erables-gatineau"),
    },
    Clinician {
        id: "wei-lin-chen",
        password: "demo-chen",
        sub: "0d5e8a3c-6b72-4f0d-a6f1-c4a2e91d7703",
        fhir_user: "Practitioner/wei-lin-chen",
        name: "Dr. Wei-Lin Chen",
        role: "Cardiologist; this EHR has no PractitionerRole for her",
        signs: true,
        organization: None,
        location: None,
    },
    Clinician {
        id: "ewan-macneil",
        password: "demo-macneil",
        sub: "e83b7f51-2d46-49aa-b0c9-98f17c3da504",
        fhir_user: "PractitionerRole/ewan-macneil-halifax",
        name: "Dr. Ewan MacNeil",
        role: "Family physician, Halifax; his fhirUser is a PractitionerRole",
        signs: true,
        organization: Some("Organization/harbour-clinic"),
        location: None,
    },
    Clinician {
        id: "harpreet-gill",
        password: "demo-gill",
        sub: "49c0d6f2-81ea-4b3b-9e1d-6e5f20b8ca05",
        fhir_user: "Practitioner/harpreet-gill",
        name: "Harpreet Gill",
        role: "Medical office assistant, Rideau Family Health Team (prepares referrals for Dr. Okafor)",
        signs: false,
        organization: Some("Organization/rideau-fht"),
        location: Some("Location/rideau-fht-bank-street"),
    },
];

/// Whether the user with this `sub` signs referrals. True unless the EHR knows them as an assistant.
#[must_use]
pub fn signs(sub: &str) -> bool {
    CLINICIANS.iter().find(|clinician| clinician.sub == sub).is_none_or(|clinician| clinician.signs)
}

/// Finds a clinician by id.
pub(super) fn find_clinician(id: &str) -> Option<&'static Clinician> {
    CLINICIANS.iter().find(|clinician| clinician.id == id)
}
