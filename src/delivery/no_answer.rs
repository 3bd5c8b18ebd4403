//! Outcome of a request that got no answer.

use super::{
    advice::Advice,
    outcome::{Outcome, Reason},
    reason_kind::ReasonKind,
};
use crate::egress::{ConnectError, Error};

/// Returns the outcome of an attempt without an answer.
pub(super) fn without_answer(error: &Error) -> Outcome {
    match error {
        Error::Blocked | Error::Url(_) => {
            let reason = Reason::from(ReasonKind::AddressNotAllowed);
            Outcome::Misdirected(reason.advising(Advice::Address), None)
        }
        Error::Setup(_) => {
            let reason = Reason::from(ReasonKind::NoTls);
            Outcome::OurFault(reason.advising(Advice::CaCertificates))
        }
        Error::AtCapacity => Outcome::OurFault(ReasonKind::AtCapacity.into()),
        Error::Connect(_) => unconnected(ReasonKind::NoConnectionToDestination, error),
        error if error.may_have_arrived() => Outcome::Unknown(ReasonKind::NoCompleteResponse.into()),
        _ => Outcome::RetryLater(ReasonKind::NoConnection.into(), None),
    }
}

/// Returns the outcome of an attempt that got no connection to the destination, or to its token endpoint, as `kind` says.
pub(super) fn unconnected(kind: ReasonKind, error: &Error) -> Outcome {
    let cause = error.connect_error().unwrap_or(ConnectError::Unreachable);
    let reason = Reason::from(format!("{kind}: {cause}"));
    let advice = match cause {
        ConnectError::ClientCertificateMissing => Advice::ClientCertificateMissing,
        ConnectError::ClientCertificateExpired => Advice::ClientCertificateExpired,
        ConnectError::ClientCertificateRefused => Advice::ClientCertificateRefused,
        ConnectError::CertificateExpired
        | ConnectError::CertificateNotYetValid
        | ConnectError::CertificateNameMismatch
        | ConnectError::CertificateUnknownIssuer
        | ConnectError::CertificateRevoked
        | ConnectError::CertificateInvalid => Advice::Certificate,
        ConnectError::Refused | ConnectError::Tls | ConnectError::Unreachable => Advice::Connection,
    };
    let reason = reason.advising(advice);
    match cause.is_about_client_certificate() {
        true => Outcome::Misdirected(reason, None),
        false => Outcome::RetryLater(reason, None),
    }
}
