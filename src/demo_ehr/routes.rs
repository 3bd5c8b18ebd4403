//! URLs of the simulated EHR, and its HTTP server.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::{Server, ServiceRequest};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer};

use super::fhir::terminology::{expand, validate_code};
use super::fhir::{capability_statement, read, search, update};
use super::http::recorder::record;
use super::oauth::{authorize, discovery, introspection, jwks, sign_in, token};
use super::pages::{controls, launcher, smart_style};
use super::state::DemoEhr;

/// Mounts the EHR at `/`.
pub fn routes(ehr: Arc<DemoEhr>) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let recorder = ehr.clone();
        let scope = web::scope("")
            .app_data(web::Data::from(ehr))
            .wrap(from_fn(move |request: ServiceRequest, next: Next<_>| {
                record(recorder.clone(), request, next)
            }))
            .configure(pages)
            .configure(oauth)
            .configure(terminology)
            .configure(fhir)
            .default_service(web::to(HttpResponse::NotFound));
        config.service(scope);
    }
}

/// Serves the EHR on a bound listener, with one worker. The caller stops it through the server's handle; signals are
/// not handled.
///
/// # Errors
/// Returns the I/O error if the listener cannot be used.
pub fn start(listener: TcpListener, ehr: Arc<DemoEhr>) -> std::io::Result<Server> {
    let server = HttpServer::new(move || App::new().configure(routes(ehr.clone())));
    Ok(server.workers(1).shutdown_timeout(2).disable_signals().listen(listener)?.run())
}

fn pages(config: &mut ServiceConfig) {
    config
        .route("/", web::get().to(launcher::patients))
        .route("/chart/{patient}", web::get().to(launcher::chart))
        .route("/launch-app", web::get().to(launcher::launch_app))
        .route("/launch-app", web::post().to(launcher::launch_app))
        .route("/settings", web::post().to(launcher::settings))
        .route("/assets/smart-style.json", web::get().to(smart_style::smart_style))
        .route("/assets/ehr.css", web::get().to(launcher::style))
        .route("/faults", web::get().to(controls::faults))
        .route("/faults", web::post().to(controls::set_fault))
        .route("/keys/rotate", web::post().to(controls::rotate_keys))
        .route("/requests", web::get().to(controls::requests))
        .route("/requests/clear", web::post().to(controls::clear_requests));
}

fn oauth(config: &mut ServiceConfig) {
    config
        .route("/auth/authorize", web::get().to(authorize::authorize))
        .route("/auth/authorize", web::post().to(authorize::authorize))
        .route("/auth/sign-in", web::post().to(sign_in::sign_in))
        .route("/auth/decide", web::post().to(sign_in::decide))
        .route("/auth/token", web::post().to(token::token))
        .route("/auth/introspect", web::post().to(introspection::introspect))
        .route("/auth/revoke", web::post().to(introspection::revoke))
        .route("/auth/jwks.json", web::get().to(jwks::jwks));
    for place in ["/auth", "/smile/oidc", "/epic/oauth2", "/fhir"] {
        let path = format!("{place}/.well-known/openid-configuration");
        config.route(&path, web::get().to(discovery::openid_configuration));
    }
}

fn terminology(config: &mut ServiceConfig) {
    config
        .route("/tx/ValueSet/$expand", web::get().to(expand))
        .route("/tx/ValueSet/$validate-code", web::get().to(validate_code));
}

fn fhir(config: &mut ServiceConfig) {
    config
        .route("/fhir/.well-known/smart-configuration", web::get().to(discovery::smart_configuration))
        .route("/fhir/metadata", web::get().to(capability_statement::metadata))
        .route("/fhir/{type}", web::get().to(search::search))
        .route("/fhir/{type}/_search", web::post().to(search::search))
        .route("/fhir/{type}/{id}", web::get().to(read::read))
        .route("/fhir/{type}/{id}", web::put().to(update::update))
        .route("/fhir/{rest:.*}", web::to(read::anything_else));
}
