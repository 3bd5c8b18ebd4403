//! Handlers of the ways on from a referral that has not arrived: send again, mark as sent by fax, copy, close.

use actix_web::{
    HttpResponse,
    web::{Form, Path, Query},
};
use serde::Deserialize;

use super::request::{PageRequest, ReferralRequest, UserRequest, see_other};
use crate::{
    audit::{Event, EventKind},
    referral::{
        draft::Referral, form::posted::Posted, lists::place::Place, sending::after_sending::Act,
        service::Referrals,
    },
    web::Error as WebError,
};

#[derive(Deserialize)]
pub(super) struct ActForm {
    csrf_token: String,
    #[serde(default)]
    confirm: String,
    /// `1` to send it although a copy of it was signed.
    #[serde(default)]
    beside: String,
    /// `1` if the files were faxed as well.
    #[serde(default)]
    files: String,
}

pub(super) async fn send_again(
    asked: ReferralRequest,
    Form(form): Form<ActForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let event = visit.event(&asked.state, EventKind::DeliveryRetried);
    let act = Act { user: &visit.signed_in.user, event, referral: &referral };
    asked.referrals.send_again(act, form.confirm == "1", form.beside == "1").await?;
    Ok(see_other(&asked.path()))
}

pub(super) async fn mark_faxed(
    asked: ReferralRequest,
    Form(form): Form<ActForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let event = visit.event(&asked.state, EventKind::ReferralFaxed);
    let act = Act { user: &visit.signed_in.user, event, referral: &referral };
    asked.referrals.mark_faxed(act, form.files == "1").await?;
    Ok(see_other(&asked.path()))
}

pub(super) async fn unmark_faxed(
    asked: ReferralRequest,
    Form(form): Form<ActForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let event = visit.event(&asked.state, EventKind::ReferralNotFaxed);
    let act = Act { user: &visit.signed_in.user, event, referral: &referral };
    asked.referrals.unmark_faxed(act).await?;
    Ok(see_other(&asked.path()))
}

/// Closes a referral that a copy replaces.
pub(super) async fn close_replaced(
    asked: ReferralRequest,
    Form(form): Form<ActForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let event = visit.event(&asked.state, EventKind::ReferralReplaced);
    let act = Act { user: &visit.signed_in.user, event, referral: &referral };
    asked.referrals.close_replaced(act).await?;
    Ok(see_other(&asked.path()))
}

/// Copies a referral into a new draft, or the text of a page that was typed after the referral was signed.
pub(super) async fn copy(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    let posted = Posted::parse(&body);
    asked.check_csrf(&posted.csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    let typed = Some(&posted).filter(|posted| !posted.fields.is_empty());
    let id = Box::pin(asked.referrals.copy(&asked.state, &visit, &referral, typed)).await?;
    Ok(see_other(&format!("{}/edit?notice=reloaded", visit.referral_path(&id))))
}

pub(super) async fn mine_send_again(
    asked: UserRequest,
    id: Path<String>,
    place: Query<Place>,
    Form(form): Form<ActForm>,
) -> Result<HttpResponse, WebError> {
    let (referral, event) = own(&asked, &id, &form, EventKind::DeliveryRetried).await?;
    let act = Act { user: &asked.signed_in.user, event, referral: &referral };
    asked.referrals.send_again(act, form.confirm == "1", form.beside == "1").await?;
    Ok(see_other(&format!("/referrals/{}{}", referral.id, place.query(place.number()))))
}

pub(super) async fn mine_mark_faxed(
    asked: UserRequest,
    id: Path<String>,
    place: Query<Place>,
    Form(form): Form<ActForm>,
) -> Result<HttpResponse, WebError> {
    let (referral, event) = own(&asked, &id, &form, EventKind::ReferralFaxed).await?;
    let act = Act { user: &asked.signed_in.user, event, referral: &referral };
    asked.referrals.mark_faxed(act, form.files == "1").await?;
    Ok(see_other(&format!("/referrals/{}{}", referral.id, place.query(place.number()))))
}

pub(super) async fn mine_unmark_faxed(
    asked: UserRequest,
    id: Path<String>,
    place: Query<Place>,
    Form(form): Form<ActForm>,
) -> Result<HttpResponse, WebError> {
    let (referral, event) = own(&asked, &id, &form, EventKind::ReferralNotFaxed).await?;
    let act = Act { user: &asked.signed_in.user, event, referral: &referral };
    asked.referrals.unmark_faxed(act).await?;
    Ok(see_other(&format!("/referrals/{}{}", referral.id, place.query(place.number()))))
}

pub(super) async fn mine_close_replaced(
    asked: UserRequest,
    id: Path<String>,
    place: Query<Place>,
    Form(form): Form<ActForm>,
) -> Result<HttpResponse, WebError> {
    let (referral, event) = own(&asked, &id, &form, EventKind::ReferralReplaced).await?;
    let act = Act { user: &asked.signed_in.user, event, referral: &referral };
    asked.referrals.close_replaced(act).await?;
    Ok(see_other(&format!("/referrals/{}{}", referral.id, place.query(place.number()))))
}

/// Checks the form, and finds the user's own referral outside a chart, with the event of the act.
async fn own(
    asked: &UserRequest,
    id: &str,
    form: &ActForm,
    kind: EventKind,
) -> Result<(Referral, Event), WebError> {
    let PageRequest { state, referrals, .. } = &**asked;
    asked.check_csrf("", &form.csrf_token)?;
    let referral = referrals.own_referral(state, &asked.signed_in, id).await?;
    let event = Referrals::own_event(state, &asked.signed_in, kind, &referral);
    Ok((referral, event))
}
