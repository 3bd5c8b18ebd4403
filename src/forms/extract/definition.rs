//! Resources by definitions of elements (`definitionExtract`, `itemExtractionContext`).

use serde_json::{Value, json};

use super::super::translation::{array, extension, extensions, string, value, value_key};
use super::builder::{Builder, Path, Scope};
use super::extraction::{Extracted, Extraction, Way};
use super::not_extracted::NotExtractedKind as Kind;
use super::run::{FORM, Run, SDC, answered_in, by_answer, evaluate, items_of, place_of};
use crate::fhirpath::Environment;

const BASE: &str = "http://hl7.org/fhir/StructureDefinition/";
/// Conditions of a transaction that a form may state, by expressions.
pub(super) const CONDITIONS: [&str; 4] = ["ifNoneMatch", "ifModifiedSince", "ifMatch", "ifNoneExist"];

/// Resource that an item asks for.
struct Context<'f> {
    kind: String,
    /// Canonical URL of the definitions of its elements.
    url: &'f str,
    /// Extension with its address and conditions.
    stated: &'f Value,
}

pub(super) fn by_definitions(
    run: &Run<'_>,
    form: &Value,
    env: &Environment<'_>,
    extraction: &mut Extraction,
) {
    visit(run, (form, run.response), env, extraction);
}

/// Extracts the resources of an item of the form, for an item of the response, and those of the items below it.
fn visit(
    run: &Run<'_>,
    (definition, item): (&Value, &Value),
    env: &Environment<'_>,
    extraction: &mut Extraction,
) {
    for context in contexts(definition, extraction) {
        // A question with several answers asks for a resource for each.
        for one in by_answer(item) {
            let builder = Builder::new(&context.kind);
            let mut open = Open { run, builder, context: &context, questions: Vec::new() };
            open.fill((definition, &one), env, &mut vec![Scope::new()], extraction);
            let resource = open.finish((definition, &one), env, extraction);
            extraction.resources.extend(resource);
        }
    }
    for child in array(definition, "item") {
        for found in items_of(item, place_of(child)) {
            let env = run.within(child, found, env);
            visit(run, (child, found), &env, extraction);
        }
    }
}

/// Returns the resources that an item asks for.
fn contexts<'f>(definition: &'f Value, extraction: &mut Extraction) -> Vec<Context<'f>> {
    let place = place_of(definition);
    let mut contexts = Vec::new();
    for stated in extensions(definition, &format!("{SDC}definitionExtract")) {
        let url = extension(stated, "definition").and_then(value).and_then(Value::as_str).unwrap_or_default();
        let url = url.split('|').next().unwrap_or_default();
        match url
            .strip_prefix(BASE)
            .filter(|name| !name.contains('-'))
            .or_else(|| type_below(definition, url))
        {
            Some(kind) => contexts.push(Context { kind: kind.to_owned(), url, stated }),
            None => extraction.fail(place, Kind::NoResourceType),
        }
    }
    for stated in extensions(definition, &format!("{SDC}itemExtractionContext")) {
        match stated.get("valueCode").and_then(Value::as_str) {
            Some(kind) => contexts.push(Context { kind: kind.to_owned(), url: "", stated: &Value::Null }),
            None => extraction.fail(place, Kind::UpdatesResource),
        }
    }
    contexts
}

/// Returns the resource type of a profile: that of the first definition of an element of it.
fn type_below<'f>(definition: &'f Value, url: &str) -> Option<&'f str> {
    let own = string(definition, "definition").and_then(|own| own.strip_prefix(url)?.strip_prefix('#'));
    let kind = own.and_then(|path| path.split('.').next());
    kind.or_else(|| array(definition, "item").find_map(|child| type_below(child, url)))
}

/// Whether an item asks for a resource of its own.
fn is_context(definition: &Value) -> bool {
    ["definitionExtract", "itemExtractionContext"]
        .iter()
        .any(|name| extension(definition, &format!("{SDC}{name}")).is_some())
}

/// Whether an item gives elements values that are no answers.
fn has_values(definition: &Value) -> bool {
    extension(definition, &format!("{SDC}definitionExtractValue")).is_some()
}

/// Resource that is being extracted.
struct Open<'o> {
    run: &'o Run<'o>,
    builder: Builder,
    context: &'o Context<'o>,
    questions: Vec<String>,
}

