//! Causes of a failed connection, for the administrator who has to correct them.

use std::{
    error::Error as StdError,
    io::{self, ErrorKind},
};

use rustls::{AlertDescription, CertificateError};

use crate::error_codes::error_codes;

error_codes! {
    /// Cause of a failed connection, as far as the operating system and the TLS library report it. Its text is the end of a
    /// sentence, for administrators.
    pub enum ConnectError {
        Refused = "peer-not-listening", "no server listens on that port";
        CertificateExpired = "peer-certificate-expired", "its certificate has expired";
        CertificateNotYetValid = "peer-certificate-not-yet-valid", "its certificate is not valid yet";
        CertificateNameMismatch = "peer-certificate-other-name", "its certificate is for another name";
        CertificateUnknownIssuer = "peer-certificate-unknown-issuer",
            "its certificate is from a CA that this machine does not trust";
        CertificateRevoked = "peer-certificate-revoked", "its certificate was revoked";
        CertificateInvalid = "peer-certificate-invalid", "its certificate is not a server certificate";
        ClientCertificateMissing = "client-certificate-missing", "it requires a client certificate";
        ClientCertificateExpired = "client-certificate-expired", "it says that our client certificate has expired";
        ClientCertificateRefused = "client-certificate-refused", "it refuses our client certificate";
        Tls = "peer-tls-failed", "the TLS handshake failed";
        Unreachable = "peer-unreachable", "no route, or no answer in time";
    }
}

impl ConnectError {
    /// Returns the first cause in the chain of an error that has a variant here.
    pub(super) fn of(error: &(dyn StdError + 'static)) -> Self {
        let mut source = Some(error);
        while let Some(cause) = source {
            if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
                return Self::of_tls(tls);
            }
            if let Some(io) = cause.downcast_ref::<io::Error>() {
                if io.kind() == ErrorKind::ConnectionRefused {
                    return Self::Refused;
                }
                // `source` of an io::Error skips the error it wraps.
                if let Some(inner) = io.get_ref() {
                    return Self::of(inner);
                }
            }
            source = cause.source();
        }
        Self::Unreachable
    }

    /// Whether the peer requires a client certificate, or refused ours. A server reads no request before that, although with
    /// TLS 1.3 the request may be sent already.
    #[must_use]
    pub const fn is_about_client_certificate(self) -> bool {
        matches!(
            self,
            Self::ClientCertificateMissing | Self::ClientCertificateExpired | Self::ClientCertificateRefused
        )
    }

    fn of_alert(alert: AlertDescription) -> Self {
        match alert {
            AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
                Self::ClientCertificateMissing
            }
            AlertDescription::CertificateExpired => Self::ClientCertificateExpired,
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::DecryptError
            | AlertDescription::AccessDenied => Self::ClientCertificateRefused,
            _ => Self::Tls,
        }
    }

    fn of_tls(error: &rustls::Error) -> Self {
        let certificate = match error {
            rustls::Error::InvalidCertificate(certificate) => certificate,
            rustls::Error::AlertReceived(alert) => return Self::of_alert(*alert),
            _ => return Self::Tls,
        };
        match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::CertificateExpired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::CertificateNotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::CertificateNameMismatch
            }
            CertificateError::UnknownIssuer => Self::CertificateUnknownIssuer,
            CertificateError::Revoked => Self::CertificateRevoked,
            _ => Self::CertificateInvalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wraps a certificate error in an `io::Error`, as the HTTP library does.
    fn wrapped(error: CertificateError) -> ConnectError {
        ConnectError::of(&io::Error::other(rustls::Error::InvalidCertificate(error)))
    }

    #[test]
    fn distinguishes_certificate_errors() {
        assert_eq!(wrapped(CertificateError::Expired), ConnectError::CertificateExpired);
        assert_eq!(wrapped(CertificateError::NotValidYet), ConnectError::CertificateNotYetValid);
        assert_eq!(wrapped(CertificateError::NotValidForName), ConnectError::CertificateNameMismatch);
        assert_eq!(wrapped(CertificateError::UnknownIssuer), ConnectError::CertificateUnknownIssuer);
        assert_eq!(wrapped(CertificateError::Revoked), ConnectError::CertificateRevoked);
        assert_eq!(wrapped(CertificateError::BadEncoding), ConnectError::CertificateInvalid);
    }

    #[test]
    fn recognises_a_refused_client_certificate() {
        let alert = |alert| ConnectError::of(&io::Error::other(rustls::Error::AlertReceived(alert)));
        assert_eq!(alert(AlertDescription::CertificateRequired), ConnectError::ClientCertificateMissing);
        assert_eq!(alert(AlertDescription::CertificateExpired), ConnectError::ClientCertificateExpired);
        assert_eq!(alert(AlertDescription::UnknownCA), ConnectError::ClientCertificateRefused);
        assert_eq!(alert(AlertDescription::ProtocolVersion), ConnectError::Tls);
        assert!(alert(AlertDescription::BadCertificate).is_about_client_certificate());
        assert!(!wrapped(CertificateError::Expired).is_about_client_certificate());
    }

    #[test]
    fn distinguishes_refused_tls_and_unreachable() {
        assert_eq!(ConnectError::of(&io::Error::from(ErrorKind::ConnectionRefused)), ConnectError::Refused);
        assert_eq!(ConnectError::of(&io::Error::other(rustls::Error::DecryptError)), ConnectError::Tls);
        assert_eq!(ConnectError::of(&io::Error::from(ErrorKind::HostUnreachable)), ConnectError::Unreachable);
    }
}
