//! Reading of an item of a form.

use jiff::Span;
use serde_json::Value;

use super::super::attached::FileRules;
use super::super::error::Error;
use super::super::item::{Condition, Item, ItemType};
use super::super::patient_element::{PatientElement, contact_system};
use super::super::place::{MAX_LINK_ID, key_of, section_key};
use super::super::reference::{ReferenceLimits, type_named};
use super::super::remark::RemarkKind;
use super::super::translation::{Text, array, extension, extensions, string, value};
use super::super::unit::Unit;
use super::expression::{SDC, columns, filling, other_language, resources};
use super::extensions::note_extensions;
use super::findings::Findings;
use super::options::{Options, choice, options};
use super::population::{linked_observation, population};
use super::rules::{limit, rules};
use crate::fhirpath::Pattern;

const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";
/// Own extension: the age from which a value of the chart is shown and sent as old.
const OLD_AFTER: &str = "https://passerelle.example/fhir/StructureDefinition/old-after";
/// Own extension: whether a question, or every one in a group, is asked anew in every referral.
const ASKED_TODAY: &str = "https://passerelle.example/fhir/StructureDefinition/asked-today";
/// Expression that gives an element its value.
const CQF_EXPRESSION: &str = "http://hl7.org/fhir/StructureDefinition/cqf-expression";
/// Smallest `maxSize` that can be meant as a number of bytes.
const MIN_FILE_BYTES: f64 = 1_000.0;
/// Deepest nesting of items.
const MAX_DEPTH: usize = 12;

impl Item {
    /// Reads an item and what is below it. `None` if it cannot be named, or has no known type.
    pub(super) fn parse(json: &Value, form: &Value, depth: usize, findings: &mut Findings) -> Option<Self> {
        let link_id = findings.take(link_id(json))?;
        let kind = item_type(json, &link_id, depth, findings)?;
        note_extensions(json, &link_id, findings);
        let (items, help) = children(json, form, depth, findings);
        let flag = |name: &str| json.get(name).and_then(Value::as_bool).unwrap_or(false);
        let core = |name: &str| extension(json, &format!("{CORE}{name}")).and_then(value);
        let count =
            |value: Option<&Value>| value.and_then(Value::as_u64).and_then(|it| usize::try_from(it).ok());
        let old_after =
            extension(json, OLD_AFTER).and_then(|found| findings.take(old_after(found, &link_id)));
        let Options { options, unknown: unknown_options } = match kind.is_question() {
            true => options(json, form, &link_id, findings),
            false => Options::default(),
        };
        let patient_element = PatientElement::of(json, form).filter(|_| kind.is_question());
        let mut item = Self {
            old_after,
            asked_today: asked_today(json, &link_id, findings),
            text: text_of(json, kind, &link_id),
            key: key_of(&link_id),
            is_own_section: false,
            definition: string(json, "definition").map(str::to_owned),
            contact_system: contact_system(json, form, patient_element.as_ref()),
            patient_element,
            prefix: Text::of(json, "prefix"),
            short_text: extension_text(json, &format!("{SDC}shortText")),
            hints: hints(json, help),
            required: flag("required"),
            repeats: flag("repeats"),
            read_only: flag("readOnly"),
            hidden: core("questionnaire-hidden").and_then(Value::as_bool).unwrap_or(false),
            min_length: count(core("minLength")),
            max_length: count(json.get("maxLength")),
            max_decimal_places: count(core("maxDecimalPlaces")),
            min_occurs: count(core("questionnaire-minOccurs")),
            max_occurs: count(core("questionnaire-maxOccurs")),
            pattern: core("regex").and_then(|text| findings.take(pattern(text, &link_id))),
            min: limit(json, &link_id, ("minValue", "minQuantity"), findings),
            max: limit(json, &link_id, ("maxValue", "maxQuantity"), findings),
            units: units(json),
            files: file_rules(json, kind, &link_id, findings),
            control: control(json),
            options,
            unknown_options,
            limits: ReferenceLimits::read(json),
            initial: array(json, "initial").cloned().collect(),
            is_unfilled: false,
            initial_expression: filling(json, &link_id, "initialExpression", findings)
                .or_else(|| linked_observation(json, &link_id, kind, findings)),
            candidate_expression: resources(json, &link_id, "candidateExpression", findings),
            population: population(json, &link_id, kind, findings),
            columns: columns(json, &link_id, findings),
            rules: rules(json, &link_id, findings),
            conditions: conditions(json, &link_id, findings),
            all_conditions: string(json, "enableBehavior") != Some("any"),
            items,
            kind,
            link_id,
        };
        item.complete(json, findings);
        Some(item)
    }

