/// Why no message can be made of a referral. Names resource types and members, never what they contain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The message id is no UUID.
    #[error("the message id is not a UUID")]
    MessageId,
    /// Something every message says is empty.
    #[error("the referral has no {0}")]
    Missing(&'static str),
    /// Not `routine`, `urgent`, `asap` or `stat`.
    #[error("the priority is none of FHIR's")]
    Priority,
    /// What should be a Patient is something else.
    #[error("the patient is not a Patient resource")]
    NotAPatient,
    /// It is about another patient, or does not say about whom.
    #[error("a {0} is not, or not surely, about this patient")]
    OtherPatient(String),
    /// It has a `modifierExtension` or `implicitRules`, which may turn its meaning around.
    #[error("a {0} has a modifier that is not understood")]
    Modifier(String),
    /// It was marked as entered in error.
    #[error("a {0} was entered in error")]
    EnteredInError(String),
    /// Nothing is left that says what it is: no code, no text, no medication.
    #[error("a {0} does not say what it is")]
    SaysNothing(String),
    /// A type that does not belong into a referral.
    #[error("a {0} cannot go with a referral")]
    Unsupported(String),
}
