//! `GET /jwks/{ehr}.json`.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, HeaderValue},
    web::{self, Data, Path, ServiceConfig},
};

use crate::{
    clock::SharedClock,
    ehrs::registry::Registry,
    web::{Error as WebError, ErrorKind},
};

/// How long others may keep our public keys: five minutes.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The routes of this room. They need no session.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::scope("/jwks").route("/{ehr}.json", web::get().to(jwks)));
}

async fn jwks(
    ehr: Path<String>,
    registry: Data<Registry>,
    clock: Data<SharedClock>,
) -> Result<HttpResponse, WebError> {
    let published = registry.find(&ehr).and_then(|ehr| ehr.jwks(clock.now()));
    let published =
        published.ok_or_else(|| WebError::new(ErrorKind::NotFound, "no keys are published there"))?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, KEPT)).json(published))
}
