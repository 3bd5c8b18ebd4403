//! `GET /launch`, `GET /start`, `POST /start/{ehr}`, `GET /callback/{ehr}`, and what a person reads when a launch ends early.

use std::sync::Arc;

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    cookie::Cookie,
    http::{StatusCode, header},
    web::{self, Data, Path, ServiceConfig},
};
use url::form_urlencoded;

use super::{
    Ehr, Error, Launch,
    attempt::{self, Attempt},
    ehrs::origins::note_first_origins,
    linking,
    opening::Opening,
    pages::{SendPage, StartPage},
    starting::Begun,
    trace::{StepName, Trace, store::insert_trace},
};
use crate::{
    audit::{Event, Kind as AuditKind},
    db,
    fhir::{self, FhirBaseUrl},
    smart::{self, AuthorizationRequest, Fact, LaunchHandle, launch_facts, process_callback},
    users::{self, SignedIn, start_session},
    web::{Chrome, Error as WebError, Kind, RequestState, Web, binding_cookie, expired_cookie},
};

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/launch").route(web::get().to(start)))
        .service(web::resource("/start").route(web::get().to(choose)))
        .service(web::resource("/start/{ehr}").route(web::post().to(start_alone)))
        .service(web::scope("/callback").service(web::resource("/{ehr}").route(web::get().to(callback))));
    linking::routes(config);
}

async fn start(
    req: HttpRequest,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
) -> Result<HttpResponse, WebError> {
    if req.headers().get("sec-purpose").is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch")) {
        return Err(WebError::new(Kind::Method, "a prefetch begins no launch"));
    }
    let (mut named, trace) = (None, Trace::new(launch.clock.clone()));
    match begin(&req, (&launch, &web), &mut named, &trace).await {
        Ok((ehr, begun)) => send_away(&req, &state, &web, (&ehr, begun)),
        Err(error) => Err(refuse(&launch, &web, &state, (named.as_deref(), &trace), error).await?),
    }
}

async fn begin(
    req: &HttpRequest,
    (launch, web): (&Launch, &Web),
    named: &mut Option<Arc<Ehr>>,
    trace: &Trace,
) -> Result<(Arc<Ehr>, Begun), Error> {
    trace.add(StepName::LaunchRequest, launch_facts(req.query_string()));
    if came_in_clear(req, web) {
        return Err(Error::Request("it came in plain http"));
    }
    let (iss, handle) = read_launch(req.query_string())?;
    let ehr = launch.registry.find_by_base(&iss).ok_or(Error::UnknownIss)?;
    *named = Some(Arc::clone(&ehr));
    let begun = launch.begin(&ehr, &iss, Some(&handle), trace).await?;
    Ok((ehr, begun))
}

/// Sends the browser to the EHR, by a redirect or with a form that can go nowhere else.
fn send_away(
    req: &HttpRequest,
    state: &RequestState,
    web: &Web,
    (ehr, begun): (&Ehr, Begun),
) -> Result<HttpResponse, WebError> {
    state.set_frame_ancestors(&ehr.frame_ancestors);
    let mut response = match begun.request {
        AuthorizationRequest::Get(url) => see_other(url.as_str()).finish(),
        AuthorizationRequest::Post { action, fields } => {
            state.set_form_action(&action.origin().ascii_serialization());
            let page = SendPage { ehr: ehr.name.clone(), action: action.into(), fields };
            web.page(state, &Chrome::default(), &page)?
        }
    };
    let binding = binding_cookie(begun.cookie_name, begun.sealed, attempt::SECONDS);
    for cookie in surplus(req).into_iter().map(expired_cookie).chain([binding]) {
        response.add_cookie(&cookie).map_err(WebError::unexpected)?;
    }
    Ok(response)
}

/// `GET /start`: the EHRs one may start from without the EHR.
async fn choose(state: RequestState, launch: Data<Launch>, web: Data<Web>) -> Result<HttpResponse, WebError> {
    let ehrs = launch.registry.list();
    let offered = ehrs.iter().filter(|ehr| ehr.standalone && !ehr.suspended);
    let page = StartPage { ehrs: offered.map(|ehr| (ehr.id.clone(), ehr.name.clone())).collect() };
    web.page(&state, &Chrome::default(), &page)
}

/// `POST /start/{ehr}`: a standalone launch.
async fn start_alone(
    req: HttpRequest,
    ehr_id: Path<String>,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
) -> Result<HttpResponse, WebError> {
    let ehr = launch.registry.find(&ehr_id).filter(|ehr| ehr.standalone);
    let ehr = ehr.ok_or_else(|| WebError::new(Kind::NotFound, "no EHR to start from"))?;
    let trace = Trace::new(launch.clock.clone());
    trace.add(StepName::LaunchRequest, vec![Fact::own("from", "our own page")]);
    match launch.begin(&ehr, &ehr.client.base, None, &trace).await {
        Ok(begun) => send_away(&req, &state, &web, (&ehr, begun)),
        Err(error) => Err(refuse(&launch, &web, &state, (Some(&ehr), &trace), error).await?),
    }
}

