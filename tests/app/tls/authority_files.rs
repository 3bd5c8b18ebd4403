//! Tests of an operator's own CA: for an EHR in its registration, for destinations in the settings.

use std::{collections::BTreeMap, fs, path::Path};

use passerelle::admin::{EhrCommand, SetArguments, run_ehr, run_set};
use passerelle::delivery::{NewDelivery, Priority, control_store, store};
use passerelle::ehrs::check::Remedy;
use passerelle::testing::{Scratch, TestApp};

use super::{Authority, assert_nothing_sent};
use crate::ehr_check::{check, find, printed};

const REGISTERED: &str = "Registered: riverside. Running servers follow within ten seconds.";

/// Registers the EHR again from a file, with these additional lines.
async fn import(app: &TestApp, folder: &Path, lines: &str) -> Result<String, String> {
    let secret = folder.join("secret");
    fs::write(&secret, &app.ehr().client_secret).unwrap();
    let table = toml::to_string(&BTreeMap::from([("ehr", [&app.ehr().registration])])).unwrap();
    let file = folder.join("ehrs.toml");
    fs::write(&file, format!("{table}client_secret_file = \"{}\"\n{lines}\n", secret.display())).unwrap();
    // A change is detected by its time.
    app.advance(jiff::SignedDuration::from_secs(1));
    let imported = app.within(async move |app| {
        run_ehr(&app.admin(), EhrCommand::Import { file }).await.map_err(|error| error.to_string())
    });
    let imported = imported.await;
    app.refresh().await;
    imported
}

/// TRQ-07: `ca_file` is read once, at the import: another node, and this one after the file is gone, load the CA from
/// the database. Other content is another registration.
#[actix_web::test]
async fn imports_a_ca_file_once() {
    let (authority, folder) = (Authority::new("Hospital"), Scratch::new());
    let mut app = TestApp::setup().relayed_over_tls(authority.issues(|_| {}).config()).start().await;
    let mut browser = app.browser();
    browser.trust(&authority.pem);
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_nothing_sent(&app, &landing).await;

    let file = folder.path().join("hospital.pem");
    let line = format!("ca_file = {file:?}");
    fs::write(&file, &authority.pem).unwrap();
    assert_eq!(import(&app, folder.path(), &line).await.unwrap(), REGISTERED);
    assert_eq!(import(&app, folder.path(), &line).await.unwrap(), "Nothing changed.");
    fs::remove_file(&file).unwrap();
    let port = app.second_node().await;
    for port in [app.port(), port] {
        browser.use_port(port);
        browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    }

    fs::write(&file, Authority::new("Hospital").pem).unwrap();
    assert_eq!(import(&app, folder.path(), &line).await.unwrap(), REGISTERED);
    let before = app.ehr().relay().requests();
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
    browser.use_port(app.port());
    assert_eq!(browser.begin_at(&app.ehr().fhir_base_url(), &handle).await.last().status, 502);
    assert_eq!(app.ehr().relay().requests(), before);
}

/// TRQ-07: the check names the command that trusts a private CA for one EHR, and the command leads to a launch.
#[actix_web::test]
async fn trusts_a_private_ca_as_the_check_advises() {
    let (authority, folder) = (Authority::new("Hospital"), Scratch::new());
    let app = TestApp::setup().relayed_over_tls(authority.issues(|_| {}).config()).start().await;
    let report = check(&app).await;
    assert_eq!(find(&report, "connect-unknown-issuer").remedies, [Remedy::TrustCa]);
    let said = printed(&app).await.text;
    assert!(said.contains("$ passerelle ehr set riverside ca_file=FILE\n"), "{said}");
    assert!(said.contains("smart-configuration: the certificate of"), "{said}");
    let file = folder.path().join("hospital.pem");
    fs::write(&file, &authority.pem).unwrap();
    let set = |value: String| {
        let settings = vec![("ca_file".to_owned(), value)];
        let arguments = SetArguments { id: "riverside".to_owned(), settings, client_secret_file: None };
        app.within(async move |app| run_set(&app.admin(), arguments).await.map_err(|e| e.to_string()))
    };
    app.advance(jiff::SignedDuration::from_secs(1));
    assert!(set("/nowhere/ca.pem".to_owned()).await.unwrap_err().contains("ca_file: /nowhere/ca.pem"));
    set(file.display().to_string()).await.unwrap();
    app.refresh().await;
    let mut browser = app.browser();
    browser.trust(&authority.pem);
    browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.advance(jiff::SignedDuration::from_secs(1));
    set(String::new()).await.unwrap();
    assert_eq!(find(&check(&app).await, "connect-unknown-issuer").remedies, [Remedy::TrustCa]);
}

