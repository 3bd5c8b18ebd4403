//! Buttons of an EHR's page.

use actix_web::{
    HttpResponse,
    web::{self, Form, Path, ServiceConfig},
};
use jiff::SignedDuration;
use serde::Deserialize;

use super::{
    ehrs::{confirm_suspension, redirect_to_list},
    visit::{ButtonForm, EhrId, Visit, path},
};
use crate::{
    admin::{error::Error, service::Admin},
    ehrs::{
        ImportError,
        client_keys::{Rotation, RotationError, rotate_keys},
        origins::approve_origin,
        remove_ehr, set_suspended,
        settings::{Change, change_registration},
    },
    web::{Error as WebError, see_other},
};

/// Lead time in which new keys are published before they sign, so that every EHR has fetched them.
const KEY_LEAD_TIME: SignedDuration = SignedDuration::from_hours(24);

/// Registers the buttons. Each redirects to the EHR's page.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/ehrs/{id}/suspend")
                .route(web::get().to(confirm_suspension))
                .route(web::post().to(suspend)),
        )
        .service(web::resource("/ehrs/{id}/resume").route(web::post().to(resume)))
        .service(web::resource("/ehrs/{id}/removed").route(web::post().to(remove)))
        .service(web::resource("/ehrs/{id}/approve").route(web::post().to(approve)))
        .service(web::resource("/ehrs/{id}/rotate").route(web::post().to(rotate)))
        .service(web::resource("/ehrs/{id}/replaced").route(web::post().to(replace)))
        .service(web::resource("/ehrs/{id}/set").route(web::post().to(set)));
}

#[derive(Deserialize)]
struct OriginForm {
    csrf_token: String,
    origin: String,
}

#[derive(Deserialize)]
struct SettingForm {
    csrf_token: String,
    name: String,
    value: String,
    /// Last change of the checked registration, epoch milliseconds.
    seen: Option<i64>,
}

/// Refreshes this node and redirects to the EHR's page, with a notice of the change.
async fn done(visit: &Visit, id: &str, changed: bool, notice: &str) -> Result<HttpResponse, WebError> {
    visit.admin.refresh().await.map_err(Error::from)?;
    let notice = if changed { notice } else { "unchanged" };
    Ok(see_other(&format!("{}?done={notice}", path(id))).finish())
}

async fn suspend(
    visit: Visit,
    id: Path<EhrId>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let changed = suspend_or_resume(&visit, &id, true).await?;
    done(&visit, &id, changed, "suspended").await
}

async fn resume(
    visit: Visit,
    id: Path<EhrId>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let changed = suspend_or_resume(&visit, &id, false).await?;
    done(&visit, &id, changed, "resumed").await
}

async fn suspend_or_resume(visit: &Visit, id: &str, suspended: bool) -> Result<bool, Error> {
    let Admin { ground, observers, .. } = &visit.admin;
    Ok(set_suspended(ground, observers, id, suspended).await?.is_some())
}

async fn remove(
    visit: Visit,
    id: Path<EhrId>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    if !remove_ehr(&visit.admin.ground, &visit.admin.observers, &id).await.map_err(Error::from)? {
        return done(&visit, &id, false, "").await;
    }
    visit.admin.refresh().await.map_err(Error::from)?;
    Ok(see_other("/admin?done=removed").finish())
}

async fn approve(
    visit: Visit,
    id: Path<EhrId>,
    Form(form): Form<OriginForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let admin = &visit.admin;
    let approved = approve_origin(&admin.ground, &id, &form.origin).await;
    done(&visit, &id, approved.map_err(Error::from)?, "approved").await
}

async fn rotate(
    visit: Visit,
    id: Path<EhrId>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    change_keys(&visit, &id, Rotation::Ahead(KEY_LEAD_TIME), "rotated").await
}

async fn replace(
    visit: Visit,
    id: Path<EhrId>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    change_keys(&visit, &id, Rotation::Compromised, "replaced").await
}

async fn change_keys(
    visit: &Visit,
    id: &str,
    rotation: Rotation,
    notice: &str,
) -> Result<HttpResponse, WebError> {
    let admin = &visit.admin;
    match rotate_keys(&admin.ground, id, rotation).await {
        Ok(()) => done(visit, id, true, notice).await,
        Err(RotationError::NoKeys) => done(visit, id, false, notice).await,
        Err(error) => Err(Error::from(error).into()),
    }
}

/// Applies the remedy of a check. A setting that cannot change alone redirects to its field in the form.
async fn set(visit: Visit, id: Path<EhrId>, Form(form): Form<SettingForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let admin = &visit.admin;
    let settings = vec![(form.name.clone(), form.value)];
    let change = Change { settings, seen: form.seen, secret: None };
    let changed = change_registration(&admin.ground, &admin.observers, &id, change).await;
    match changed {
        Ok(None) => Ok(redirect_to_list()),
        Ok(Some(changed)) => done(&visit, &id, changed, "changed").await,
        Err(ImportError::Conflict) => Ok(see_other(&format!("{}?done=conflict", path(&id))).finish()),
        Err(ImportError::Problems(_)) => {
            let setting = form.name.trim_end_matches('+');
            let plain = setting.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            let field = if plain { setting } else { "" };
            Ok(see_other(&format!("{}/change#s-{field}", path(&id))).finish())
        }
        Err(error) => Err(Error::from(error).into()),
    }
}
