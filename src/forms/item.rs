//! Parsed item of a form.

use jiff::Span;
use serde::Serialize;
use serde_json::Value;

use super::attached::FileRules;
use super::options::Choice;
use super::patient_element::PatientElement;
use super::prefill::Prefill;
use super::reference::{ReferenceLimits, reference_to};
use super::rules::{Limit, Rules, Variable};
use super::translation::Text;
use super::unit::Unit;
use crate::fhirpath::{Decimal, Expression, Pattern};

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
    Time,
    Url,
    Choice,
    OpenChoice,
    Quantity,
    Reference,
    Attachment,
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
            "time" => Self::Time,
            "url" => Self::Url,
            "choice" => Self::Choice,
            "open-choice" => Self::OpenChoice,
            "quantity" => Self::Quantity,
            "reference" => Self::Reference,
            "attachment" => Self::Attachment,
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
    /// Its `linkId` as names of fields, ids of HTML elements and places write it.
    pub(super) key: String,
    pub(super) definition: Option<String>,
    /// Element of the Patient that its answer corrects.
    pub(super) patient_element: Option<PatientElement>,
    /// `ContactPoint.system` of the number or address that it asks for.
    pub(super) contact_system: Option<String>,
    pub(super) kind: ItemType,
    pub(super) text: Text,
    /// Number or letter before the text: `2a`.
    pub(super) prefix: Option<Text>,
    pub(super) short_text: Option<Text>,
    pub(super) hints: Vec<Text>,
    pub(super) required: bool,
    pub(super) repeats: bool,
    pub(super) read_only: bool,
    pub(super) hidden: bool,
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) max_decimal_places: Option<usize>,
    pub(super) min_occurs: Option<usize>,
    pub(super) max_occurs: Option<usize>,
    /// Pattern of the whole text.
    pub(super) pattern: Option<Pattern>,
    pub(super) min: Option<Limit>,
    pub(super) max: Option<Limit>,
    /// Units that an answer may have; none if any.
    pub(super) units: Vec<Unit>,
    /// Files that a question of type attachment accepts.
    pub(super) files: FileRules,
    pub(super) control: Option<String>,
    pub(super) options: Vec<Choice>,
    /// Value set of the options, if its codes are not known here.
    pub(super) unknown_options: Option<String>,
    /// Resources that a reference may name.
    pub(super) limits: ReferenceLimits,
    pub(super) initial: Vec<Value>,
    /// Whether the form fills it by an expression that is not evaluated here.
    pub(super) is_unfilled: bool,
    pub(super) initial_expression: Option<Expression>,
    pub(super) candidate_expression: Option<Expression>,
    /// `itemPopulationContext`: the name of what fills a group, and the expression that finds it.
    pub(super) population: Option<Variable>,
    pub(super) columns: Vec<Column>,
    pub(super) rules: Rules,
    pub(super) conditions: Vec<Condition>,
    /// Whether all conditions must hold, not only one.
    pub(super) all_conditions: bool,
    /// Age from which a value of the chart is old.
    pub(super) old_after: Option<Span>,
    /// Whether it is asked anew in every referral, so that a copy does not carry its answer over.
    pub(super) asked_today: bool,
    /// Whether the form does not have it: the section of questions that are in no group.
    pub(super) is_own_section: bool,
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
    /// `linkId` of the question.
    pub(super) question: String,
    /// Key of the question.
    pub(super) key: String,
    pub(super) operator: String,
    /// `answer[x]` as written.
    pub(super) answer: Value,
    /// Answer as a user would type it. Set when the complete form is known.
    pub(super) typed: String,
}

impl Item {
    /// Returns the element of another resource that the item fills by its `definition`, such as `Organization.name`.
    pub(super) fn element(&self) -> Option<&str> {
        self.definition.as_deref()?.rsplit_once('#').map(|(_, element)| element)
    }

    /// Whether a user cannot change its answer at this place. A read-only question that nothing fills can be answered: it
    /// might be required.
    pub(super) fn is_fixed(&self, place: &str, prefill: &Prefill) -> bool {
        let is_filled = || prefill.get(place).is_some_and(|filled| !filled.values.is_empty());
        !self.is_calculated() && (self.hidden || (self.read_only && is_filled()))
    }

