//! Current names, identifiers, contact points and addresses: FHIR's `use` and `period`.
//!
//! For: every reader of a person or an organization, so that a former name, a withdrawn health number or a dead phone
//! number is never shown or sent as the current one. Source: FHIR R4, data types `HumanName`, `Identifier`, `ContactPoint`,
//! Address and Period.

use std::borrow::Cow;

use jiff::civil::Date;
use serde_json::Value;

/// Uses of a name, the preferred first. A name without use is between `usual` and `temp`.
const NAME_USES: [Option<&str>; 7] = [
    Some("official"),
    Some("usual"),
    None,
    Some("temp"),
    Some("nickname"),
    Some("anonymous"),
    Some("maiden"),
];

/// Position in time of an element with `use` and `period`; the better comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Currency {
    /// Valid on the day.
    Current,
    /// Not yet or no longer valid, by its period.
    OutsidePeriod,
    /// Withdrawn, by its use `old`.
    Old,
}

impl Currency {
    fn of(element: &Value, day: Date) -> Self {
        if element["use"] == "old" {
            Self::Old
        } else if is_within(&element["period"], day) {
            Self::Current
        } else {
            Self::OutsidePeriod
        }
    }
}

/// Whether a period includes the day. A limit that is missing or not a date does not restrict; a partial date stands for
/// all of its year or month.
#[must_use]
pub fn is_within(period: &Value, day: Date) -> bool {
    let limit = |name: &str| period[name].as_str().map(str::trim);
    let begun = limit("start").and_then(first_day).is_none_or(|start| start <= day);
    let open = limit("end").and_then(last_day).is_none_or(|end| day <= end);
    begun && open
}

fn first_day(text: &str) -> Option<Date> {
    partial(text).map(|(first, _)| first)
}

fn last_day(text: &str) -> Option<Date> {
    partial(text).map(|(_, last)| last)
}

/// Returns the first and last day of `2019`, `2019-05`, `2019-05-02` or a date with time.
fn partial(text: &str) -> Option<(Date, Date)> {
    let date = text.split('T').next()?;
    match date.len() {
        4 => Some((format!("{date}-01-01").parse().ok()?, format!("{date}-12-31").parse().ok()?)),
        7 => format!("{date}-01").parse().ok().map(|first: Date| (first, first.last_of_month())),
        _ => date.parse().ok().map(|day: Date| (day, day)),
    }
}

/// Returns a person or an organization with the elements that are current on the day, the preferred first; a copy, unless it is
/// so already.
///
/// Names and identifiers outside their period, and old names, are kept only if nothing current is left: a person always
/// has the best name that the chart knows, and the number on an expired card is still theirs. Old identifiers, and phone
/// numbers and addresses that are not current, are always left out. Blank elements are left out, and contact persons
/// whose period has ended.
#[must_use]
pub fn current(resource: &Value, day: Date) -> Cow<'_, Value> {
    let Some(members) = resource.as_object() else { return Cow::Borrowed(resource) };
    if members.iter().all(|(name, value)| is_current(name, value, day)) {
        return Cow::Borrowed(resource);
    }
    let of_member = |(name, value): (&String, &Value)| match (name.as_str(), value) {
        ("contact", Value::Array(contacts)) => {
            let known = contacts.iter().filter(|contact| is_within(&contact["period"], day));
            (name.clone(), known.map(|contact| with_current_lists(contact, day)).collect())
        }
        _ => (name.clone(), current_list(name, value, day)),
    };
    Cow::Owned(members.iter().map(of_member).collect())
}

/// Replaces a person or an organization as [`current`] returns it.
pub fn make_current(resource: &mut Value, day: Date) {
    if let Cow::Owned(newer) = current(resource, day) {
        *resource = newer;
    }
}

/// Whether a member of a person or an organization has only current elements, in their order.
fn is_current(name: &str, value: &Value, day: Date) -> bool {
    let has_current_lists = |contact: &Value| {
        contact
            .as_object()
            .is_none_or(|members| members.iter().all(|(name, value)| is_current_list(name, value, day)))
    };
    match (name, value) {
        ("contact", Value::Array(contacts)) => {
            contacts.iter().all(|contact| is_within(&contact["period"], day) && has_current_lists(contact))
        }
        _ => is_current_list(name, value, day),
    }
}

fn is_current_list(name: &str, value: &Value, day: Date) -> bool {
    let Value::Array(elements) = value else { return true };
    kept(name, elements, day).is_none_or(|kept| {
        kept.len() == elements.len() && kept.iter().zip(elements).all(|(kept, own)| std::ptr::eq(*kept, own))
    })
}

fn with_current_lists(holder: &Value, day: Date) -> Value {
    let Some(members) = holder.as_object() else { return holder.clone() };
    members.iter().map(|(name, value)| (name.clone(), current_list(name, value, day))).collect()
}

