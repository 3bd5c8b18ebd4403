//! Accounts, roles and invitation codes.

use std::{fmt, str::FromStr};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::{db::Sealer, random};

/// Role of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Prepares, signs and sends referrals.
    Clinician,
    /// Prepares referrals for a clinician to sign.
    Delegate,
    /// Manages EHR registrations and accounts.
    Administrator,
}

impl Role {
    /// Returns the code stored in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clinician => "clinician",
            Self::Delegate => "delegate",
            Self::Administrator => "administrator",
        }
    }

    /// Whether the user may sign and send.
    #[must_use]
    pub fn may_sign(self) -> bool {
        self == Self::Clinician
    }

    /// Whether the user may prepare referrals.
    #[must_use]
    pub fn may_prepare(self) -> bool {
        matches!(self, Self::Clinician | Self::Delegate)
    }
}

impl FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "clinician" => Ok(Self::Clinician),
            "delegate" => Ok(Self::Delegate),
            "administrator" => Ok(Self::Administrator),
            _ => Err("a role is clinician, delegate or administrator"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Local account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Row id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Role, which decides what the user may do.
    pub role: Role,
    /// `en` or `fr`, once chosen.
    pub language: Option<String>,
    /// Time at which the account was disabled, in epoch milliseconds.
    pub disabled_at: Option<i64>,
}

/// Account to create.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Display name.
    pub name: String,
    /// E-mail for signing in with a password; unique.
    pub email: Option<String>,
    /// Role, which decides what the user may do.
    pub role: Role,
}

/// One-time code that an administrator gives to a user, such as `K7QM-2XHT-9BWA-41RD`: 80 random bits.
pub struct InvitationCode(SecretString);

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl InvitationCode {
    /// Generates a new code.
    #[must_use]
    pub fn random() -> Self {
        let letters: Vec<u8> =
            random::bytes::<16>().iter().map(|byte| LETTERS[usize::from(byte % 32)]).collect();
        let groups: Vec<String> =
            letters.chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        Self(SecretString::from(groups.join("-")))
    }

    /// Normalizes a typed code: case, blanks and hyphens are ignored, O is read as 0, I and L as 1.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        let letters =
            text.chars().filter(char::is_ascii_alphanumeric).take(64).map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            });
        Self(SecretString::from(letters.collect::<String>()))
    }

    /// Returns the code, to show it once.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns the keyed hash that is stored.
    #[must_use]
    pub fn hash(&self, sealer: &Sealer) -> String {
        sealer.lookup(&["invitation", &self.expose().replace('-', "")])
    }
}
