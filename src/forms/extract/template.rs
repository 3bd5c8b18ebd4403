//! Resources by templates that a form contains (`templateExtract`, `templateExtractBundle`).

use serde_json::{Map, Value, json};

use super::super::translation::{array, extension, extensions, string, value};
use super::definition::{CONDITIONS, addressed, named_in};
use super::extraction::{Extracted, Extraction, Way};
use super::not_extracted::{NotExtracted, NotExtractedKind as Kind};
use super::run::{FORM, Run, SDC, by_answer, evaluate, items_of, place_of};
use super::typed_value::as_type;
use crate::fhirpath::{Environment, element_definition};

pub(super) fn by_templates(run: &Run<'_>, form: &Value, env: &Environment<'_>, extraction: &mut Extraction) {
    let templates = Templates { run, form };
    if let Some(stated) = extension(form, &format!("{SDC}templateExtractBundle")).and_then(value) {
        templates.bundle(stated, env, extraction);
    }
    templates.visit((form, run.response), env, extraction);
}

struct Templates<'t> {
    run: &'t Run<'t>,
    form: &'t Value,
}

impl Templates<'_> {
    /// Extracts the resources of an item of the form, for an item of the response, and those of the items below it.
    fn visit(
        &self,
        (definition, item): (&Value, &Value),
        env: &Environment<'_>,
        extraction: &mut Extraction,
    ) {
        for stated in extensions(definition, &format!("{SDC}templateExtract")) {
            for one in by_answer(item) {
                self.resource(stated, (definition, &one), env, extraction);
            }
        }
        for child in array(definition, "item") {
            for found in items_of(item, place_of(child)) {
                let env = self.run.within(child, found, env);
                self.visit((child, found), &env, extraction);
            }
        }
    }

    /// Returns the contained resource that a reference names.
    fn template(&self, reference: &Value) -> Option<&Value> {
        let id = string(reference, "reference")?.strip_prefix('#')?;
        array(self.form, "contained").find(|resource| string(resource, "id") == Some(id))
    }

    fn resource(
        &self,
        stated: &Value,
        (definition, item): (&Value, &Value),
        env: &Environment<'_>,
        extraction: &mut Extraction,
    ) {
        let place = place_of(definition);
        let named = extension(stated, "template").and_then(value);
        let Some(template) = named.and_then(|named| self.template(named)) else {
            return extraction.fail(place, Kind::TemplateNotContained);
        };
        let questions = questions(template, (definition, item));
        if questions.is_empty() && place != FORM {
            return;
        }
        let mut resource = match whole(template, env, item) {
            Ok(resource) => resource,
            Err(reason) => return extraction.fail(place, reason),
        };
        if let Some(text) = extension(stated, "resourceId").and_then(value).and_then(Value::as_str)
            && let Ok(found) = evaluate(text, env, item)
            && let Some(id) = found.into_iter().next()
        {
            resource["id"] = id;
        }
        let (full_url, request) = addressed(self.run, stated, (definition, item), (env, extraction));
        extraction.resources.push(Extracted { way: Way::Template, full_url, resource, request, questions });
    }

    /// Extracts the entries of a Bundle that is a template as a whole.
    fn bundle(&self, stated: &Value, env: &Environment<'_>, extraction: &mut Extraction) {
        let Some(template) = self.template(stated) else {
            return extraction.fail(FORM, Kind::BundleNotContained);
        };
        let filled = match whole(template, env, self.run.response) {
            Ok(filled) => filled,
            Err(reason) => return extraction.fail(FORM, reason),
        };
        let all = questions(template, (self.form, self.run.response));
        for entry in array(&filled, "entry") {
            let Some(resource) = entry.get("resource") else { continue };
            let stated = entry.get("request").unwrap_or(&Value::Null);
            let conditions = CONDITIONS.iter().filter_map(|name| Some((*name, stated.get(*name)?.clone())));
            let request = conditions.map(|(name, stated)| (name.to_owned(), stated)).collect();
            extraction.resources.push(Extracted {
                way: Way::Template,
                full_url: string(entry, "fullUrl").map_or_else(|| (self.run.given.new_id)(), str::to_owned),
                resource: resource.clone(),
                request: Value::Object(request),
                questions: all.clone(),
            });
        }
    }
}

/// Returns the answered questions that a template names, and the question that it belongs to.
fn questions(template: &Value, (definition, item): (&Value, &Value)) -> Vec<String> {
    let own = string(definition, "linkId").filter(|_| array(item, "answer").next().is_some());
    let mut found: Vec<String> = own.map(str::to_owned).into_iter().collect();
    for named in named_in(&template.to_string(), item) {
        if !found.contains(&named) {
            found.push(named);
        }
    }
    found
}

/// Fills a template.
///
/// # Errors
/// The reason why an expression in it has no result.
fn whole(template: &Value, env: &Environment<'_>, focus: &Value) -> Result<Value, NotExtracted> {
    let Some(members) = template.as_object() else { return Ok(json!({})) };
    let mut members = members.clone();
    // It names the template, not what is made of it.
    members.remove("id");
    let kind = string(template, "resourceType");
    filled(&members, kind, env, focus)
}

