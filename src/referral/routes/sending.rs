//! Handlers from choosing a destination to sending.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Form, Query},
};
use serde::Deserialize;

use super::{
    form::show_renewed,
    request::{PageRequest, ReferralRequest, see_other},
    review_post::ReviewPost,
};
use crate::{
    forms::Change,
    referral::{draft::Referral, error::Error, sending::submit::Confirmation, visit::Visit},
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

pub(super) async fn destinations(
    asked: ReferralRequest,
    query: Query<SearchQuery>,
) -> Result<HttpResponse, WebError> {
    let (mut visit, referral) = asked.referral().await?;
    if referral.is_handed_over_by(&visit.signed_in.user.id) {
        return Ok(see_other(&asked.path()));
    }
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
    let chosen = choose_posted(&asked, &form).await;
    asked.or_moved(chosen).await
}

async fn choose_posted(asked: &ReferralRequest, form: &ChooseForm) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let PageRequest { state, referrals, .. } = &***asked;
    referrals.choose_destination(state, &visit, &referral, form.revision, &form.service).await?;
    Ok(see_other(&format!("{}/review", asked.path())))
}

pub(super) async fn review(
    asked: ReferralRequest,
    query: Query<ReviewQuery>,
) -> Result<HttpResponse, WebError> {
    let shown = reviewed(&asked, &query).await;
    asked.or_moved(shown).await
}

async fn reviewed(asked: &ReferralRequest, query: &ReviewQuery) -> Result<HttpResponse, WebError> {
    let (visit, mut referral) = asked.referral().await?;
    if !referral.status.is_open() {
        return Ok(see_other(&asked.path()));
    }
    // A referral that the user handed over is shown as it waits.
    let changes = match referral.is_handed_over_by(&visit.signed_in.user.id) {
        true => None,
        false => asked.referrals.reload_if_old(&asked.state, &visit, &mut referral).await?,
    };
    let changes = changes.unwrap_or_default();
    // The review of a referral to sign says itself what changed.
    if !changes.is_empty() && !referral.waits_for(&visit.signed_in.user.id) {
        return show_renewed(asked, visit, &referral, changes).await;
    }
    asked.referrals.record_referral_view(&asked.state, &visit, &asked.id).await?;
    let outcome = if query.chosen == "1" { Reviewed::Chosen } else { Reviewed::Asked };
    show_review(asked, visit, &referral, outcome, changes).await
}

/// Reason for which the review page is shown.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Reviewed {
    Asked,
    /// A choice of what is sent was saved, and nothing was sent.
    Chosen,
    /// A confirmation is missing.
    Unconfirmed,
    /// It was to be handed over, and no clinician was named.
    WithoutSigner,
    /// It was to be returned, and there was no remark.
    WithoutRemark,
}

/// Shows the review page. `changes` is what the chart has otherwise than before, if it was just read again.
pub(super) async fn show_review(
    asked: &ReferralRequest,
    mut visit: Visit,
    referral: &Referral,
    reviewed: Reviewed,
    changes: Vec<Change>,
) -> Result<HttpResponse, WebError> {
    let PageRequest { state, referrals, web } = &***asked;
    let Some(mut page) = referrals.review_page(state, web, &visit, referral, changes).await? else {
        return Ok(see_other(&format!("{}/destination", asked.path())));
    };
    page.unconfirmed = reviewed == Reviewed::Unconfirmed;
    page.chosen = reviewed == Reviewed::Chosen;
    page.no_signer = reviewed == Reviewed::WithoutSigner;
    if let Some(note) = &mut page.handed_over {
        note.without_remark = reviewed == Reviewed::WithoutRemark;
    }
    visit.chrome.back = format!("{}/review", asked.path());
    let status = match reviewed {
        Reviewed::Asked | Reviewed::Chosen => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    web.page_with(status, state, &visit.chrome, &page)
}

/// Sends the referral, unless Enter on a check box pressed the default button of the page, or the choice of what is sent was
/// changed: then the choice is saved, and the page shows what it means. A second click, a reload or another window is
/// redirected to the sent referral.
pub(super) async fn submit(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let sent = submit_posted(&asked, &body).await;
    asked.or_moved(sent).await
}

async fn submit_posted(asked: &ReferralRequest, body: &str) -> Result<HttpResponse, WebError> {
    let posted = ReviewPost::parse(body);
    asked.check_csrf(&posted.csrf_token)?;
    if posted.only_check {
        return Ok(see_other(&format!("{}/review", asked.path())));
    }
    let (visit, referral) = asked.referral().await?;
    let PageRequest { state, referrals, web } = &***asked;
    if referral.status.is_open()
        && let Some(keys) = posted.changed_shares(referrals, &visit, &referral)?
    {
        referrals.choose_sharing(state, &visit, &referral, posted.revision, keys).await?;
        return Ok(see_other(&format!("{}/review?chosen=1#chosen", asked.path())));
    }
    let confirmation = Confirmation { revision: posted.revision, findings: posted.findings };
    match referrals.submit(state, web, &visit, &referral, &confirmation).await {
        Ok(()) => Ok(see_other(&asked.path())),
        // By another click, or by this one although a fault followed: what is true is said.
        Err(error) if referrals.is_submitted(&asked.id).await.unwrap_or_default() => {
            tracing::info!(referral = asked.id, cause = %error, "the referral is submitted already");
            Ok(see_other(&asked.path()))
        }
        Err(Error::NotReady) => show_review(asked, visit, &referral, Reviewed::Unconfirmed, Vec::new()).await,
        Err(error) => Err(error.into()),
    }
}

/// Sets which parts of the patient's chart data are sent.
pub(super) async fn share(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let shared = share_posted(&asked, &body).await;
    asked.or_moved(shared).await
}

async fn share_posted(asked: &ReferralRequest, body: &str) -> Result<HttpResponse, WebError> {
    let posted = ReviewPost::parse(body);
    asked.check_csrf(&posted.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let keys = posted.shares.unwrap_or_default();
    asked.referrals.choose_sharing(&asked.state, &visit, &referral, posted.revision, &keys).await?;
    Ok(see_other(&format!("{}/review#sent-patient", asked.path())))
}

/// Sets the name of the clinic that the referral comes from.
pub(super) async fn name_clinic(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let named = clinic_posted(&asked, &body).await;
    asked.or_moved(named).await
}

async fn clinic_posted(asked: &ReferralRequest, body: &str) -> Result<HttpResponse, WebError> {
    let posted = ReviewPost::parse(body);
    asked.check_csrf(&posted.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let PageRequest { state, referrals, .. } = &***asked;
    referrals.name_clinic(state, &visit, &referral, posted.revision, &posted.clinic).await?;
    Ok(see_other(&format!("{}/review#clinic", asked.path())))
}
