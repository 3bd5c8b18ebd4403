use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Zoned;

use super::{Error, draft::Snapshot};
use crate::{
    fhir::{self, Client, Reference},
    forms::{Chart, Form, NotLoaded, Source, populate},
    launch::OpenContext,
    smart::Access,
};

/// What was read for a form, and the resource types that had to be asked for now.
pub(super) struct Gathered {
    pub(super) snapshot: Snapshot,
    pub(super) read: Vec<String>,
}

enum Ask {
    Read(Reference),
    Search(String),
}

/// Reads everything a form asks of the chart, together, and fills the form. What the launch read already is not read
/// again; what was not granted is not asked for. A source that fails says why and stops nothing.
///
/// # Errors
/// When the chart turns out to be another than the one that was opened.
pub(super) async fn gather(form: &Form, context: &OpenContext, now: &Zoned) -> Result<Gathered, Error> {
    let mut chart = known(context);
    let (mut asks, mut read) = (Vec::new(), Vec::new());
    for (name, resource_type, ask) in wanted(form, context, &mut chart, now) {
        if !read.contains(&resource_type) {
            read.push(resource_type);
        }
        asks.push((name, ask));
    }
    if let Some(client) = context.client() {
        let answers = join_all(asks.iter().map(|(_, ask)| fetch(&client, ask))).await;
        context.check()?;
        for ((name, ask), source) in asks.into_iter().zip(answers) {
            chart.insert(
                name,
                source.map_or_else(
                    |error| Source::NotLoaded(reason(&error, matches!(ask, Ask::Search(_)))),
                    |resource| Source::Loaded { resource: resource.into(), read_at: now.timestamp() },
                ),
            );
        }
    } else {
        read.clear();
        for (name, _) in asks {
            chart.insert(name, Source::NotLoaded(NotLoaded::Refused));
        }
    }
    let prefill = populate(form, &chart, now);
    Ok(Gathered { snapshot: Snapshot { chart, prefill }, read })
}

/// The form filled with what the launch read, without asking the EHR for anything.
pub(super) fn known_only(form: &Form, context: &OpenContext, now: &Zoned) -> Snapshot {
    let mut chart = known(context);
    for (name, ..) in wanted(form, context, &mut chart, now) {
        chart.insert(name, Source::NotLoaded(NotLoaded::NoAnswer));
    }
    let prefill = populate(form, &chart, now);
    Snapshot { chart, prefill }
}

/// The searches for the signer's roles, for a referral somebody else prepared.
///
/// # Errors
/// As [`gather`].
pub(super) async fn roles(
    form: &Form,
    context: &OpenContext,
    now: &Zoned,
) -> Result<Option<serde_json::Value>, Error> {
    let mut chart = known(context);
    let mut asked = wanted(form, context, &mut chart, now).into_iter();
    let roles = asked.find(|(_, resource_type, _)| resource_type == "PractitionerRole");
    let (Some((_, _, ask)), Some(client)) = (roles, context.client()) else { return Ok(None) };
    let found = fetch(&client, &ask).await.ok();
    context.check()?;
    Ok(found)
}

/// What the launch read.
fn known(context: &OpenContext) -> Chart {
    let (mut chart, read_at) = (Chart::new(), context.chart.read_at);
    chart.insert("patient", Source::Loaded { resource: Arc::clone(&context.chart.patient), read_at });
    let user = match &context.chart.user {
        Some(resource) => Source::Loaded { resource: Arc::clone(resource), read_at },
        None if may_read_user(context) => Source::NotLoaded(NotLoaded::NotFound),
        None => Source::NotLoaded(NotLoaded::NotGranted),
    };
    chart.insert("user", user);
    chart
}

fn may_read_user(context: &OpenContext) -> bool {
    ["Practitioner", "PractitionerRole"].iter().any(|kind| context.grant.allows(kind, Access::READ))
}

/// The requests still to make; whatever needs none is noted in the chart at once.
fn wanted(form: &Form, context: &OpenContext, chart: &mut Chart, now: &Zoned) -> Vec<(String, String, Ask)> {
    let mut wanted = Vec::new();
    if form.launch_context().any(|name| name == "encounter") {
        let id = context.chart.launch_context.encounter.as_deref();
        match id.and_then(|id| Reference::new("Encounter", id)) {
            None => chart.insert("encounter", Source::NotLoaded(NotLoaded::NotInContext)),
            Some(_) if !context.grant.allows("Encounter", Access::READ) => {
                chart.insert("encounter", Source::NotLoaded(NotLoaded::NotGranted));
            }
            Some(reference) => {
                wanted.push(("encounter".to_owned(), "Encounter".to_owned(), Ask::Read(reference)));
            }
        }
    }
    let mut unresolved = Vec::new();
    {
        let environment = form.environment(chart, now);
        for query in form.queries() {
            let resource_type = &query.resource_type;
            if !context.grant.allows_some_search(resource_type) {
                unresolved.push((query.name.clone(), NotLoaded::NotGranted));
                continue;
            }
            let granted = |address: &str| {
                let parameters = address.split_once('?').map_or("", |(_, parameters)| parameters);
                context.grant.allows_search(resource_type, parameters)
            };
            let source = match query.resolve(&environment) {
                Ok(Some(address)) if granted(&address) => {
                    wanted.push((query.name.clone(), resource_type.clone(), Ask::Search(address)));
                    continue;
                }
                Ok(None) if context.grant.allows(resource_type, Access::SEARCH) => NotLoaded::NotInContext,
                Err(_) => NotLoaded::Invalid,
                Ok(_) => NotLoaded::NotGranted,
            };
            unresolved.push((query.name.clone(), source));
        }
    }
    for (name, reason) in unresolved {
        chart.insert(name, Source::NotLoaded(reason));
    }
    wanted
}

async fn fetch(client: &Client, ask: &Ask) -> Result<serde_json::Value, fhir::Error> {
    match ask {
        Ask::Read(reference) => client.read(reference).await,
        Ask::Search(address) => client.search(address).await,
    }
}

/// A search finds nothing or something; where there is nothing to search in, the chart itself is gone.
fn reason(error: &fhir::Error, searched: bool) -> NotLoaded {
    match error {
        fhir::Error::NotFound if searched => NotLoaded::Gone,
        fhir::Error::Unauthorized | fhir::Error::Forbidden => NotLoaded::Refused,
        fhir::Error::NotFound => NotLoaded::NotFound,
        fhir::Error::Busy(_) => NotLoaded::Busy,
        fhir::Error::Content(_) | fhir::Error::Version | fhir::Error::Mismatch => NotLoaded::Invalid,
        fhir::Error::Status(_)
        | fhir::Error::Conflict
        | fhir::Error::Unversioned
        | fhir::Error::Egress(_) => NotLoaded::NoAnswer,
    }
}