/// Fills the elements of an object.
fn filled(
    members: &Map<String, Value>,
    kind: Option<&str>,
    env: &Environment<'_>,
    focus: &Value,
) -> Result<Value, NotExtracted> {
    let mut object = Map::new();
    for (name, member) in members {
        let child = element_definition(kind.unwrap_or_default(), name.trim_start_matches('_'))
            .and_then(|found| found.kind);
        let child = string(member, "resourceType").or(child);
        if let Some(plain) = name.strip_prefix('_') {
            primitive(&mut object, (plain, members.get(plain)), member, (child, env, focus))?;
        } else if members.contains_key(&format!("_{name}")) {
            // Its sibling writes both.
        } else {
            let elements = match (name.as_str(), member) {
                ("extension", _) => without_ours(member),
                (_, Value::Array(all)) => all.clone(),
                _ => vec![member.clone()],
            };
            let mut found = Vec::new();
            for element in &elements {
                found.extend(instances(element, child, env, focus)?);
            }
            let written =
                if member.is_array() { Some(Value::Array(found)) } else { found.into_iter().next() };
            let is_blank = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
            object.extend(written.filter(|value| !is_blank(value)).map(|value| (name.clone(), value)));
        }
    }
    Ok(Value::Object(object))
}

/// Returns what an element becomes: none if its context or value is empty, several if they are several.
fn instances(
    element: &Value,
    kind: Option<&str>,
    env: &Environment<'_>,
    focus: &Value,
) -> Result<Vec<Value>, NotExtracted> {
    let Some(members) = element.as_object() else { return Ok(vec![element.clone()]) };
    let mut found = Vec::new();
    for (name, focus) in contexts(element, env, focus)? {
        let mut env = env.clone();
        if let Some(name) = name {
            env.set(name, &focus);
        }
        if let Some(text) = stated(element, "templateExtractValue") {
            found.extend(typed(evaluate(text, &env, &focus)?, kind)?);
        } else {
            let object = filled(members, kind, &env, &focus)?;
            found.extend((!object.as_object().is_some_and(Map::is_empty)).then_some(object));
        }
    }
    Ok(found)
}

/// Returns the elements of the response that the content of an element is about, with their names.
fn contexts(
    element: &Value,
    env: &Environment<'_>,
    focus: &Value,
) -> Result<Vec<(Option<String>, Value)>, NotExtracted> {
    let Some(text) = stated(element, "templateExtractContext") else {
        return Ok(vec![(None, focus.clone())]);
    };
    let found = extension(element, &format!("{SDC}templateExtractContext")).and_then(value);
    let name = found.and_then(|found| string(found, "name")).map(str::to_owned);
    Ok(evaluate(text, env, focus)?.into_iter().map(|one| (name.clone(), one)).collect())
}

/// Writes a primitive element whose sibling has an expression, or is copied with it.
fn primitive(
    object: &mut Map<String, Value>,
    (name, plain): (&str, Option<&Value>),
    sibling: &Value,
    (kind, env, focus): (Option<&str>, &Environment<'_>, &Value),
) -> Result<(), NotExtracted> {
    let siblings = match sibling {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    let plain_at = |at: usize| match plain {
        Some(Value::Array(all)) => all.get(at).cloned(),
        Some(one) if at == 0 => Some(one.clone()),
        _ => None,
    };
    let mut found = Vec::new();
    for (at, sibling) in siblings.iter().enumerate() {
        let has_rule = ["templateExtractContext", "templateExtractValue"]
            .iter()
            .any(|rule| stated(sibling, rule).is_some());
        if !has_rule {
            found.extend(plain_at(at));
            continue;
        }
        for (_, focus) in contexts(sibling, env, focus)? {
            match stated(sibling, "templateExtractValue") {
                Some(text) => found.extend(typed(evaluate(text, env, &focus)?, kind)?),
                None => found.extend(plain_at(at)),
            }
        }
    }
    let is_list = sibling.is_array() || plain.is_some_and(Value::is_array);
    let written = if is_list { Some(Value::Array(found)) } else { found.into_iter().next() };
    let is_blank = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    object.extend(written.filter(|value| !is_blank(value)).map(|value| (name.to_owned(), value)));
    Ok(())
}

fn typed(found: Vec<Value>, kind: Option<&str>) -> Result<Vec<Value>, NotExtracted> {
    let Some(kind) = kind else { return Ok(found) };
    found.iter().map(|value| as_type(kind, value)).collect()
}

/// Returns the expression of an extension of an element.
fn stated<'e>(element: &'e Value, name: &str) -> Option<&'e str> {
    let found = extension(element, &format!("{SDC}{name}")).and_then(value)?;
    found.as_str().or_else(|| string(found, "expression"))
}

/// Returns the extensions that are content, and no rules of extraction.
fn without_ours(extensions: &Value) -> Vec<Value> {
    let is_ours = |it: &&Value| {
        ["templateExtractContext", "templateExtractValue"]
            .iter()
            .any(|name| string(it, "url") == Some(&format!("{SDC}{name}")))
    };
    extensions.as_array().into_iter().flatten().filter(|it| !is_ours(it)).cloned().collect()
}
