//! Contexts of the list of users and of the page of one user.

use serde::Serialize;

use crate::{
    users::AccountStatus,
    web::{Page, Paging},
};

/// List of accounts, with a search.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UsersPage {
    /// Accounts, sorted by name.
    pub rows: Vec<UserRow>,
    /// Text that was searched.
    pub search: String,
    /// Number of accounts found.
    pub found: usize,
    /// Place among the pages.
    pub paging: Paging,
}

/// Account in the list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UserRow {
    /// Id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Email; empty if there is none.
    pub email: String,
    /// End of the message key `user-role-{role}`.
    pub role: String,
    /// End of the message key `user-status-{status}`.
    pub status: String,
    /// Class of the status: `good`, `bad`, `warn` or empty.
    pub tone: &'static str,
    /// Last sign-in or launch, in local time; empty if there was none.
    pub signed_in: String,
    /// Days for which audit events, from which it is read, are kept; 0 for ever.
    pub audit_days: u32,
    /// Names of the EHRs with a linked identity.
    pub ehrs: Vec<String>,
    /// Whether it is the account of the administrator who reads the page.
    pub is_own: bool,
}

/// Page of one user.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UserPage {
    /// Account.
    pub user: UserRow,
    /// Time of creation, in local time.
    pub created: String,
    /// Expiry of the newest unused code, in local time; empty if there is none.
    pub invited_until: String,
    /// Linked identities, oldest first.
    pub links: Vec<LinkEntry>,
    /// Notice of the last action, one of [`UserPage::NOTICES`]; empty if there was none.
    pub notice: String,
}

/// Linked EHR identity.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LinkEntry {
    /// Keyed hash that names it in an address.
    pub key: String,
    /// Id of the EHR.
    pub ehr_id: String,
    /// Name of the EHR; its id if it is not registered any more.
    pub ehr_name: String,
    /// OIDC issuer.
    pub issuer: String,
    /// OIDC subject.
    pub subject: String,
    /// Time of the link, in local time.
    pub linked: String,
    /// Next launch after the link is deleted: `link`, `provision` or `gone`.
    pub next: &'static str,
}

impl UserPage {
    /// Notices, each the end of a message key `user-done-{notice}`.
    pub const NOTICES: [&'static str; 8] = [
        "unchanged",
        "role",
        "unlinked",
        "disabled",
        "enabled",
        "invited-already",
        "last-administrator",
        "no-email",
    ];
}

impl UserRow {
    pub(super) fn sample() -> Self {
        Self {
            id: "0198c4a0-0000-7000-8000-000000000001".into(),
            name: "Dr. Ngozi Okafor".into(),
            email: "n.okafor@clinic.example".into(),
            role: "clinician".into(),
            status: "active".into(),
            tone: "good",
            signed_in: "14 Sep 2026, 09:30".into(),
            audit_days: 0,
            ehrs: vec!["Riverside Family Health EMR".into()],
            is_own: false,
        }
    }

    fn samples() -> Vec<Self> {
        let of = |status: AccountStatus| Self { status: status.as_str().into(), ..Self::sample() };
        let mut rows = AccountStatus::ALL.map(of).to_vec();
        let bare =
            Self { email: String::new(), signed_in: String::new(), ehrs: Vec::new(), ..Self::sample() };
        rows.push(Self { role: "delegate".into(), audit_days: 400, ..bare });
        rows.push(Self { role: "administrator".into(), is_own: true, ..Self::sample() });
        rows
    }
}

impl LinkEntry {
    pub(super) fn samples() -> Vec<Self> {
        let of = |next| Self {
            key: "key".into(),
            ehr_id: "riverside".into(),
            ehr_name: "Riverside Family Health EMR".into(),
            issuer: "https://ehr.example.ca".into(),
            subject: "ngozi-okafor".into(),
            linked: "14 Sep 2026, 09:30".into(),
            next,
        };
        ["link", "provision", "gone"].map(of).to_vec()
    }
}

impl Page for UsersPage {
    const TEMPLATE: &'static str = "admin/users.html";

    fn samples() -> Vec<Self> {
        let rows = UserRow::samples();
        let found = rows.len();
        vec![
            Self { rows: rows.clone(), found, ..Self::default() },
            Self { rows, found: 300, search: "okafor".into(), paging: Paging::sample() },
            Self { search: "unknown".into(), ..Self::default() },
        ]
    }
}

impl Page for UserPage {
    const TEMPLATE: &'static str = "admin/user.html";

    fn samples() -> Vec<Self> {
        let of = |user: UserRow| Self {
            user,
            created: "14 Sep 2026, 09:30".into(),
            invited_until: "21 Sep 2026, 09:30".into(),
            links: LinkEntry::samples(),
            notice: String::new(),
        };
        let bare = Self { user: UserRow::sample(), ..Self::default() };
        let noticed = Self::NOTICES.map(|notice| Self { notice: notice.into(), ..bare.clone() });
        UserRow::samples().into_iter().map(of).chain(noticed).chain([bare.clone()]).collect()
    }
}
