//! Handlers of `GET /launch`, `GET /start` and `POST /start/{ehr}`.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use url::form_urlencoded;

use super::refusal::refuse;
use crate::{
    ehrs::Ehr,
    fhir::FhirBaseUrl,
    launch::{
        attempt,
        error::{Error, RequestError},
        pages::{SendPage, StartPage},
        sent::SentLaunch,
        service::Launch,
        starting::StartedLaunch,
        trace::{StepName, Trace},
    },
    smart::{AuthorizationRequest, Fact, LaunchHandle, launch_facts},
    web::{
        Chrome, Error as WebError, ErrorKind, RequestState, Web, binding_cookie, expired_cookie,
        frame_cookie, see_other,
    },
};

pub(super) async fn start(
    req: HttpRequest,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
) -> Result<HttpResponse, WebError> {
    tracing::trace!(target: "walk", "parse iss and launch");
    if req.headers().get("sec-purpose").is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch")) {
        return Err(WebError::new(ErrorKind::Method, "a prefetch begins no launch"));
    }
    let (mut named, trace) = (None, Trace::new(launch.ground.clock.clone()));
    match begin(&req, &state, &launch, &web, &mut named, &trace).await {
        Ok((ehr, started)) => {
            note_sent(&launch, &web, &state, &ehr, &trace, &started);
            send_away(&req, &state, &web, &ehr, started)
        }
        Err(error) => Err(refuse(&launch, &web, &state, named.as_deref(), &trace, error).await?),
    }
}

async fn begin(
    req: &HttpRequest,
    state: &RequestState,
    launch: &Launch,
    web: &Web,
    named: &mut Option<Arc<Ehr>>,
    trace: &Trace,
) -> Result<(Arc<Ehr>, StartedLaunch), Error> {
    trace.add(StepName::LaunchRequest, launch_facts(req.query_string()));
    if came_over_plain_http(req, web) {
        return Err(Error::Request(RequestError::PlainHttp));
    }
    let (iss, handle) = read_launch(req.query_string())?;
    let ehr = launch.registry.find_by_base(&iss).ok_or(Error::UnknownIss)?;
    *named = Some(Arc::clone(&ehr));
    let started = launch.begin(&ehr, &iss, Some(&handle), state.correlation_id(), trace).await?;
    Ok((ehr, started))
}

/// Counts a launch that is sent to the EHR, and keeps its trace until it comes back.
fn note_sent(
    launch: &Launch,
    web: &Web,
    state: &RequestState,
    ehr: &Ehr,
    trace: &Trace,
    started: &StartedLaunch,
) {
    web.metrics().count_sent(&ehr.id);
    let sent = SentLaunch {
        state_hash: started.state_hash.clone(),
        reference: state.correlation_id().to_owned(),
        at: trace.begun_at(),
        steps: trace.text(),
    };
    launch.sent.insert(&ehr.id, sent);
}

/// Sends the browser to the EHR, by a redirect or a form.
fn send_away(
    req: &HttpRequest,
    state: &RequestState,
    web: &Web,
    ehr: &Ehr,
    started: StartedLaunch,
) -> Result<HttpResponse, WebError> {
    state.set_frame_ancestors(&ehr.frame_ancestors);
    let mut response = match started.request {
        AuthorizationRequest::Get(url) => see_other(url.as_str()).finish(),
        AuthorizationRequest::Post { action, fields } => {
            state.let_forms_lead_away(!ehr.client.base.is_https());
            let page = SendPage { ehr: ehr.name.clone(), action: action.into(), fields };
            web.page(state, &Chrome::default(), &page)?
        }
    };
    let binding = binding_cookie(started.cookie_name, started.sealed, attempt::LIFETIME_SECONDS);
    let framed = (!ehr.frame_ancestors.is_empty()).then(|| frame_cookie(&ehr.id));
    for cookie in surplus_cookies(req).into_iter().map(expired_cookie).chain([binding]).chain(framed) {
        response.add_cookie(&cookie).map_err(WebError::unexpected)?;
    }
    Ok(response)
}

