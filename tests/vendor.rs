//! A vendor's tests in one file: the clinic of `examples/clinic_rms.rs`, used through the browser.

#[path = "../examples/clinic_rms.rs"]
mod clinic_rms;
#[path = "app/form.rs"]
mod form;

use std::fs;

use clinic_rms::{ClinicStaff, FaxQueue, clinic};
use form::FormFields;
use passerelle::{
    delivery::Folder,
    testing::{Browser, Page, Scratch, TestApp, delivery_channel_contract, user_mapper_contract},
};

async fn clinic_app(fax: &Scratch) -> TestApp {
    let folder = fax.path().to_owned();
    let root = env!("CARGO_MANIFEST_DIR");
    TestApp::setup()
        .settings(&format!(
            "\n[site]\nfolder = \"{root}/examples/clinic_rms\"\n[directory]\nfile = \"{root}/tests/fixtures/vendor/directory.json\"\n"
        ))
        .extend(move |builder| clinic(builder, &folder))
        .start()
        .await
}

fn value_of(page: &Page, name: &str) -> String {
    let (_, after) = page.body.split_once(&format!("name=\"{name}\" value=\"")).expect("the field is there");
    after.split_once('"').unwrap().0.to_owned()
}

async fn post(browser: &mut Browser, page: &Page, to: &str, names: &[&str]) -> Page {
    let token = page.csrf_token();
    let values: Vec<String> = names.iter().map(|name| value_of(page, name)).collect();
    let mut fields = vec![("csrf_token", token.as_str())];
    fields.extend(names.iter().copied().zip(values.iter().map(String::as_str)));
    browser.post(to, &fields).await
}

/// Own mapper, own page with template and messages, own channel: a referral leaves by fax.
#[actix_web::test]
async fn sends_a_referral_through_the_clinics_own_parts() {
    let fax = Scratch::new();
    let app = clinic_app(&fax).await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let mut form = FormFields::read(&browser.open(&landing).await);
    let welcome = browser.get("/welcome").await;
    assert!(welcome.text().contains("Good day, Ngozi"), "{}", welcome.text());
    welcome.assert_guarded("'none'");

    let destinations = form.complete("Palpitations").press(&mut browser, "continue").await;
    let page = browser.get(destinations.location().path()).await;
    let chosen = post(&mut browser, &page, page.url.path(), &["revision", "service"]).await;
    let summary = browser.get(chosen.location().path()).await;
    let to = summary.url.path().replace("/review", "/submit");
    let sent = post(&mut browser, &summary, &to, &["revision"]).await;
    app.deliver().await;
    let detail = browser.get(sent.location().path()).await;
    assert!(detail.text().contains("Delivered"), "{}", detail.text());
    assert_eq!(fs::read_dir(fax.path().join("cardiology")).unwrap().count(), 1);
}

/// A12: assistants prepare referrals and cannot sign; clinicians can.
#[actix_web::test]
async fn lets_an_assistant_prepare_and_only_a_clinician_sign() {
    let fax = Scratch::new();
    let app = clinic_app(&fax).await;
    let mut assistant = app.browser();
    let landing = assistant.launch(app.ehr(), "eleonore", "harpreet-gill").await;
    let mut form = FormFields::read(&assistant.open(&landing).await);
    let destinations = form.complete("Palpitations").press(&mut assistant, "continue").await;
    let page = assistant.get(destinations.location().path()).await;
    let chosen = post(&mut assistant, &page, page.url.path(), &["revision", "service"]).await;
    let summary = assistant.get(chosen.location().path()).await;
    assert!(summary.text().contains("Hand over for signature"), "{}", summary.text());
    let submit = summary.url.path().replace("/review", "/submit");
    let refused = post(&mut assistant, &summary, &submit, &["revision"]).await;
    assert_eq!(refused.status, 403, "a delegate signed");
    let ready = summary.url.path().replace("/review", "/ready");
    assert_eq!(post(&mut assistant, &summary, &ready, &["revision"]).await.status, 303);

    let mut clinician = app.browser();
    let landing = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let offered = clinician.open(&landing).await;
    let home = clinician.get(offered.location().path()).await;
    assert!(home.text().contains("Ready to sign"), "{}", home.text());
    let id = summary.url.path().split('/').nth(4).unwrap().to_owned();
    let edit = clinician.get(&format!("/c/{}/referrals/{id}/edit", landing.context())).await;
    let saved =
        FormFields::read(&edit).set("a.concern", "Seen and agreed").press(&mut clinician, "save").await;
    assert_eq!(
        clinician.get(saved.location().path()).await.status,
        200,
        "the signer still has access after editing"
    );
    let summary = clinician.get(&format!("/c/{}/referrals/{id}/review", landing.context())).await;
    assert!(summary.text().contains("Seen and agreed"), "{}", summary.text());
    assert!(summary.text().contains("prepared by"), "{}", summary.text());
    let submit = summary.url.path().replace("/review", "/submit");
    assert_eq!(post(&mut clinician, &summary, &submit, &["revision"]).await.status, 303);
    app.deliver().await;
    let sent = fs::read_dir(fax.path().join("cardiology")).unwrap().next().unwrap().unwrap();
    let bundle: serde_json::Value = serde_json::from_slice(&fs::read(sent.path()).unwrap()).unwrap();
    let header = &bundle["entry"][0]["resource"];
    assert!(header["enterer"].is_object() && header["author"] != header["enterer"], "{header}");
}

/// K02, K04, K05: the clinic's mapper passes the contract suite.
#[actix_web::test]
async fn clinics_mapper_passes_the_contract() {
    user_mapper_contract(ClinicStaff).await;
}

/// R04: a message handed over twice is delivered once.
#[actix_web::test]
async fn clinics_channel_passes_the_contract() {
    let fax = Scratch::new();
    let arrived = |envelope: &passerelle::delivery::Envelope| {
        fs::read(fax.path().join(format!("{}.json", envelope.id))).ok()
    };
    delivery_channel_contract(&FaxQueue(Folder::new(fax.path())), "", "../elsewhere", arrived).await;
}
