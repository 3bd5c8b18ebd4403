use std::{
    error::Error as StdError,
    io::{self, ErrorKind},
};

use rustls::CertificateError;

/// Why there is no connection, as far as it can be told: for whoever has to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectError {
    /// Nobody listens at that address and port.
    Refused,
    /// The certificate has run out.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The certificate is for another name.
    CertificateNameMismatch,
    /// The certificate is by nobody this machine trusts, or its chain is incomplete.
    CertificateUnknownIssuer,
    /// The certificate was revoked.
    CertificateRevoked,
    /// The certificate vouches for itself as an authority would, or is broken, or for another purpose.
    CertificateInvalid,
    /// TLS failed in another way: an old version, or no TLS at all.
    Tls,
    /// The way there is blocked or too slow.
    Unreachable,
}

impl ConnectError {
    /// As far as the causes of an error tell.
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
                // An io::Error hides what it was made of from `source`.
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

    /// As the HTTP library hands it up: wrapped in an `io::Error`.
    fn wrapped(error: CertificateError) -> ConnectError {
        ConnectError::of(&io::Error::other(rustls::Error::InvalidCertificate(error)))
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_told_apart() {
        assert_eq!(wrapped(CertificateError::Expired), ConnectError::CertificateExpired);
        assert_eq!(wrapped(CertificateError::NotValidYet), ConnectError::CertificateNotYetValid);
        assert_eq!(wrapped(CertificateError::NotValidForName), ConnectError::CertificateNameMismatch);
        assert_eq!(wrapped(CertificateError::UnknownIssuer), ConnectError::CertificateUnknownIssuer);
        assert_eq!(wrapped(CertificateError::Revoked), ConnectError::CertificateRevoked);
        assert_eq!(wrapped(CertificateError::BadEncoding), ConnectError::CertificateInvalid);
    }

    #[test]
    fn what_is_no_certificate_is_told_apart() {
        assert_eq!(ConnectError::of(&io::Error::from(ErrorKind::ConnectionRefused)), ConnectError::Refused);
        assert_eq!(ConnectError::of(&io::Error::other(rustls::Error::DecryptError)), ConnectError::Tls);
        assert_eq!(ConnectError::of(&io::Error::from(ErrorKind::HostUnreachable)), ConnectError::Unreachable);
    }
}
