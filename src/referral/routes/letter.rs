//! Handlers that return a referral on paper.

use actix_web::{HttpResponse, http::header::DispositionType, web::Path};

use super::{
    files::{Download, response},
    request::{PageRequest, ReferralRequest, UserRequest, see_other},
};
use crate::{
    audit::EventKind,
    referral::{
        error::Error,
        letter::{Contents, LetterPage},
        lists::place::Place,
    },
    web::Error as WebError,
};

/// Letter of a referral in an open chart: of what was sent, or of a draft as its review shows it.
pub(super) async fn show(
    asked: ReferralRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, WebError> {
    let (_, _, name) = path.into_inner();
    let contents = Contents::find(&name).ok_or(Error::NotFound)?;
    let (visit, referral) = asked.referral().await?;
    let PageRequest { state, referrals, web } = &**asked;
    let is_draft = referral.status.is_open();
    let letter: LetterPage = if is_draft {
        if contents != Contents::Letter {
            return Err(Error::NotFound.into());
        }
        let review = Box::pin(referrals.review_page(state, web, &visit, &referral, Vec::new())).await?;
        let Some(review) = review else { return Ok(see_other(&format!("{}/destination", asked.path()))) };
        review.into()
    } else {
        let base = format!("{}/referrals", visit.context.path());
        referrals.detail_page(&referral, &base, asked.lang()).await?.into()
    };
    let file_name = contents.file_name(&letter.number, is_draft);
    let pdf = Box::pin(referrals.draw_letter(state, web, &visit.chrome, &referral, letter, contents)).await?;
    let entity = format!("referral/{}/{name}.pdf", asked.id);
    referrals.record_view(state, &visit, EventKind::ReferralViewed, entity).await?;
    Ok(pdf_response(&file_name, pdf))
}

/// Letter of a user's own referral, outside of its chart.
pub(super) async fn mine_show(
    asked: UserRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, name) = path.into_inner();
    let contents = Contents::find(&name).ok_or(Error::NotFound)?;
    let PageRequest { state, referrals, web } = &*asked;
    let referral = referrals.own_referral(state, &asked.signed_in, &id).await?;
    if referral.status.is_open() {
        return Err(Error::NotFound.into());
    }
    let place = Place::default();
    let shown = referrals.mine_detail_page(state, web, &asked.signed_in, &id, &place).await?;
    let (chrome, letter) = (shown.0, LetterPage::from(shown.1));
    let file_name = contents.file_name(&letter.number, false);
    let pdf = Box::pin(referrals.draw_letter(state, web, &chrome, &referral, letter, contents)).await?;
    let entity = format!("referral/{id}/{name}.pdf");
    let patient = Some(referral.patient_key.as_str());
    referrals.record_outside_chart(state, &asked.signed_in, entity, patient).await?;
    Ok(pdf_response(&file_name, pdf))
}

fn pdf_response(name: &str, pdf: Vec<u8>) -> HttpResponse {
    let kind = DispositionType::Attachment;
    response(Download { name, content_type: "application/pdf", disposition: kind, bytes: pdf })
}
