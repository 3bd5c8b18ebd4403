//! Search among accounts, and their list as text.

use jiff::Timestamp;

use super::{error::Error, service::Admin};
use crate::{
    directory::plain,
    users::{Account, LinkedIdentity, account_store},
};

/// Finds the accounts whose name or email contains every word of `search`, without regard to case and accents, sorted by
/// name.
pub(super) async fn search(admin: &Admin, search: &str) -> Result<Vec<Account>, Error> {
    let mut found = account_store::find_accounts(&admin.ground.db, &*admin.ground.clock, None).await?;
    let words: Vec<String> = search.split_whitespace().map(|word| plain(word).trim().to_owned()).collect();
    found.retain(|account| {
        let text = plain(&format!("{} {}", account.name, account.email.as_deref().unwrap_or_default()));
        words.iter().all(|word| text.contains(word.as_str()))
    });
    found.sort_by_cached_key(|account| plain(&account.name));
    Ok(found)
}

/// Formats the accounts that match, each with its linked identities.
pub(super) async fn list(admin: &Admin, text: &str) -> Result<String, Error> {
    let found = search(admin, text).await?;
    if found.is_empty() {
        return Ok("No account was found. Use `passerelle user invite` or `passerelle user add`.".to_owned());
    }
    let links = account_store::find_links(&admin.ground.db, None).await?;
    let mut lines = Vec::new();
    for account in &found {
        lines.push(line(account, admin.retention.settings().audit));
        lines.extend(links.iter().filter(|link| link.user_id == account.id).map(link_line));
    }
    Ok(lines.join("\n"))
}

/// Formats an account. The last sign-in is read from the audit trail, which is kept for `audit_days`, or for ever.
fn line(account: &Account, audit_days: Option<u32>) -> String {
    let email = account.email.as_ref().map(|email| format!(" <{email}>")).unwrap_or_default();
    let never = || audit_days.map_or("never".to_owned(), |days| format!("not in the last {days} days"));
    let signed_in = account.signed_in_at.map_or_else(never, time);
    format!(
        "{}  {:<10}  {:<13}  {}{email}  last sign-in: {signed_in}",
        account.id,
        account.status.as_str(),
        account.role.as_str(),
        account.name
    )
}

fn link_line(link: &LinkedIdentity) -> String {
    format!("    linked to {}: issuer {}, subject {}", link.ehr_id, link.issuer, link.subject)
}

fn time(at: i64) -> String {
    let at = Timestamp::from_millisecond(at).map(|at| at.strftime("%F %T UTC").to_string());
    at.unwrap_or_default()
}
