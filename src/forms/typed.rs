//! Conversion between FHIR values and typed text.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::coded::CODED;
use super::item::{Item, ItemType, number};
use super::prefill::{CANDIDATE, Candidate};
use super::problem::ProblemKind;
use super::quantity::{self, Amount};
use super::translation::{array, string};
use crate::fhirpath::{Decimal, Temporal};

/// Parsed meaning of a typed text.
pub(super) enum Typed {
    Boolean(bool),
    Number(Decimal),
    Quantity(Amount),
    Moment(Temporal),
    Time(Time),
    Text(String),
    /// Answer of an option or candidate, as `{"valueCoding": …}`.
    Answer(Value),
}

/// Converts a FHIR value to the text that a user would type for this question. `None` if it is not a valid answer.
pub(super) fn text_of(item: &Item, value: &Value) -> Option<String> {
    if item.kind == ItemType::Reference {
        return reference_key(value);
    }
    if item.kind.is_choice() || item.has_options() {
        let typed = || display(value).filter(|_| item.takes_text());
        let offered = || offer_key(value).filter(|_| item.rules.offer.is_some());
        return option_key(item, value).or_else(offered).or_else(typed);
    }
    match item.kind {
        ItemType::Boolean => value.as_bool().map(|value| value.to_string()),
        ItemType::Integer => whole_number(item, value).map(|value| value.to_string()),
        ItemType::Decimal => decimal(item, value).map(|number| number.to_string()),
        ItemType::Quantity => quantity::text_of(item, value),
        ItemType::Date => {
            let date = value.as_str()?.split('T').next()?;
            Temporal::parse(date).map(|date| date.to_string())
        }
        ItemType::DateTime => Temporal::parse(value.as_str()?).map(|moment| moment.to_string()),
        ItemType::Time => time(value.as_str()?).map(|time| time.to_string()),
        ItemType::String | ItemType::Text | ItemType::Url => display(value),
        _ => None,
    }
}

/// Number of a decimal, or of a quantity without a comparator, in the unit of the question.
fn decimal(item: &Item, value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(plain) => Decimal::parse(&plain.to_string()),
        quantity if string(quantity, "comparator").is_some_and(|it| !it.is_empty()) => None,
        quantity => match item.unit() {
            Some(unit) => unit.amount(quantity),
            None => Decimal::parse(&quantity.get("value")?.as_number()?.to_string()),
        },
    }
}

/// Whole number of an integer, a decimal such as 72.0, or a quantity without a comparator.
fn whole_number(item: &Item, value: &Value) -> Option<i64> {
    decimal(item, value)?.shortest().to_string().parse().ok()
}

/// Parses a time of day: `14:30`, `14:30:05`, or with parts of a second.
fn time(text: &str) -> Option<Time> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte));
    text.parse().ok().filter(|_| plain && text.contains(':'))
}

fn option_key(item: &Item, value: &Value) -> Option<String> {
    let by_code = |code: &str, system: Option<&str>| {
        item.options.iter().find(|option| {
            let own = option.answer.get("valueCoding").and_then(|coding| string(coding, "system"));
            option.key == code && (system.is_none() || own.is_none() || own == system)
        })
    };
    let by_coding = |coding: &Value| {
        let code = string(coding, "code").or(string(coding, "display"))?;
        by_code(code, string(coding, "system"))
    };
    let found = match value {
        Value::String(text) => by_code(text, None),
        Value::Number(plain) => by_code(&plain.to_string(), None),
        concept if concept.get("coding").is_some() => array(concept, "coding").find_map(by_coding),
        coding => by_coding(coding),
    };
    found.map(|option| option.key.clone())
}

/// Returns the key of a Reference: that of the resource or identifier it names, or else the text that it shows.
pub(super) fn reference_key(reference: &Value) -> Option<String> {
    let identifier = || {
        let identifier = reference.get("identifier")?;
        let number = string(identifier, "value")?;
        Some(format!("{CANDIDATE}{}|{number}", string(identifier, "system").unwrap_or_default()))
    };
    let named = string(reference, "reference").map(|named| format!("{CANDIDATE}{named}"));
    named.or_else(identifier).or_else(|| string(reference, "display").map(cleaned))
}

/// Returns the key of an answer that an expression offers: its code, its text, or the entry of the chart.
pub(super) fn offer_key(value: &Value) -> Option<String> {
    let reference = || string(value, "reference").map(|reference| format!("{CANDIDATE}{reference}"));
    let coding = || array(value, "coding").next().unwrap_or(value);
    let code = || string(coding(), "code").map(str::to_owned);
    reference().or_else(code).or_else(|| display(value))
}