impl Open<'_> {
    /// Puts what an item and those below it say of the resource into it.
    fn fill(
        &mut self,
        (definition, item): (&Value, &Value),
        env: &Environment<'_>,
        scopes: &mut Vec<Scope>,
        extraction: &mut Extraction,
    ) {
        let place = place_of(definition);
        let path = string(definition, "definition").and_then(|text| self.path(text));
        let is_question = array(item, "answer").next().is_some();
        let home = scopes.len() - 1;
        for one in if is_question { by_answer(item) } else { vec![item.clone()] } {
            let found = array(&one, "answer").find_map(|answer| Some((value_key(answer)?, value(answer)?)));
            scopes[home].clear();
            let set = match (&path, found) {
                (Some(path), Some((key, found))) if is_question => {
                    self.question(place);
                    let suffix = key.strip_prefix("value");
                    let shares = !has_values(definition) && home > 0;
                    self.builder.set(path, (suffix, found), scopes, home - usize::from(shares))
                }
                (Some(path), None) if !path.is_whole() => self.builder.begin(path, scopes, home),
                _ => Ok(()),
            };
            if let Err(reason) = set {
                extraction.fail(place, reason);
            }
            self.values((definition, &one), env, scopes, extraction);
        }
        for child in array(definition, "item").filter(|child| !is_context(child)) {
            for found in items_of(item, place_of(child)) {
                let env = self.run.within(child, found, env);
                scopes.push(Scope::new());
                self.fill((child, found), &env, scopes, extraction);
                scopes.pop();
            }
        }
    }

    /// Returns the path of a definition, if it is one of this resource.
    fn path(&self, definition: &str) -> Option<Path> {
        let (url, path) = definition.split_once('#')?;
        let url = url.split('|').next().unwrap_or_default();
        let path = Path::parse(path);
        let is_own = self.context.url.is_empty() || url == self.context.url;
        (is_own && path.kind == self.context.kind).then_some(path)
    }

    /// Sets the elements to which an item gives values that are no answers (`definitionExtractValue`).
    fn values(
        &mut self,
        (definition, item): (&Value, &Value),
        env: &Environment<'_>,
        scopes: &mut [Scope],
        extraction: &mut Extraction,
    ) {
        let (place, home) = (place_of(definition), scopes.len() - 1);
        for stated in extensions(definition, &format!("{SDC}definitionExtractValue")) {
            let named = extension(stated, "definition").and_then(value).and_then(Value::as_str);
            let Some(path) = named.and_then(|named| self.path(named)) else { continue };
            let fixed = extension(stated, "fixed-value");
            let found = match extension(stated, "expression").and_then(value) {
                Some(expression) => {
                    let text = string(expression, "expression").unwrap_or_default();
                    self.named_in(text, item);
                    evaluate(text, env, item)
                }
                None => Ok(fixed.and_then(value).cloned().into_iter().collect()),
            };
            let suffix = fixed.and_then(value_key).and_then(|key| key.strip_prefix("value"));
            let set = found.and_then(|found| {
                found.iter().try_for_each(|found| self.builder.set(&path, (suffix, found), scopes, home))
            });
            if let Err(reason) = set {
                extraction.fail(place, reason);
            }
        }
    }

    fn question(&mut self, place: &str) {
        if !self.questions.iter().any(|known| known == place) {
            self.questions.push(place.to_owned());
        }
    }

    /// Notes the questions that an expression names and that are answered.
    fn named_in(&mut self, expression: &str, item: &Value) {
        for question in named_in(expression, item) {
            self.question(&question);
        }
    }

    fn finish(
        self,
        (definition, item): (&Value, &Value),
        env: &Environment<'_>,
        extraction: &mut Extraction,
    ) -> Option<Extracted> {
        let Self { run, builder, context, questions } = self;
        let mut resource = builder.resource;
        if questions.is_empty() && place_of(definition) != FORM {
            return None;
        }
        if !context.url.is_empty() && context.url.strip_prefix(BASE) != Some(context.kind.as_str()) {
            resource["meta"] = json!({ "profile": [context.url] });
        }
        let (full_url, request) = addressed(run, context.stated, (definition, item), (env, extraction));
        Some(Extracted { way: Way::Definition, full_url, resource, request, questions })
    }
}

/// Returns the questions that a text of a form names between quotes and that are answered in an item of the response.
pub(super) fn named_in(text: &str, item: &Value) -> Vec<String> {
    let is_named = |link_id: &String| ['\'', '"'].iter().any(|q| text.contains(&format!("{q}{link_id}{q}")));
    answered_in(item).into_iter().filter(is_named).collect()
}

/// Returns the address of a resource in a Bundle, and the conditions of its request, as an extension states them.
pub(super) fn addressed(
    run: &Run<'_>,
    stated: &Value,
    (definition, item): (&Value, &Value),
    (env, extraction): (&Environment<'_>, &mut Extraction),
) -> (String, Value) {
    let mut stated_text = |name: &str| {
        let text = extension(stated, name).and_then(value)?;
        let text = text.as_str().or_else(|| string(text, "expression"))?;
        match evaluate(text, env, item) {
            Ok(found) => found.first().and_then(Value::as_str).map(str::to_owned),
            Err(reason) => {
                extraction.fail(place_of(definition), reason);
                None
            }
        }
    };
    let full_url = stated_text("fullUrl").unwrap_or_else(|| (run.given.new_id)());
    let mut request = json!({});
    for name in CONDITIONS {
        if let Some(found) = stated_text(name) {
            request[name] = json!(found);
        }
    }
    (full_url, request)
}
