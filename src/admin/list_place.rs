//! Place in an administrators' list: text that is searched, and page.
//!
//! The text is in the address: accounts and destinations are no patient data.

use serde::Deserialize;
use url::form_urlencoded::Serializer;

/// Longest text that is searched, in characters.
const MAX_LENGTH: usize = 100;

/// Query of a list.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ListPlace {
    #[serde(default)]
    search: String,
    #[serde(default)]
    page: String,
}

impl ListPlace {
    /// Returns the text, without control characters.
    pub(super) fn search(&self) -> String {
        self.search.trim().chars().filter(|sign| !sign.is_control()).take(MAX_LENGTH).collect()
    }

    /// Returns the number of the page; the first one unless it is a number.
    pub(super) fn page(&self) -> usize {
        self.page.parse().unwrap_or(1)
    }

    /// Returns the address of another page of the list at `path`.
    pub(super) fn address(&self, path: &str, page: usize) -> String {
        let mut query = Serializer::new(String::new());
        let search = self.search();
        if !search.is_empty() {
            query.append_pair("search", &search);
        }
        format!("{path}?{}", query.append_pair("page", &page.to_string()).finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_search_in_the_address_of_a_page() {
        let place = ListPlace { search: " Zoé & co\u{0} ".into(), page: "2".into() };
        assert_eq!(place.address("/admin/users", 2), "/admin/users?search=Zo%C3%A9+%26+co&page=2");
        assert_eq!(ListPlace::default().address("/admin/users", 3), "/admin/users?page=3");
        assert_eq!(place.page(), 2);
        assert_eq!(ListPlace { page: "x".into(), ..ListPlace::default() }.page(), 1);
    }
}
