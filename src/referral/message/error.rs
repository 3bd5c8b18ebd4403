//! Errors of building a message.

/// Reason for which no message can be built. Names resource types and elements, never their content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The message id is not a UUID.
    #[error("the message id is not a UUID")]
    MessageId,
    /// A required element is empty.
    #[error("the referral has no {0}")]
    Missing(&'static str),
    /// The priority is not `routine`, `urgent`, `asap` or `stat`.
    #[error("the priority is not routine, urgent, asap or stat")]
    Priority,
    /// The resource of the patient is of another type.
    #[error("the patient is not a Patient resource")]
    NotAPatient,
    /// A resource is about another patient, or has no subject.
    #[error("a {0} is about another patient, or has no subject")]
    OtherPatient(String),
    /// A resource has a `modifierExtension` or `implicitRules`, which may reverse its meaning.
    #[error("a {0} has a modifierExtension or implicitRules")]
    Modifier(String),
    /// A resource is marked as entered in error.
    #[error("a {0} is marked as entered in error")]
    EnteredInError(String),
    /// A resource has no usable code, text or medication left.
    #[error("a {0} has no code or text")]
    NoCode(String),
    /// A resource of a type that cannot be sent with a referral.
    #[error("a {0} cannot be sent with a referral")]
    Unsupported(String),
}

/// Refusal to build a message, with the entry of the chart that caused it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Refused {
    /// Reason.
    pub error: Error,
    /// Text of the entry that the clinician picked, for the page and never for a log; empty if no entry is the cause.
    pub entry: String,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, entry: String::new() }
    }
}