    /// Notes that a question is not filled that has a `cqf-expression` of its own: before SDC, forms in CQL filled their
    /// questions by it.
    fn note_older_filling(&self, json: &Value, findings: &mut Findings) {
        let language = extension(json, CQF_EXPRESSION).and_then(other_language);
        if let Some(language) = language.filter(|_| self.kind.is_question()) {
            findings.not_filled(&self.link_id, &format!("cqf-expression in the language {language}"));
        }
    }

    /// Refuses what the form itself says of a patient: it does not know which one the chart is of.
    fn names_no_patient(&self, findings: &mut Findings) {
        let given = self.initial.iter().chain(self.options.iter().map(|option| &option.answer));
        let named = given.filter_map(|answer| string(answer.get("valueReference")?, "reference"));
        if named.filter_map(type_named).any(|kind| kind == "Patient") {
            findings.unsupported(&self.link_id, "an answer of the form that refers to a Patient");
        }
    }

    /// Completes an item with what its elements mean together.
    fn complete(&mut self, json: &Value, findings: &mut Findings) {
        self.note_older_filling(json, findings);
        self.names_no_patient(findings);
        self.without_options(findings);
        self.default_unit();
        if let Some(span) = self.old_after {
            self.items.iter_mut().for_each(|child| child.inherit_old_after(span));
        }
        if self.asked_today {
            self.items.iter_mut().for_each(Self::ask_today);
        }
        if self.hidden {
            self.items.iter_mut().for_each(Self::hide);
        }
    }

    /// Lets a choice that has no options be answered with text, and with the codings that the form gives it at first.
    fn without_options(&mut self, findings: &mut Findings) {
        let own = || self.initial.iter().filter_map(|initial| choice(initial, false)).collect();
        if self.is_named() && self.options.is_empty() {
            self.options = own();
            return;
        }
        let is_open = matches!(self.kind, ItemType::Choice | ItemType::OpenChoice);
        if !is_open || self.has_options() || self.unknown_options.is_some() {
            return;
        }
        self.options = own();
        self.unknown_options = Some("answerOption".to_owned());
        findings.remark(&self.link_id, "answerOption", RemarkKind::NoOptions);
    }

    /// Takes the unit of an initial quantity without a value as the one that is offered first.
    fn default_unit(&mut self) {
        let unit = |initial: &Value| {
            let quantity = initial.get("valueQuantity").filter(|it| it.get("value").is_none())?;
            Unit::read(quantity).or_else(|| string(quantity, "unit").map(Unit::named))
        };
        let first = self.initial.iter().find_map(unit).filter(|_| self.kind == ItemType::Quantity);
        let Some(first) = first else { return };
        self.initial.retain(|initial| unit(initial).is_none());
        let own = self.units.iter().position(|own| own.is_called(&first.display));
        let first = own.map_or(first, |own| self.units.remove(own));
        self.units.insert(0, first);
    }

    /// Marks this item and everything below it as asked anew in every referral.
    fn ask_today(&mut self) {
        self.asked_today = true;
        self.items.iter_mut().for_each(Self::ask_today);
    }

    /// Hides this item and everything below it: a hidden group is shown nowhere.
    fn hide(&mut self) {
        self.hidden = true;
        self.items.iter_mut().for_each(Self::hide);
    }

    /// Returns the items of a form in sections: a group that does not repeat is one, and what is between such groups is
    /// one without a heading.
    pub(super) fn in_sections(items: Vec<Self>) -> Vec<Self> {
        let mut sections: Vec<Self> = Vec::new();
        for item in items {
            if item.kind == ItemType::Group && !item.repeats {
                sections.push(item);
            } else if let Some(section) = sections.last_mut().filter(|section| section.is_own_section) {
                section.hidden &= item.hidden;
                section.items.push(item);
            } else {
                sections.push(Self::own_section(sections.len(), item));
            }
        }
        sections
    }

