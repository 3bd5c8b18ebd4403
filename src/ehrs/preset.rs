use std::{fmt, str::FromStr};

use super::registration::{ClientAuthMethod, Registration};
use crate::smart::{FhirUserClaim, ScopeSyntax, SigningAlg};

/// What a referral reads of a chart, and no more: the patient, what the forms show, the clinician and their roles.
pub const SCOPES: [&str; 13] = [
    "launch",
    "openid",
    "fhirUser",
    "patient/Patient.r",
    "patient/Encounter.r",
    "patient/Condition.rs",
    "patient/MedicationRequest.rs",
    "patient/AllergyIntolerance.rs",
    "patient/Observation.rs",
    "patient/DiagnosticReport.rs",
    "patient/DocumentReference.rs",
    "user/Practitioner.r",
    "user/PractitionerRole.rs",
];

/// A kind of EHR, and how its registration differs from the strict one. A place to start from: `passerelle ehr check`
/// tells what one EHR really does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Smile CDR.
    Smile,
    /// Aidbox.
    Aidbox,
    /// Epic.
    Epic,
    /// Oracle Health, once Cerner.
    Oracle,
    /// A server of SMART App Launch 1.0.
    Smart1,
    /// A HALO accelerator, as CA:SoF describes it.
    Halo,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 6] =
        [Self::Smile, Self::Aidbox, Self::Epic, Self::Oracle, Self::Smart1, Self::Halo];

    /// As it is written in commands.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Smile => "smile",
            Self::Aidbox => "aidbox",
            Self::Epic => "epic",
            Self::Oracle => "oracle",
            Self::Smart1 => "smart-1.0",
            Self::Halo => "halo",
        }
    }

    /// What it sets, and what the administrator has to know, in one sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Smile => {
                "The issuer has a path of its own, so pin it; the user's resource may stand in `profile`."
            }
            Self::Aidbox => "As the standard has it.",
            Self::Epic => "Epic publishes no issuer, so pin it; we prove ourselves with keys, RS384.",
            Self::Oracle => {
                "The issuer ends with a slash, so pin it exactly; scopes in the syntax of SMART 1.0."
            }
            Self::Smart1 => {
                "Endpoints from the CapabilityStatement; pin the issuer; scopes in the syntax of SMART 1.0."
            }
            Self::Halo => "One base serves many clinics; the identity provider may lie on another host.",
        }
    }

    /// Whether such an EHR does not say who signs its id_tokens.
    #[must_use]
    pub fn needs_issuer(self) -> bool {
        matches!(self, Self::Epic | Self::Smart1)
    }

    /// Sets what is different there.
    pub fn apply(self, registration: &mut Registration) {
        match self {
            Self::Aidbox => {}
            Self::Halo => {
                registration.many_clinics = true;
                registration.scopes.push("user/Organization.r".to_owned());
            }
            Self::Smile => registration.fhir_user_claim = FhirUserClaim::Profile,
            Self::Epic => {
                registration.client_auth = ClientAuthMethod::PrivateKeyJwt;
                registration.signing_alg = Some(SigningAlg::Rs384);
            }
            Self::Oracle => registration.scope_syntax = ScopeSyntax::V1,
            Self::Smart1 => {
                registration.scope_syntax = ScopeSyntax::V1;
                registration.discover_from_capability_statement = true;
            }
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // What many still call it.
        let name = if text == "cerner" { "oracle" } else { text };
        let names = Self::ALL.map(Self::name).join(", ");
        Self::ALL.into_iter().find(|preset| preset.name() == name).ok_or(format!("one of {names}"))
    }
}
