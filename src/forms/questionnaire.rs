//! Parsed form.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use ahash::AHashSet;
use jiff::Zoned;
use serde_json::{Value, json};

use super::chart::ScreenedChart;
use super::conclusion::Conclusions;
use super::contained_sets::ContainedSets;
use super::item::{Item, ItemType};
use super::options::Choice;
use super::query::Query;
use super::remark::Remark;
use super::rules::{Limit, Rules};
use super::translation::{Text, array, string};
use super::words;
use crate::fhirpath::{self, Environment, Expression};

/// Name that a form has for a part of the launch context.
#[derive(Clone, Debug)]
pub(super) struct LaunchName {
    pub(super) name: String,
    /// Name in a chart: `patient`, `user` or `encounter`; its own name for one that no launch gives.
    pub(super) source: String,
}

/// Facts of a form that are found at first use.
#[derive(Clone, Debug, Default)]
pub(super) struct Lookups {
    /// JSON pointers into the Questionnaire, by `linkId`.
    pointers: OnceLock<HashMap<String, String>>,
    rules_read_chart: OnceLock<bool>,
    /// Names that the rules use.
    rule_names: OnceLock<BTreeSet<String>>,
    /// Items of a response without an answer, by `linkId`, for the items whose rules may see one.
    blank_items: OnceLock<HashMap<String, Value>>,
    /// Keys of the questions on which an `enableWhen` depends.
    condition_keys: OnceLock<AHashSet<String>>,
    /// Keys of the questions that fill an element of another resource, by its name.
    elements: OnceLock<HashMap<String, String>>,
    conclusions: OnceLock<Conclusions>,
    /// Whether a question has a value set that the form does not contain.
    pub(super) has_external_sets: OnceLock<bool>,
    /// Value sets that the rules name, and that the form does not contain.
    pub(super) value_sets_of_rules: OnceLock<Vec<String>>,
}

/// Parsed and validated form: every expression parses, every reference resolves.
#[derive(Clone, Debug)]
pub struct Form {
    pub(super) id: String,
    /// Questionnaire as it was read.
    pub(super) source: Arc<Value>,
    /// SHA-256 of the text of the Questionnaire, in hexadecimal digits.
    pub(super) hash: String,
    pub(super) url: String,
    pub(super) version: String,
    pub(super) title: Text,
    pub(super) description: Option<Text>,
    pub(super) service_codings: Vec<Value>,
    pub(super) value_sets: Arc<ContainedSets>,
    pub(super) launch_context: Vec<LaunchName>,
    pub(super) queries: Vec<Query>,
    pub(super) remarks: Vec<Remark>,
    /// Variables and constraints of the form.
    pub(super) rules: Rules,
    /// Largest rank of a rule, plus one.
    pub(super) ranks: usize,
    pub(super) items: Vec<Item>,
    pub(super) lookups: Lookups,
}

impl Form {
    /// Returns `Questionnaire.id`, the name of the form in URLs.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the Questionnaire as it was read.
    #[must_use]
    pub fn source(&self) -> &Value {
        &self.source
    }

    /// Returns what identifies the text of the form: the SHA-256 of its JSON without blanks, in hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Returns the canonical URL; empty if the form has none.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the business version; empty if the form has none.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the canonical URL with the version, by which a response names the form: `None` without a URL.
    #[must_use]
    pub fn canonical(&self) -> Option<String> {
        match (self.url.as_str(), self.version.as_str()) {
            ("", _) => None,
            (url, "") => Some(url.to_owned()),
            (url, version) => Some(format!("{url}|{version}")),
        }
    }

    /// Returns the remarks about the form, in its order.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Returns the title in this language.
    #[must_use]
    pub fn title(&self, lang: &str) -> &str {
        self.title.in_language(lang)
    }

    /// Returns the description in this language; empty if the form has none.
    #[must_use]
    pub fn description(&self, lang: &str) -> &str {
        self.description.as_ref().map_or("", |text| text.in_language(lang))
    }

    /// Returns `Questionnaire.code`, the requested service as FHIR Codings.
    #[must_use]
    pub fn service_codings(&self) -> &[Value] {
        &self.service_codings
    }

    /// Returns the name by which administrators address the form: the canonical URL with the version, or the id without a URL.
    #[must_use]
    pub fn name(&self) -> String {
        self.canonical().unwrap_or_else(|| self.id.clone())
    }

    /// Returns the searches whose results fill the form.
    #[must_use]
    pub fn queries(&self) -> &[Query] {
        &self.queries
    }

    /// Returns the launch context names it uses: `patient`, `user`, `encounter`, and those that no launch gives.
    pub fn launch_context(&self) -> impl Iterator<Item = &str> {
        self.launch_context.iter().map(|known| known.source.as_str())
    }