    fn own_section(number: usize, first: Self) -> Self {
        Self {
            key: section_key(number),
            is_own_section: true,
            hidden: first.hidden,
            items: vec![first],
            ..Self::blank(ItemType::Group)
        }
    }

    /// Sets the age from which a value is old, here and below, wherever the form does not say it.
    fn inherit_old_after(&mut self, span: Span) {
        if self.old_after.is_none() {
            self.old_after = Some(span);
            self.items.iter_mut().for_each(|child| child.inherit_old_after(span));
        }
    }
}

/// Whether an item is marked as asked anew in every referral.
fn asked_today(json: &Value, link_id: &str, findings: &mut Findings) -> bool {
    let Some(found) = extension(json, ASKED_TODAY) else { return false };
    let marked = found.get("valueBoolean").and_then(Value::as_bool);
    if marked.is_none() {
        findings.unsupported(link_id, "an asked-today that is not true or false");
    }
    marked.unwrap_or_default()
}

/// Parses the age from which a value of the chart is old: a Duration in years, months, weeks or days.
fn old_after(found: &Value, link_id: &str) -> Result<Span, Error> {
    let unusable = || Error::Unsupported {
        place: link_id.to_owned(),
        what: "an old-after other than a number of years (a), months (mo), weeks (wk) or days (d)".to_owned(),
    };
    let duration = found.get("valueDuration").ok_or_else(unusable)?;
    let amount = duration.get("value").and_then(Value::as_i64).filter(|amount| (1..=9_999).contains(amount));
    let (amount, span) = (amount.ok_or_else(unusable)?, Span::new());
    match string(duration, "code") {
        Some("a") => span.try_years(amount),
        Some("mo") => span.try_months(amount),
        Some("wk") => span.try_weeks(amount),
        Some("d") => span.try_days(amount),
        _ => return Err(unusable()),
    }
    .map_err(|_| unusable())
}

fn link_id(json: &Value) -> Result<String, Error> {
    let link_id = string(json, "linkId").unwrap_or_default().to_owned();
    if (1..=MAX_LINK_ID).contains(&link_id.len()) && !link_id.contains(char::is_control) {
        Ok(link_id)
    } else {
        Err(Error::BadLinkId { link_id })
    }
}

/// Text of an item, or else what it asks for: the display of its code, or its `linkId`.
fn text_of(json: &Value, kind: ItemType, link_id: &str) -> Text {
    let coded = || array(json, "code").find_map(|coding| Text::of(coding, "display"));
    let named = || match kind {
        ItemType::Group => Text::default(),
        _ => Text::untranslated(link_id),
    };
    Text::of(json, "text").or_else(coded).unwrap_or_else(named)
}

/// Hints of an item: the help texts below it, its instruction, and the format of its answer.
fn hints(json: &Value, help: Vec<Text>) -> Vec<Text> {
    let own = |name: &str| extension_text(json, &format!("{CORE}{name}"));
    help.into_iter().chain(own("questionnaire-instruction")).chain(own("entryFormat")).collect()
}

fn extension_text(json: &Value, url: &str) -> Option<Text> {
    let found = extension(json, url)?;
    Text::of(found, "valueString").or_else(|| Text::of(found, "valueMarkdown"))
}

fn item_type(json: &Value, link_id: &str, depth: usize, findings: &mut Findings) -> Option<ItemType> {
    let written = string(json, "type").unwrap_or("(none)");
    let item_type = ItemType::read(written);
    if item_type.is_none() {
        findings.unsupported(link_id, format!("the item type {written}"));
    }
    if json.get("modifierExtension").is_some() {
        findings.unsupported(link_id, "a modifier extension");
    }
    if depth > MAX_DEPTH {
        findings.unsupported(link_id, format!("nesting deeper than {MAX_DEPTH}"));
        return None;
    }
    item_type
}

/// Returns the items below, and the help texts among them.
fn children(json: &Value, form: &Value, depth: usize, findings: &mut Findings) -> (Vec<Item>, Vec<Text>) {
    let (mut items, mut help) = (Vec::new(), Vec::new());
    for child in array(json, "item") {
        if is_help(child) {
            help.extend(Text::of(child, "text"));
        } else {
            items.extend(Item::parse(child, form, depth + 1, findings));
        }
    }
    (items, help)
}

