//! `GET /launch`, `GET /start`, `POST /start/{ehr}`, `GET /callback/{ehr}`, and what a person reads when a launch ends early.

mod callback;
mod start;

use actix_web::{
    HttpResponseBuilder,
    http::{StatusCode, header},
    web::{self, ServiceConfig},
};

use super::{
    Advice, Ehr, Error, Launch, linking,
    trace::{ADVICE, StepName, Trace, store::insert_trace},
};
use crate::{
    audit::{Event, EventKind},
    db, fhir,
    smart::{self, Fact},
    users,
    web::{Error as WebError, ErrorKind, RequestState, Web},
};

pub use start::read_launch;

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    let alone = web::scope("/start")
        .service(web::resource("").route(web::get().to(start::choose)))
        .service(web::resource("/{ehr}").route(web::post().to(start::start_alone)));
    config
        .service(web::resource("/launch").route(web::get().to(start::start)))
        .service(
            web::scope("/callback").service(web::resource("/{ehr}").route(web::get().to(callback::callback))),
        )
        .service(alone);
    linking::routes(config);
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
        let mut event = Event::failure(EventKind::LaunchRefused, state.correlation_id(), &why);
        event.ehr_id = ehr_id.map(str::to_owned);
        let advice = ehr.and_then(|ehr| Advice::against(&error, ehr));
        let advice = advice.map(|advice| Fact::own(ADVICE, advice.name()));
        trace.add(StepName::Refused, [Fact::own("why", &told(&error))].into_iter().chain(advice).collect());
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
            Error::Request(_) | Error::UnknownIss => ErrorKind::BadLaunch,
            Error::Suspended => ErrorKind::Suspended,
            Error::Callback(_) => ErrorKind::SigninFailed,
            Error::Spent(_) => ErrorKind::SigninExpired,
            Error::Declined(code) => declined(code),
            Error::Smart(error) => smart_kind(error),
            Error::Clock { .. } | Error::Patient(fhir::Error::Version) => ErrorKind::EhrSetup,
            Error::NoPatient | Error::Patient(fhir::Error::NotFound) => ErrorKind::NoPatient,
            Error::NotGranted | Error::Patient(fhir::Error::Forbidden | fhir::Error::Unauthorized) => {
                ErrorKind::NotGranted
            }
            Error::NotForRole(_) | Error::Refused => ErrorKind::NotForRole,
            Error::Patient(fhir::Error::Mismatch) | Error::Changed => ErrorKind::WrongPatient,
            Error::Patient(fhir::Error::Busy(_)) => ErrorKind::EhrBusy,
            Error::Patient(_) => ErrorKind::EhrTrouble,
            Error::Resting => ErrorKind::EhrResting,
            Error::EndedByEhr => ErrorKind::EndedByEhr,
            Error::Disabled => ErrorKind::AccountDisabled,
            Error::NoContext => ErrorKind::NotFound,
            Error::Users(users::Error::Db(_) | users::Error::Busy) | Error::Db(_) => ErrorKind::Busy,
            Error::Users(_) => ErrorKind::Unexpected,
        };
        Self::caused(kind, error)
    }
}

fn declined(code: &str) -> ErrorKind {
    match code {
        "access_denied" | "login_required" | "consent_required" | "interaction_required" => {
            ErrorKind::SigninDeclined
        }
        "server_error" | "temporarily_unavailable" => ErrorKind::EhrTrouble,
        _ => ErrorKind::EhrSetup,
    }
}

fn smart_kind(error: &smart::Error) -> ErrorKind {
    match error {
        smart::Error::IssuerMismatch
        | smart::Error::NoIssuer
        | smart::Error::ClientAuth(_)
        | smart::Error::NoIdToken
        | smart::Error::TokenRefused { code: Some("invalid_client" | "unauthorized_client"), .. } => {
            ErrorKind::EhrSetup
        }
        smart::Error::LaunchContext(_) => ErrorKind::NoPatient,
        error if error.is_ehr_trouble() => ErrorKind::EhrTrouble,
        _ => ErrorKind::SigninFailed,
    }
}
