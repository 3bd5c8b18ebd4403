//! The launch alone, mounted into an actix app of a vendor's own.

use actix_web::{
    middleware::from_fn,
    web::{Data, ServiceConfig, scope},
};
use tokio_util::sync::CancellationToken;

use super::App;
use crate::{
    ehrs, launch,
    users::session_middleware,
    web::{Limits, asset_routes, guard},
};

/// Periodic work beside an actix app of one's own. Ends when dropped.
pub struct Background(CancellationToken);

impl Drop for Background {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl App {
    /// Mounts the launch without the referral pages: `/launch`, `/callback`, account linking, `/jwks`, and the pages
    /// given to [`AppBuilder::routes`](super::AppBuilder::routes), in whose handlers
    /// [`SignedIn`](crate::users::SignedIn) and [`Launch::context`](launch::Launch::context) work.
    ///
    /// It answers every path: register other routes before it. Limits and timeouts of the server are the caller's.
    pub fn configure_launch(&self, config: &mut ServiceConfig) {
        let session = session_middleware(self.sessions.clone(), &self.settings.keys);
        let pages = self.routes.clone();
        config
            .app_data(Data::new(self.web.clone()))
            .app_data(Data::new(self.launch.clone()))
            .app_data(Data::new(self.launch.registry().clone()))
            .app_data(Data::new(self.ground.clock.clone()))
            .configure(Limits::apply)
            .service(
                scope("")
                    .wrap(from_fn(guard))
                    .configure(asset_routes)
                    .configure(ehrs::client_keys::routes)
                    .service(
                        scope("")
                            .wrap(session)
                            .configure(|config| pages.iter().for_each(|pages| pages(config)))
                            .configure(launch::routes),
                    ),
            );
    }

    /// Starts the periodic work of the launch: refreshing registrations, revoking tokens, removing old rows. Call it on
    /// the thread whose actix system runs the app, and keep the result.
    #[must_use]
    pub fn background(&self) -> Background {
        let stop = CancellationToken::new();
        drop(self.spawn_background(&stop));
        Background(stop)
    }
}
