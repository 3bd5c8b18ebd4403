//! A clinic's own referral system on Passerelle: its rule for who is who, its transport, its template and its page.
//! `cargo run --example clinic_rms -- settings.toml`, with `site.folder = "examples/clinic_rms"` in the settings.

use std::path::Path;

use passerelle::{
    BoxFuture,
    actix_web::{
        self, HttpResponse,
        web::{Data, ServiceConfig, get},
    },
    app::{App, AppBuilder},
    config::Settings,
    db::Db,
    delivery::{DeliveryChannel, Envelope, Outcome},
    serde::Serialize,
    users::{self, Arrival, Mapping, NewUser, OneTimeLinking, Role, SignedIn, UserMapper},
    web::{Chrome, Error, Page, RequestState, Web},
};

/// Everyone the clinic's EHR vouches for gets an account; office assistants prepare, clinicians sign.
struct ClinicStaff;

impl UserMapper for ClinicStaff {
    fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, users::Error>> {
        Box::pin(async move {
            let Some(name) = arrival.name() else {
                return Ok(Mapping::Refuse);
            };
            Ok(match OneTimeLinking.map(db, arrival).await? {
                Mapping::Known(user) => Mapping::Known(user),
                _ if name.starts_with("Assistant") => {
                    Mapping::Provision(NewUser { name, email: None, role: Role::Delegate })
                }
                _ => Mapping::Provision(NewUser { name, email: None, role: Role::Clinician }),
            })
        })
    }
}

/// Puts messages where the clinic's fax machine looks for them.
struct FaxQueue;

impl DeliveryChannel for FaxQueue {
    fn name(&self) -> &'static str {
        "fax"
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let file = Path::new(&envelope.destination).join(format!("{}.json", envelope.id));
            match std::fs::write(file, &envelope.payload) {
                Ok(()) => Outcome::Delivered,
                Err(error) => Outcome::RetryLater(error.kind().to_string(), None),
            }
        })
    }
}

/// A page of the clinic's own, in its own template.
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

/// The clinic's system, ready to build.
pub fn clinic(settings: Settings) -> AppBuilder {
    App::builder(settings).user_mapper(ClinicStaff).delivery_channel(FaxQueue).routes(pages).migrate()
}

#[cfg_attr(test, expect(dead_code, reason = "the test builds the clinic itself"))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::load(std::env::args().nth(1).as_deref().map(Path::new))?;
    actix_web::rt::System::new().block_on(async { Ok(clinic(settings).build().await?.run().await?) })
}
