//! The SMART client without referral pages: an actix app of your own, in which a launch leads to a page that knows the
//! signed-in user and reads the patient's chart. `cargo run --example launch_only -- settings.toml`

use passerelle::actix_web::{
    App as ActixApp, HttpResponse, HttpServer,
    rt::System,
    web::{Data, Path, ServiceConfig, get},
};
use passerelle::app::App;
use passerelle::config::Settings;
use passerelle::launch::Launch;
use passerelle::users::SignedIn;
use passerelle::web::{Error, ErrorKind, RequestState};
use std::net::TcpListener;

/// `GET /c/{context}/problems`, the page after a launch: the signed-in user, and the number of problems in the chart.
async fn problems(
    context: Path<String>,
    user: SignedIn,
    state: RequestState,
    launch: Data<Launch>,
) -> Result<HttpResponse, Error> {
    let context = launch.context(&state, &user, &context).await?;
    let no_access = || Error::new(ErrorKind::SignedOut, "the access token has expired");
    let fhir = context.client().ok_or_else(no_access)?;
    let patient = context.chart.patient["id"].as_str().unwrap_or_default();
    let bundle = fhir.search(&format!("Condition?patient={patient}")).await.map_err(Error::unexpected)?;
    let count = bundle["entry"].as_array().map_or(0, Vec::len);
    Ok(HttpResponse::Ok().body(format!("{}: {patient} has {count} problems", user.user.name)))
}

/// Adds the pages of this app that need an open chart.
pub fn pages(config: &mut ServiceConfig) {
    config.route("/c/{context}/problems", get().to(problems));
}

/// Serves this app's own routes, then the launch.
pub async fn serve(app: App, listener: TcpListener) -> std::io::Result<()> {
    let _background = app.background();
    let own = || async { "An app that an EHR can launch" };
    HttpServer::new(move || {
        ActixApp::new().route("/about", get().to(own)).configure(|config| app.configure_launch(config))
    })
    .listen(listener)?
    .run()
    .await
}

#[cfg_attr(test, expect(dead_code, reason = "the test starts the app itself"))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::load(std::env::args().nth(1).as_deref().map(std::path::Path::new))?;
    let listener = TcpListener::bind(settings.server.bind)?;
    System::new().block_on(async {
        let app = App::builder(settings).routes(pages).landing("/problems").migrate().build().await?;
        Ok(serve(app, listener).await?)
    })
}
