//! Causes of a failed connection, for the administrator who has to correct them.

use std::{
    error::Error as StdError,
    io::{self, ErrorKind},
};

use rustls::CertificateError;

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

    fn of_tls(error: &rustls::Error) -> Self {
        let rustls::Error::InvalidCertificate(certificate) = error else { return Self::Tls };
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
    fn distinguishes_refused_tls_and_unreachable() {
        assert_eq!(ConnectError::of(&io::Error::from(ErrorKind::ConnectionRefused)), ConnectError::Refused);
        assert_eq!(ConnectError::of(&io::Error::other(rustls::Error::DecryptError)), ConnectError::Tls);
        assert_eq!(ConnectError::of(&io::Error::from(ErrorKind::HostUnreachable)), ConnectError::Unreachable);
    }
}