    /// Returns an item with nothing but a type.
    pub(super) fn blank(kind: ItemType) -> Self {
        Self {
            link_id: String::new(),
            key: String::new(),
            definition: None,
            patient_element: None,
            contact_system: None,
            kind,
            text: Text::default(),
            prefix: None,
            short_text: None,
            hints: Vec::new(),
            required: false,
            repeats: false,
            read_only: false,
            hidden: false,
            min_length: None,
            max_length: None,
            max_decimal_places: None,
            min_occurs: None,
            max_occurs: None,
            pattern: None,
            min: None,
            max: None,
            units: Vec::new(),
            files: FileRules::default(),
            control: None,
            options: Vec::new(),
            unknown_options: None,
            limits: ReferenceLimits::default(),
            initial: Vec::new(),
            is_unfilled: false,
            initial_expression: None,
            candidate_expression: None,
            population: None,
            columns: Vec::new(),
            rules: Rules::default(),
            conditions: Vec::new(),
            all_conditions: true,
            old_after: None,
            asked_today: false,
            is_own_section: false,
            items: Vec::new(),
        }
    }

    /// Whether it is answered in rows: a repeating group, or a repeating question with items below it.
    pub(super) fn has_rows(&self) -> bool {
        self.repeats && (self.kind == ItemType::Group || !self.items.is_empty())
    }

    /// Whether it takes several answers in one place.
    pub(super) fn takes_several(&self) -> bool {
        self.repeats && !self.has_rows()
    }

    /// Largest number of files; `None` for any.
    pub(super) fn max_files(&self) -> Option<usize> {
        if self.takes_several() { self.max_occurs } else { Some(1) }
    }

    /// Whether it has rules that are evaluated on the answers.
    pub(super) fn is_ruled(&self) -> bool {
        self.rules.enabling.is_some() || self.is_calculated() || self.has_last_rules()
    }

    /// Whether it has rules on which no other rule depends.
    pub(super) fn has_last_rules(&self) -> bool {
        let mut limits = [&self.min, &self.max].into_iter().flatten();
        !self.rules.constraints.is_empty()
            || self.rules.changes_looks()
            || limits.any(|limit| limit.expression().is_some())
    }

    /// Whether it declares names for its expressions and those below it.
    pub(super) fn declares_names(&self) -> bool {
        self.population.is_some() || !self.rules.variables.is_empty()
    }

    /// Whether it looks otherwise when other answers change.
    pub(super) fn is_dynamic(&self) -> bool {
        self.rules.changes_looks()
    }

    /// Whether the chart fills it with what it has about the user who reads it, such as the name.
    pub(super) fn is_about_reader(&self) -> bool {
        self.initial_expression.as_ref().is_some_and(|it| it.variables().iter().any(|name| name == "user"))
    }

    /// Whether a rule gives its answer.
    pub(super) fn is_calculated(&self) -> bool {
        self.rules.calculation.is_some()
    }

    /// Whether its options are candidates from the chart.
    pub(super) fn is_picker(&self) -> bool {
        self.candidate_expression.is_some()
    }

    /// Whether its answers are options: those of the form, candidates from the chart, or those that an expression finds.
    pub(super) fn has_options(&self) -> bool {
        let is_offered = self.is_picker() || self.rules.offer.is_some();
        !self.options.is_empty() || is_offered || (self.is_named() && self.initial_expression.is_some())
    }

    /// Whether it is a reference that is answered with a name: the form gives no resources to choose from. A resource that
    /// the form fills in can be chosen beside it.
    pub(super) fn is_named(&self) -> bool {
        self.kind == ItemType::Reference && !self.is_picker() && self.rules.offer.is_none()
    }

    /// Whether an answer may name this resource of the chart.
    pub(super) fn admits(&self, resource: &Value) -> bool {
        self.limits.admits(reference_to(resource).as_deref(), Some(resource))
    }

    /// Whether an answer may be text beside its options.
    pub(super) fn takes_text(&self) -> bool {
        self.kind == ItemType::OpenChoice || self.unknown_options.is_some() || self.is_named()
    }

    /// Returns the unit of every answer, if there is one.
    pub(super) fn unit(&self) -> Option<&Unit> {
        self.units.first().filter(|_| self.units.len() == 1)
    }

    /// Whether this is the other item, or the other is below it.
    pub(super) fn contains(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.items.iter().any(|child| child.contains(other))
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