    /// Returns the names of all sources in the form, each with its name in a chart.
    pub(super) fn names_of_sources(&self) -> impl Iterator<Item = (&str, &str)> {
        let launch = self.launch_context.iter().map(|known| (known.name.as_str(), known.source.as_str()));
        launch.chain(self.queries.iter().map(|query| (query.name.as_str(), query.name.as_str())))
    }

    /// Returns the sources that a query needs before it can be sent, by their names in a chart.
    #[must_use]
    pub fn needed_by(&self, query: &Query) -> Vec<&str> {
        let used = self.names_used(query.expressions());
        let sources = self.names_of_sources().filter(|(name, _)| used.contains(name));
        sources.map(|(_, source)| source).collect()
    }

    /// Returns the relative URL of a query. `None` if a value in it is empty.
    ///
    /// # Errors
    /// The error of an expression that cannot be evaluated.
    pub fn resolve(
        &self,
        query: &Query,
        chart: &ScreenedChart<'_>,
        now: &Zoned,
    ) -> Result<Option<String>, fhirpath::Error> {
        let mut env = self.environment(chart, now);
        let used = self.names_used(query.expressions());
        for variable in self.rules.variables.iter().filter(|variable| used.contains(variable.name.as_str())) {
            let items = variable.expression.evaluate(&env, &Value::Null)?;
            env.set_items(variable.name.clone(), items);
        }
        query.resolve(&env)
    }

