//! Address of a page of the list of all referrals of a user: kept while a referral of the list is open.

use serde::Deserialize;

use super::own_list_store::Cursor;

/// Address of a page of the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::referral) struct Place {
    /// Launch context that the list was opened from. Ignored unless it belongs to this session.
    pub(in crate::referral) from: String,
    /// Sealed search; empty for all referrals.
    pub(in crate::referral) find: String,
    /// Place at which the search goes on, as in [`Place::path`]; empty for the newest referral.
    pub(in crate::referral) before: String,
    /// Number of the page, as text.
    pub(in crate::referral) page: String,
}

impl Place {
    /// Returns the number of the page; the first one unless the text is a number.
    pub(in crate::referral) fn number(&self) -> usize {
        self.page.parse().unwrap_or(1)
    }

    /// Returns the path of a page.
    pub(in crate::referral) fn path(&self, page: usize) -> String {
        format!("/referrals{}", self.query(page))
    }

    /// Returns the query of the path of a page, empty or from its `?` on. Leaves out what no page of the list has in its
    /// address.
    pub(in crate::referral) fn query(&self, page: usize) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let parts = [("from", &self.from), ("find", &self.find), ("before", &self.before), ("page", &page)];
        let mut query = String::new();
        for (name, value) in parts.into_iter().filter(|(_, value)| is_plain(value)) {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.extend([name, "=", value.as_str()]);
        }
        query
    }

    pub(super) fn cursor(&self) -> Cursor {
        let parsed = self.before.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id)));
        parsed.map_or_else(Cursor::newest, |(updated_at, id)| Cursor { updated_at, id: id.to_owned() })
    }
}

/// Whether a text needs no escape in an address, and is not empty.
pub(in crate::referral) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}
