//! An administrator registers an EHR with a command, starting from a kind of EHR.

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

/// An EHR that Epic's preset fits is registered with its keys, and says what comes next.
#[actix_web::test]
async fn an_ehr_is_registered_from_a_preset() {
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
    assert!(again.contains("is registered already"), "{again}");
}

/// Everything that is wrong is told together, each with its key and what to do, and nothing is stored.
#[actix_web::test]
async fn refuses_a_registration_that_is_wrong_and_says_all_of_it() {
    let app = TestApp::start().await;
    let refused = add(&app, &["--frame-ancestor", "lakeside.example"]).await.unwrap_err();
    for key in ["ehr.lakeside.frame_ancestors", "ehr.lakeside.client_secret_file"] {
        assert!(refused.contains(key), "{refused}");
    }
    assert_eq!(app.count("ehrs").await, 1);
}

/// The base of another EHR is taken.
#[actix_web::test]
async fn refuses_the_base_of_another_ehr() {
    let app = TestApp::start().await;
    let mut arguments = arguments(&["--keys", "--allow-network", "127.0.0.1/32"]);
    arguments.base = app.ehr().fhir_base_url();
    let refused =
        app.within(async move |app| run_add(&app.admin(), &arguments).await.map_err(|e| e.to_string()));
    assert!(refused.await.unwrap_err().contains("has the base URL of riverside"));
}

/// Oracle Health goes by the name it had, too.
#[test]
fn cerner_is_like_oracle() {
    assert_eq!("cerner".parse(), Ok(Preset::Oracle));
    assert!("cern".parse::<Preset>().unwrap_err().contains("oracle"));
}

/// Printed, it is a table for the file of registrations, which gives the same registration again.
#[test]
fn a_registration_is_printed_as_it_is_read() {
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
