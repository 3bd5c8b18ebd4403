//! Codes of value sets, and requests for them.

/// Code of a value set.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Concept {
    /// URI of the code system.
    pub system: String,
    /// Version of the code system; may be empty.
    pub version: String,
    /// The code.
    pub code: String,
    /// Text in the language that was asked for, as far as the server has it.
    pub display: String,
}

/// Codes of a value set, all of them or a part.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Expansion {
    /// Codes in the server's order.
    pub concepts: Vec<Concept>,
    /// Whether these are all that were asked for.
    pub is_complete: bool,
}

/// Request for codes of a value set.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Asked {
    /// Canonical URL: `url` or `url|version`.
    pub value_set: String,
    /// Text that the display of a code has to match; empty for every code.
    pub filter: String,
    /// Largest number of codes.
    pub count: usize,
    /// Language of the displays, such as `fr`.
    pub lang: String,
}
