use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Form, Query},
};
use serde::Deserialize;

use super::{
    chart_request::{ChartRequest, ReferralRequest},
    session::see_other,
};
use crate::{
    audit::EventKind,
    launch,
    referral::{
        DestinationPage, Error, Referrals,
        draft::Referral,
        reviewing::service_row,
        service::{Visit, event},
        store,
    },
    web::{Error as WebError, RequestState},
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
    asked: ReferralRequest,
    query: Query<SearchQuery>,
) -> Result<HttpResponse, WebError> {
    let (mut visit, referral) = asked.referral().await?;
    let (referrals, lang, base) = (&asked.referrals, asked.lang(), asked.base());
    let form = referrals.form(&referral.form_id)?;
    let found = referrals.directory.search(&query.q, form.service_codings());
    let chosen = referral.service_id.as_deref();
    let page = DestinationPage {
        revision: referral.revision,
        query: query.into_inner().q,
        services: found.iter().map(|service| service_row(service, chosen, lang)).collect(),
        form: form.title(lang).to_owned(),
        path: base.clone(),
    };
    referrals.record_referral_view(&asked.state, &visit, &asked.id).await?;
    visit.chrome.back = format!("{base}/destination");
    asked.web.page(&asked.state, &visit.chrome, &page)
}

pub(super) async fn choose(
    asked: ReferralRequest,
    Form(form): Form<ChooseForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    asked.referrals.choose(&asked.state, &visit, &referral, (form.revision, &form.service)).await?;
    Ok(see_other(&format!("{}/review", asked.base())))
}

pub(super) async fn review(asked: ReferralRequest) -> Result<HttpResponse, WebError> {
    let (visit, referral) = asked.referral().await?;
    if !referral.status.is_open() {
        return Ok(see_other(&asked.base()));
    }
    asked.referrals.record_referral_view(&asked.state, &visit, &asked.id).await?;
    show_review(&asked, visit, &referral, false).await
}

async fn show_review(
    asked: &ReferralRequest,
    mut visit: Visit,
    referral: &Referral,
    unconfirmed: bool,
) -> Result<HttpResponse, WebError> {
    let ChartRequest { state, referrals, web, .. } = &**asked;
    let chosen = referral.service_id.as_deref().and_then(|id| referrals.directory.find(id));
    let Some(service) = chosen else {
        return Ok(see_other(&format!("{}/destination", asked.base())));
    };
    let form = referrals.form(&referral.form_id)?;
    let readiness = referrals.readiness((state, web), &visit, form, referral, service).await?;
    let mut page = Referrals::review(&visit, (form, referral, service), &readiness, asked.lang());
    page.unconfirmed = unconfirmed;
    visit.chrome.back = format!("{}/review", asked.base());
    let status = if unconfirmed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    web.page_with(status, state, &visit.chrome, &page)
}

/// Sends. A second click, a reload or another tab finds it sent and is shown the same page.
pub(super) async fn submit(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let (mut csrf_token, mut revision, mut confirmed) = (String::new(), -1, Vec::new());
    for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
        match &*name {
            "csrf_token" => csrf_token = value.into_owned(),
            "revision" => revision = value.parse().unwrap_or(-1),
            "confirm" => confirmed.push(value.into_owned()),
            _ => {}
        }
    }
    asked.check_csrf(&csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let (id, ChartRequest { state, referrals, web, .. }) = (&asked.id, &*asked);
    match referrals.submit(state, web, &visit, &referral, (revision, &confirmed)).await {
        Ok(()) => Ok(see_other(&asked.base())),
        Err(Error::Conflict | Error::NotReady | Error::Launch(launch::Error::EndedByEhr))
            if referrals.is_submitted(id).await? =>
        {
            Ok(see_other(&asked.base()))
        }
        Err(Error::NotReady) => show_review(&asked, visit, &referral, true).await,
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn hand_over(
    asked: ReferralRequest,
    Form(form): Form<HandOverForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    asked.referrals.hand_over(&asked.state, &visit, &referral, form.revision).await?;
    Ok(see_other(&asked.base()))
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
        let mut tx = self.ground.db.begin_write().await?;
        let at = (referral.id.as_str(), revision, visit.signed_in.user.id.as_str());
        let chosen = store::update_destination(
            &mut tx,
            &*self.ground.clock,
            &self.ground.sealer,
            at,
            service_id,
            &summary,
        )
        .await?;
        chosen.ok_or(Error::Conflict)?;
        let event = event(state, visit, EventKind::ReferralSaved).on(format!("referral/{}", referral.id));
        self.ground.audit.record(&mut tx, &event.detail(format!("destination {service_id}"))).await?;
        Ok(tx.commit().await?)
    }

    async fn is_submitted(&self, id: &str) -> Result<bool, Error> {
        let found = store::find_referral(&self.ground.db, &self.ground.sealer, id).await?;
        Ok(found.is_some_and(|found| !found.status.is_open()))
    }
}
