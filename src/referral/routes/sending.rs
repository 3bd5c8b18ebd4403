//! Handlers from choosing a destination to sending.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Form, Query},
};
use serde::Deserialize;

use super::form::show_renewed;
use super::request::{PageRequest, ReferralRequest, see_other};
use crate::{
    launch,
    referral::{draft::Referral, error::Error, submit::Confirmation, visit::Visit},
    web::Error as WebError,
};

#[derive(Deserialize)]
pub(super) struct SearchQuery {
    #[serde(default)]
    q: String,
    /// `1` shows services without the specialty of the form, too.
    #[serde(default)]
    others: String,
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
    /// Present if Enter pressed the default button of the page.
    check: Option<String>,
}

pub(super) async fn destinations(
    asked: ReferralRequest,
    query: Query<SearchQuery>,
) -> Result<HttpResponse, WebError> {
    let (mut visit, referral) = asked.referral().await?;
    let PageRequest { state, referrals, web } = &**asked;
    let SearchQuery { q, others } = query.into_inner();
    let page = referrals.destination_page(&visit, &referral, q, others == "1", asked.lang())?;
    referrals.record_referral_view(state, &visit, &asked.id).await?;
    visit.chrome.back = format!("{}/destination", asked.path());
    web.page(state, &visit.chrome, &page)
}

pub(super) async fn choose(
    asked: ReferralRequest,
    Form(form): Form<ChooseForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let PageRequest { state, referrals, .. } = &**asked;
    referrals.choose_destination(state, &visit, &referral, form.revision, &form.service).await?;
    Ok(see_other(&format!("{}/review", asked.path())))
}

pub(super) async fn review(asked: ReferralRequest) -> Result<HttpResponse, WebError> {
    let (visit, mut referral) = asked.referral().await?;
    if !referral.status.is_open() {
        return Ok(see_other(&asked.path()));
    }
    let changes = asked.referrals.reload_if_old(&asked.state, &visit, &mut referral).await?;
    if let Some(changes) = changes.filter(|changes| !changes.is_empty()) {
        return show_renewed(&asked, visit, &referral, changes);
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
    let PageRequest { state, referrals, web } = &***asked;
    let Some(mut page) = referrals.review_page(state, web, &visit, referral).await? else {
        return Ok(see_other(&format!("{}/destination", asked.path())));
    };
    page.unconfirmed = unconfirmed;
    visit.chrome.back = format!("{}/review", asked.path());
    let status = if unconfirmed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    web.page_with(status, state, &visit.chrome, &page)
}

/// Sends the referral, unless Enter on a check box pressed the default button of the page. A second click, a reload or another window is redirected to the sent referral.
pub(super) async fn submit(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let (mut csrf_token, mut confirmation) =
        (String::new(), Confirmation { revision: -1, findings: Vec::new() });
    let mut only_check = false;
    for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
        match &*name {
            "csrf_token" => csrf_token = value.into_owned(),
            "revision" => confirmation.revision = value.parse().unwrap_or(-1),
            "confirm" => confirmation.findings.push(value.into_owned()),
            "check" => only_check = true,
            _ => {}
        }
    }
    asked.check_csrf(&csrf_token)?;
    if only_check {
        return Ok(see_other(&format!("{}/review", asked.path())));
    }
    let (visit, referral) = asked.referral().await?;
    let PageRequest { state, referrals, web } = &**asked;
    match referrals.submit(state, web, &visit, &referral, &confirmation).await {
        Ok(()) => Ok(see_other(&asked.path())),
        Err(Error::Conflict | Error::NotReady | Error::Launch(launch::Error::EndedByEhr))
            if referrals.is_submitted(&asked.id).await? =>
        {
            Ok(see_other(&asked.path()))
        }
        Err(Error::NotReady) => show_review(&asked, visit, &referral, true).await,
        Err(error) => Err(error.into()),
    }
}

/// Sets which parts of the patient's chart data are sent.
pub(super) async fn share(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let (mut csrf_token, mut revision, mut keys) = (String::new(), -1, BTreeSet::new());
    for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
        match &*name {
            "csrf_token" => csrf_token = value.into_owned(),
            "revision" => revision = value.parse().unwrap_or(-1),
            "share" => drop(keys.insert(value.into_owned())),
            _ => {}
        }
    }
    asked.check_csrf(&csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    asked.referrals.choose_sharing(&asked.state, &visit, &referral, revision, &keys).await?;
    Ok(see_other(&format!("{}/review#sent-patient", asked.path())))
}

/// Hands a draft that a delegate prepared to a clinician for signature.
pub(super) async fn hand_over(
    asked: ReferralRequest,
    Form(form): Form<HandOverForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    if form.check.is_some() {
        return Ok(see_other(&format!("{}/review", asked.path())));
    }
    let (visit, referral) = asked.referral().await?;
    asked.referrals.hand_over(&asked.state, &visit, &referral, form.revision).await?;
    Ok(see_other(&asked.path()))
}
