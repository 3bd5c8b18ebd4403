//! Routes of this room: pages of an open chart below `/c/{context}`, and a user's own referrals below `/referrals`.

mod after_sending;
mod files;
mod form;
mod form_body;
mod letter;
mod lists;
mod preview;
mod request;
mod review_post;
mod sending;
mod session;
mod signing;

use actix_web::{
    Resource,
    web::{self, ServiceConfig},
};

pub use preview::{preview_routes, watched_routes};

use super::error::Error;
use crate::{
    pdf, users,
    web::{Error as WebError, ErrorKind},
};

/// Adds the routes of this room. Grouped in scopes, because a request skips a scope that does not match as a whole.
pub fn routes(config: &mut ServiceConfig) {
    let one = web::scope("/referrals/{id}")
        .service(web::resource("").route(web::get().to(lists::detail)))
        .service(web::resource("/progress").route(web::get().to(lists::progress)))
        .service(web::resource("/edit").route(web::get().to(form::edit)).route(web::post().to(form::save)))
        .service(web::resource("/attachments/{file}").route(web::get().to(files::show)))
        .service(web::resource("/{paper}.pdf").route(web::get().to(letter::show)))
        .service(web::resource("/discard").route(web::post().to(form::discard)))
        .service(
            web::resource("/destination")
                .route(web::get().to(sending::destinations))
                .route(web::post().to(sending::choose)),
        )
        .service(web::resource("/review").route(web::get().to(sending::review)))
        .service(web::resource("/sharing").route(web::post().to(sending::share)))
        .service(web::resource("/clinic").route(web::post().to(sending::name_clinic)))
        .service(web::resource("/submit").route(web::post().to(sending::submit)))
        .service(web::resource("/ready").route(web::post().to(signing::hand_over)))
        .service(web::resource("/take-back").route(web::post().to(signing::take_back)))
        .service(web::resource("/return").route(web::post().to(signing::give_back)))
        .service(web::resource("/send-again").route(web::post().to(after_sending::send_again)))
        .service(web::resource("/faxed").route(web::post().to(after_sending::mark_faxed)))
        .service(web::resource("/not-faxed").route(web::post().to(after_sending::unmark_faxed)))
        .service(web::resource("/replaced").route(web::post().to(after_sending::close_replaced)))
        .service(web::resource("/copy").route(web::post().to(after_sending::copy)));
    let chart = web::scope("/{context}")
        .service(web::resource("/").route(web::get().to(lists::home)))
        .service(web::resource("/language").route(web::post().to(session::language)))
        .service(web::resource("/sign-out").route(web::post().to(session::sign_out)))
        .service(session_resource())
        .service(web::resource("/referrals").route(web::get().to(lists::of_chart)))
        .service(web::resource("/referrals/new").route(web::get().to(form::new)))
        .service(one);
    let own = web::scope("/referrals")
        .service(web::resource("").route(web::get().to(lists::mine)))
        .service(web::resource("/search").route(web::post().to(lists::search)))
        .service(web::resource("/{id}").route(web::get().to(lists::mine_detail)))
        .service(web::resource("/{id}/progress").route(web::get().to(lists::mine_progress)))
        .service(web::resource("/{id}/attachments/{file}").route(web::get().to(files::mine_show)))
        .service(web::resource("/{id}/{paper}.pdf").route(web::get().to(letter::mine_show)))
        .service(web::resource("/{id}/send-again").route(web::post().to(after_sending::mine_send_again)))
        .service(web::resource("/{id}/faxed").route(web::post().to(after_sending::mine_mark_faxed)))
        .service(web::resource("/{id}/not-faxed").route(web::post().to(after_sending::mine_unmark_faxed)))
        .service(web::resource("/{id}/replaced").route(web::post().to(after_sending::mine_close_replaced)));
    config
        .service(web::scope("/c").service(chart))
        .service(own)
        .service(web::resource("/language").route(web::post().to(session::language)))
        .service(web::resource("/sign-out").route(web::post().to(session::sign_out)))
        .service(session_resource())
        .service(web::resource("/signed-out").route(web::get().to(session::signed_out)));
}

fn session_resource() -> Resource {
    web::resource("/session").route(web::get().to(session::remaining)).route(web::post().to(session::stay))
}

impl From<Error> for WebError {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Launch(error) => return error.into(),
            Error::NotFound | Error::NoForm => ErrorKind::NotFound,
            Error::Lost => ErrorKind::Lost,
            Error::NotAllowed => ErrorKind::NotAllowed,
            Error::Conflict | Error::NotReady => ErrorKind::Conflict,
            Error::Request => ErrorKind::BadRequest,
            Error::Users(users::Error::Db(_))
            | Error::Db(_)
            | Error::Files(_)
            | Error::Letter(pdf::Error::Busy) => ErrorKind::Busy,
            Error::Letter(_) => ErrorKind::NotDrawn,
            Error::Template(error) => return error,
            Error::Users(_) => ErrorKind::Unexpected,
        };
        Self::caused(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A person who gets no letter learns that the page can be printed, or that a moment later it works.
    #[test]
    fn reports_a_letter_that_could_not_be_drawn() {
        let kind = |error| WebError::from(Error::Letter(error)).kind();
        assert_eq!(kind(pdf::Error::Busy), ErrorKind::Busy);
        for error in [pdf::Error::Panic, pdf::Error::TooLong(600), pdf::Error::Library(String::new())] {
            assert_eq!(kind(error), ErrorKind::NotDrawn);
        }
    }
}
