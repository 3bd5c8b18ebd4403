//! Reading the chart for a form: all requests at once, each source loaded or with its reason.

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Zoned;

use super::{draft::Snapshot, error::Error};
use crate::{
    fhir::{self, Client, Reference},
    forms::{Chart, Form, NotLoaded, ScreenedChart, Source, populate},
    launch::OpenContext,
    smart::Access,
};

/// Snapshot of the chart for a form, and the resource types that were requested for it.
pub(super) struct Gathered {
    pub(super) snapshot: Snapshot,
    pub(super) types_read: Vec<String>,
}

/// Request for one source of a form.
struct SourceRequest {
    /// Name that the form has for the source.
    name: String,
    resource_type: String,
    ask: Ask,
}

enum Ask {
    Read(Reference),
    Search(String),
}

/// Reads all sources of a form from the EHR at once, and fills the form. Resources that the launch read are not read
/// again, and sources that were not granted are not requested. A source that fails is marked as not loaded, with its
/// reason, and does not stop the others.
///
/// # Errors
/// [`Error::Launch`] if the access token turns out to be for another patient.
pub(super) async fn gather(form: &Form, context: &OpenContext, now: &Zoned) -> Result<Gathered, Error> {
    tracing::trace!(target: "walk", "fetch what the form asks for");
    let mut chart = known(context);
    let requests = requests(form, context, &mut chart, now);
    let mut types_read: Vec<String> = Vec::new();
    for request in &requests {
        if !types_read.contains(&request.resource_type) {
            types_read.push(request.resource_type.clone());
        }
    }
    if let Some(client) = context.client() {
        let answers = join_all(requests.iter().map(|request| fetch(&client, &request.ask))).await;
        context.check()?;
        for (request, answer) in requests.into_iter().zip(answers) {
            let searched = matches!(request.ask, Ask::Search(_));
            chart.insert(
                request.name,
                answer.map_or_else(
                    |error| Source::NotLoaded(reason(&error, searched)),
                    |resource| Source::Loaded { resource: resource.into(), read_at: now.timestamp() },
                ),
            );
        }
    } else {
        types_read.clear();
        for request in requests {
            chart.insert(request.name, Source::NotLoaded(NotLoaded::Refused));
        }
    }
    let prefill = populate(form, &chart, now);
    let snapshot = Snapshot { context_id: context.id.clone(), chart, prefill, preparer: None };
    Ok(Gathered { snapshot, types_read })
}

/// Fills a form with the resources that the launch read, without a request to the EHR.
pub(super) fn known_only(form: &Form, context: &OpenContext, now: &Zoned) -> Snapshot {
    let mut chart = known(context);
    for request in requests(form, context, &mut chart, now) {
        chart.insert(request.name, Source::NotLoaded(NotLoaded::NoAnswer));
    }
    let prefill = populate(form, &chart, now);
    Snapshot { context_id: context.id.clone(), chart, prefill, preparer: None }
}

/// Sources that the launch read.
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

/// Lists the requests to make. Sources that need none are put into the chart at once, with their reason.
fn requests(form: &Form, context: &OpenContext, chart: &mut Chart, now: &Zoned) -> Vec<SourceRequest> {
    let mut requests = Vec::new();
    if form.launch_context().any(|name| name == "encounter") {
        let id = context.chart.launch_context.encounter.as_deref();
        match id.and_then(|id| Reference::new("Encounter", id)) {
            None => chart.insert("encounter", Source::NotLoaded(NotLoaded::NotInContext)),
            Some(_) if !context.grant.allows("Encounter", Access::READ) => {
                chart.insert("encounter", Source::NotLoaded(NotLoaded::NotGranted));
            }
            Some(reference) => {
                let (name, resource_type) = ("encounter".to_owned(), "Encounter".to_owned());
                requests.push(SourceRequest { name, resource_type, ask: Ask::Read(reference) });
            }
        }
    }
    let mut unresolved = Vec::new();
    {
        let screened = ScreenedChart::of(chart, now.date());
        let environment = form.environment(&screened, now);
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
                    let (name, resource_type) = (query.name.clone(), resource_type.clone());
                    requests.push(SourceRequest { name, resource_type, ask: Ask::Search(address) });
                    continue;
                }
                Ok(None) if context.grant.allows(resource_type, Access::SEARCH) => NotLoaded::NotInContext,
                Err(_) => NotLoaded::Unevaluated,
                Ok(_) => NotLoaded::NotGranted,
            };
            unresolved.push((query.name.clone(), source));
        }
    }
    for (name, reason) in unresolved {
        chart.insert(name, Source::NotLoaded(reason));
    }
    requests
}

async fn fetch(client: &Client, ask: &Ask) -> Result<serde_json::Value, fhir::Error> {
    match ask {
        Ask::Read(reference) => client.read(reference).await,
        Ask::Search(address) => client.search(address).await,
    }
}

/// Reason for which a source was not loaded. A search that answers 404 means that the chart itself is gone: a search
/// without matches answers 200.
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
        | fhir::Error::TooLarge
        | fhir::Error::Egress(_) => NotLoaded::NoAnswer,
    }
}