/// Handles `GET /start`: lists the EHRs that permit a standalone launch.
pub(super) async fn choose(
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
) -> Result<HttpResponse, WebError> {
    let ehrs = launch.registry.list();
    let offered: Vec<_> = ehrs.iter().filter(|ehr| ehr.standalone && !ehr.suspended).collect();
    state.let_forms_lead_away(offered.iter().any(|ehr| !ehr.client.base.is_https()));
    let page = StartPage { ehrs: offered.iter().map(|ehr| (ehr.id.clone(), ehr.name.clone())).collect() };
    web.page(&state, &Chrome::default(), &page)
}

/// Handles `POST /start/{ehr}`: starts a standalone launch.
pub(super) async fn start_alone(
    req: HttpRequest,
    ehr_id: Path<String>,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
) -> Result<HttpResponse, WebError> {
    let ehr = launch.registry.find(&ehr_id).filter(|ehr| ehr.standalone);
    let ehr = ehr.ok_or_else(|| WebError::new(ErrorKind::NotFound, "no EHR to start from"))?;
    let trace = Trace::new(launch.ground.clock.clone());
    trace.add(StepName::LaunchRequest, vec![Fact::shown("from", "our own page")]);
    match launch.begin(&ehr, &ehr.client.base, None, state.correlation_id(), &trace).await {
        Ok(started) => {
            note_sent(&launch, &web, &state, &ehr, &trace, &started);
            send_away(&req, &state, &web, &ehr, started)
        }
        Err(error) => Err(refuse(&launch, &web, &state, Some(&ehr), &trace, error).await?),
    }
}

/// Whether the proxy reports plain http for an https address. The launch handle already travelled unencrypted, so
/// redirecting would hide the problem. With chained proxies, the first value is the browser's.
fn came_over_plain_http(req: &HttpRequest, web: &Web) -> bool {
    let forwarded = req.headers().get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    let first = forwarded.and_then(|value| value.split(',').next()).unwrap_or_default();
    web.public_url().origin().starts_with("https:") && first.trim().eq_ignore_ascii_case("http")
}

/// Parses `iss` and `launch`, each required once. Other parameters are ignored.
///
/// # Errors
/// [`Error::Request`] with the broken rule, or [`Error::UnknownIss`] if `iss` is no valid FHIR base URL.
pub fn read_launch(query: &str) -> Result<(FhirBaseUrl, LaunchHandle), Error> {
    let (mut iss, mut handle) = (None, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let slot = match &*name {
            "iss" => &mut iss,
            "launch" => &mut handle,
            _ => continue,
        };
        if slot.replace(value).is_some() {
            return Err(Error::Request(RequestError::Duplicate));
        }
    }
    let iss = iss.filter(|iss| !iss.trim().is_empty()).ok_or(Error::Request(RequestError::IssMissing))?;
    let handle = handle.ok_or(Error::Request(RequestError::LaunchMissing))?;
    let handle = LaunchHandle::new(&handle).ok_or(Error::Request(RequestError::LaunchUnusable))?;
    Ok((FhirBaseUrl::parse(&iss).map_err(|_| Error::UnknownIss)?, handle))
}

/// Returns the names of all attempt cookies if the browser has reached the limit, to delete them; else none.
fn surplus_cookies(req: &HttpRequest) -> Vec<String> {
    let names: Vec<String> = req
        .cookies()
        .map(|cookies| cookies.iter().map(|cookie| cookie.name().to_owned()).collect())
        .unwrap_or_default();
    let open: Vec<String> =
        names.into_iter().filter(|name| name.starts_with(attempt::COOKIE_PREFIX)).collect();
    if open.len() >= attempt::MAX_OPEN_ATTEMPTS { open } else { Vec::new() }
}
