//! Note at the top of a form: resource types that the form reads and the EHR did not grant, with the scopes that an
//! administrator can ask for.

use serde::Serialize;

use crate::{
    forms::{Chart, Form, NotLoaded, Source},
    launch::OpenContext,
    smart::{Access, Scope},
    web::{Error, Html, Lang, Web},
};

/// Sources that a form reads by id; it searches for all others.
const READ_BY_ID: [&str; 2] = ["user", "encounter"];
const TEMPLATE: &str = "referral/not_granted.html";

#[derive(Serialize)]
struct NotGranted<'f> {
    rows: Vec<TypeRow<'f>>,
}

#[derive(Serialize)]
struct TypeRow<'f> {
    /// Resource type such as `MedicationRequest`; its name is the message `not-granted-what`.
    resource_type: &'f str,
    /// Whether another source of the same type was granted.
    partly: bool,
    /// Requested scopes that cover the type; empty if none was requested.
    scopes: Vec<String>,
}

/// Renders the note, or returns `None` if everything was granted. It depends on the form and the grant, never on the
/// patient, so it is cached for all users.
pub(in crate::referral) fn not_granted_html(
    web: &Web,
    lang: Lang,
    form: &Form,
    chart: &Chart,
    context: &OpenContext,
) -> Result<Option<Html>, Error> {
    let rows = not_granted(form, chart, context);
    if rows.is_empty() {
        return Ok(None);
    }
    let content = NotGranted { rows };
    let key = serde_json::to_vec(&content).map_err(Error::unexpected)?;
    web.piece_for_everyone(TEMPLATE, lang, key, || web.piece(TEMPLATE, lang, &content, &[])).map(Some)
}

/// Lists the resource types that were not granted, in the order in which the form reads them.
fn not_granted<'f>(form: &'f Form, chart: &Chart, context: &OpenContext) -> Vec<TypeRow<'f>> {
    let mut rows: Vec<TypeRow<'f>> = Vec::new();
    let sources: Vec<(&str, &str)> = sources(form).collect();
    let refused = |name: &str| matches!(chart.get(name), Some(Source::NotLoaded(NotLoaded::NotGranted)));
    for (name, resource_type) in &sources {
        if !refused(name) || rows.iter().any(|row| row.resource_type == *resource_type) {
            continue;
        }
        let partly = sources.iter().any(|(other, of)| of == resource_type && !refused(other));
        let scopes = requested_scopes(name, resource_type, context);
        rows.push(TypeRow { resource_type, partly, scopes });
    }
    rows
}

/// Iterates over the sources of a form by name, each with its resource type. Without the patient, which is always
/// granted: otherwise no chart opens.
fn sources(form: &Form) -> impl Iterator<Item = (&str, &str)> {
    let named = READ_BY_ID.into_iter().zip(["Practitioner", "Encounter"]);
    let named = named.into_iter().filter(|(name, _)| form.launch_context().any(|known| known == *name));
    named.chain(form.queries().iter().map(|query| (query.name.as_str(), query.resource_type.as_str())))
}

/// Lists the registered scopes that would have covered a source: by reading for the user and the encounter, by searching
/// for all others.
fn requested_scopes(name: &str, resource_type: &str, context: &OpenContext) -> Vec<String> {
    let needed = if READ_BY_ID.contains(&name) { Access::READ } else { Access::SEARCH };
    let opens = |scope: &&Scope| match scope {
        Scope::Resource { resource, access, .. } => {
            (resource == resource_type || resource == "*") && access.includes(needed)
        }
        Scope::Plain(_) => false,
    };
    context.ehr.client.scopes.iter().filter(opens).map(ToString::to_string).collect()
}
