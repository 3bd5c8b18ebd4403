//! Routes of a launch: `GET /launch`, `GET /start`, `POST /start/{ehr}`, `GET /callback/{ehr}`.

mod callback;
mod refusal;
mod start;

use actix_web::web::{self, ServiceConfig};

use super::linking;

pub use start::read_launch;

/// Registers the routes of a launch.
pub fn routes(config: &mut ServiceConfig) {
    let alone = web::scope("/start")
        .service(web::resource("").route(web::get().to(start::choose)))
        .service(web::resource("/{ehr}").route(web::post().to(start::start_alone)));
    config
        .service(web::resource("/launch").route(web::get().to(start::start)))
        .service(
            web::scope("/callback").service(web::resource("/{ehr}").route(web::get().to(callback::callback))),
        )
        .service(alone);
    linking::routes(config);
}