/// A problem of a file is reported with its key, and without its content, which may be a private key.
#[actix_web::test]
async fn refuses_files_without_ca_certificates_and_names_the_key() {
    let (app, folder) = (TestApp::start().await, Scratch::new());
    let file = folder.path().join("ca.pem");
    let line = format!("ca_file = {file:?}");
    let missing = import(&app, folder.path(), &line).await.unwrap_err();
    assert!(missing.contains("ehr.riverside.ca_file") && missing.contains("ca.pem"), "{missing}");
    let certificate = Authority::new("Hospital").pem;
    let block = |tag: &str, bytes: &[u8]| pem::encode(&pem::Pem::new(tag, bytes));
    for (content, said) in [
        (String::new(), "holds no certificate"),
        ("canary".to_owned(), "holds no certificate"),
        (certificate.replace("-----END", "canary"), "is not PEM"),
        (format!("{certificate}{}", certificate.replace("-----END", "canary")), "is not PEM"),
        (block("PRIVATE KEY", b"canary"), "holds something else than certificates"),
        (
            format!("{certificate}{}", block("PRIVATE KEY", b"canary")),
            "holds something else than certificates",
        ),
        (block("CERTIFICATE", b"canary"), "holds a certificate that cannot be read"),
    ] {
        fs::write(&file, &content).unwrap();
        let refused = import(&app, folder.path(), &line).await.unwrap_err();
        assert!(refused.contains("ehr.riverside.ca_file") && refused.contains(said), "{refused}");
        assert!(refused.starts_with("1 problem"), "{refused}");
        assert!(!refused.contains("canary") && !refused.contains("Y2FuYXJ5"), "{refused}");
    }
    let both = format!("{line}\nca_certificates = \"\"\"\n{certificate}\"\"\"");
    assert!(import(&app, folder.path(), &both).await.unwrap_err().contains("ehr.riverside.ca_file"));
}

/// Hands a message to a destination behind the relay, which confirms it, and returns the status with its reason.
async fn hand_over(app: &TestApp) -> (String, Option<String>) {
    app.ehr().relay().change_answers(|path, answer| {
        if path.ends_with("/$process-message") {
            "HTTP/1.1 200 OK".clone_into(&mut answer.start);
            answer.set("content-type", "application/fhir+json");
            answer.body = br#"{"resourceType": "OperationOutcome", "issue": []}"#.to_vec();
        }
    });
    let destination = app.ehr().fhir_base_url();
    app.within(async move |app| {
        let new = NewDelivery {
            id: "m-1",
            subject_kind: "test",
            subject_id: "t-1",
            channel: "fhir_messaging",
            destination: &destination,
            recognises_duplicates: true,
            priority: Priority::Routine,
            payload: b"{}",
        };
        let mut tx = app.db().begin_write().await.unwrap();
        store::insert_delivery(&mut tx, &**app.clock(), app.sealer(), &new).await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
    app.deliver().await;
    let rows =
        app.within(async |app| control_store::find_about(app.db(), "test", "t-1").await.unwrap()).await;
    (rows[0].status.clone(), rows[0].reason.clone())
}

/// A destination with a certificate of the hospital's CA receives its message if `delivery.ca_file` names the CA, and
/// not a byte otherwise.
#[actix_web::test]
async fn delivers_to_a_destination_with_a_certificate_of_the_operators_ca() {
    let (authority, folder) = (Authority::new("Hospital"), Scratch::new());
    let file = folder.path().join("hospital.pem");
    fs::write(&file, &authority.pem).unwrap();
    let named = format!("ca_file = {file:?}\n");
    for (more, status, requests) in [(named.as_str(), "delivered", 1), ("", "pending", 0)] {
        let setup = TestApp::setup().relayed_over_tls(authority.issues(|_| {}).config());
        let setup = setup.delivery(&format!("allowed_networks = [\"127.0.0.1/32\"]\n{more}"));
        let app = setup.start().await;
        let (reached, reason) = hand_over(&app).await;
        assert_eq!(reached, status, "{reason:?}");
        assert_eq!(app.ehr().relay().requests(), requests, "{status}");
        app.expect_pending(i64::from(requests == 0));
    }
}

/// A missing file prevents the start, and is named.
#[actix_web::test]
#[should_panic(expected = "delivery.ca_file /nowhere/ca.pem")]
async fn refuses_to_start_without_the_ca_file_of_destinations() {
    TestApp::setup().delivery("ca_file = \"/nowhere/ca.pem\"\n").start().await;
}
