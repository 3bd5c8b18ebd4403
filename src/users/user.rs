use std::{fmt, str::FromStr};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::{db::Sealer, random};

/// What a person may do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Prepares, signs and sends referrals.
    Clinician,
    /// Prepares referrals; a clinician signs them.
    Delegate,
    /// Looks after registrations and accounts.
    Administrator,
}

impl Role {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clinician => "clinician",
            Self::Delegate => "delegate",
            Self::Administrator => "administrator",
        }
    }

    /// Whether this person may sign and send.
    #[must_use]
    pub fn may_sign(self) -> bool {
        self == Self::Clinician
    }

    /// Whether this person may prepare referrals.
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

/// A local account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Row id.
    pub id: String,
    /// Name as people read it.
    pub name: String,
    /// What this person may do.
    pub role: Role,
    /// `en` or `fr`, once chosen.
    pub language: Option<String>,
    /// When the account was switched off, epoch milliseconds.
    pub disabled_at: Option<i64>,
}

/// An account to make.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Name as people read it.
    pub name: String,
    /// For signing in with a password; unique.
    pub email: Option<String>,
    /// What this person may do.
    pub role: Role,
}

/// A one-time code an administrator hands to a person, such as `K7QM-2XHT-9BWA-41RD`: 80 random bits.
pub struct InvitationCode(SecretString);

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl InvitationCode {
    /// A fresh code.
    #[must_use]
    pub fn random() -> Self {
        let letters: Vec<u8> =
            random::bytes::<16>().iter().map(|byte| LETTERS[usize::from(byte % 32)]).collect();
        let groups: Vec<String> =
            letters.chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        Self(SecretString::from(groups.join("-")))
    }

    /// A code as a person typed it: case, blanks and hyphens do not matter, O is 0 and I and L are 1.
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

    /// The code, to hand it over once.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self, sealer: &Sealer) -> String {
        sealer.lookup(&["invitation", &self.expose().replace('-', "")])
    }
}
