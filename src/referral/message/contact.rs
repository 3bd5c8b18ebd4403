//! Phone numbers, e-mail addresses and postal addresses, as the Canadian guides write them.

use serde_json::Value;

use super::shape::{self, Members};

/// Values of `ContactPoint.system`.
const CONTACT_SYSTEMS: [&str; 7] = ["phone", "fax", "email", "pager", "url", "sms", "other"];
/// Codes of provinces and territories, with their English and French names in lower case.
const PROVINCES: [(&str, &[&str]); 13] = [
    ("AB", &["alberta"]),
    ("BC", &["british columbia", "colombie-britannique"]),
    ("MB", &["manitoba"]),
    ("NB", &["new brunswick", "nouveau-brunswick"]),
    ("NL", &["newfoundland and labrador", "newfoundland", "terre-neuve-et-labrador"]),
    ("NS", &["nova scotia", "nouvelle-écosse"]),
    ("NT", &["northwest territories", "territoires du nord-ouest"]),
    ("NU", &["nunavut"]),
    ("ON", &["ontario", "ont"]),
    ("PE", &["prince edward island", "île-du-prince-édouard"]),
    ("QC", &["quebec", "québec"]),
    ("SK", &["saskatchewan"]),
    ("YT", &["yukon"]),
];

/// Contact points that have a value. A system that FHIR does not know becomes `email` or `other`.
pub(super) fn telecom(holder: &Value) -> Vec<Value> {
    let points = shape::list(holder, "telecom").filter_map(|point| {
        let value = shape::text(point, "value")?;
        let given = shape::text(point, "system").filter(|system| CONTACT_SYSTEMS.contains(system));
        let guessed = if value.contains('@') { "email" } else { "other" };
        let mut written = Members::new();
        written.insert("system".to_owned(), given.unwrap_or(guessed).into());
        written.insert("value".to_owned(), value.into());
        written.extend(shape::pick(point, &["use", "rank", "period", "extension"]));
        let is_use = matches!(point["use"].as_str(), Some("home" | "work" | "temp" | "old" | "mobile"));
        if !is_use {
            written.remove("use");
        }
        if point["rank"].as_u64().is_none_or(|rank| rank == 0) {
            written.remove("rank");
        }
        Some(Value::Object(written))
    });
    points.collect()
}

/// Whether two texts are the same number or address: spaces and punctuation of a phone number do not count.
pub(in crate::referral) fn same_number(left: &str, right: &str) -> bool {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '@' | '+' | '.' | '_'));
        let kept: String = kept.flat_map(char::to_lowercase).collect();
        if kept.contains('@') { kept } else { kept.replace('.', "") }
    };
    plain(left) == plain(right)
}

/// Takes the contact points out of a resource.
pub(super) fn telecom_of(resource: &mut Members) -> Vec<Value> {
    match resource.remove("telecom") {
        Some(Value::Array(points)) => points,
        _ => Vec::new(),
    }
}

/// Addresses with a place, as Canada Post and the guides write them.
pub(super) fn addresses(holder: &Value) -> Vec<Value> {
    shape::list(holder, "address").filter_map(address).collect()
}

/// One address, or `None` if it has only a use or a type.
pub(super) fn address(given: &Value) -> Option<Value> {
    let mut written = shape::pick(given, &["extension", "use", "type"]);
    for name in ["text", "line", "city", "district", "state", "postalCode", "country"] {
        if let Some(text) = shape::text(given, name) {
            written.insert(name.to_owned(), text.into());
        }
    }
    let lines = given["line"].as_array().into_iter().flatten();
    let lines = lines.filter_map(Value::as_str).filter(|line| !line.trim().is_empty());
    shape::set(&mut written, "line", lines.map(Value::from).collect());
    let place_elements = ["text", "line", "city", "state", "postalCode", "country"];
    let has_place = place_elements.iter().any(|name| written.contains_key(*name));
    if !has_place && shape::list(given, "extension").next().is_none() {
        return None;
    }
    let country = shape::text(given, "country").unwrap_or_default();
    let is_canada = ["", "ca", "can", "canada"].contains(&country.to_lowercase().as_str());
    if is_canada {
        write_canadian(&mut written, given);
    }
    written.extend(shape::pick(given, &["period"]));
    Some(Value::Object(written))
}

/// Writes province and postal code in Canadian form. An address without a country is Canadian if its postal code is.
fn write_canadian(written: &mut Members, given: &Value) {
    let code = shape::text(given, "postalCode").and_then(postal_code);
    if shape::text(given, "country").is_some() || code.is_some() {
        written.insert("country".to_owned(), "CAN".into());
        if let Some(province) = shape::text(given, "state").and_then(province) {
            written.insert("state".to_owned(), province.into());
        }
    }
    if let Some(code) = code {
        written.insert("postalCode".to_owned(), code.into());
    }
}

fn province(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let is_named =
        |(code, names): &&(&str, &[&str])| code.eq_ignore_ascii_case(text) || names.contains(&lower.as_str());
    PROVINCES.iter().find(is_named).map(|(code, _)| *code)
}

/// Formats a Canadian postal code as `A1A 1A1`, whatever its spacing and case. Returns `None` for any other text.
fn postal_code(text: &str) -> Option<String> {
    let typed: String =
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).map(|c| c.to_ascii_uppercase()).collect();
    let fits = |(index, byte): (usize, u8)| {
        if index % 2 == 0 { byte.is_ascii_uppercase() } else { byte.is_ascii_digit() }
    };
    let is_code = typed.len() == 6 && typed.bytes().enumerate().all(fits);
    is_code.then(|| format!("{} {}", &typed[..3], &typed[3..]))
}
