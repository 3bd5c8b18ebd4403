//! Handlers of a referral that one user prepares and another signs: hand over, return.

use actix_web::HttpResponse;

use super::{
    request::{ReferralRequest, see_other},
    review_post::ReviewPost,
    sending::{Reviewed, show_review},
};
use crate::{
    referral::{error::Error, status::Status},
    web::Error as WebError,
};

/// Hands a draft that a delegate prepared to a clinician for signature, with the choice of what is sent.
pub(super) async fn hand_over(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let handed_over = hand_over_posted(&asked, &body).await;
    asked.or_moved(handed_over).await
}

async fn hand_over_posted(asked: &ReferralRequest, body: &str) -> Result<HttpResponse, WebError> {
    let posted = ReviewPost::parse(body);
    asked.check_csrf(&posted.csrf_token)?;
    if posted.only_check {
        return Ok(see_other(&format!("{}/review", asked.path())));
    }
    let (visit, mut referral) = asked.referral().await?;
    let mut revision = posted.revision;
    if let Some(keys) = posted.changed_shares(&asked.referrals, &visit, &referral)? {
        revision = asked.referrals.choose_sharing(&asked.state, &visit, &referral, revision, keys).await?;
        referral = asked.referrals.referral(&visit, &asked.id).await?;
    }
    match asked.referrals.hand_over(&asked.state, &visit, &referral, revision, &posted.signer).await {
        Err(Error::NotReady) => {
            show_review(asked, visit, &referral, Reviewed::WithoutSigner, Vec::new()).await
        }
        handed_over => handed_over.map(|()| see_other(&asked.path())).map_err(WebError::from),
    }
}

/// Returns a referral to the user who prepared it, with a remark.
pub(super) async fn give_back(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let returned = give_back_posted(&asked, &body).await;
    asked.or_moved(returned).await
}

/// Takes a referral back that the user handed over, and opens its form.
pub(super) async fn take_back(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&ReviewPost::parse(&body).csrf_token)?;
    let taken_back = take_back_posted(&asked).await;
    asked.or_moved(taken_back).await
}

async fn take_back_posted(asked: &ReferralRequest) -> Result<HttpResponse, WebError> {
    let (visit, referral) = asked.referral().await?;
    // A second click opens the form, too.
    if !(referral.status == Status::Draft && referral.is_prepared_by(&visit.signed_in.user.id)) {
        asked.referrals.take_back(&asked.state, &visit, &referral.id).await?;
    }
    Ok(see_other(&format!("{}/edit", asked.path())))
}

async fn give_back_posted(asked: &ReferralRequest, body: &str) -> Result<HttpResponse, WebError> {
    let posted = ReviewPost::parse(body);
    asked.check_csrf(&posted.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let home = format!("{}/?returned=1", visit.context.path());
    match asked.referrals.give_back(&asked.state, &visit, &referral, posted.revision, &posted.remark).await {
        Err(Error::NotReady) => {
            show_review(asked, visit, &referral, Reviewed::WithoutRemark, Vec::new()).await
        }
        returned => returned.map(|()| see_other(&home)).map_err(WebError::from),
    }
}
