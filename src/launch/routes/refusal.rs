//! Refused launches: audit event, trace, and the page the person reads.

use crate::{
    audit::{Event, EventKind},
    db::{self, Db},
    egress,
    ehrs::Ehr,
    fhir,
    launch::{
        advice::Advice,
        error::{Change, Error},
        service::Launch,
        trace::{
            ADVICE, CODE, StepName, Trace,
            store::{delete_not_back, insert_trace, is_noted_overdue},
        },
    },
    smart::{self, Fact, IdTokenError},
    users,
    web::{Error as WebError, ErrorKind, RequestState, Web},
};

/// Records a refused launch with its trace, unless too many are recorded already, and returns the page for the person.
pub(super) async fn refuse(
    launch: &Launch,
    web: &Web,
    state: &RequestState,
    ehr: Option<&Ehr>,
    trace: &Trace,
    error: Error,
) -> Result<WebError, WebError> {
    // In a frame, the person reads what happened.
    if let Some(ehr) = ehr {
        state.set_frame_ancestors(&ehr.frame_ancestors);
    }
    let class = error.class().code();
    web.metrics().count_launch(class);
    if let Some(ehr) = ehr.filter(|_| error.may_stem_from_metadata()) {
        ehr.discovery.invalidate();
    }
    let ehr_id = ehr.map(|ehr| ehr.id.as_str());
    let admitted = match error.is_about_a_person() {
        true => Some(class.to_owned()),
        false => launch.refusals.admit(launch.ground.clock.now_ms(), ehr_id.unwrap_or_default(), class),
    };
    if let Some(detail) = admitted {
        let mut event = Event::failure(EventKind::LaunchRefused, state.correlation_id(), &detail);
        event.ehr_id = ehr_id.map(str::to_owned);
        let advice = Advice::against(&error, ehr).map(|advice| Fact::shown(ADVICE, advice.code()));
        let facts = [Fact::shown("why", &with_causes(&error)), Fact::shown(CODE, error.code())];
        trace.add(StepName::Refused, facts.into_iter().chain(advice).collect());
        let mut tx = launch.ground.db.begin_write().await.map_err(Error::Db)?;
        launch.ground.audit.record(&mut tx, &event).await.map_err(Error::Db)?;
        insert_trace(&mut tx, state.correlation_id(), ehr_id, class, trace).await.map_err(Error::Db)?;
        tx.commit().await.map_err(Error::Db)?;
    } else if let Some(state_hash) = trace.back() {
        forget_overdue(&launch.ground.db, state_hash).await.map_err(Error::Db)?;
    }
    Ok(error.into())
}

/// Deletes the trace that says that a launch did not come back. Only reads if there is none, because an attacker can send
/// any number of callbacks.
async fn forget_overdue(db: &Db, state_hash: &str) -> Result<(), db::Error> {
    if !is_noted_overdue(db, state_hash).await? {
        return Ok(());
    }
    let mut tx = db.begin_write().await?;
    delete_not_back(&mut tx, state_hash).await?;
    tx.commit().await
}

/// Formats an error with its causes, except those that it already names. None of them contains a value of the launch.
fn with_causes(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.map(ToString::to_string).fold(error.to_string(), |text, cause| match text.ends_with(&cause) {
        true => text,
        false => format!("{text}: {cause}"),
    })
}

impl From<Error> for WebError {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Request(_) | Error::UnknownIss => ErrorKind::BadLaunch,
            Error::Suspended => ErrorKind::Suspended,
            Error::MalformedCallback(_) | Error::Callback(_) => ErrorKind::SigninFailed,
            Error::Spent(_) => ErrorKind::SigninExpired,
            Error::Declined(code) => declined(code),
            Error::Smart(error) => smart_kind(error),
            Error::Clock { .. } | Error::Patient(fhir::Error::Version) => ErrorKind::EhrSetup,
            Error::NoPatient => ErrorKind::NoPatient,
            Error::Patient(fhir::Error::NotFound) => ErrorKind::PatientNotFound,
            Error::NotGranted | Error::Patient(fhir::Error::Forbidden | fhir::Error::Unauthorized) => {
                ErrorKind::NotGranted
            }
            Error::NotForRole(_) | Error::Refused => ErrorKind::NotForRole,
            Error::Patient(fhir::Error::Mismatch) | Error::Changed(Change::Patient) => {
                ErrorKind::WrongPatient
            }
            Error::Changed(Change::Encounter | Change::User) => ErrorKind::SessionChanged,
            Error::Patient(fhir::Error::Busy(_)) => ErrorKind::EhrBusy,
            Error::CircuitOpen => ErrorKind::EhrResting,
            Error::EndedByEhr => ErrorKind::EndedByEhr,
            Error::Disabled => ErrorKind::AccountDisabled,
            Error::NoContext => ErrorKind::NotFound,
            Error::Patient(fhir::Error::Egress(egress::Error::AtCapacity))
            | Error::Users(users::Error::Db(_) | users::Error::Busy)
            | Error::Db(_) => ErrorKind::Busy,
            Error::Patient(_) => ErrorKind::EhrTrouble,
            Error::Users(_) => ErrorKind::Unexpected,
        };
        let code = error.code();
        Self::caused(kind, error).with_code(code)
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
        | smart::Error::IssuerUnconfirmed
        | smart::Error::NoIssuer
        | smart::Error::ClientAuth(_)
        | smart::Error::IdToken(IdTokenError::Missing)
        | smart::Error::TokenRefused { code: Some("invalid_client" | "unauthorized_client"), .. } => {
            ErrorKind::EhrSetup
        }
        smart::Error::LaunchContext(_) => ErrorKind::PatientNotFound,
        // Our limit, not a failure of the EHR.
        smart::Error::Egress { source: egress::Error::AtCapacity, .. } => ErrorKind::Busy,
        error if error.is_ehr_trouble() => ErrorKind::EhrTrouble,
        _ => ErrorKind::SigninFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Our own limit of concurrent requests is not blamed on the EHR.
    #[test]
    fn tells_our_own_limit_from_an_ehr_in_trouble() {
        let smart = |source| Error::Smart(smart::Error::Egress { document: "the token response", source });
        let patient = |source| Error::Patient(fhir::Error::Egress(source));
        let kind = |error| WebError::from(error).kind();
        assert_eq!(kind(smart(egress::Error::AtCapacity)), ErrorKind::Busy);
        assert_eq!(kind(patient(egress::Error::AtCapacity)), ErrorKind::Busy);
        assert_eq!(kind(smart(egress::Error::Timeout)), ErrorKind::EhrTrouble);
        assert_eq!(kind(patient(egress::Error::Timeout)), ErrorKind::EhrTrouble);
    }
}
