//! The pages of an open chart below `/c/{context}`, and a person's own list below `/referrals`.

mod form;
mod lists;
mod sending;
mod session;

use actix_web::web::{self, ServiceConfig};

use super::Error;
use crate::web::{Error as WebError, Kind};

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    let chart = "/c/{context}";
    let at = |path: &str| web::resource(format!("{chart}{path}"));
    config
        .service(at("/").route(web::get().to(lists::home)))
        .service(at("/language").route(web::post().to(session::language)))
        .service(at("/sign-out").route(web::post().to(session::sign_out)))
        .service(at("/referrals").route(web::get().to(lists::of_chart)).route(web::post().to(form::create)))
        .service(at("/referrals/new").route(web::get().to(form::new)))
        .service(at("/referrals/{id}").route(web::get().to(lists::detail)))
        .service(
            at("/referrals/{id}/edit").route(web::get().to(form::edit)).route(web::post().to(form::save)),
        )
        .service(at("/referrals/{id}/discard").route(web::post().to(form::discard)))
        .service(
            at("/referrals/{id}/destination")
                .route(web::get().to(sending::destinations))
                .route(web::post().to(sending::choose)),
        )
        .service(at("/referrals/{id}/review").route(web::get().to(sending::review)))
        .service(at("/referrals/{id}/submit").route(web::post().to(sending::submit)))
        .service(at("/referrals/{id}/ready").route(web::post().to(sending::hand_over)))
        .service(web::resource("/referrals").route(web::get().to(lists::mine)))
        .service(web::resource("/referrals/{id}").route(web::get().to(lists::mine_detail)))
        .service(web::resource("/signed-out").route(web::get().to(session::signed_out)));
}

impl From<Error> for WebError {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Launch(error) => return error.into(),
            Error::NotFound | Error::NoForm => Kind::NotFound,
            Error::NotAllowed => Kind::NotAllowed,
            Error::Conflict | Error::NotReady => Kind::Conflict,
            Error::Request => Kind::BadRequest,
            Error::Users(crate::users::Error::Db(_)) | Error::Db(_) => Kind::Busy,
            Error::Message(_) | Error::Users(_) => Kind::Unexpected,
        };
        Self::caused(kind, error)
    }
}
