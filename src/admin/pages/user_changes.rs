//! Contexts of the pages that change an account.

use serde::Serialize;

use super::{LinkEntry, UserRow};
use crate::web::Page;

/// Form for a new account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct InvitePage {
    /// Name, as entered.
    pub name: String,
    /// Email, as entered.
    pub email: String,
    /// Chosen role.
    pub role: String,
    /// Problem of the name: end of the message key `user-problem-{problem}`; empty if there is none.
    pub name_problem: &'static str,
    /// Problem of the email, likewise.
    pub email_problem: &'static str,
    /// Sealed id of the account to create, so that a form that is sent twice creates one account.
    pub ticket: String,
}

/// One-time code, shown once.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CodePage {
    /// Id of the account.
    pub id: String,
    /// Name of the user.
    pub name: String,
    /// Email; empty if there is none.
    pub email: String,
    /// Whether the account is an administrator's, who chooses a password with the code.
    pub is_administrator: bool,
    /// The code.
    pub code: String,
    /// Expiry, in local time.
    pub until: String,
    /// Page where an administrator enters the code.
    pub address: String,
    /// End of the message key `user-code-{reason}`: `invited`, `renewed` or `reset`.
    pub reason: &'static str,
}

/// Form that changes a role.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RolePage {
    /// Account with its current role.
    pub user: UserRow,
}

/// Confirmation of a change that takes access away.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UserConfirmPage {
    /// Account.
    pub user: UserRow,
    /// `disable`, `reset` or `unlink`.
    pub action: &'static str,
    /// Identity to unlink.
    pub link: Option<LinkEntry>,
}

impl Page for InvitePage {
    const TEMPLATE: &'static str = "admin/user_invite.html";

    fn samples() -> Vec<Self> {
        let empty = Self { role: "clinician".into(), ticket: "sample".into(), ..Self::default() };
        let wrong = |email_problem| Self {
            email: "ada".into(),
            role: "administrator".into(),
            name_problem: "name",
            email_problem,
            ..empty.clone()
        };
        vec![wrong("email"), wrong("email-missing"), wrong("email-taken"), empty]
    }
}

impl Page for CodePage {
    const TEMPLATE: &'static str = "admin/user_code.html";

    fn samples() -> Vec<Self> {
        let of = |(reason, is_administrator)| Self {
            id: UserRow::sample().id,
            name: UserRow::sample().name,
            email: UserRow::sample().email,
            is_administrator,
            code: "K7QM-2XHT-9BWA-41RD".into(),
            until: "21 Sep 2026, 09:30".into(),
            address: "https://referrals.example.ca/admin/new-password".into(),
            reason,
        };
        [("invited", false), ("invited", true), ("renewed", false), ("reset", true)].map(of).to_vec()
    }
}

impl Page for RolePage {
    const TEMPLATE: &'static str = "admin/user_role.html";

    fn samples() -> Vec<Self> {
        let user = UserRow::sample();
        let own = UserRow { role: "administrator".into(), is_own: true, ..user.clone() };
        let no_email = UserRow { email: String::new(), ..user.clone() };
        [user, own, no_email].map(|user| Self { user }).to_vec()
    }
}

impl Page for UserConfirmPage {
    const TEMPLATE: &'static str = "admin/user_confirm.html";

    fn samples() -> Vec<Self> {
        let of = |action| Self { user: UserRow::sample(), action, link: None };
        let own = Self { user: UserRow { is_own: true, ..UserRow::sample() }, ..of("disable") };
        let links = LinkEntry::samples().into_iter().map(|link| Self { link: Some(link), ..of("unlink") });
        links.chain([of("disable"), of("reset"), own]).collect()
    }
}
