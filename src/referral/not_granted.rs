//! What a form would read and the EHR did not let us, by resource type: said once at the top, and in full for who can
//! change it.

use serde_json::json;

use super::pages::NotGrantedRow;
use crate::{
    forms::{Chart, Form, NotLoaded, Source},
    launch::OpenContext,
    smart::Scope,
    web::{Error, Html, Lang, Web},
};

const NOTE: &str = "referral/not_granted.html";

/// The note; none where everything was granted. It is about a registration, so it is the same for many.
pub(super) fn not_granted_html(
    web: &Web,
    lang: Lang,
    (form, chart): (&Form, &Chart),
    context: &OpenContext,
) -> Result<Option<Html>, Error> {
    let rows = not_granted(form, chart, context);
    if rows.is_empty() {
        return Ok(None);
    }
    let content = json!({ "rows": rows });
    let note = || web.piece(NOTE, lang, &content, &[]);
    web.piece_for_everyone(NOTE, lang, content.to_string(), note).map(Some)
}

/// The resource types that were not granted, in the order in which the form asks for them.
fn not_granted(form: &Form, chart: &Chart, context: &OpenContext) -> Vec<NotGrantedRow> {
    let mut rows: Vec<NotGrantedRow> = Vec::new();
    let sources: Vec<(&str, &str)> = sources(form).collect();
    let refused = |name: &str| matches!(chart.get(name), Some(Source::NotLoaded(NotLoaded::NotGranted)));
    for (name, resource_type) in &sources {
        if !refused(name) || rows.iter().any(|row| row.resource_type == *resource_type) {
            continue;
        }
        let partly = sources.iter().any(|(other, of)| of == resource_type && !refused(other));
        let scopes = asked_for(resource_type, context);
        rows.push(NotGrantedRow { resource_type: (*resource_type).to_owned(), partly, scopes });
    }
    rows
}

/// What a form reads, by the names it gives them, with their types. The patient is always granted: without, no chart
/// opens.
fn sources(form: &Form) -> impl Iterator<Item = (&str, &str)> {
    let named = [("user", "Practitioner"), ("encounter", "Encounter")];
    let named = named.into_iter().filter(|(name, _)| form.launch_context().any(|known| known == *name));
    named.chain(form.queries().iter().map(|query| (query.name.as_str(), query.resource_type.as_str())))
}

/// The registered scopes that would have opened a type.
fn asked_for(resource_type: &str, context: &OpenContext) -> Vec<String> {
    let opens = |scope: &&Scope| match scope {
        Scope::Resource { resource, .. } => resource == resource_type || resource == "*",
        Scope::Plain(_) => false,
    };
    context.ehr.client.scopes.iter().filter(opens).map(ToString::to_string).collect()
}
