//! A clinic's own referral system on Passerelle: its own user mapping, delivery channel, template and page.
//! `cargo run --example clinic_rms -- settings.toml`, with `site.folder = "examples/clinic_rms"` in the settings.

use passerelle::actix_web::{self, HttpResponse, web::Data, web::ServiceConfig, web::get};
use passerelle::app::{App, AppBuilder};
use passerelle::delivery::{DeliveryChannel, Envelope, Folder, Outcome};
use passerelle::users::{self, Arrival, Mapping, NewUser, OneTimeLinking, Role, SignedIn, UserMapper};
use passerelle::web::{Chrome, Error, Page, RequestState, Web};
use passerelle::{BoxFuture, config::Settings, db::Db, serde::Serialize};
use std::path::Path;

/// Creates accounts for users whom the EHR names: delegates for assistants, clinicians for the others.
pub struct ClinicStaff;

impl UserMapper for ClinicStaff {
    fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, users::Error>> {
        Box::pin(async move {
            Ok(match (OneTimeLinking.map(db, arrival).await?, arrival.name()) {
                (Mapping::Known(user), _) => Mapping::Known(user),
                (_, Some(name)) if name.ends_with("Gill") => assistant(name),
                (_, Some(name)) => Mapping::Provision(NewUser { name, email: None, role: Role::Clinician }),
                (_, None) => Mapping::Refuse,
            })
        })
    }
}

fn assistant(name: String) -> Mapping {
    Mapping::Provision(NewUser { name, email: None, role: Role::Delegate })
}

/// Delivers messages into the folder that the clinic's fax machine reads.
pub struct FaxQueue(pub Folder);

impl DeliveryChannel for FaxQueue {
    fn name(&self) -> &'static str {
        "fax"
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        self.0.deliver(envelope)
    }
}

/// Data of the clinic's own page, in its own template.
#[derive(Serialize)]
#[serde(crate = "passerelle::serde")]
struct Welcome {
    name: String,
}

impl Page for Welcome {
    const TEMPLATE: &'static str = "clinic/welcome.html";

    fn samples() -> Vec<Self> {
        vec![Self { name: "Amélie Okafor".into() }]
    }
}

async fn welcome(state: RequestState, who: SignedIn, web: Data<Web>) -> Result<HttpResponse, Error> {
    web.page(&state, &Chrome::default(), &Welcome { name: who.user.name })
}

fn pages(config: &mut ServiceConfig) {
    config.route("/welcome", get().to(welcome));
}

/// Adds the parts of the clinic to a builder.
pub fn clinic(builder: AppBuilder, fax_folder: &Path) -> AppBuilder {
    let fax = FaxQueue(Folder::new(fax_folder));
    builder.user_mapper(ClinicStaff).delivery_channel(fax).routes(pages).migrate()
}

#[cfg_attr(test, expect(dead_code, reason = "the test starts the clinic itself"))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::load(std::env::args().nth(1).as_deref().map(Path::new))?;
    let clinic = clinic(App::builder(settings), Path::new("fax"));
    actix_web::rt::System::new().block_on(async { Ok(clinic.build().await?.run().await?) })
}
