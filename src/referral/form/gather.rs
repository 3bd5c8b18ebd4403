//! Reading the chart for a form: all requests at once, each source loaded or with its reason.

use std::{cell::LazyCell, sync::Arc};

use futures_util::future::join_all;
use jiff::Zoned;

use crate::{
    fhir::{self, Client, Reference},
    forms::{Chart, Form, NotLoaded, Query, ScreenedChart, Source, populate},
    launch::OpenContext,
    referral::{
        draft::Snapshot,
        error::Error,
        roles::{ROLES, roles_search},
    },
    smart::Access,
};

/// Chart of a form, and the resource types that were requested for it.
pub(in crate::referral) struct Gathered {
    pub(in crate::referral) chart: Chart,
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

/// Reads all sources of a form from the EHR at once. Resources that the launch read are not read again, and sources that were not granted are not requested. A source that fails is marked as not loaded, with its
/// reason, and does not stop the others.
///
/// # Errors
/// [`Error::Launch`] if the access token turns out to be for another patient.
pub(in crate::referral) async fn gather(
    form: &Form,
    context: &OpenContext,
    now: &Zoned,
) -> Result<Gathered, Error> {
    tracing::trace!(target: "walk", "fetch what the form asks for");
    let mut chart = known(context);
    let (mut types_read, mut pending) = (Vec::new(), Pending::of(form));
    let mut requests = pending.requests(form, context, &mut chart, now);
    requests.extend(sender_roles(context, &requests, &mut chart));
    while !requests.is_empty() {
        read(requests, context, &mut chart, now, &mut types_read).await?;
        // A query that uses the result of another one is sent when that one has been answered.
        requests = pending.requests(form, context, &mut chart, now);
    }
    Ok(Gathered { chart, types_read })
}

/// Makes the requests of one round at once, and puts the answers into the chart.
async fn read(
    requests: Vec<SourceRequest>,
    context: &OpenContext,
    chart: &mut Chart,
    now: &Zoned,
    types_read: &mut Vec<String>,
) -> Result<(), Error> {
    let Some(client) = context.client() else {
        for request in requests {
            chart.insert(request.name, Source::NotLoaded(NotLoaded::Refused));
        }
        return Ok(());
    };
    for request in &requests {
        if !types_read.contains(&request.resource_type) {
            types_read.push(request.resource_type.clone());
        }
    }
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
    Ok(())
}

/// Fills a form with the resources that the launch read, without a request to the EHR.
pub(super) fn known_only(form: &Form, context: &OpenContext, now: &Zoned) -> Snapshot {
    let (mut chart, mut pending) = (known(context), Pending::of(form));
    loop {
        let requests = pending.requests(form, context, &mut chart, now);
        if requests.is_empty() {
            break;
        }
        for request in requests {
            chart.insert(request.name, Source::NotLoaded(NotLoaded::NoAnswer));
        }
    }
    let prefill = populate(form, &chart, now);
    Snapshot { context_id: context.id.clone(), chart, prefill, preparer: None }
}

/// Returns the chart of a form that has none: every source is not loaded.
pub(in crate::referral) fn without_chart(form: &Form) -> Chart {
    let mut chart = Chart::new();
    let queries = form.queries().iter().map(|query| query.name.as_str());
    for name in ["patient", "user"].into_iter().chain(form.launch_context()).chain(queries) {
        chart.insert(name, Source::NotLoaded(NotLoaded::NotInContext));
    }
    chart
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

/// Sources of a form that were not requested yet.
struct Pending<'f> {
    /// Whether the visit is to be read.
    encounter: bool,
    queries: Vec<&'f Query>,
}

impl<'f> Pending<'f> {
    fn of(form: &'f Form) -> Self {
        let encounter = form.launch_context().any(|name| name == "encounter");
        Self { encounter, queries: form.queries().iter().collect() }
    }

