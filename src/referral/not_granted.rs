//! What a form would read and the EHR did not let us, by resource type: said once at the top, and in full for who can
//! change it.

use serde::Serialize;

use crate::{
    forms::{Chart, Form, NotLoaded, Source},
    launch::OpenContext,
    smart::{Access, Scope},
    web::{Error, Html, Lang, Web},
};

/// What a form reads by its id.
const READ: [&str; 2] = ["user", "encounter"];
const NOTE: &str = "referral/not_granted.html";

#[derive(Serialize)]
struct NotGranted<'f> {
    rows: Vec<Row<'f>>,
}

#[derive(Serialize)]
struct Row<'f> {
    /// Such as `MedicationRequest`; what it is called is the message `not-granted-what`.
    resource_type: &'f str,
    /// Whether some of it was granted.
    partly: bool,
    /// The scopes that were asked for it; none when nobody asked.
    scopes: Vec<String>,
}

/// The note; none where everything was granted. It is about a form and a grant, never about a person.
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
    let content = NotGranted { rows };
    let key = serde_json::to_string(&content).map_err(Error::unexpected)?;
    web.piece_for_everyone(NOTE, lang, key, || web.piece(NOTE, lang, &content, &[])).map(Some)
}

/// The resource types that were not granted, in the order in which the form asks for them.
fn not_granted<'f>(form: &'f Form, chart: &Chart, context: &OpenContext) -> Vec<Row<'f>> {
    let mut rows: Vec<Row<'f>> = Vec::new();
    let sources: Vec<(&str, &str)> = sources(form).collect();
    let refused = |name: &str| matches!(chart.get(name), Some(Source::NotLoaded(NotLoaded::NotGranted)));
    for (name, resource_type) in &sources {
        if !refused(name) || rows.iter().any(|row| row.resource_type == *resource_type) {
            continue;
        }
        let partly = sources.iter().any(|(other, of)| of == resource_type && !refused(other));
        let scopes = asked_for(name, resource_type, context);
        rows.push(Row { resource_type, partly, scopes });
    }
    rows
}

/// What a form reads, by the names it gives them, with their types. The patient is always granted: without, no chart
/// opens.
fn sources(form: &Form) -> impl Iterator<Item = (&str, &str)> {
    let named = READ.into_iter().zip(["Practitioner", "Encounter"]);
    let named = named.into_iter().filter(|(name, _)| form.launch_context().any(|known| known == *name));
    named.chain(form.queries().iter().map(|query| (query.name.as_str(), query.resource_type.as_str())))
}

/// The registered scopes that would have opened a type: the user's and the encounter's by reading, all others by
/// searching.
fn asked_for(name: &str, resource_type: &str, context: &OpenContext) -> Vec<String> {
    let needed = if READ.contains(&name) { Access::READ } else { Access::SEARCH };
    let opens = |scope: &&Scope| match scope {
        Scope::Resource { resource, access, .. } => {
            (resource == resource_type || resource == "*") && access.includes(needed)
        }
        Scope::Plain(_) => false,
    };
    context.ehr.client.scopes.iter().filter(opens).map(ToString::to_string).collect()
}
