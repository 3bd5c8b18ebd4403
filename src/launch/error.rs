use crate::{
    db,
    ehrs::{self, clock_watch::apart},
    fhir, smart, users,
};

const ISS_MISSING: &str = "iss is missing although promised";

/// Why a launch ends early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `iss` or `launch` is missing, double, or not what it must be.
    #[error("launch request: {0}")]
    Request(&'static str),
    /// `iss` names no registered EHR. Nothing was sent anywhere.
    #[error("launch request: iss is not registered")]
    UnknownIss,
    /// The EHR is suspended.
    #[error("the EHR is suspended")]
    Suspended,
    /// The callback is not an answer to this browser's attempt at this EHR.
    #[error("callback: {0}")]
    Callback(&'static str),
    /// The attempt is too old, or was used before.
    #[error("callback: the attempt is {0}")]
    Spent(&'static str),
    /// The EHR refused, with an OAuth error code.
    #[error("the EHR answered with the error {0}")]
    Declined(&'static str),
    /// A rule of SMART or OpenID Connect is broken.
    #[error(transparent)]
    Smart(#[from] smart::Error),
    /// Something was refused for its time while the clocks are too far apart.
    #[error("the clock of the EHR is {}", apart(*ahead))]
    Clock {
        /// Seconds that the EHR's clock is ahead of ours.
        ahead: i64,
        /// What was refused.
        #[source]
        source: smart::Error,
    },
    /// The EHR gave no patient.
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
    /// The FHIR server was not reached a moment ago, or asked to be left alone. Nothing was sent there.
    #[error("the FHIR server did not answer a moment ago, or asked us to wait")]
    Resting,
    /// The EHR renewed our access for another patient, another person, or more than before. The session is over.
    #[error("the EHR renewed the access for something else")]
    Changed,
    /// The EHR says that the access it gave is over: the session there has ended, or somebody took the access back.
    #[error("the EHR has ended the access")]
    EndedByEhr,
    /// The account is switched off.
    #[error("the account is disabled")]
    Disabled,
    /// The mapper knows this person is none of ours.
    #[error("the user mapper refused")]
    Refused,
    /// There is no such launch context for this session.
    #[error("no such launch context")]
    NoContext,
    /// Users failed.
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
    /// Why a callback without `iss` is refused where the EHR promised one.
    pub(super) const ISS_MISSING: Self = Self::Callback(ISS_MISSING);

    /// Whether what we remember of the EHR's metadata may be the cause.
    #[must_use]
    pub fn doubts_metadata(&self) -> bool {
        match self {
            Self::Smart(error) => error.is_ehr_trouble(),
            Self::Callback(what) => *what == ISS_MISSING,
            _ => false,
        }
    }

    /// Whether the EHR had vouched for somebody before it was refused, so that no stranger can cause it.
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

    /// A short class for the audit trail and the metrics, without any value.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::Request(_) => "request",
            Self::UnknownIss => "iss-unknown",
            Self::Suspended => "ehr-suspended",
            Self::Callback(_) => "callback",
            Self::Spent(_) => "attempt-spent",
            Self::Declined(_) => "declined",
            Self::Smart(smart::Error::IdToken(_) | smart::Error::UnknownKey | smart::Error::NoIdToken) => {
                "id-token"
            }
            Self::Smart(smart::Error::TokenRefused { .. } | smart::Error::TokenResponse(_)) => "token",
            Self::Smart(smart::Error::LaunchContext(_)) => "launch-context",
            Self::Smart(smart::Error::ClientAuth(_)) => "client-auth",
            Self::Smart(_) => "ehr-metadata",
            Self::Clock { .. } => "clock",
            Self::NoPatient => "no-patient",
            Self::NotGranted => "not-granted",
            Self::NotForRole(_) => "not-for-role",
            Self::Patient(fhir::Error::Mismatch) => "patient-mismatch",
            Self::Patient(fhir::Error::Version) => "fhir-version",
            Self::Patient(_) => "patient-unreadable",
            Self::Resting => "fhir-resting",
            Self::Changed => "access-changed",
            Self::EndedByEhr => "access-ended",
            Self::Disabled => "account-disabled",
            Self::Refused => "user-refused",
            Self::NoContext => "no-context",
            Self::Users(_) => "users",
            Self::Db(_) => "database",
        }
    }
}