/// Returns a copy of a member of a person, with current elements only if it is a list of names, identifiers, contact points
/// or addresses.
fn current_list(name: &str, value: &Value, day: Date) -> Value {
    let Value::Array(elements) = value else { return value.clone() };
    kept(name, elements, day).map_or_else(|| value.clone(), |kept| kept.into_iter().cloned().collect())
}

/// Returns the current elements of a list, the preferred first; `None` for a list whose elements are not in time.
fn kept<'v>(name: &str, elements: &'v [Value], day: Date) -> Option<Vec<&'v Value>> {
    match name {
        "name" => Some(names(elements, day)),
        "identifier" => Some(identifiers(elements, day)),
        "telecom" => Some(contact_points(elements, day)),
        "address" => Some(in_use(elements, day)),
        _ => None,
    }
}

/// Returns the names of a person or an organization that are current on the day, the preferred first, as [`current`] does.
pub(super) fn current_names(resource: &Value, day: Date) -> Vec<&Value> {
    resource["name"].as_array().map(|elements| names(elements, day)).unwrap_or_default()
}

/// Returns the identifiers that are current on the day, as [`current`] does.
pub(super) fn current_identifiers(resource: &Value, day: Date) -> Vec<&Value> {
    resource["identifier"].as_array().map(|elements| identifiers(elements, day)).unwrap_or_default()
}

/// Names that are current; if none is, all others, the latest kind of validity first.
fn names(elements: &[Value], day: Date) -> Vec<&Value> {
    let rank = |name: &Value| {
        let given = name["use"].as_str();
        NAME_USES.iter().position(|known| *known == given).unwrap_or(NAME_USES.len())
    };
    let mut kept: Vec<&Value> = elements.iter().filter(|name| is_named(name)).collect();
    kept.sort_by_key(|name| (Currency::of(name, day), rank(name)));
    let has_current = kept.iter().any(|name| Currency::of(name, day) == Currency::Current);
    kept.retain(|name| !has_current || Currency::of(name, day) == Currency::Current);
    kept
}

/// Whether a name, of a person or of an organization, has any text.
fn is_named(name: &Value) -> bool {
    let has_text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    has_text(name)
        || has_text(&name["family"])
        || has_text(&name["text"])
        || name["given"].as_array().is_some_and(|given| given.iter().any(has_text))
}

fn identifiers(elements: &[Value], day: Date) -> Vec<&Value> {
    let mut kept: Vec<&Value> =
        elements.iter().filter(|it| has_value(it) && Currency::of(it, day) != Currency::Old).collect();
    kept.sort_by_key(|it| Currency::of(it, day));
    let has_current_of = |system: &Value| {
        elements
            .iter()
            .any(|it| it["system"] == *system && has_value(it) && Currency::of(it, day) == Currency::Current)
    };
    kept.retain(|it| Currency::of(it, day) == Currency::Current || !has_current_of(&it["system"]));
    kept
}

fn contact_points(elements: &[Value], day: Date) -> Vec<&Value> {
    let mut kept = in_use(elements, day);
    kept.retain(|point| has_value(point));
    kept.sort_by_key(|point| point["rank"].as_u64().filter(|rank| *rank > 0).unwrap_or(u64::MAX));
    kept
}

fn in_use(elements: &[Value], day: Date) -> Vec<&Value> {
    elements.iter().filter(|it| Currency::of(it, day) == Currency::Current).collect()
}

