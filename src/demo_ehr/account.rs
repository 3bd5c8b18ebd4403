//! Accounts of the simulated EHR, and the FHIR resource that represents each.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::demo_ehr::clinicians::{CLINICIANS, Clinician, find_clinician};
use crate::demo_ehr::fixtures;

/// Resource types that the standard permits as `fhirUser`.
const TYPES: [&str; 5] = ["Practitioner", "PractitionerRole", "Person", "Patient", "RelatedPerson"];

/// A user account of the simulated EHR.
#[derive(Debug)]
pub(super) struct Account {
    /// Subject claim: stable and opaque.
    pub(super) sub: String,
    /// Relative reference, such as `Practitioner/ngozi-okafor`.
    pub(super) fhir_user: String,
    /// Relative reference to the user's Organization, if the EHR knows it.
    pub(super) organization: Option<String>,
}

impl From<&Clinician> for Account {
    fn from(clinician: &Clinician) -> Self {
        Self {
            sub: clinician.sub.to_owned(),
            fhir_user: clinician.fhir_user.to_owned(),
            organization: clinician.organization.map(str::to_owned),
        }
    }
}

/// Finds an account by a clinician's id or by the relative reference of a user resource.
pub(super) fn find_account(user: &str) -> Option<Account> {
    let Some((resource_type, id)) = user.split_once('/') else {
        return find_clinician(user).map(Account::from);
    };
    if !TYPES.contains(&resource_type) {
        return None;
    }
    fixtures::find(resource_type, id)?;
    let known = CLINICIANS.iter().find(|it| person(it.fhir_user) == person(user)).map(Account::from);
    Some(Account { fhir_user: user.to_owned(), ..known.unwrap_or_else(|| unlisted(user)) })
}

/// Resolves a PractitionerRole to its Practitioner, so that a clinician keeps one account in every role.
fn person(reference: &str) -> &str {
    let role = reference.split_once('/').and_then(|(kind, id)| fixtures::find(kind, id));
    role.and_then(|role| role["practitioner"]["reference"].as_str()).unwrap_or(reference)
}

/// Derives an account for a user who is not on the list of clinicians.
fn unlisted(user: &str) -> Account {
    let sub = URL_SAFE_NO_PAD.encode(&digest(&SHA256, user.as_bytes()).as_ref()[..16]);
    Account { sub, fhir_user: user.to_owned(), organization: None }
}
