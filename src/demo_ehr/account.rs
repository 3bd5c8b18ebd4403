//! Who is signed in, and the resource that stands for them.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::clinicians::{CLINICIANS, Clinician, find_clinician};
use super::fixtures;

/// What the standard allows a `fhirUser` to be.
const TYPES: [&str; 5] = ["Practitioner", "PractitionerRole", "Person", "Patient", "RelatedPerson"];

/// Somebody with an account here.
#[derive(Debug)]
pub(super) struct Account {
    /// Stable and opaque.
    pub(super) sub: String,
    /// Relative reference.
    pub(super) fhir_user: String,
    /// Relative reference.
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

/// The account of a clinician, or of whoever a relative reference stands for.
pub(super) fn find_account(user: &str) -> Option<Account> {
    let Some((resource_type, id)) = user.split_once('/') else {
        return find_clinician(user).map(Account::from);
    };
    if !TYPES.contains(&resource_type) {
        return None;
    }
    fixtures::find(resource_type, id)?;
    let known = CLINICIANS.iter().find(|it| person(it.fhir_user) == person(user)).map(Account::from);
    Some(Account { fhir_user: user.to_owned(), ..known.unwrap_or_else(|| stranger(user)) })
}

/// A clinician is the same person in a role as out of it.
fn person(reference: &str) -> &str {
    let role = reference.split_once('/').and_then(|(kind, id)| fixtures::find(kind, id));
    role.and_then(|role| role["practitioner"]["reference"].as_str()).unwrap_or(reference)
}

/// An account of its own for everybody who is not on the list of clinicians.
fn stranger(user: &str) -> Account {
    let sub = URL_SAFE_NO_PAD.encode(&digest(&SHA256, user.as_bytes()).as_ref()[..16]);
    Account { sub, fhir_user: user.to_owned(), organization: None }
}
