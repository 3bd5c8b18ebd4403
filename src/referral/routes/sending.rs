use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path, Query},
};
use serde::Deserialize;

use super::session::see_other;
use crate::{
    audit::Kind,
    referral::{
        DestinationPage, Error, Referrals,
        draft::Referral,
        reviewing::service_row,
        service::{Visit, event},
        store,
    },
    users::SignedIn,
    web::{Error as WebError, RequestState, Web},
};

#[derive(Deserialize)]
pub(super) struct SearchQuery {
    #[serde(default)]
    q: String,
}

#[derive(Deserialize)]
pub(super) struct ChooseForm {
    csrf_token: String,
    revision: i64,
    service: String,
}

#[derive(Deserialize)]
pub(super) struct HandOverForm {
    csrf_token: String,
    revision: i64,
}

pub(super) async fn destinations(
    path: Path<(String, String)>,
    signed_in: SignedIn,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
    query: Query<SearchQuery>,
) -> Result<HttpResponse, WebError> {
    let (context, id) = path.into_inner();
    let mut visit = referrals.click(&state, &web, signed_in, &context).await?;
    let referral = referrals.referral(&visit, &id).await?;
    let form = referrals.form(&referral.form_id)?;
    let lang = state.lang().code();
    let found = referrals.directory.search(&query.q, form.service_codings());
    let base = format!("{}/referrals/{id}", visit.context.path());
    let page = DestinationPage {
        revision: referral.revision,
        query: query.into_inner().q,
        services: found
            .iter()
            .map(|service| service_row(service, referral.service_id.as_deref(), lang))
            .collect(),
        form: form.title(lang).to_owned(),
        path: base.clone(),
    };
    referrals.record_view(&state, &visit, Kind::ReferralViewed, format!("referral/{id}")).await?;
    visit.chrome.back = format!("{base}/destination");
    web.page(&state, &visit.chrome, &page)
}

pub(super) async fn choose(
    path: Path<(String, String)>,
    signed_in: SignedIn,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
    Form(form): Form<ChooseForm>,
) -> Result<HttpResponse, WebError> {
    let (context, id) = path.into_inner();
    web.csrf().check(&signed_in.session_id, &context, &form.csrf_token)?;
    let visit = referrals.click(&state, &web, signed_in, &context).await?;
    let referral = referrals.referral(&visit, &id).await?;
    referrals.choose(&state, &visit, &referral, (form.revision, &form.service)).await?;
    Ok(see_other(&format!("{}/referrals/{id}/review", visit.context.path())))
}

pub(super) async fn review(
    path: Path<(String, String)>,
    signed_in: SignedIn,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
) -> Result<HttpResponse, WebError> {
    let (context, id) = path.into_inner();
    let visit = referrals.click(&state, &web, signed_in, &context).await?;
    let referral = referrals.referral(&visit, &id).await?;
    let base = format!("{}/referrals/{id}", visit.context.path());
    if !referral.status.is_open() {
        return Ok(see_other(&base));
    }
    referrals.record_view(&state, &visit, Kind::ReferralViewed, format!("referral/{id}")).await?;
    show_review(&state, &referrals, &web, visit, &referral, false).await
}

async fn show_review(
    state: &RequestState,
    referrals: &Referrals,
    web: &Web,
    mut visit: Visit,
    referral: &Referral,
    unconfirmed: bool,
) -> Result<HttpResponse, WebError> {
    let base = format!("{}/referrals/{}", visit.context.path(), referral.id);
    let chosen = referral.service_id.as_deref().and_then(|id| referrals.directory.find(id));
    let Some(service) = chosen else {
        return Ok(see_other(&format!("{base}/destination")));
    };
    let form = referrals.form(&referral.form_id)?;
    let readiness = referrals.readiness((state, web), &visit, form, referral, service).await?;
    let mut page = Referrals::review(&visit, (form, referral, service), &readiness, state.lang().code());
    page.unconfirmed = unconfirmed;
    visit.chrome.back = format!("{base}/review");
    let status = if unconfirmed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    web.page_with(status, state, &visit.chrome, &page)
}

/// Sends. A second click, a reload or another tab finds it sent and is shown the same page.
pub(super) async fn submit(
    path: Path<(String, String)>,
    signed_in: SignedIn,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
    body: String,
) -> Result<HttpResponse, WebError> {
    let (context, id) = path.into_inner();
    let (mut csrf_token, mut revision, mut confirmed) = (String::new(), -1, Vec::new());
    for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
        match &*name {
            "csrf_token" => csrf_token = value.into_owned(),
            "revision" => revision = value.parse().unwrap_or(-1),
            "confirm" => confirmed.push(value.into_owned()),
            _ => {}
        }
    }
    web.csrf().check(&signed_in.session_id, &context, &csrf_token)?;
    let visit = referrals.click(&state, &web, signed_in, &context).await?;
    let referral = referrals.referral(&visit, &id).await?;
    let base = format!("{}/referrals/{id}", visit.context.path());
    match referrals.submit(&state, &web, &visit, &referral, (revision, &confirmed)).await {
        Ok(()) => Ok(see_other(&base)),
        Err(Error::Conflict | Error::NotReady) if referrals.is_submitted(&id).await? => Ok(see_other(&base)),
        Err(Error::NotReady) => show_review(&state, &referrals, &web, visit, &referral, true).await,
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn hand_over(
    path: Path<(String, String)>,
    signed_in: SignedIn,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
    Form(form): Form<HandOverForm>,
) -> Result<HttpResponse, WebError> {
    let (context, id) = path.into_inner();
    web.csrf().check(&signed_in.session_id, &context, &form.csrf_token)?;
    let visit = referrals.click(&state, &web, signed_in, &context).await?;
    let referral = referrals.referral(&visit, &id).await?;
    referrals.hand_over(&state, &visit, &referral, form.revision).await?;
    Ok(see_other(&format!("{}/referrals/{id}", visit.context.path())))
}

impl Referrals {
    async fn choose(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        (revision, service_id): (i64, &str),
    ) -> Result<(), Error> {
        let service = self.directory.find(service_id).ok_or(Error::Request)?;
        let mut summary = referral.summary.clone();
        summary.destination = service.name.clone();
        let mut tx = self.db.begin_write().await?;
        let at = (referral.id.as_str(), revision, visit.signed_in.user.id.as_str());
        let chosen =
            store::update_destination(&mut tx, &*self.clock, &self.sealer, at, service_id, &summary).await?;
        chosen.ok_or(Error::Conflict)?;
        let event = event(state, visit, Kind::ReferralSaved).on(format!("referral/{}", referral.id));
        self.audit.record(&mut tx, &event.detail(format!("destination {service_id}"))).await?;
        Ok(tx.commit().await?)
    }

    async fn is_submitted(&self, id: &str) -> Result<bool, Error> {
        let found = store::find_referral(&self.db, &self.sealer, id).await?;
        Ok(found.is_some_and(|found| !found.status.is_open()))
    }
}