    /// Returns the environment of the form's expressions. Of a source that was not loaded, nothing is known.
    #[must_use]
    pub fn environment<'c>(&'c self, chart: &'c ScreenedChart<'_>, now: &Zoned) -> Environment<'c> {
        let mut env = Environment::new(now.clone());
        env.set("questionnaire", &self.source);
        env.set_items("qitem", Vec::new());
        for (name, source) in self.names_of_sources() {
            match chart.get(source) {
                Some(source) => env.set(name.to_owned(), &source.resource),
                None => env.set_known_items(name.to_owned(), Vec::new()),
            }
        }
        env.set_targets(chart.resources());
        env.set_value_sets(Arc::<ContainedSets>::clone(&self.value_sets));
        env
    }

    /// Returns an item of the Questionnaire as it was read.
    pub(super) fn definition(&self, link_id: &str) -> Option<&Value> {
        let pointers = self.lookups.pointers.get_or_init(|| pointers(&self.source));
        self.source.pointer(pointers.get(link_id)?)
    }

    /// Returns the sources and variables that the rules use, directly or through other variables.
    pub(super) fn rule_names(&self) -> &BTreeSet<String> {
        self.lookups.rule_names.get_or_init(|| {
            self.names_used(self.rule_expressions().into_iter()).into_iter().map(str::to_owned).collect()
        })
    }

    /// Returns an item of a response without an answer, if a rule of the item may see one.
    pub(super) fn blank_item(&self, link_id: &str) -> Option<&Value> {
        let blanks = self.lookups.blank_items.get_or_init(|| {
            let mut blanks = HashMap::new();
            self.walk(|item| {
                if item.is_ruled() || item.declares_names() {
                    blanks.insert(item.link_id.clone(), json!({ "linkId": item.link_id }));
                }
            });
            blanks
        });
        blanks.get(link_id)
    }

    /// Returns what its expressions find without any chart.
    pub(super) fn conclusions(&self, now: &Zoned) -> &Conclusions {
        self.lookups.conclusions.get_or_init(|| Conclusions::of(self, now))
    }

    /// Returns the keys of the questions on which an `enableWhen` depends.
    pub(super) fn condition_keys(&self) -> &AHashSet<String> {
        self.lookups.condition_keys.get_or_init(|| {
            let mut keys = AHashSet::new();
            self.walk(|item| keys.extend(item.conditions.iter().map(|condition| condition.key.clone())));
            keys
        })
    }

    /// Whether a rule reads the chart, and not only the answers.
    pub(super) fn rules_read_chart(&self) -> bool {
        *self.lookups.rules_read_chart.get_or_init(|| {
            let (rules, used) = (self.rule_expressions(), self.rule_names());
            let variables = self.rules.variables.iter().filter(|variable| used.contains(&variable.name));
            let variables = variables.map(|variable| &variable.expression);
            let mut reads = rules.into_iter().chain(variables).any(Expression::may_resolve);
            // An offered reference is compared with the patient of the chart.
            self.walk(|item| reads |= item.rules.offer.is_some());
            reads || self.names_of_sources().any(|(name, _)| used.contains(name))
        })
    }

    /// Returns the text of the option with a coding, in this language. `None` if no question has it.
    #[must_use]
    pub fn option_text(&self, system: &str, code: &str, lang: &str) -> Option<&str> {
        let mut found = None;
        self.walk(|item| {
            let is_it = |option: &&Choice| {
                let coding = &option.answer["valueCoding"];
                coding["system"] == system && coding["code"] == code
            };
            found = found.or_else(|| item.options.iter().find(is_it));
        });
        found.map(|option| option.label.in_language(lang))
    }

    /// Whether anything is evaluated on the answers.
    pub(super) fn has_rules(&self) -> bool {
        let mut is_ruled = !self.rules.constraints.is_empty();
        self.walk(|item| is_ruled |= item.is_ruled());
        is_ruled
    }

    /// Returns the heading of a section.
    pub(super) fn section_title<'f>(&'f self, section: &'f Item, lang: &str) -> &'f str {
        match (section.text.in_language(lang), section.items.as_slice()) {
            ("", [only]) if only.kind == ItemType::Group => only.text.in_language(lang),
            ("", _) if self.items.len() == 1 => self.title(lang),
            ("", _) => words::questions(),
            (text, _) => text,
        }
    }

    pub(super) fn walk<'f>(&'f self, mut visit: impl FnMut(&'f Item)) {
        for item in &self.items {
            item.walk(&mut visit);
        }
    }

    /// Returns all questions in order.
    pub(super) fn questions(&self) -> Vec<&Item> {
        let mut questions = Vec::new();
        self.walk(|item| {
            if item.kind.is_question() {
                questions.push(item);
            }
        });
        questions
    }

    /// Finds the place of the question that fills an element of another resource, such as `ServiceRequest.reasonCode`, by
    /// its `definition`.
    #[must_use]
    pub fn question_for(&self, element: &str) -> Option<&str> {
        let elements = self.lookups.elements.get_or_init(|| {
            let mut elements = HashMap::new();
            for item in self.questions() {
                if let Some(element) = item.element() {
                    elements.entry(element.to_owned()).or_insert_with(|| item.key.clone());
                }
            }
            elements
        });
        elements.get(element).map(String::as_str)
    }

    /// Whether a question must have an answer.
    #[must_use]
    pub fn requires(&self, link_id: &str) -> bool {
        self.item(link_id).is_some_and(|item| item.required)
    }

    /// Finds a question, or a group with rows.
    pub(super) fn item(&self, link_id: &str) -> Option<&Item> {
        let mut found = None;
        self.walk(|item| {
            if item.link_id == link_id && !item.is_own_section && (item.kind.is_question() || item.has_rows())
            {
                found.get_or_insert(item);
            }
        });
        found
    }

    /// Returns the sources and variables that these expressions use, directly or through other variables.
    pub(super) fn names_used<'f>(
        &'f self,
        expressions: impl Iterator<Item = &'f Expression>,
    ) -> BTreeSet<&'f str> {
        let mut used = BTreeSet::new();
        let mut pending: Vec<&str> =
            expressions.flat_map(Expression::variables).map(String::as_str).collect();
        while let Some(name) = pending.pop() {
            let variable = self.rules.variables.iter().find(|variable| variable.name == name);
            if let Some(variable) = variable.filter(|_| !used.contains(name)) {
                pending.extend(variable.expression.variables().iter().map(String::as_str));
            }
            used.insert(name);
        }
        used
    }

    /// Returns the expressions of all rules, and of the variables of items. Those of the form's variables are left out.
    pub(super) fn rule_expressions(&self) -> Vec<&Expression> {
        let mut expressions: Vec<&Expression> = self.rules.expressions().collect();
        self.walk(|item| {
            expressions.extend(item.population.iter().map(|population| &population.expression));
            expressions.extend(item.rules.variables.iter().map(|variable| &variable.expression));
            expressions.extend(item.rules.expressions());
            expressions.extend([&item.min, &item.max].into_iter().flatten().filter_map(Limit::expression));
            let columns = item.columns.iter().filter(|_| item.rules.offer.is_some());
            expressions.extend(columns.map(|column| &column.path));
        });
        expressions
    }

    #[cfg(test)]
    pub(super) fn title_text(&self) -> (&Text, Option<&Text>) {
        (&self.title, self.description.as_ref())
    }
}

/// Returns the JSON pointers to the items of a Questionnaire, by `linkId`.
fn pointers(questionnaire: &Value) -> HashMap<String, String> {
    let (mut found, mut pending) = (HashMap::new(), vec![(String::new(), questionnaire)]);
    while let Some((pointer, parent)) = pending.pop() {
        for (at, item) in array(parent, "item").enumerate() {
            let pointer = format!("{pointer}/item/{at}");
            found.insert(string(item, "linkId").unwrap_or_default().to_owned(), pointer.clone());
            pending.push((pointer, item));
        }
    }
    found
}