/// Whether the proxy says that the browser came in plain http to an https address. A redirect would only hide that the
/// handle went in clear. Of several proxies the first one knows.
fn came_in_clear(req: &HttpRequest, web: &Web) -> bool {
    let forwarded = req.headers().get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    let first = forwarded.and_then(|value| value.split(',').next()).unwrap_or_default();
    web.public_url().origin().starts_with("https:") && first.trim().eq_ignore_ascii_case("http")
}

/// `iss` and `launch`, each once; everything else in the query is ignored.
///
/// # Errors
/// [`Error::Request`] with what is wrong, or [`Error::UnknownIss`] when `iss` cannot be that of any EHR.
pub fn read_launch(query: &str) -> Result<(FhirBaseUrl, LaunchHandle), Error> {
    let (mut iss, mut handle) = (None, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let slot = match &*name {
            "iss" => &mut iss,
            "launch" => &mut handle,
            _ => continue,
        };
        if slot.replace(value).is_some() {
            return Err(Error::Request("a parameter stands there twice"));
        }
    }
    let iss = iss.filter(|iss| !iss.trim().is_empty()).ok_or(Error::Request("iss is missing"))?;
    let handle = handle.ok_or(Error::Request("launch is missing"))?;
    let handle = LaunchHandle::new(&handle).ok_or(Error::Request("launch is empty or too long"))?;
    Ok((FhirBaseUrl::parse(&iss).map_err(|_| Error::UnknownIss)?, handle))
}

/// A browser keeps a few open attempts; when there are too many the old ones go, the new one works.
fn surplus(req: &HttpRequest) -> Vec<String> {
    let names: Vec<String> = req
        .cookies()
        .map(|cookies| cookies.iter().map(|cookie| cookie.name().to_owned()).collect())
        .unwrap_or_default();
    let open: Vec<String> =
        names.into_iter().filter(|name| name.starts_with(attempt::COOKIE_PREFIX)).collect();
    if open.len() >= attempt::MOST { open } else { Vec::new() }
}

async fn callback(
    req: HttpRequest,
    ehr_id: Path<String>,
    session: Session,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
) -> Result<HttpResponse, WebError> {
    let ehr = launch.registry.find(&ehr_id).ok_or_else(|| WebError::new(Kind::NotFound, "no such EHR"))?;
    state.set_frame_ancestors(&ehr.frame_ancestors);
    let trace = Trace::new(launch.clock.clone());
    let finished = finish(&req, &state, &launch, (&ehr, &trace), &session).await;
    web.metrics().note_clock(&ehr.id, ehr.clock.ahead());
    match finished {
        Ok(response) => {
            web.metrics().count_launch("opened");
            Ok(response)
        }
        Err(error) => Err(refuse(&launch, &web, &state, (Some(&ehr), &trace), error).await?),
    }
}

