//! `GET /jwks/{ehr}.json`: the key set of Passerelle for one EHR.

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

/// Lets clients cache the key set for five minutes.
const CACHE_FOR_FIVE_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Adds `/jwks/{ehr}.json`, which needs no session.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::scope("/jwks").route("/{ehr}.json", web::get().to(jwks)));
}

async fn jwks(
    ehr: Path<String>,
    registry: Data<Registry>,
    clock: Data<SharedClock>,
) -> Result<HttpResponse, WebError> {
    let published = registry.find(&ehr).and_then(|ehr| ehr.jwks(clock.now()));
    let published = published.ok_or_else(|| WebError::new(ErrorKind::NotFound, "no key set for this EHR"))?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, CACHE_FOR_FIVE_MINUTES)).json(published))
}
