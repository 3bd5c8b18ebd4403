use actix_web::{
    HttpResponse,
    web::{self, Form, Path, ServiceConfig},
};
use jiff::SignedDuration;
use serde::Deserialize;

use super::{
    ehrs::gone,
    visit::{EhrId, Press, Visit, path, see_other},
};
use crate::{
    admin::{Error, remove_ehr, set_suspended},
    launch::{
        ImportError,
        ehrs::{
            client_keys::{Rotation, RotationError, rotate_keys},
            origins::approve_origin,
            settings::{Change, change_registration},
        },
    },
    web::Error as WebError,
};

/// How long new keys are published before they sign: long enough for every EHR to ask for them again.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Each changes one thing by one button, and leads back to the EHR.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/ehrs/{id}/suspend").route(web::post().to(suspend)))
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
    /// When the registration that was checked had last changed.
    seen: Option<i64>,
}

/// Lets this node see what was changed, and says so on the EHR's page.
async fn done(visit: &Visit, id: &str, changed: bool, what: &str) -> Result<HttpResponse, WebError> {
    visit.office.follow().await.map_err(Error::from)?;
    let what = if changed { what } else { "unchanged" };
    Ok(see_other(&format!("{}?done={what}", path(id))))
}

async fn suspend(visit: Visit, id: Path<EhrId>, Form(form): Form<Press>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let changed = set_suspended(&visit.office, &id, true).await?.is_some();
    done(&visit, &id, changed, "suspended").await
}

async fn resume(visit: Visit, id: Path<EhrId>, Form(form): Form<Press>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let changed = set_suspended(&visit.office, &id, false).await?.is_some();
    done(&visit, &id, changed, "resumed").await
}

async fn remove(visit: Visit, id: Path<EhrId>, Form(form): Form<Press>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    if !remove_ehr(&visit.office, &id).await? {
        return done(&visit, &id, false, "").await;
    }
    visit.office.follow().await.map_err(Error::from)?;
    Ok(see_other("/admin?done=removed"))
}

async fn approve(
    visit: Visit,
    id: Path<EhrId>,
    Form(form): Form<OriginForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let office = &visit.office;
    let approved = approve_origin((&office.db, &*office.clock, &office.audit), &id, &form.origin).await;
    done(&visit, &id, approved.map_err(Error::from)?, "approved").await
}

async fn rotate(visit: Visit, id: Path<EhrId>, Form(form): Form<Press>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    change_keys(&visit, &id, Rotation::Ahead(AHEAD), "rotated").await
}

async fn replace(visit: Visit, id: Path<EhrId>, Form(form): Form<Press>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    change_keys(&visit, &id, Rotation::Compromised, "replaced").await
}

async fn change_keys(
    visit: &Visit,
    id: &str,
    rotation: Rotation,
    what: &str,
) -> Result<HttpResponse, WebError> {
    let office = &visit.office;
    let ground = (&office.db, &*office.clock, &office.sealer, &office.audit);
    match rotate_keys(ground, id, rotation).await {
        Ok(()) => done(visit, id, true, what).await,
        Err(RotationError::NoKeys) => done(visit, id, false, what).await,
        Err(error) => Err(Error::from(error).into()),
    }
}

/// Sets what a line of a check offers. What cannot be set by itself leads to the form, which says what else it takes.
async fn set(visit: Visit, id: Path<EhrId>, Form(form): Form<SettingForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let office = &visit.office;
    let settings = vec![(form.name.clone(), form.value)];
    let change = Change { settings, seen: form.seen, secret: None };
    let changed =
        change_registration(&office.db, &*office.clock, &office.sealer, &office.audit, &id, change).await;
    match changed {
        Ok(None) => Ok(gone()),
        Ok(Some(changed)) => done(&visit, &id, changed, "changed").await,
        Err(ImportError::Conflict) => Ok(see_other(&format!("{}?done=conflict", path(&id)))),
        Err(ImportError::Problems(_)) => {
            let setting = form.name.trim_end_matches('+');
            let plain = setting.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            let field = if plain { setting } else { "" };
            Ok(see_other(&format!("{}/change#s-{field}", path(&id))))
        }
        Err(error) => Err(Error::from(error).into()),
    }
}
