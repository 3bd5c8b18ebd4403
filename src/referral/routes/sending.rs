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
    referral::{draft::Referral, error::Error, service::Referrals, submit::Confirmation, visit::Visit},
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
pub(super) struct ReviewQuery {
    /// `1` if a choice of what is sent was just saved instead of sending.
    #[serde(default)]
    chosen: String,
}

/// Fields of the review page.
#[derive(Default)]
struct ReviewPost {
    csrf_token: String,
    revision: i64,
    /// Ids of the findings that the user confirmed.
    findings: Vec<String>,
    /// Whether Enter pressed the default button of the page.
    only_check: bool,
    /// Keys of the checked parts of the patient's chart data; `None` if the page showed none.
    shares: Option<BTreeSet<String>>,
}

impl ReviewPost {
    fn parse(body: &str) -> Self {
        let mut posted = Self { revision: -1, ..Self::default() };
        for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
            match &*name {
                "csrf_token" => posted.csrf_token = value.into_owned(),
                "revision" => posted.revision = value.parse().unwrap_or(-1),
                "confirm" => posted.findings.push(value.into_owned()),
                "check" => posted.only_check = true,
                "shares" => drop(posted.shares.get_or_insert_default()),
                "share" => drop(posted.shares.get_or_insert_default().insert(value.into_owned())),
                _ => {}
            }
        }
        posted
    }

    /// Returns the checked parts if they are another choice than the stored one.
    fn changed_shares(
        &self,
        referrals: &Referrals,
        visit: &Visit,
        referral: &Referral,
    ) -> Result<Option<&BTreeSet<String>>, Error> {
        let Some(keys) = &self.shares else { return Ok(None) };
        Ok(referrals.changes_sharing(visit, referral, keys)?.then_some(keys))
    }
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

pub(super) async fn review(
    asked: ReferralRequest,
    query: Query<ReviewQuery>,
) -> Result<HttpResponse, WebError> {
    let (visit, mut referral) = asked.referral().await?;
    if !referral.status.is_open() {
        return Ok(see_other(&asked.path()));
    }
    let changes = asked.referrals.reload_if_old(&asked.state, &visit, &mut referral).await?;
    if let Some(changes) = changes.filter(|changes| !changes.is_empty()) {
        return show_renewed(&asked, visit, &referral, changes);
    }
    asked.referrals.record_referral_view(&asked.state, &visit, &asked.id).await?;
    let outcome = if query.chosen == "1" { Reviewed::Chosen } else { Reviewed::Asked };
    show_review(&asked, visit, &referral, outcome).await
}

/// Reason for which the review page is shown.
#[derive(Clone, Copy, PartialEq)]
enum Reviewed {
    Asked,
    /// A choice of what is sent was saved, and nothing was sent.
    Chosen,
    /// A confirmation is missing.
    Unconfirmed,
}

async fn show_review(
    asked: &ReferralRequest,
    mut visit: Visit,
    referral: &Referral,
    reviewed: Reviewed,
) -> Result<HttpResponse, WebError> {
    let PageRequest { state, referrals, web } = &***asked;
    let Some(mut page) = referrals.review_page(state, web, &visit, referral).await? else {
        return Ok(see_other(&format!("{}/destination", asked.path())));
    };
    let unconfirmed = reviewed == Reviewed::Unconfirmed;
    page.unconfirmed = unconfirmed;
    page.chosen = reviewed == Reviewed::Chosen;
    visit.chrome.back = format!("{}/review", asked.path());
    let status = if unconfirmed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    web.page_with(status, state, &visit.chrome, &page)
}

/// Sends the referral, unless Enter on a check box pressed the default button of the page, or the choice of what is sent was
/// changed: then the choice is saved, and the page shows what it means. A second click, a reload or another window is
/// redirected to the sent referral.
pub(super) async fn submit(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let posted = ReviewPost::parse(&body);
    asked.check_csrf(&posted.csrf_token)?;
    if posted.only_check {
        return Ok(see_other(&format!("{}/review", asked.path())));
    }
    let (visit, referral) = asked.referral().await?;
    let PageRequest { state, referrals, web } = &**asked;
    if referral.status.is_open()
        && let Some(keys) = posted.changed_shares(referrals, &visit, &referral)?
    {
        referrals.choose_sharing(state, &visit, &referral, posted.revision, keys).await?;
        return Ok(see_other(&format!("{}/review?chosen=1#chosen", asked.path())));
    }
    let confirmation = Confirmation { revision: posted.revision, findings: posted.findings };
    match referrals.submit(state, web, &visit, &referral, &confirmation).await {
        Ok(()) => Ok(see_other(&asked.path())),
        Err(Error::Conflict | Error::NotReady | Error::Launch(launch::Error::EndedByEhr))
            if referrals.is_submitted(&asked.id).await? =>
        {
            Ok(see_other(&asked.path()))
        }
        Err(Error::NotReady) => show_review(&asked, visit, &referral, Reviewed::Unconfirmed).await,
        Err(error) => Err(error.into()),
    }
}

/// Sets which parts of the patient's chart data are sent.
pub(super) async fn share(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let posted = ReviewPost::parse(&body);
    asked.check_csrf(&posted.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let keys = posted.shares.unwrap_or_default();
    asked.referrals.choose_sharing(&asked.state, &visit, &referral, posted.revision, &keys).await?;
    Ok(see_other(&format!("{}/review#sent-patient", asked.path())))
}

/// Hands a draft that a delegate prepared to a clinician for signature, with the choice of what is sent.
pub(super) async fn hand_over(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let posted = ReviewPost::parse(&body);
    asked.check_csrf(&posted.csrf_token)?;
    if posted.only_check {
        return Ok(see_other(&format!("{}/review", asked.path())));
    }
    let (visit, referral) = asked.referral().await?;
    let mut revision = posted.revision;
    if let Some(keys) = posted.changed_shares(&asked.referrals, &visit, &referral)? {
        revision = asked.referrals.choose_sharing(&asked.state, &visit, &referral, revision, keys).await?;
    }
    asked.referrals.hand_over(&asked.state, &visit, &referral, revision).await?;
    Ok(see_other(&asked.path()))
}
