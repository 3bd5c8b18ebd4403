//! Accounts as administrators see them.

use super::{error::Error, user::Role};

/// Largest name, in characters.
const MAX_NAME_CHARS: usize = 200;
/// Largest email, in bytes.
const MAX_EMAIL_BYTES: usize = 254;

/// Account with everything that an administrator's list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Row id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Email for signing in with a password.
    pub email: Option<String>,
    /// Role.
    pub role: Role,
    /// Whether the account can be used, and why not.
    pub status: AccountStatus,
    /// Time of creation, epoch milliseconds.
    pub created_at: i64,
    /// Time of the last sign-in or launch, epoch milliseconds.
    pub signed_in_at: Option<i64>,
    /// Expiry of the newest unused invitation, epoch milliseconds.
    pub invited_until: Option<i64>,
}

/// Status of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// Has a password or a linked identity.
    Active,
    /// Has an invitation that is unused and has not expired, and nothing else.
    Invited,
    /// Has neither password, linked identity nor a valid invitation.
    NotSetUp,
    /// Locked after failed password attempts.
    Locked,
    /// Disabled by an administrator.
    Disabled,
}

impl AccountStatus {
    /// Every status, for samples and tests.
    pub const ALL: [Self; 5] = [Self::Active, Self::Invited, Self::NotSetUp, Self::Locked, Self::Disabled];

    /// Returns the code of message keys and command output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::NotSetUp => "not-set-up",
            Self::Locked => "locked",
            Self::Disabled => "disabled",
        }
    }
}

/// EHR identity that is linked to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// Account.
    pub user_id: String,
    /// EHR whose issuer vouches for the identity.
    pub ehr_id: String,
    /// OIDC issuer, byte for byte.
    pub issuer: String,
    /// OIDC subject, byte for byte.
    pub subject: String,
    /// Time of the link, epoch milliseconds.
    pub linked_at: i64,
}

/// Trims a name and checks it.
///
/// # Errors
/// [`Error::Name`] if it is empty, longer than 200 characters, or has control characters.
pub fn checked_name(text: &str) -> Result<String, Error> {
    let name = text.trim();
    let fits = (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.contains(char::is_control);
    fits.then(|| name.to_owned()).ok_or(Error::Name)
}

/// Trims an email and checks it. Returns `None` if it is empty and `role` needs none.
///
/// # Errors
/// [`Error::Email`] if it is not an email; [`Error::EmailMissing`] if an administrator has none.
pub fn checked_email(text: &str, role: Role) -> Result<Option<String>, Error> {
    let email = text.trim();
    if email.is_empty() {
        return if role == Role::Administrator { Err(Error::EmailMissing) } else { Ok(None) };
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c);
    let parts: Vec<&str> = email.split('@').collect();
    let fits = parts.len() == 2 && parts.iter().all(|part| !part.is_empty());
    let fits = fits && email.len() <= MAX_EMAIL_BYTES && !email.contains(odd);
    fits.then(|| Some(email.to_lowercase())).ok_or(Error::Email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_names_that_are_empty_long_or_odd() {
        assert_eq!(checked_name("  Éléonore  ").unwrap(), "Éléonore");
        for odd in ["", "  ", "a\nb", &"a".repeat(201)] {
            assert!(matches!(checked_name(odd), Err(Error::Name)), "{odd:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_email_and_an_administrator_without_one() {
        let email = checked_email(" Ada@Clinic.Example ", Role::Clinician).unwrap();
        assert_eq!(email.as_deref(), Some("ada@clinic.example"));
        assert_eq!(checked_email(" ", Role::Delegate).unwrap(), None);
        assert!(matches!(checked_email("", Role::Administrator), Err(Error::EmailMissing)));
        for odd in ["ada", "@b", "a@", "a@b@c", "a b@c", "a@b\0", "<a@b>"] {
            assert!(matches!(checked_email(odd, Role::Clinician), Err(Error::Email)), "{odd:?}");
        }
    }
}
