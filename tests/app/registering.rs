//! Tests of the command that registers an EHR from a preset.

use std::path::PathBuf;

use clap::Parser;
use passerelle::{
    admin::{AddArguments, run_add},
    ehrs::Preset,
    testing::TestApp,
};

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    add: AddArguments,
}

fn arguments(more: &[&str]) -> AddArguments {
    let all = [
        "add",
        "lakeside",
        "--name",
        "Lakeside",
        "--base",
        "https://lakeside.example/fhir",
        "--client-id",
        "us",
    ];
    CommandLine::try_parse_from(all.iter().chain(more)).unwrap().add
}

async fn add(app: &TestApp, more: &[&str]) -> Result<String, String> {
    let arguments = arguments(more);
    let done = app
        .within(async move |app| run_add(&app.admin(), &arguments).await.map_err(|error| error.to_string()));
    let done = done.await;
    app.refresh().await;
    done
}

/// An EHR that fits the Epic preset is registered with its keys, and the command prints the next steps.
#[actix_web::test]
async fn registers_an_ehr_from_a_preset() {
    let app = TestApp::start().await;
    let refused = add(&app, &["--like", "epic"]).await.unwrap_err();
    assert!(refused.contains("--issuer"), "{refused}");
    let epic = ["--like", "epic", "--issuer", "https://lakeside.example/oauth2"];
    let said = add(&app, &epic).await.unwrap();
    assert!(
        said.contains("lakeside is registered") && said.contains("passerelle ehr check lakeside"),
        "{said}"
    );
    assert_eq!(app.browser().get("/jwks/lakeside.json").await.status, 200);
    let again = add(&app, &epic).await.unwrap_err();
    assert!(again.contains("is already registered"), "{again}");
}

/// All problems of a registration are reported together, each with its key and the fix, and nothing is stored.
#[actix_web::test]
async fn refuses_an_invalid_registration_with_all_its_problems() {
    let app = TestApp::start().await;
    let refused = add(&app, &["--frame-ancestor", "lakeside.example"]).await.unwrap_err();
    for key in ["ehr.lakeside.frame_ancestors", "ehr.lakeside.client_secret_file"] {
        assert!(refused.contains(key), "{refused}");
    }
    assert_eq!(app.count("ehrs").await, 1);
}

/// The base URL of another EHR is refused.
#[actix_web::test]
async fn refuses_the_base_of_another_ehr() {
    let app = TestApp::start().await;
    let mut arguments = arguments(&["--keys", "--allow-network", "127.0.0.1/32"]);
    arguments.base = app.ehr().fhir_base_url();
    let refused =
        app.within(async move |app| run_add(&app.admin(), &arguments).await.map_err(|e| e.to_string()));
    assert!(refused.await.unwrap_err().contains("riverside has the same base URL"));
}

/// The preset of Oracle Health is also found under the product's former name.
#[test]
fn cerner_is_an_alias_of_oracle() {
    assert_eq!("cerner".parse(), Ok(Preset::Oracle));
    assert!("cern".parse::<Preset>().unwrap_err().contains("oracle"));
}

/// The printed registration is a table of the registrations file, and parses to the same registration.
#[test]
fn prints_a_registration_that_parses_to_itself() {
    for preset in Preset::ALL {
        let mut arguments = arguments(&["--like", preset.name(), "--issuer", "https://lakeside.example"]);
        arguments.client_secret_file = Some(PathBuf::from("/run/secrets/lakeside"));
        let registration = arguments.registration();
        let printed = registration.to_toml().unwrap();
        let mut tables: toml::Table = printed.parse().unwrap();
        let table = tables.remove("ehr").unwrap().as_array_mut().unwrap().remove(0);
        let read: passerelle::ehrs::Registration = table.try_into().unwrap();
        assert_eq!(read, registration, "{printed}");
    }
}

/// A private CA, a single address and the delay of running servers: all that the command needs to say or take.
#[actix_web::test]
async fn registers_an_ehr_in_a_private_network() {
    let app = TestApp::start().await;
    let refused = add(&app, &["--ca-file", "/nowhere/ca.pem", "--keys"]).await.unwrap_err();
    assert!(refused.contains("ehr.lakeside.ca_file: Unusable: /nowhere/ca.pem"), "{refused}");
    let said = add(&app, &["--keys", "--allow-network", "10.20.0.5"]).await.unwrap();
    assert!(said.contains("Running servers follow within ten seconds."), "{said}");
    let shown = arguments(&["--ca-file", "ca.pem", "--allow-network", "fd00::5"]).registration();
    let toml = shown.to_toml().unwrap();
    assert!(toml.contains("ca_file = \"ca.pem\"") && toml.contains("[\"fd00::5/128\"]"), "{toml}");
}