/// Whether an item is text beside the question that contains it, not an item of its own.
fn is_help(json: &Value) -> bool {
    let beside = |control: &str| matches!(control, "help" | "flyover" | "instructions");
    string(json, "type") == Some("display") && control(json).as_deref().is_some_and(beside)
}

fn control(json: &Value) -> Option<String> {
    let concept = extension(json, &format!("{CORE}questionnaire-itemControl")).and_then(value)?;
    let code = array(concept, "coding").find_map(|coding| string(coding, "code"))?;
    Some(code.to_owned())
}

/// Returns the units that an answer may have; none if any, or if the item is no quantity.
fn units(json: &Value) -> Vec<Unit> {
    let option = format!("{CORE}questionnaire-unitOption");
    let mut units: Vec<Unit> = extensions(json, &option).filter_map(value).filter_map(Unit::read).collect();
    let own = extension(json, &format!("{CORE}questionnaire-unit")).and_then(value).and_then(Unit::read);
    if let Some(unit) = own {
        // The unit alone is the one an answer has; among options it is the first.
        units.retain(|option| option.code != unit.code);
        units.insert(0, unit);
    }
    units
}

/// Returns the files that a question of type attachment accepts. Of the types that the form names, those that cannot be
/// attached are left out; a question that would be left without any is refused.
fn file_rules(json: &Value, kind: ItemType, link_id: &str, findings: &mut Findings) -> FileRules {
    if kind != ItemType::Attachment {
        return FileRules::default();
    }
    let of = |name: &str| extensions(json, &format!("{CORE}{name}")).filter_map(value).collect::<Vec<_>>();
    let asked: Vec<String> =
        of("mimeType").iter().filter_map(|it| it.as_str()).map(str::to_lowercase).collect();
    let max_bytes = of("maxSize").first().and_then(|size| size.to_string().parse::<f64>().ok());
    if max_bytes.is_some_and(|size| size < MIN_FILE_BYTES) {
        findings.unsupported(link_id, "a maxSize below 1000: it is a number of bytes");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of f64 saturates")]
    let rules = FileRules::of(&asked, max_bytes.map(|size| size as u64));
    if rules.media_types.is_empty() {
        let what =
            format!("an attachment of other types than JPEG, PNG, WebP and PDF ({})", asked.join(", "));
        findings.unsupported(link_id, what);
    } else if asked
        .iter()
        .any(|asked| FileRules::of(std::slice::from_ref(asked), None).media_types.is_empty())
    {
        findings.remark(link_id, "mimeType", RemarkKind::OtherFiles);
    }
    rules
}

/// Compiles the `regex` of a text. Some forms write it as a call: `matches('^[0-9]{4}$')`.
fn pattern(found: &Value, link_id: &str) -> Result<Pattern, Error> {
    let unusable = |reason: &str| Error::Unsupported {
        place: link_id.to_owned(),
        what: format!("the regex ({reason})"),
    };
    let text = found.as_str().ok_or_else(|| unusable("not a text"))?;
    let of_call = text.strip_prefix("matches('").and_then(|rest| rest.strip_suffix("')"));
    Pattern::compile(of_call.unwrap_or(text)).map_err(|reason| unusable(&reason))
}

fn conditions(json: &Value, link_id: &str, findings: &mut Findings) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for found in array(json, "enableWhen") {
        let operator = string(found, "operator")
            .filter(|operator| matches!(*operator, "exists" | "=" | "!=" | ">" | "<" | ">=" | "<="));
        let keys = found.as_object().into_iter().flat_map(|object| object.iter());
        let answer = keys.into_iter().find(|(key, _)| key.starts_with("answer")).map(|(_, answer)| answer);
        let Some(((operator, answer), question)) = operator.zip(answer).zip(string(found, "question")) else {
            findings.missing(link_id, "enableWhen");
            continue;
        };
        conditions.push(Condition {
            question: question.to_owned(),
            key: key_of(question),
            operator: operator.to_owned(),
            answer: answer.clone(),
            typed: String::new(),
        });
    }
    conditions
}
