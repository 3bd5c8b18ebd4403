//! Routes of the app: all of them, or the launch alone in an actix app of a vendor's own.

use std::sync::Arc;

use actix_web::{
    body::BoxBody,
    middleware::{Next, from_fn},
    web::{Data, ServiceConfig, scope},
};

use super::App;
use crate::{
    admin, ehrs, launch, referral,
    users::{answer_unreadable_sessions, keep_asked_language, session_middleware},
    web::{Limits, Readiness, asset_routes, guard, health_routes},
};

impl App {
    /// Registers every route. The caller wraps them in [`guard`].
    pub(super) fn configure(&self, config: &mut ServiceConfig, readiness: &Readiness) {
        config
            .configure(|config| self.launch_data(config))
            .app_data(Data::new(readiness.clone()))
            .app_data(Data::new(self.referrals.clone()))
            .app_data(Data::new(self.admin()))
            .configure(health_routes)
            .configure(sessionless_routes)
            .configure(|config| self.admin_routes(config))
            .configure(|config| self.watched_routes(config))
            .configure(|config| self.session_routes(config, referral::routes));
    }

    /// Mounts the launch without the referral pages: `/launch`, `/callback`, account linking, `/jwks`, and the pages
    /// given to [`AppBuilder::routes`](super::AppBuilder::routes), in whose handlers
    /// [`SignedIn`](crate::users::SignedIn) and [`Launch::context`](launch::Launch::context) work.
    ///
    /// It answers every path: register other routes before it. Limits and timeouts of the server are the caller's.
    pub fn configure_launch(&self, config: &mut ServiceConfig) {
        config.configure(|config| self.launch_data(config)).service(
            scope("")
                .wrap(from_fn(guard))
                .configure(sessionless_routes)
                .configure(|config| self.session_routes(config, |_| {})),
        );
    }

    /// Registers the data and limits that the routes of a launch need.
    fn launch_data(&self, config: &mut ServiceConfig) {
        config
            .app_data(Data::new(self.web.clone()))
            .app_data(Data::new(self.launch.clone()))
            .app_data(Data::new(self.launch.registry().clone()))
            .app_data(Data::new(self.ground.clock.clone()))
            .configure(Limits::apply);
    }

    /// Registers the routes with a session: the vendor's, those of the launch, then `more`.
    fn session_routes(&self, config: &mut ServiceConfig, more: fn(&mut ServiceConfig)) {
        let db = self.ground.db.clone();
        config.service(
            scope("")
                .wrap(from_fn(move |request, next: Next<BoxBody>| {
                    keep_asked_language(db.clone(), request, next)
                }))
                .wrap(session_middleware(self.sessions.clone(), &self.settings.keys))
                .wrap(from_fn(answer_unreadable_sessions))
                .configure(|config| self.routes.iter().for_each(|routes| routes(config)))
                .configure(launch::routes)
                .configure(more),
        );
    }

    /// Registers the preview of a form whose file is watched, if there is one. It needs no session: it shows charts of the
    /// simulated EHR, and stores nothing.
    fn watched_routes(&self, config: &mut ServiceConfig) {
        if let Some(watched) = &self.watched {
            config.app_data(Data::from(Arc::clone(watched))).configure(referral::watched_routes);
        }
    }

    /// Registers the admin pages, with a session of their own, unless `admin.enabled` is false.
    fn admin_routes(&self, config: &mut ServiceConfig) {
        if !self.settings.admin_pages {
            return;
        }
        let sessions = self.sessions.clone().of_administrators();
        let db = self.ground.db.clone();
        config.service(
            scope("/admin")
                .wrap(from_fn(move |request, next: Next<BoxBody>| {
                    keep_asked_language(db.clone(), request, next)
                }))
                .wrap(session_middleware(sessions, &self.settings.keys))
                .wrap(from_fn(answer_unreadable_sessions))
                .wrap(from_fn(admin::never_framed))
                .configure(|config| admin::routes(config, referral::preview_routes)),
        );
    }
}

/// Registers the routes without a session: assets and key sets.
fn sessionless_routes(config: &mut ServiceConfig) {
    config.configure(asset_routes).configure(ehrs::client_keys::routes);
}
