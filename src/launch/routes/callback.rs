//! Handler of `GET /callback/{ehr}`.

use std::sync::Arc;

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    cookie::Cookie,
    web::{Data, Path},
};

use super::refusal::refuse;
use crate::{
    ehrs::{Ehr, origins::record_first_origins},
    launch::{
        attempt::{self, Attempt},
        error::{CallbackRefusal, Error},
        linking,
        opening::Opening,
        service::Launch,
        trace::{StepName, Trace},
    },
    smart::{odd_callback_facts, process_callback},
    users::{SignedIn, start_session},
    web::{Error as WebError, ErrorKind, RequestState, Web, expired_cookie, see_other},
};

pub(super) async fn callback(
    req: HttpRequest,
    ehr_id: Path<String>,
    session: Session,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
) -> Result<HttpResponse, WebError> {
    tracing::trace!(target: "walk", "receive the callback");
    let ehr =
        launch.registry.find(&ehr_id).ok_or_else(|| WebError::new(ErrorKind::NotFound, "no such EHR"))?;
    state.set_frame_ancestors(&ehr.frame_ancestors);
    let trace = Trace::new(launch.ground.clock.clone());
    let finished = finish(&req, &state, &launch, &web, &ehr, &trace, &session).await;
    web.metrics().note_clock(&ehr.id, ehr.clock_skew.seconds());
    match finished {
        Ok(response) => {
            web.metrics().count_launch("opened");
            Ok(response)
        }
        Err(error) => Err(refuse(&launch, &web, &state, Some(&ehr), &trace, error).await?),
    }
}

async fn finish(
    req: &HttpRequest,
    state: &RequestState,
    launch: &Launch,
    web: &Web,
    ehr: &Arc<Ehr>,
    trace: &Trace,
    session: &Session,
) -> Result<HttpResponse, Error> {
    let parameters = process_callback(req.query_string()).map_err(|error| {
        trace.add(StepName::Callback, odd_callback_facts(req.query_string()));
        Error::MalformedCallback(error)
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
    let was_waiting = launch.sent.remove(&ehr.id, &state_hash);
    if was_waiting || attempt.is_some() {
        web.metrics().count_back(&ehr.id);
    }
    if !was_waiting {
        trace.brings_back(&state_hash);
    }
    let verified = match attempt {
        Some(attempt) => launch.verify_callback(ehr, &attempt, &state_hash, parameters, trace).await,
        None => Err(Error::Callback(CallbackRefusal::NoAttempt)),
    };
    let verified = match verified {
        // The same browser repeats the callback (reload, back button): redirect to the chart it opened before.
        Err(Error::Callback(_) | Error::Spent(_)) if let Some(current) = &current => {
            if let Some(open) = launch.find_context(state, current, &context_id).await? {
                let to = launch.landing(&context_id, &open.ehr, &open.chart.launch_context);
                return Ok(see_other(&to).finish());
            }
            verified?
        }
        verified => verified?,
    };
    let to = launch.landing(&context_id, ehr, &verified.chart.launch_context);
    let opening = launch.open(state, &context_id, verified, trace, current.as_ref()).await?;
    record_first_origins(&launch.ground, ehr).await?;
    let mut response = response_to(session, opening, &to)?;
    Ok(response.cookie(expired_cookie(cookie_name)).finish())
}

/// Redirects to the chart, or to the page of the pending sign-in.
fn response_to(session: &Session, opening: Opening, to: &str) -> Result<HttpResponseBuilder, Error> {
    Ok(match opening {
        Opening::Opened(opened) => {
            start_session(session, &opened)
                .map_err(|_| Error::Callback(CallbackRefusal::SessionNotStarted))?;
            see_other(to)
        }
        Opening::Asked { id, binding } => {
            let mut response = see_other(&linking::path(&id));
            response.cookie(linking::cookie(&id, binding));
            response
        }
    })
}
