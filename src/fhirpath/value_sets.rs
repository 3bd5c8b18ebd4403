//! Value sets for `memberOf()`.

use std::fmt;

/// Source of value sets, which the caller supplies: contained in a form, configured, or expanded by a terminology server
/// beforehand.
pub trait ValueSets: fmt::Debug + Send + Sync {
    /// Whether the value set with this canonical URL (`url` or `url|version`) contains a code. The system is `None` for a
    /// plain `code`, which belongs to any system of the value set. `None` if this source does not know the value set.
    fn contains(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool>;
}
