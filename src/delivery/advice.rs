//! Advice for an administrator about a failed attempt.

use crate::error_codes::codes;

codes! {
    /// Advice for an administrator about a failed attempt. Its words are the messages `admin-delivery-advice-{code}`.
    pub enum Advice {
        ClientCertificateMissing = "client-certificate-missing";
        ClientCertificateExpired = "client-certificate-expired";
        ClientCertificateRefused = "client-certificate-refused";
        Certificate = "certificate";
        Connection = "connection";
        Address = "address";
        Credentials = "credentials";
        Token = "token";
        Secret = "secret";
        KeysFile = "keys-file";
        Channel = "channel";
        CaCertificates = "ca-certificates";
        Restored = "restored";
    }
}

impl Advice {
    /// Finds the advice with this code.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|advice| advice.code() == code)
    }
}
