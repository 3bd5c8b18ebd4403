//! Errors of a launch, with stable codes and classes.

use crate::{
    db,
    ehrs::{self, describe_skew},
    error_codes::{codes, error_codes},
    fhir, smart, users,
};

error_codes! {
    /// Reason to refuse a launch request.
    pub enum RequestError {
        PlainHttp = "launch-plain-http", "the request came over plain http";
        Duplicate = "launch-duplicate-parameter", "iss or launch occurs twice";
        IssMissing = "launch-iss-missing", "iss is missing";
        LaunchMissing = "launch-handle-missing", "launch is missing";
        LaunchUnusable = "launch-handle-unusable", "launch is empty or longer than 8 KiB";
        NotSealed = "launch-not-sealed", "the launch attempt could not be sealed";
    }
}

error_codes! {
    /// Reason to refuse a callback that is well formed.
    pub enum CallbackRefusal {
        NoAttempt = "callback-no-attempt", "this browser holds no launch attempt with this state";
        AnotherEhr = "callback-another-ehr", "the launch attempt belongs to another EHR";
        EndpointsChanged = "callback-endpoints-changed", "the EHR's endpoints changed since the attempt";
        IssuerMismatch = "callback-issuer-mismatch", "iss is not the issuer of this EHR";
        IssuerMissing = "callback-issuer-missing", "iss is missing although the EHR's metadata promises it";
        NoAccountProven = "callback-no-account-proven", "no account was proven for this sign-in";
        SessionNotStarted = "callback-session-not-started", "the session cookie could not be set";
    }
}

error_codes! {
    /// Reason why a launch attempt or pending sign-in is used up.
    pub enum SpentReason {
        TooOld = "attempt-too-old", "too old";
        Used = "attempt-used", "used already";
        Gone = "attempt-gone", "gone, or of another browser";
        Decided = "attempt-decided", "decided already";
        InvitationUsed = "attempt-invitation-used", "void: its invitation was used meanwhile";
        LinkedMeanwhile = "attempt-linked-meanwhile", "void: the identity was linked meanwhile";
        UnlinkedMeanwhile = "attempt-unlinked-meanwhile", "void: the identity was unlinked meanwhile";
        PasswordChanged = "attempt-password-changed", "void: the password that proved the account was changed meanwhile";
    }
}

codes! {
    /// Change by the EHR in a refresh.
    pub enum Change {
        Patient = "another patient";
        Encounter = "another encounter";
        User = "another person";
    }
}

codes! {
    /// Class of a refused launch, in audit trail and metrics.
    pub enum RefusalClass {
        Request = "request";
        IssUnknown = "iss-unknown";
        EhrSuspended = "ehr-suspended";
        Callback = "callback";
        AttemptSpent = "attempt-spent";
        Declined = "declined";
        IdToken = "id-token";
        Token = "token";
        LaunchContext = "launch-context";
        ClientAuth = "client-auth";
        EhrMetadata = "ehr-metadata";
        Clock = "clock";
        NoPatient = "no-patient";
        NotGranted = "not-granted";
        NotForRole = "not-for-role";
        PatientMismatch = "patient-mismatch";
        FhirVersion = "fhir-version";
        PatientUnreadable = "patient-unreadable";
        FhirResting = "fhir-resting";
        AccessChanged = "access-changed";
        AccessEnded = "access-ended";
        AccountDisabled = "account-disabled";
        UserRefused = "user-refused";
        NoContext = "no-context";
        Users = "users";
        Database = "database";
    }
}