/// Converts a FHIR value to plain text.
pub(super) fn display(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(plain) => plain.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Object(_) => {
            let coded = || {
                array(value, "coding").find_map(|coding| string(coding, "display").or(string(coding, "code")))
            };
            let own = || ["text", "display", "code", "reference"].iter().find_map(|key| string(value, key));
            match value.get("value").and_then(Value::as_number) {
                Some(number) => {
                    let unit = string(value, "unit").or(string(value, "code")).unwrap_or_default();
                    let comparator = string(value, "comparator").unwrap_or_default();
                    format!("{comparator}{number} {unit}").trim_end().to_owned()
                }
                None => match string(value, "text").or_else(coded).or_else(own) {
                    Some(text) => text.to_owned(),
                    None => complex(value)?,
                },
            }
        }
        _ => return None,
    };
    let text = cleaned(&text);
    (!text.trim().is_empty()).then_some(text)
}

/// Text of a `HumanName`, an `Address` or a Period without a text of its own.
fn complex(value: &Value) -> Option<String> {
    let texts = |name: &'static str| array(value, name).filter_map(Value::as_str);
    let text = |name: &'static str| string(value, name);
    let name: Vec<&str> =
        texts("prefix").chain(texts("given")).chain(text("family")).chain(texts("suffix")).collect();
    let place = ["city", "state", "postalCode", "country"].into_iter().filter_map(text);
    let address: Vec<&str> = texts("line").chain(place).collect();
    let period: Vec<&str> = ["start", "end"].into_iter().filter_map(text).collect();
    let parts = [(name, " "), (address, ", "), (period, " – ")];
    parts.into_iter().find(|(parts, _)| !parts.is_empty()).map(|(parts, separator)| parts.join(separator))
}

/// Normalizes line ends, also Unicode line separators, and removes invisible characters. Control characters, which some
/// databases refuse, and characters that change the reading direction become U+FFFD.
pub(super) fn cleaned(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' => {
                letters.next_if_eq(&'\n');
                cleaned.push('\n');
            }
            '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\u{200b}' | '\u{feff}' => {}
            '\n' | '\t' => cleaned.push(letter),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => cleaned.push(char::REPLACEMENT_CHARACTER),
            other if other.is_control() => cleaned.push(char::REPLACEMENT_CHARACTER),
            other => cleaned.push(other),
        }
    }
    cleaned
}

/// Writes a number as typed on a page of this language with a decimal point and without spaces between thousands. Any
/// other text is unchanged. A comma is a decimal sign in French only: on an English page `1,200` may mean 1200 or 1.2,
/// so it is left as it is, and is not a number.
pub(super) fn number_in(lang: &str, text: &str) -> String {
    let (number, unit) = quantity::split(text);
    match unit {
        "" => plain_number(lang, text),
        unit => format!("{} {unit}", plain_number(lang, number)).trim_start().to_owned(),
    }
}

fn plain_number(lang: &str, text: &str) -> String {
    let mut plain: String = text.trim().chars().filter(|c| !matches!(c, '\u{a0}' | '\u{202f}')).collect();
    if has_spaced_thousands(&plain) {
        plain.retain(|c| c != ' ');
    }
    let is_decimal_comma = lang.starts_with("fr") && !plain.contains('.') && plain.matches(',').count() == 1;
    if is_decimal_comma { plain.replace(',', ".") } else { plain }
}

/// Whether the digits before the decimal sign are in groups of three with spaces between, such as `12 000`.
fn has_spaced_thousands(text: &str) -> bool {
    let number = text.trim_start_matches(['<', '>', '=', '-', ' ']);
    let whole = number.split(['.', ',']).next().unwrap_or_default();
    let mut groups = whole.split(' ');
    let is_digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let leads = groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && is_digits(first));
    let mut rest = groups.peekable();
    leads && rest.peek().is_some() && rest.all(|group| group.len() == 3 && is_digits(group))
}

