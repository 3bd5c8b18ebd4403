//! Parsed item of a form.

use jiff::Span;
use serde::Serialize;
use serde_json::Value;

use super::options::Choice;
use super::prefill::Prefill;
use super::translation::Text;
use super::unit::Unit;
use crate::fhirpath::{Decimal, Expression};

/// FHIR item type.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ItemType {
    Group,
    Display,
    String,
    Text,
    Boolean,
    Integer,
    Decimal,
    Date,
    #[serde(rename = "dateTime")]
    DateTime,
    Choice,
    OpenChoice,
    Quantity,
    Reference,
}

impl ItemType {
    pub(super) fn read(written: &str) -> Option<Self> {
        Some(match written {
            "group" => Self::Group,
            "display" => Self::Display,
            "string" => Self::String,
            "text" => Self::Text,
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "decimal" => Self::Decimal,
            "date" => Self::Date,
            "dateTime" => Self::DateTime,
            "choice" => Self::Choice,
            "open-choice" => Self::OpenChoice,
            "quantity" => Self::Quantity,
            "reference" => Self::Reference,
            _ => return None,
        })
    }

    pub(super) fn is_question(self) -> bool {
        !matches!(self, Self::Group | Self::Display)
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Quantity)
    }

    pub(super) fn is_choice(self) -> bool {
        matches!(self, Self::Choice | Self::OpenChoice | Self::Reference)
    }
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one element of the standard")]
pub(super) struct Item {
    pub(super) link_id: String,
    pub(super) definition: Option<String>,
    pub(super) kind: ItemType,
    pub(super) text: Text,
    pub(super) short_text: Option<Text>,
    pub(super) hint: Option<Text>,
    pub(super) required: bool,
    pub(super) repeats: bool,
    pub(super) read_only: bool,
    pub(super) hidden: bool,
    pub(super) max_length: Option<usize>,
    pub(super) min: Option<String>,
    pub(super) max: Option<String>,
    pub(super) unit: Option<Unit>,
    pub(super) control: Option<String>,
    pub(super) options: Vec<Choice>,
    pub(super) initial: Vec<Value>,
    pub(super) initial_expression: Option<Expression>,
    pub(super) candidate_expression: Option<Expression>,
    pub(super) calculated_expression: Option<Expression>,
    pub(super) columns: Vec<Column>,
    pub(super) conditions: Vec<Condition>,
    /// Whether all conditions must hold, not only one.
    pub(super) all_conditions: bool,
    /// Age from which a value of the chart is old.
    pub(super) old_after: Option<Span>,
    pub(super) items: Vec<Item>,
}

/// Column of a candidate.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) path: Expression,
    pub(super) label: Option<Text>,
    pub(super) for_display: bool,
}

/// One `enableWhen`.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) question: String,
    /// Number of the question in the order of [`Item::walk`]. Set when the complete form is known.
    pub(super) number: usize,
    pub(super) operator: String,
    /// `answer[x]` as written.
    pub(super) answer: Value,
    /// Answer as a user would type it. Set when the complete form is known.
    pub(super) typed: String,
}

impl Item {
    /// Whether a user cannot change its answer. A read-only question that nothing fills can be answered: it might be
    /// required.
    pub(super) fn is_fixed(&self, prefill: &Prefill) -> bool {
        let is_filled = || prefill.get(&self.link_id).is_some_and(|filled| !filled.values.is_empty());
        self.calculated_expression.is_none() && (self.hidden || (self.read_only && is_filled()))
    }

    /// Whether its options are candidates from the chart.
    pub(super) fn is_picker(&self) -> bool {
        self.candidate_expression.is_some()
    }

    /// Returns the short label for tables and summaries.
    pub(super) fn short_text(&self, lang: &str) -> &str {
        self.short_text.as_ref().unwrap_or(&self.text).in_language(lang)
    }

    /// Visits this item and all items below it.
    pub(super) fn walk<'i>(&'i self, visit: &mut impl FnMut(&'i Self)) {
        visit(self);
        for item in &self.items {
            item.walk(visit);
        }
    }
}

/// Parses a number with a decimal point.
pub(super) fn number(text: &str) -> Option<Decimal> {
    Decimal::parse(text.trim())
}