    /// Returns the requests that can be made now. Sources that need none are put into the chart at once, with their reason.
    /// Returns none once every source has been requested.
    fn requests(
        &mut self,
        form: &'f Form,
        context: &OpenContext,
        chart: &mut Chart,
        now: &Zoned,
    ) -> Vec<SourceRequest> {
        let mut requests: Vec<SourceRequest> = match std::mem::take(&mut self.encounter) {
            true => encounter(context, chart).into_iter().collect(),
            false => Vec::new(),
        };
        // A query whose source was not requested becomes ready at once.
        loop {
            let is_ready =
                |query: &&Query| form.needed_by(query).iter().all(|name| chart.get(name).is_some());
            let (ready, waiting): (Vec<_>, Vec<_>) = self.queries.drain(..).partition(is_ready);
            self.queries = waiting;
            // Most sources are not granted, or need no value of the chart.
            let screened = LazyCell::new(|| ScreenedChart::of(chart, now.date()));
            let found: Vec<_> = ready
                .into_iter()
                .map(|query| (query, request(form, query, context, chart, &screened, now)))
                .collect();
            let mut is_settled = true;
            for (query, asked) in found {
                match asked {
                    Ok(asked) => requests.push(asked),
                    Err(reason) => {
                        is_settled = false;
                        chart.insert(query.name.clone(), Source::NotLoaded(reason));
                    }
                }
            }
            if is_settled || self.queries.is_empty() {
                return requests;
            }
        }
    }
}

/// Returns the request for the visit of the launch.
fn encounter(context: &OpenContext, chart: &mut Chart) -> Option<SourceRequest> {
    let id = context.chart.launch_context.encounter.as_deref();
    let reason = match id.and_then(|id| Reference::new("Encounter", id)) {
        None => NotLoaded::NotInContext,
        Some(_) if !context.grant.allows("Encounter", Access::READ) => NotLoaded::NotGranted,
        Some(reference) => {
            let (name, resource_type) = ("encounter".to_owned(), "Encounter".to_owned());
            return Some(SourceRequest { name, resource_type, ask: Ask::Read(reference) });
        }
    };
    chart.insert("encounter", Source::NotLoaded(reason));
    None
}

/// Returns the request for the roles of the user, which every referral names, unless the form makes the same one.
fn sender_roles(
    context: &OpenContext,
    requests: &[SourceRequest],
    chart: &mut Chart,
) -> Option<SourceRequest> {
    let resource_type = "PractitionerRole";
    let user = context.chart.user.as_deref();
    let Some(address) = user.and_then(|user| roles_search(user, &context.ehr.client.base)) else {
        chart.insert(ROLES, Source::NotLoaded(NotLoaded::NotInContext));
        return None;
    };
    let parameters = address.split_once('?').map_or("", |(_, parameters)| parameters);
    if !context.grant.allows_search(resource_type, parameters) {
        chart.insert(ROLES, Source::NotLoaded(NotLoaded::NotGranted));
        return None;
    }
    if requests.iter().any(|request| matches!(&request.ask, Ask::Search(asked) if *asked == address)) {
        return None;
    }
    let (name, resource_type) = (ROLES.to_owned(), resource_type.to_owned());
    Some(SourceRequest { name, resource_type, ask: Ask::Search(address) })
}

/// Returns the request of a query.
///
/// # Errors
/// The reason why it is not made: that of a source that it uses, if that one was not loaded.
fn request<'c>(
    form: &Form,
    query: &Query,
    context: &OpenContext,
    chart: &'c Chart,
    screened: &LazyCell<ScreenedChart<'c>, impl FnOnce() -> ScreenedChart<'c>>,
    now: &Zoned,
) -> Result<SourceRequest, NotLoaded> {
    let resource_type = &query.resource_type;
    if !context.grant.allows_some_search(resource_type) {
        return Err(NotLoaded::NotGranted);
    }
    let missing = form.needed_by(query).into_iter().find_map(|name| match chart.get(name) {
        Some(Source::NotLoaded(reason)) => Some(*reason),
        _ => None,
    });
    let granted = |address: &str| {
        let parameters = address.split_once('?').map_or("", |(_, parameters)| parameters);
        context.grant.allows_search(resource_type, parameters)
    };
    match form.resolve(query, screened, now) {
        Ok(Some(address)) if granted(&address) => Ok(SourceRequest {
            name: query.name.clone(),
            resource_type: resource_type.clone(),
            ask: Ask::Search(address),
        }),
        Ok(None) if context.grant.allows(resource_type, Access::SEARCH) => {
            Err(missing.unwrap_or(NotLoaded::NotInContext))
        }
        Err(_) => Err(NotLoaded::Unevaluated),
        Ok(_) => Err(NotLoaded::NotGranted),
    }
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
        error if error.is_at_capacity() => NotLoaded::AtCapacity,
        fhir::Error::Content(_) | fhir::Error::Version | fhir::Error::Mismatch => NotLoaded::Invalid,
        fhir::Error::Status(_)
        | fhir::Error::Conflict
        | fhir::Error::Unversioned
        | fhir::Error::TooLarge
        | fhir::Error::Egress(_) => NotLoaded::NoAnswer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Our own limit is not blamed on the EHR.
    #[test]
    fn tells_our_own_limit_from_an_ehr_that_does_not_respond() {
        for searched in [false, true] {
            assert_eq!(reason(&fhir::Error::at_capacity(), searched), NotLoaded::AtCapacity);
            assert_eq!(reason(&fhir::Error::TooLarge, searched), NotLoaded::NoAnswer);
            assert_eq!(reason(&fhir::Error::Busy(None), searched), NotLoaded::Busy);
        }
    }
}
