//! Code of the chart for a question whose value set is elsewhere: no answer until it is judged.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::prefill::Candidate;

/// Value of the chart with a code that was not compared with the value set of its question.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct UncheckedCode {
    /// Canonical URL of the value set.
    pub value_set: String,
    /// Codings of the value, each with system and code.
    pub codings: Vec<Value>,
    /// Words of the chart.
    pub display: String,
    /// Answer as text, for a value set that is not known anywhere.
    pub as_text: Option<Value>,
    /// Entry of the chart that can be included, if the question is a choice among these.
    pub entry: Option<Candidate>,
}
