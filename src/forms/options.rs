//! Options of a choice.

use serde_json::Value;

use super::translation::Text;

/// Option of a choice.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// Value of the field: the code, or the text.
    pub(super) key: String,
    pub(super) label: Text,
    /// Answer as `{"valueCoding": …}`.
    pub(super) answer: Value,
    pub(super) selected: bool,
    /// Whether it cannot be chosen together with another one.
    pub(super) exclusive: bool,
    /// Whether choosing it means that the sender sends something in another way.
    pub(super) sent_separately: bool,
}
