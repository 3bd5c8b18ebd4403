use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{
    chart_request::{ChartRequest, ReferralRequest},
    session::{OUTSIDE, see_other},
};
use crate::{
    audit::{Event, EventKind},
    fhir::PatientView,
    launch::store as launch_store,
    referral::{
        ChartReferralsPage, Error, MinePage, Referrals, chrome::banner, lists::store as list_store,
        service::speak, store,
    },
    users::SignedIn,
    web::{Chrome, Error as WebError, RequestState, Web},
};

#[derive(Deserialize)]
pub(super) struct HomeQuery {
    #[serde(default)]
    discarded: u8,
}

#[derive(Deserialize)]
pub(super) struct MineQuery {
    #[serde(default)]
    from: String,
}

pub(super) async fn home(asked: ChartRequest, query: Query<HomeQuery>) -> Result<HttpResponse, WebError> {
    let visit = asked.click().await?;
    let notice = if query.discarded == 1 { "discarded" } else { "" };
    let page = asked.referrals.home(&visit, asked.lang(), notice).await?;
    asked.referrals.record_view(&asked.state, &visit, EventKind::ChartViewed, "Patient".to_owned()).await?;
    asked.web.page(&asked.state, &visit.chrome, &page)
}

pub(super) async fn of_chart(asked: ChartRequest) -> Result<HttpResponse, WebError> {
    let mut visit = asked.click().await?;
    let (referrals, base) = (&asked.referrals, format!("{}/referrals", visit.context.path()));
    let user_id = &visit.signed_in.user.id;
    let key = Some(visit.context.patient_key.as_str());
    let found = list_store::find_mine(&referrals.ground.db, &referrals.ground.sealer, user_id, key)
        .await
        .map_err(Error::Db)?;
    let rows = found.iter().map(|listed| referrals.row(listed, &base, "", asked.lang())).collect();
    referrals.record_view(&asked.state, &visit, EventKind::ReferralViewed, "list".to_owned()).await?;
    visit.chrome.back = base;
    asked.web.page(&asked.state, &visit.chrome, &ChartReferralsPage { rows })
}

pub(super) async fn detail(asked: ReferralRequest) -> Result<HttpResponse, WebError> {
    if asked.id == "mine" {
        return Ok(see_other(&format!("/referrals?from={}", asked.context_id)));
    }
    let (mut visit, referral) = asked.referral().await?;
    let base = format!("{}/referrals", visit.context.path());
    let mut page = asked.referrals.detail(&referral, &base, asked.lang()).await?;
    page.open = referral.status.is_open();
    asked.referrals.record_referral_view(&asked.state, &visit, &asked.id).await?;
    visit.chrome.back.clone_from(&page.path);
    asked.web.page(&asked.state, &visit.chrome, &page)
}

/// All of a person's referrals. No chart's banner stands over it, since its rows are about several patients.
pub(super) async fn mine(
    signed_in: SignedIn,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
    query: Query<MineQuery>,
) -> Result<HttpResponse, WebError> {
    let from = referrals.came_from(&signed_in, &query.from).await?;
    outside_chart(&referrals, &state, &signed_in, from.as_ref())?;
    let user = &signed_in.user;
    let found = list_store::find_mine(&referrals.ground.db, &referrals.ground.sealer, &user.id, None)
        .await
        .map_err(Error::Db)?;
    let rows =
        found.iter().map(|listed| referrals.row(listed, "/referrals", "", state.lang().code())).collect();
    let back = from.as_ref().map(|_| format!("/c/{}/", query.from)).unwrap_or_default();
    record_outside(&referrals, &state, &signed_in, "list".to_owned(), None).await?;
    let here =
        if from.is_some() { format!("/referrals?from={}", query.from) } else { "/referrals".to_owned() };
    web.page(&state, &chrome_outside(&web, &signed_in, here), &MinePage { rows, back })
}

/// One of a person's referrals, under the banner of its own patient.
pub(super) async fn mine_detail(
    id: Path<String>,
    signed_in: SignedIn,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
) -> Result<HttpResponse, WebError> {
    outside_chart(&referrals, &state, &signed_in, None)?;
    let found =
        store::find_referral(&referrals.ground.db, &referrals.ground.sealer, &id).await.map_err(Error::Db)?;
    let mine = list_store::is_mine(&referrals.ground.db, &id, &signed_in.user.id).await.map_err(Error::Db)?;
    let referral = found.filter(|_| mine).ok_or(Error::NotFound)?;
    let lang = state.lang().code();
    let page = referrals.detail(&referral, "/referrals", lang).await?;
    let patient = referral.snapshot.resource("patient").map(PatientView::of).ok_or(Error::NotFound)?;
    let entity = format!("referral/{}", referral.id);
    record_outside(&referrals, &state, &signed_in, entity, Some(&referral.patient_key)).await?;
    let chrome = Chrome {
        banner: Some(banner(&patient, &referral.summary.ehr, lang, &referrals.now())),
        ..chrome_outside(&web, &signed_in, page.path.clone())
    };
    web.page(&state, &chrome, &page)
}

/// Who frames the chart somebody came from also frames this; without one it is the EHR of the last launch.
fn outside_chart(
    referrals: &Referrals,
    state: &RequestState,
    signed_in: &SignedIn,
    from: Option<&String>,
) -> Result<(), Error> {
    speak(state, signed_in);
    if let Some(ehr) = referrals.launch.registry().find(from.unwrap_or(&signed_in.ehr_id)) {
        state.set_frame_ancestors(&ehr.frame_ancestors);
    }
    if signed_in.user.role.may_prepare() { Ok(()) } else { Err(Error::NotAllowed) }
}

fn chrome_outside(web: &Web, signed_in: &SignedIn, back: String) -> Chrome {
    Chrome {
        signed_in_as: Some(signed_in.user.name.clone()),
        csrf_token: web.csrf().token(&signed_in.session_id, OUTSIDE),
        back,
        ..Chrome::default()
    }
}

impl Referrals {
    /// The EHR of the open chart a list was opened from, if it is one of this session.
    async fn came_from(&self, signed_in: &SignedIn, context_id: &str) -> Result<Option<String>, Error> {
        let is_id = context_id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if context_id.is_empty() || !is_id {
            return Ok(None);
        }
        Ok(launch_store::find_context_ehr(&self.ground.db, context_id, &signed_in.session_id).await?)
    }
}

async fn record_outside(
    referrals: &Referrals,
    state: &RequestState,
    signed_in: &SignedIn,
    entity: String,
    patient_key: Option<&str>,
) -> Result<(), Error> {
    let event = Event::success(EventKind::ReferralViewed, state.correlation_id())
        .by(&signed_in.user.id)
        .at(&signed_in.ehr_id)
        .patient(patient_key)
        .on(entity);
    Ok(referrals.ground.audit.record_alone(&referrals.ground.db, &event).await?)
}
