//! Contents of the pages about users.

use futures_util::try_join;

use super::{
    accounts::{self, NewCode},
    error::Error,
    list_place::ListPlace,
    local_time::local_time,
    pages::{CodePage, LinkEntry, RolePage, UserConfirmPage, UserPage, UserRow, UsersPage},
    service::Admin,
    user_list::search,
};
use crate::{
    users::{Account, AccountStatus, LinkedIdentity, Linking, NewUser, Role, account_store},
    web::{Lang, Paging},
};

/// Accounts on one page of the list.
const PAGE_ROWS: usize = 50;

/// Reader of a page about users.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    /// Service.
    pub(super) admin: &'a Admin,
    /// Language of the page.
    pub(super) lang: Lang,
    /// Account of the administrator.
    pub(super) user_id: &'a str,
}

/// Builds a page of the list of accounts at `path`.
pub(super) async fn users_page(
    reader: Reader<'_>,
    path: &str,
    place: &ListPlace,
) -> Result<UsersPage, Error> {
    let Reader { admin, .. } = reader;
    let text = place.search();
    let links = async { Ok(account_store::find_links(&admin.ground.db, None).await?) };
    let (accounts, links) = try_join!(search(admin, &text), links)?;
    let found = accounts.len();
    let (paging, accounts) = Paging::cut(place.page(), accounts, PAGE_ROWS, |page| place.address(path, page));
    let rows = accounts.iter().map(|account| row(reader, account, &links));
    Ok(UsersPage { rows: rows.collect(), search: text, found, paging })
}

/// Builds the page of one account.
pub(super) async fn user_page(reader: Reader<'_>, id: &str, notice: &str) -> Result<UserPage, Error> {
    let Reader { admin, .. } = reader;
    let account = accounts::find(admin, id).await?;
    let links = account_store::find_links(&admin.ground.db, Some(&account.id)).await?;
    Ok(UserPage {
        user: row(reader, &account, &links),
        created: time(reader, Some(account.created_at)),
        invited_until: time(reader, account.invited_until),
        links: links.iter().map(|link| link_entry(reader, link)).collect(),
        notice: notice.to_owned(),
    })
}

/// Builds the page that changes the role of an account.
pub(super) async fn role_page(reader: Reader<'_>, id: &str) -> Result<RolePage, Error> {
    let account = accounts::find(reader.admin, id).await?;
    Ok(RolePage { user: row(reader, &account, &[]) })
}

/// Builds the confirmation of `disable` or `reset`.
pub(super) async fn confirm_page(
    reader: Reader<'_>,
    id: &str,
    action: &'static str,
) -> Result<UserConfirmPage, Error> {
    let account = accounts::find(reader.admin, id).await?;
    Ok(UserConfirmPage { user: row(reader, &account, &[]), action, link: None })
}

/// Builds the confirmation that an identity is unlinked. Returns `None` if the account has no such link.
pub(super) async fn unlink_page(
    reader: Reader<'_>,
    id: &str,
    key: &str,
) -> Result<Option<UserConfirmPage>, Error> {
    let account = accounts::find(reader.admin, id).await?;
    let link = find_link(reader.admin, &account.id, key).await?;
    Ok(link.map(|link| UserConfirmPage {
        user: row(reader, &account, &[]),
        action: "unlink",
        link: Some(link_entry(reader, &link)),
    }))
}

/// Finds the linked identity of an account by its key.
pub(super) async fn find_link(
    admin: &Admin,
    user_id: &str,
    key: &str,
) -> Result<Option<LinkedIdentity>, Error> {
    let links = account_store::find_links(&admin.ground.db, Some(user_id)).await?;
    Ok(links.into_iter().find(|link| link_key(admin, link) == key))
}

/// Builds the page that shows a one-time code.
pub(super) fn code_page(
    reader: Reader<'_>,
    user: &NewUser,
    code: &NewCode,
    reason: &'static str,
) -> CodePage {
    CodePage {
        id: code.user_id.clone(),
        name: user.name.clone(),
        email: user.email.clone().unwrap_or_default(),
        is_administrator: user.role == Role::Administrator,
        code: code.code.expose().to_owned(),
        until: time(reader, Some(code.expires_at)),
        address: reader.admin.public_url.join("/admin/new-password"),
        reason,
    }
}

fn row(reader: Reader<'_>, account: &Account, links: &[LinkedIdentity]) -> UserRow {
    let own = links.iter().filter(|link| link.user_id == account.id);
    let mut ehrs: Vec<String> = own.map(|link| ehr_name(reader.admin, &link.ehr_id)).collect();
    ehrs.dedup();
    UserRow {
        id: account.id.clone(),
        name: account.name.clone(),
        email: account.email.clone().unwrap_or_default(),
        role: account.role.as_str().to_owned(),
        status: account.status.as_str().to_owned(),
        tone: tone(account.status),
        signed_in: time(reader, account.signed_in_at),
        audit_days: reader.admin.retention.settings().audit.unwrap_or_default(),
        ehrs,
        is_own: account.id == reader.user_id,
    }
}

fn tone(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Active => "good",
        AccountStatus::Invited => "",
        AccountStatus::NotSetUp => "warn",
        AccountStatus::Locked | AccountStatus::Disabled => "bad",
    }
}

fn link_entry(reader: Reader<'_>, link: &LinkedIdentity) -> LinkEntry {
    let ehr = reader.admin.registry.find(&link.ehr_id);
    LinkEntry {
        key: link_key(reader.admin, link),
        ehr_id: link.ehr_id.clone(),
        ehr_name: ehr_name(reader.admin, &link.ehr_id),
        issuer: link.issuer.clone(),
        subject: link.subject.clone(),
        linked: time(reader, Some(link.linked_at)),
        next: match ehr.map(|ehr| ehr.linking) {
            Some(Linking::Link) => "link",
            Some(Linking::Provision) => "provision",
            None => "gone",
        },
    }
}

fn ehr_name(admin: &Admin, id: &str) -> String {
    admin.registry.find(id).map_or_else(|| id.to_owned(), |ehr| ehr.name.clone())
}

/// Returns the key that names a link in an address, so that no address contains a subject.
fn link_key(admin: &Admin, link: &LinkedIdentity) -> String {
    admin.ground.sealer.lookup(&["user-link", &link.ehr_id, &link.issuer, &link.subject])
}

fn time(reader: Reader<'_>, at: Option<i64>) -> String {
    let Reader { admin, lang, .. } = reader;
    at.map(|at| local_time(admin.web.words(), lang, at, &admin.time_zone)).unwrap_or_default()
}
