//! Causes of a failed connection, for the administrator who has to correct them.

use std::{
    error::Error as StdError,
    io::{self, ErrorKind},
};

use rustls::{AlertDescription, CertificateError};

/// Cause of a failed connection, as far as the operating system and the TLS library report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectError {
    /// No process listens on that address and port.
    Refused,
    /// The certificate has expired.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The certificate is for another host name.
    CertificateNameMismatch,
    /// The certificate was not issued by a CA this machine trusts, or its chain is incomplete.
    CertificateUnknownIssuer,
    /// The certificate was revoked.
    CertificateRevoked,
    /// The certificate is malformed, is a CA certificate, or is for another purpose.
    CertificateInvalid,
    /// The peer requires a client certificate, and none was sent.
    ClientCertificateMissing,
    /// The peer says that our client certificate has expired.
    ClientCertificateExpired,
    /// The peer refused our client certificate.
    ClientCertificateRefused,
    /// The TLS handshake failed in another way: an old version, or no TLS at all.
    Tls,
    /// No route, a blocked connection, or a timeout.
    Unreachable,
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

    /// Returns the cause as the end of a sentence, for administrators.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "no server listens on that port",
            Self::CertificateExpired => "its certificate has expired",
            Self::CertificateNotYetValid => "its certificate is not valid yet",
            Self::CertificateNameMismatch => "its certificate is for another name",
            Self::CertificateUnknownIssuer => "its certificate is from a CA that this machine does not trust",
            Self::CertificateRevoked => "its certificate was revoked",
            Self::CertificateInvalid => "its certificate is not a server certificate",
            Self::ClientCertificateMissing => "it requires a client certificate",
            Self::ClientCertificateExpired => "it says that our client certificate has expired",
            Self::ClientCertificateRefused => "it refuses our client certificate",
            Self::Tls => "the TLS handshake failed",
            Self::Unreachable => "no route, or no answer in time",
        }
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
