//! Parser and checks of `docs/conformance.toml`: one entry for each requirement, in groups.

use std::collections::HashSet;

use serde::Deserialize;

const STRENGTHS: &[&str] = &[
    "SHALL",
    "SHALL NOT",
    "SHOULD",
    "SHOULD NOT",
    "MAY",
    "MUST",
    "MUST NOT",
    "note",
    "ours",
    "ours, should",
    "ours, P0",
    "ours, P1",
    "ours, P2",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
}

/// Requirements on one subject. Their ids share a prefix.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub id: String,
    pub title: String,
    #[serde(rename = "row")]
    pub rows: Vec<Row>,
}

/// Requirement.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub id: String,
    pub strength: String,
    pub source: String,
    pub text: String,
    /// Reason why the requirement does not apply.
    pub reason: Option<String>,
    /// Part that its tests do not show yet.
    pub still: Option<String>,
    /// Whether the requirement has no test yet.
    #[serde(default)]
    pub waiting: bool,
}

impl Table {
    pub fn parse(text: &str) -> Self {
        toml::from_str(text).unwrap_or_else(|error| panic!("the conformance table: {error}"))
    }

    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.groups.iter().flat_map(|group| &group.rows)
    }

    pub fn has(&self, id: &str) -> bool {
        self.rows().any(|row| row.id == id)
    }

    /// Lists ids that are duplicate or out of order, and entries that the page cannot render.
    pub fn disorder(&self) -> Vec<String> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        for group in &self.groups {
            if !seen.insert(&group.id) {
                found.push(format!("the group {} is duplicate", group.id));
            }
            let numbers: Vec<Option<u8>> = group.rows.iter().map(|row| group.number_of(row)).collect();
            for (row, number) in group.rows.iter().zip(&numbers).filter(|(_, number)| number.is_none()) {
                found.push(format!("{} is not an id of the group {}: {number:?}", row.id, group.id));
            }
            let pairs = group.rows.iter().skip(1).zip(numbers.windows(2));
            for (row, _) in pairs.filter(|(_, pair)| pair[0] >= pair[1]) {
                found.push(format!("{} is duplicate or out of order", row.id));
            }
            found.extend(group.rows.iter().filter_map(Row::misshapen));
        }
        found
    }
}

impl Group {
    /// Parses the number in the id of a row. It follows a hyphen if the group's id has several letters.
    fn number_of(&self, row: &Row) -> Option<u8> {
        let hyphen = if self.id.len() > 1 { "-" } else { "" };
        let digits = row.id.strip_prefix(&self.id)?.strip_prefix(hyphen)?;
        (digits.len() == 2).then(|| digits.parse().ok()).flatten()
    }
}

impl Row {
    fn misshapen(&self) -> Option<String> {
        let texts = [Some(&self.source), Some(&self.text), self.reason.as_ref(), self.still.as_ref()];
        let unfit = |text: &&String| text.trim().is_empty() || text.contains(['|', '\n']);
        let what = if !STRENGTHS.contains(&self.strength.as_str()) {
            "has an unknown strength"
        } else if texts.iter().flatten().any(unfit) {
            "has a text that is empty or breaks its line of the page"
        } else if [Some(&self.text), self.reason.as_ref()].iter().flatten().any(|text| !text.ends_with('.')) {
            "has a text that does not end with a full stop"
        } else {
            return None;
        };
        Some(format!("{} {what}", self.id))
    }
}

#[test]
fn catches_disorder() {
    let good = super::GOOD;
    assert_eq!(Table::parse(good).disorder(), Vec::<String>::new());
    for (fault, what) in [
        (good.replace("AUT-02", "AUT-01"), "AUT-01 is duplicate or out of order"),
        (good.replace("AUT-01", "AUT-03"), "AUT-02 is duplicate or out of order"),
        (good.replace("AUT-02", "AUT-2"), "AUT-2 is not an id of the group AUT"),
        (good.replace("C01", "L01"), "L01 is not an id of the group C"),
        (good.replace("\"C\"", "\"AUT\""), "the group AUT is duplicate"),
        (good.replace("\"MAY\"", "\"COULD\""), "AUT-02 has an unknown strength"),
        (good.replace("\"R.\"", "\"a|b.\""), "AUT-02 has a text that is empty or breaks"),
        (good.replace("\"R.\"", "\"R\""), "AUT-02 has a text that does not end with a full stop"),
    ] {
        let found = Table::parse(&fault).disorder();
        assert!(found.iter().any(|it| it.contains(what)), "{what}: {found:?}");
    }
}