/// Parses a typed text for this question.
pub(super) fn read(item: &Item, text: &str, candidates: &[Candidate]) -> Result<Typed, ProblemKind> {
    let plain = text.trim();
    if item.kind.is_choice() || item.has_options() {
        return chosen(item, plain, candidates).map(Typed::Answer);
    }
    match item.kind {
        ItemType::String | ItemType::Text => Ok(Typed::Text(plain.to_owned())),
        ItemType::Url => is_uri(plain).then(|| Typed::Text(plain.to_owned())).ok_or(ProblemKind::NotAUrl),
        ItemType::Boolean => plain.parse().map(Typed::Boolean).map_err(|_| ProblemKind::NotYesOrNo),
        ItemType::Integer => {
            let whole = plain.parse::<i32>().map_err(|_| ProblemKind::NotAWholeNumber)?;
            Ok(Typed::Number(i64::from(whole).into()))
        }
        ItemType::Decimal => number(plain).map(Typed::Number).ok_or(ProblemKind::NotANumber),
        ItemType::Quantity => quantity::read(item, plain).map(Typed::Quantity),
        ItemType::Date => {
            let date = Temporal::parse(plain).filter(|date| !date.has_time());
            date.map(Typed::Moment).ok_or(ProblemKind::NotADate)
        }
        ItemType::DateTime => {
            let moment = Temporal::parse(&plain.replacen(' ', "T", 1));
            moment.map(Typed::Moment).ok_or(ProblemKind::NotADateTime)
        }
        ItemType::Time => time(plain).map(Typed::Time).ok_or(ProblemKind::NotATime),
        _ => Err(ProblemKind::NotAnOption),
    }
}

/// Whether a text is a URI: a scheme, a colon, and no blanks.
fn is_uri(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, rest)| (scheme, !rest.is_empty()));
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    scheme.is_some_and(|(scheme, rest)| rest && is_scheme(scheme)) && !text.contains(char::is_whitespace)
}

fn chosen(item: &Item, plain: &str, candidates: &[Candidate]) -> Result<Value, ProblemKind> {
    let option = item.options.iter().find(|option| option.key == plain).map(|option| &option.answer);
    let candidate =
        || candidates.iter().find(|candidate| candidate.key == plain).map(|candidate| &candidate.answer);
    match option.or_else(candidate) {
        Some(answer) => Ok(answer.clone()),
        None if plain.starts_with(CANDIDATE) || plain.starts_with(CODED) || !item.takes_text() => {
            Err(ProblemKind::NotAnOption)
        }
        // The codes of the value set are not known here.
        None if item.kind == ItemType::Choice => Ok(json!({ "valueCoding": { "display": plain } })),
        None if item.kind == ItemType::Reference => Ok(json!({ "valueReference": { "display": plain } })),
        None => Ok(json!({ "valueString": plain })),
    }
}

/// Converts a typed text to `{"value[x]": …}`. `None` if it is not a valid answer.
pub(super) fn answer(item: &Item, text: &str, candidates: &[Candidate], zone: &TimeZone) -> Option<Value> {
    Some(match read(item, text, candidates).ok()? {
        Typed::Boolean(value) => json!({ "valueBoolean": value }),
        Typed::Text(text) if item.kind == ItemType::Url => json!({ "valueUri": text }),
        Typed::Text(text) => json!({ "valueString": text }),
        Typed::Answer(answer) => answer,
        Typed::Moment(date) if item.kind == ItemType::Date => json!({ "valueDate": date.to_string() }),
        Typed::Moment(moment) => json!({ "valueDateTime": moment.in_zone(zone).to_string() }),
        Typed::Time(time) => json!({ "valueTime": time.to_string() }),
        Typed::Number(number) if item.kind == ItemType::Integer => {
            json!({ "valueInteger": number.to_number() })
        }
        Typed::Number(number) => json!({ "valueDecimal": number.to_number() }),
        Typed::Quantity(amount) => json!({ "valueQuantity": amount.to_json() }),
    })
}

/// Whether two sets of typed texts are the same answer to this question.
pub(super) fn same(item: &Item, left: &[String], right: &[String], candidates: &[Candidate]) -> bool {
    let meaning = |texts: &[String]| {
        let mut meanings: Vec<String> = texts.iter().map(|text| canonical(item, text, candidates)).collect();
        meanings.sort();
        meanings
    };
    left == right || meaning(left) == meaning(right)
}

fn canonical(item: &Item, text: &str, candidates: &[Candidate]) -> String {
    match read(item, text, candidates) {
        Ok(Typed::Number(number)) => number.shortest().to_string(),
        Ok(Typed::Quantity(Amount { comparator, number, unit })) => {
            let unit = unit.map_or(String::new(), |unit| format!(" {}{}", unit.code, unit.display));
            format!("{}{}{unit}", comparator.unwrap_or_default(), number.shortest())
        }
        Ok(Typed::Time(time)) => time.to_string(),
        Ok(Typed::Moment(moment)) => moment.to_string(),
        _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}