/// Failure that ends a launch, or later access to its chart.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The launch request breaks a rule.
    #[error("launch request: {0}")]
    Request(#[from] RequestError),
    /// `iss` names no registered EHR. Nothing was sent anywhere.
    #[error("launch request: iss is not registered")]
    UnknownIss,
    /// The EHR is suspended.
    #[error("the EHR is suspended")]
    Suspended,
    /// The callback is malformed.
    #[error("callback: {0}")]
    MalformedCallback(#[from] smart::CallbackError),
    /// The callback does not answer a launch attempt of this browser at this EHR.
    #[error("callback: {0}")]
    Callback(#[from] CallbackRefusal),
    /// The launch attempt or pending sign-in is used up.
    #[error("callback: the attempt is {0}")]
    Spent(#[from] SpentReason),
    /// The EHR refused, with an OAuth error code.
    #[error("the EHR answered with the error {0}")]
    Declined(&'static str),
    /// A rule of SMART or OpenID Connect is broken.
    #[error(transparent)]
    Smart(#[from] smart::Error),
    /// A token was refused for its time, while the clock skew exceeds a minute.
    #[error("the clock of the EHR is {}", describe_skew(*ahead))]
    Clock {
        /// Clock skew: seconds that the EHR's clock is ahead of ours.
        ahead: i64,
        /// The check that failed.
        #[source]
        source: smart::Error,
    },
    /// The token response names no patient.
    #[error("launch context: no patient")]
    NoPatient,
    /// The EHR did not grant reading the patient.
    #[error("reading the patient was not granted")]
    NotGranted,
    /// The user is not a clinician.
    #[error("fhirUser is a {0}")]
    NotForRole(&'static str),
    /// The patient could not be read.
    #[error("Patient: {0}")]
    Patient(#[source] fhir::Error),
    /// The circuit breaker of the EHR's FHIR server is open. Nothing was sent there.
    #[error("the circuit breaker of the FHIR server is open")]
    CircuitOpen,
    /// A refresh returned another patient, encounter or user. The session is over.
    #[error("a refresh returned {}", .0.code())]
    Changed(Change),
    /// The EHR ended the access: its session is over, or the access was revoked.
    #[error("the EHR has ended the access")]
    EndedByEhr,
    /// The account is disabled.
    #[error("the account is disabled")]
    Disabled,
    /// The user mapper refused this identity.
    #[error("the user mapper refused")]
    Refused,
    /// This session has no such launch context.
    #[error("no such launch context")]
    NoContext,
    /// Accounts could not be read or changed.
    #[error(transparent)]
    Users(#[from] users::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<ehrs::Error> for Error {
    fn from(error: ehrs::Error) -> Self {
        match error {
            ehrs::Error::Suspended => Self::Suspended,
            ehrs::Error::Smart(error) => Self::Smart(error),
            ehrs::Error::Db(error) => Self::Db(error),
        }
    }
}

impl Error {
    /// Whether outdated metadata in the cache may be the cause.
    #[must_use]
    pub fn may_stem_from_metadata(&self) -> bool {
        match self {
            Self::Smart(error) => error.is_ehr_trouble(),
            Self::Callback(error) => *error == CallbackRefusal::IssuerMissing,
            _ => false,
        }
    }

    /// Whether the EHR had authenticated a user before the refusal, so that an anonymous attacker cannot cause it.
    #[must_use]
    pub fn is_about_a_person(&self) -> bool {
        matches!(
            self,
            Self::NoPatient
                | Self::NotGranted
                | Self::NotForRole(_)
                | Self::Patient(_)
                | Self::Disabled
                | Self::Refused
        )
    }

    /// Class for the audit trail and the metrics, coarser than [`Error::code`].
    #[must_use]
    pub fn class(&self) -> RefusalClass {
        match self {
            Self::Request(_) => RefusalClass::Request,
            Self::UnknownIss => RefusalClass::IssUnknown,
            Self::Suspended => RefusalClass::EhrSuspended,
            Self::MalformedCallback(_) | Self::Callback(_) => RefusalClass::Callback,
            Self::Spent(_) => RefusalClass::AttemptSpent,
            Self::Declined(_) => RefusalClass::Declined,
            Self::Smart(error) => class_of_smart(error),
            Self::Clock { .. } => RefusalClass::Clock,
            Self::NoPatient => RefusalClass::NoPatient,
            Self::NotGranted => RefusalClass::NotGranted,
            Self::NotForRole(_) => RefusalClass::NotForRole,
            Self::Patient(fhir::Error::Mismatch) => RefusalClass::PatientMismatch,
            Self::Patient(fhir::Error::Version) => RefusalClass::FhirVersion,
            Self::Patient(_) => RefusalClass::PatientUnreadable,
            Self::CircuitOpen => RefusalClass::FhirResting,
            Self::Changed(_) => RefusalClass::AccessChanged,
            Self::EndedByEhr => RefusalClass::AccessEnded,
            Self::Disabled => RefusalClass::AccountDisabled,
            Self::Refused => RefusalClass::UserRefused,
            Self::NoContext => RefusalClass::NoContext,
            Self::Users(_) => RefusalClass::Users,
            Self::Db(_) => RefusalClass::Database,
        }
    }

    /// Stable code of the check that failed: key of its text, field in log and trace, anchor in the documentation.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::MalformedCallback(error) => error.code(),
            Self::Callback(error) => error.code(),
            Self::Spent(error) => error.code(),
            Self::Smart(error) | Self::Clock { source: error, .. } => error.code(),
            other => other.class().code(),
        }
    }
}

fn class_of_smart(error: &smart::Error) -> RefusalClass {
    match error {
        smart::Error::IdToken(_) => RefusalClass::IdToken,
        smart::Error::TokenRefused { .. } | smart::Error::TokenResponse(_) => RefusalClass::Token,
        smart::Error::LaunchContext(_) => RefusalClass::LaunchContext,
        smart::Error::ClientAuth(_) => RefusalClass::ClientAuth,
        _ => RefusalClass::EhrMetadata,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        smart::{
            CallbackError, ClientAuthError, DocumentError, IdTokenError, LaunchContextError, NotServedReason,
            TokenResponseError,
        },
        web::{Lang, Words},
    };

    /// Codes of every check of a launch.
    fn codes() -> Vec<&'static str> {
        macro_rules! all {
            ($($error:ty),+) => { [$(<$error>::ALL.iter().map(|it| it.code()).collect::<Vec<_>>()),+].concat() };
        }
        let typed = all![
            RequestError,
            CallbackError,
            CallbackRefusal,
            SpentReason,
            IdTokenError,
            TokenResponseError,
            LaunchContextError,
            ClientAuthError,
            DocumentError,
            NotServedReason,
            RefusalClass
        ];
        [typed, smart::Error::CODES.to_vec()].concat()
    }

    #[test]
    fn has_a_text_for_every_code_in_both_languages() {
        let (words, codes) = (Words::built_in(), codes());
        assert!(codes.len() > 100, "{}", codes.len());
        for (lang, code) in Lang::ALL.into_iter().flat_map(|lang| codes.iter().map(move |code| (lang, *code)))
        {
            assert_ne!(words.error(lang, code), code, "{lang}");
        }
    }

    #[test]
    fn assigns_a_unique_code_to_each_check() {
        let mut codes = codes();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }
}