fn has_value(element: &Value) -> bool {
    element["value"].as_str().is_some_and(|value| !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    const TODAY: Date = date(2026, 11, 28);

    fn current_of(mut resource: Value) -> Value {
        make_current(&mut resource, TODAY);
        resource
    }

    fn first<'v>(resource: &'v Value, list: &str) -> &'v Value {
        &resource[list][0]
    }

    #[test]
    fn prefers_the_current_name() {
        for (names, family) in [
            (json!([{ "use": "old", "family": "Formerly" }, { "family": "Nowadays" }]), "Nowadays"),
            (
                json!([{ "use": "official", "family": "Formerly", "period": { "end": "2015-06-01" } },
                       { "use": "official", "family": "Nowadays", "period": { "start": "2015-06-01" } }]),
                "Nowadays",
            ),
            (json!([{ "use": "maiden", "family": "Birth" }, { "family": "Nowadays" }]), "Nowadays"),
            (json!([{ "use": "nickname", "family": "Annie" }, { "family": "Nowadays" }]), "Nowadays"),
            (
                json!([{ "family": "Ended", "period": { "end": "2019" } }, { "family": "Nowadays" }]),
                "Nowadays",
            ),
            (json!([{ "use": "anonymous", "family": "Anon" }, { "family": "Nowadays" }]), "Nowadays"),
            (
                json!([{ "use": "temp", "family": "Temp" }, { "use": "official", "family": "Nowadays" }]),
                "Nowadays",
            ),
            (json!([{ "period": { "start": "2000" } }, { "family": "Nowadays" }]), "Nowadays"),
            (
                json!([{ "family": "Later", "period": { "start": "2030" } }, { "family": "Nowadays" }]),
                "Nowadays",
            ),
            (json!([{ "use": "old", "family": "Only" }]), "Only"),
            (
                json!([{ "use": "old", "family": "Withdrawn" }, { "family": "Ended", "period": { "end": "2019" } }]),
                "Ended",
            ),
        ] {
            let person = current_of(json!({ "name": names }));
            assert_eq!(first(&person, "name")["family"], family, "{names}");
        }
    }

    #[test]
    fn never_returns_an_old_identifier_beside_a_current_one() {
        let system = "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn";
        for (identifiers, values) in [
            (json!([{ "use": "old", "value": "1" }, { "value": "2" }]), json!(["2"])),
            (json!([{ "period": { "end": "2015-01-01" }, "value": "1" }, { "value": "2" }]), json!(["2"])),
            (json!([{ "value": " " }, { "value": "2" }]), json!(["2"])),
            (json!([{ "period": { "end": "2015-01-01" }, "value": "1" }]), json!(["1"])),
            (json!([{ "use": "old", "value": "1" }]), json!([])),
        ] {
            let mut given = identifiers.clone();
            given.as_array_mut().unwrap().iter_mut().for_each(|it| it["system"] = json!(system));
            let kept = current_of(json!({ "identifier": given }));
            let kept: Vec<&Value> =
                kept["identifier"].as_array().unwrap().iter().map(|it| &it["value"]).collect();
            assert_eq!(json!(kept), values, "{identifiers}");
        }
    }

    #[test]
    fn drops_dead_phone_numbers_and_sorts_by_rank() {
        let phones = json!([
            { "use": "old", "value": "1" }, { "period": { "end": "2015" }, "value": "2" }, { "system": "phone" },
            { "value": "3", "rank": 2 }, { "value": "4", "rank": 1 }, { "value": "5" },
        ]);
        let kept = current_of(json!({ "telecom": phones }));
        let kept: Vec<&Value> = kept["telecom"].as_array().unwrap().iter().map(|it| &it["value"]).collect();
        assert_eq!(json!(kept), json!(["4", "3", "5"]));
        let only_old = current_of(json!({ "telecom": [{ "use": "old", "value": "1" }] }));
        assert_eq!(only_old["telecom"], json!([]));
    }

    #[test]
    fn reads_partial_limits_of_a_period_as_all_of_the_year_or_month() {
        for (period, within) in [
            (json!({ "end": "2026" }), true),
            (json!({ "end": "2026-11" }), true),
            (json!({ "end": "2026-10" }), false),
            (json!({ "end": "2026-11-28T08:00:00-05:00" }), true),
            (json!({ "end": "2026-11-27" }), false),
            (json!({ "start": "2026-11-29" }), false),
            (json!({ "start": "2026" }), true),
            (json!({ "end": "soon" }), true),
            (json!(5), true),
            (Value::Null, true),
        ] {
            assert_eq!(is_within(&period, TODAY), within, "{period}");
        }
    }

    #[test]
    fn copies_only_what_has_elements_that_are_not_current() {
        let name = json!({ "use": "official", "family": "Roy" });
        let person = json!({ "name": [name, { "family": "Roy" }], "telecom": [{ "value": "1", "rank": 1 }, { "value": "2" }],
            "contact": [{ "name": { "family": "Near" }, "telecom": [{ "value": "3" }] }], "photo": [{}] });
        assert!(matches!(current(&person, TODAY), Cow::Borrowed(_)));
        for (member, other) in [
            ("name", json!([{ "family": "Roy" }, name])),
            ("telecom", json!([{ "value": "1" }, { "value": " " }])),
            ("address", json!([{ "use": "old" }])),
            ("contact", json!([{ "period": { "end": "2020" } }])),
            ("contact", json!([{ "telecom": [{ "use": "old", "value": "3" }] }])),
        ] {
            let mut person = person.clone();
            person[member] = other;
            assert!(matches!(current(&person, TODAY), Cow::Owned(_)), "{person}");
        }
    }

    #[test]
    fn drops_contact_persons_whose_period_has_ended() {
        let person = json!({ "contact": [
            { "period": { "end": "2020" }, "name": { "family": "Former" } },
            { "name": { "family": "Now" }, "telecom": [{ "use": "old", "value": "1" }, { "value": "2" }] },
        ] });
        let kept = current(&person, TODAY);
        assert_eq!(kept["contact"].as_array().unwrap().len(), 1);
        assert_eq!(first(&kept["contact"][0], "telecom")["value"], "2");
    }
}