async fn finish(
    req: &HttpRequest,
    state: &RequestState,
    launch: &Launch,
    (ehr, trace): (&Arc<Ehr>, &Trace),
    session: &Session,
) -> Result<HttpResponse, Error> {
    let parameters = process_callback(req.query_string()).map_err(|error| {
        tracing::warn!(cause = %error, "malformed callback");
        Error::Callback("malformed")
    })?;
    if ehr.suspended {
        return Err(Error::Suspended);
    }
    let current = SignedIn::find(session);
    let state_hash = attempt::hash_state(&parameters.state, &launch.tickets);
    let context_id = attempt::context_id(&parameters.state, &launch.tickets);
    let cookie_name = attempt::cookie_name(&state_hash);
    let attempt = req
        .cookie(&cookie_name)
        .and_then(|cookie: Cookie<'_>| Attempt::open(cookie.value(), &state_hash, &launch.tickets));
    let arrived = match attempt {
        Some(attempt) => launch.arrive(ehr, &attempt, &state_hash, parameters, trace).await,
        None => Err(Error::Callback("this browser began no such attempt")),
    };
    let arrived = match arrived {
        // The same browser came a second time (reload, back): it is sent to where the first time led.
        Err(Error::Callback(_) | Error::Spent(_)) if let Some(current) = &current => {
            if let Some(open) = launch.find_context(state, current, &context_id).await? {
                let to = launch.landing(&context_id, &open.ehr, &open.chart.launch_context);
                return Ok(see_other(&to).finish());
            }
            arrived?
        }
        arrived => arrived?,
    };
    let to = launch.landing(&context_id, ehr, &arrived.chart.launch_context);
    let opening = launch.open(state, &context_id, (arrived, trace), current.as_ref()).await?;
    note_first_origins(&launch.ground(), ehr).await?;
    let mut response = match opening {
        Opening::Opened(opened) => {
            start_session(session, &opened).map_err(|_| Error::Callback("the session could not begin"))?;
            see_other(&to)
        }
        Opening::Asked { id, binding } => {
            let mut response = see_other(&linking::path(&id));
            response.cookie(linking::cookie(&id, binding));
            response
        }
    };
    Ok(response.cookie(expired_cookie(cookie_name)).finish())
}

pub(super) fn see_other(path: &str) -> HttpResponseBuilder {
    let mut response = HttpResponseBuilder::new(StatusCode::SEE_OTHER);
    response.insert_header((header::LOCATION, path));
    response
}

/// Records a refusal and turns it into what the person reads.
async fn refuse(
    launch: &Launch,
    web: &Web,
    state: &RequestState,
    (ehr, trace): (Option<&Ehr>, &Trace),
    error: Error,
) -> Result<WebError, WebError> {
    web.metrics().count_launch(error.class());
    if let Some(ehr) = ehr.filter(|_| error.doubts_metadata()) {
        ehr.discovery.doubt();
    }
    let ehr_id = ehr.map(|ehr| ehr.id.as_str());
    let admitted = match error.is_about_a_person() {
        true => Some(error.class().to_owned()),
        false => launch.refusals.admit(launch.clock.now_ms(), ehr_id.unwrap_or_default(), error.class()),
    };
    if let Some(why) = admitted {
        let mut event = Event::failure(AuditKind::LaunchRefused, state.correlation_id(), &why);
        event.ehr_id = ehr_id.map(str::to_owned);
        trace.add(StepName::Refused, vec![Fact::own("why", &told(&error))]);
        record(launch, state, &event, (error.class(), trace)).await.map_err(Error::Db)?;
    }
    Ok(error.into())
}

/// The event and what led to it, in one transaction.
async fn record(
    launch: &Launch,
    state: &RequestState,
    event: &Event,
    (class, trace): (&str, &Trace),
) -> db::Result<()> {
    let mut tx = launch.db.begin_write().await?;
    launch.audit.record(&mut tx, event).await?;
    insert_trace(&mut tx, (state.correlation_id(), event.ehr_id.as_deref()), class, trace).await?;
    tx.commit().await
}

/// An error with its causes; none of them holds a value of the launch.
fn told(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"))
}

impl From<Error> for WebError {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Request(_) | Error::UnknownIss => Kind::BadLaunch,
            Error::Suspended => Kind::Suspended,
            Error::Callback(_) => Kind::SigninFailed,
            Error::Spent(_) => Kind::SigninExpired,
            Error::Declined(code) => declined(code),
            Error::Smart(error) => smart_kind(error),
            Error::Clock { .. } | Error::Patient(fhir::Error::Version) => Kind::EhrSetup,
            Error::NoPatient | Error::Patient(fhir::Error::NotFound) => Kind::NoPatient,
            Error::NotGranted | Error::Patient(fhir::Error::Forbidden | fhir::Error::Unauthorized) => {
                Kind::NotGranted
            }
            Error::NotForRole(_) | Error::Refused => Kind::NotForRole,
            Error::Patient(fhir::Error::Mismatch) | Error::Changed => Kind::WrongPatient,
            Error::Patient(fhir::Error::Busy(_)) => Kind::EhrBusy,
            Error::Patient(_) | Error::Resting => Kind::EhrTrouble,
            Error::EndedByEhr => Kind::EndedByEhr,
            Error::Disabled => Kind::AccountDisabled,
            Error::NoContext => Kind::NotFound,
            Error::Users(users::Error::Db(_) | users::Error::Busy) | Error::Db(_) => Kind::Busy,
            Error::Users(_) => Kind::Unexpected,
        };
        Self::caused(kind, error)
    }
}

fn declined(code: &str) -> Kind {
    match code {
        "access_denied" | "login_required" | "consent_required" | "interaction_required" => {
            Kind::SigninDeclined
        }
        "server_error" | "temporarily_unavailable" => Kind::EhrTrouble,
        _ => Kind::EhrSetup,
    }
}

fn smart_kind(error: &smart::Error) -> Kind {
    match error {
        smart::Error::IssuerMismatch
        | smart::Error::NoIssuer
        | smart::Error::ClientAuth(_)
        | smart::Error::NoIdToken
        | smart::Error::TokenRefused { code: Some("invalid_client" | "unauthorized_client"), .. } => {
            Kind::EhrSetup
        }
        smart::Error::LaunchContext(_) => Kind::NoPatient,
        error if error.is_ehr_trouble() => Kind::EhrTrouble,
        _ => Kind::SigninFailed,
    }
}
