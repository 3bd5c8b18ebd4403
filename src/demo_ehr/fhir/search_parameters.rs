//! Search parameters of the FHIR server. An unknown parameter matches every resource.

use serde_json::Value;

/// Whether a resource matches one search parameter.
pub(in crate::demo_ehr) fn matches(base: &str, resource: &Value, name: &str, value: &str) -> bool {
    let name = name.split(':').next().unwrap_or_default();
    let any = |fits: &dyn Fn(&str) -> bool| value.split(',').any(fits);
    match name {
        "_id" => any(&|wanted| resource["id"] == wanted),
        "patient" | "subject" | "practitioner" | "organization" | "location" | "encounter" | "requester"
        | "owner" | "focus" | "based-on" => {
            any(&|wanted| references_in(base, resource, name).iter().any(|it| refers_to(base, it, wanted)))
        }
        "code" => any(&|wanted| {
            has_token(&resource["code"], wanted) || has_token(&resource["medicationCodeableConcept"], wanted)
        }),
        "category" | "status" | "type" | "identifier" | "class" | "intent" | "specialty" | "relationship"
        | "priority" => any(&|wanted| has_token(&resource[name], wanted)),
        "clinical-status" => any(&|wanted| has_token(&resource["clinicalStatus"], wanted)),
        "verification-status" => any(&|wanted| has_token(&resource["verificationStatus"], wanted)),
        "birthdate" => any(&|wanted| fits_date(resource["birthDate"].as_str().unwrap_or_default(), wanted)),
        "date" | "authoredon" | "recorded-date" | "onset-date" => {
            any(&|wanted| fits_date(date_of(resource), wanted))
        }
        "name" | "family" | "given" => any(&|wanted| has_name(resource, name, wanted)),
        _ => true,
    }
}

/// References that a search parameter selects, relative to the base.
pub(super) fn references_in(base: &str, resource: &Value, parameter: &str) -> Vec<String> {
    let members: &[&str] = match parameter {
        "patient" | "subject" => &["subject", "patient", "for"],
        "based-on" => &["basedOn"],
        "general-practitioner" => &["generalPractitioner"],
        "owner" | "focus" | "requester" | "author" | "performer" | "encounter" | "practitioner"
        | "organization" | "location" => &[parameter],
        _ => return Vec::new(),
    };
    let nodes = members.iter().map(|member| &resource[*member]).flat_map(|node| match node {
        Value::Array(several) => several.iter().collect::<Vec<_>>(),
        one => vec![one],
    });
    nodes.filter_map(|node| node["reference"].as_str()).map(|it| relative(base, it).to_owned()).collect()
}

fn relative<'a>(base: &str, reference: &'a str) -> &'a str {
    reference.strip_prefix(base).map_or(reference, |rest| rest.trim_start_matches('/'))
}

/// Whether `reference` is `wanted`, which is an id, `Type/id`, or an absolute URL.
fn refers_to(base: &str, reference: &str, wanted: &str) -> bool {
    let wanted = relative(base, wanted);
    reference == wanted || reference.split_once('/').is_some_and(|(_, id)| id == wanted)
}

/// Whether a code, Coding, `CodeableConcept`, Identifier or a list of these has the token `wanted`: `code`,
/// `system|code`, `|code` or `system|`.
fn has_token(node: &Value, wanted: &str) -> bool {
    match node {
        Value::Array(several) => several.iter().any(|one| has_token(one, wanted)),
        Value::String(code) => wanted.rsplit('|').next() == Some(code),
        Value::Object(members) => match members.get("coding") {
            Some(codings) => has_token(codings, wanted),
            None => {
                is_token(node["system"].as_str(), node["code"].as_str().or(node["value"].as_str()), wanted)
            }
        },
        _ => false,
    }
}

fn is_token(system: Option<&str>, code: Option<&str>, wanted: &str) -> bool {
    match wanted.split_once('|') {
        None => code == Some(wanted),
        Some(("", wanted)) => system.is_none() && code == Some(wanted),
        Some((wanted, "")) => system == Some(wanted),
        Some((wanted_system, wanted)) => system == Some(wanted_system) && code == Some(wanted),
    }
}

/// Date that a resource is sorted and searched by, or an empty text.
pub(super) fn date_of(resource: &Value) -> &str {
    let nodes = [
        &resource["effectiveDateTime"],
        &resource["date"],
        &resource["authoredOn"],
        &resource["period"]["start"],
        &resource["performedDateTime"],
        &resource["recordedDate"],
        &resource["onsetDateTime"],
    ];
    nodes.into_iter().find_map(Value::as_str).unwrap_or_default()
}

/// Whether `date` matches `wanted`, which may begin with `eq`, `ge`, `gt`, `le` or `lt`. Compares to the precision of
/// `wanted`.
fn fits_date(date: &str, wanted: &str) -> bool {
    let (prefix, wanted) = match wanted.get(..2) {
        Some(prefix @ ("eq" | "ge" | "gt" | "le" | "lt")) => (prefix, &wanted[2..]),
        _ => ("eq", wanted),
    };
    let date = date.get(..wanted.len()).unwrap_or(date);
    !date.is_empty()
        && match prefix {
            "ge" => date >= wanted,
            "gt" => date > wanted,
            "le" => date <= wanted,
            "lt" => date < wanted,
            _ => date == wanted,
        }
}

fn has_name(resource: &Value, parameter: &str, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    let starts = |text: &Value| text.as_str().is_some_and(|text| text.to_lowercase().starts_with(&wanted));
    let listed = |texts: &Value| texts.as_array().is_some_and(|texts| texts.iter().any(starts));
    let Some(names) = resource["name"].as_array() else {
        return starts(&resource["name"]);
    };
    names.iter().any(|name| {
        (parameter != "given" && starts(&name["family"])) || (parameter != "family" && listed(&name["given"]))
    })
}
