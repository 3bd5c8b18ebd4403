//! Presets: registration defaults for known kinds of EHR.

use std::{fmt, str::FromStr};

use super::registration::{ClientAuthMethod, Registration};
use crate::smart::{FhirUserClaim, ScopeSyntax, SigningAlg};

/// Default scopes: the patient, the resources that forms show, the clinician and their roles.
pub const SCOPES: [&str; 14] = [
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
    "patient/Binary.r",
    "user/Practitioner.r",
    "user/PractitionerRole.rs",
];

/// Kind of EHR, with the settings that differ from the strict defaults. A starting point: `passerelle ehr check` reports
/// how an individual EHR behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Smile CDR.
    Smile,
    /// Aidbox.
    Aidbox,
    /// Epic.
    Epic,
    /// Oracle Health, formerly Cerner.
    Oracle,
    /// Server of SMART App Launch 1.0.
    Smart1,
    /// HALO accelerator, as described in CA:SoF.
    Halo,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 6] =
        [Self::Smile, Self::Aidbox, Self::Epic, Self::Oracle, Self::Smart1, Self::Halo];

    /// Name in commands.
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

    /// Summary for the administrator, in one sentence: settings of the preset, and what to do.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Smile => {
                "The issuer differs from the base URL, so pin it; the claim `profile` may name the user's resource."
            }
            Self::Aidbox => "Standard settings.",
            Self::Epic => {
                "Epic publishes no issuer, so pin it; client authentication is private_key_jwt with RS384."
            }
            Self::Oracle => {
                "The issuer ends with a slash, so pin it exactly; scopes use the SMART 1.0 syntax."
            }
            Self::Smart1 => {
                "Endpoints are read from the CapabilityStatement; pin the issuer; scopes use the SMART 1.0 syntax."
            }
            Self::Halo => {
                "One base URL serves several clinics; the identity provider may be on another host."
            }
        }
    }

    /// Whether this kind of EHR publishes no issuer, so that the registration must pin it.
    #[must_use]
    pub fn needs_issuer(self) -> bool {
        matches!(self, Self::Epic | Self::Smart1)
    }

    /// Applies the settings that differ from the defaults.
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
        // The former name is still in use.
        let name = if text == "cerner" { "oracle" } else { text };
        let names = Self::ALL.map(Self::name).join(", ");
        Self::ALL.into_iter().find(|preset| preset.name() == name).ok_or(format!("expected one of {names}"))
    }
}
