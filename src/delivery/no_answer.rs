//! Outcome of a request that got no answer.

use super::{
    advice::Advice,
    outcome::{Outcome, Reason},
};
use crate::egress::{ConnectError, Error};

/// Returns the outcome of an attempt without an answer.
pub(super) fn without_answer(error: &Error) -> Outcome {
    match error {
        Error::Blocked | Error::Url(_) => {
            let reason = Reason::from("the endpoint's address is not allowed");
            Outcome::Misdirected(reason.advising(Advice::Address), None)
        }
        Error::Setup(_) => {
            let reason = Reason::from("TLS cannot be set up on this node");
            Outcome::OurFault(reason.advising(Advice::CaCertificates))
        }
        Error::AtCapacity => Outcome::OurFault("too many concurrent requests".into()),
        Error::Connect(_) => unconnected("the destination", error),
        error if error.may_have_arrived() => Outcome::Unknown("no complete response".into()),
        _ => Outcome::RetryLater("no connection".into(), None),
    }
}

/// Returns the outcome of an attempt that got no connection to `peer`: the destination, or its token endpoint.
pub(super) fn unconnected(peer: &str, error: &Error) -> Outcome {
    let cause = error.connect_error().unwrap_or(ConnectError::Unreachable);
    let reason = Reason::from(format!("no connection to {peer}: {}", cause.as_str()));
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
