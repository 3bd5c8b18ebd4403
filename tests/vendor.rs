//! A vendor's tests in one file: the clinic of `examples/clinic_rms.rs`, used through the browser.

#[path = "../examples/clinic_rms.rs"]
mod clinic_rms;
#[path = "../examples/launch_only.rs"]
mod launch_only;

use std::fs;

use clinic_rms::{ClinicStaff, FaxQueue, clinic};
use passerelle::{
    delivery::Folder,
    testing::{
        FormFields, Scratch, TestApp, delivery_channel_contract, hand_over, launch_form, send, to_summary,
        user_mapper_contract,
    },
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

/// Own mapper, own page with template and messages, own channel: a referral leaves by fax.
#[actix_web::test]
async fn sends_a_referral_through_the_clinics_own_parts() {
    let fax = Scratch::new();
    let app = clinic_app(&fax).await;
    let mut browser = app.browser();
    let mut form = launch_form(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let welcome = browser.get("/welcome").await;
    assert!(welcome.text().contains("Good day, Ngozi"), "{}", welcome.text());
    welcome.assert_guarded("'none'");

    form.answer_required(&mut browser).await;
    let summary = to_summary(&mut browser, &form).await;
    let sent = send(&mut browser, &summary).await;
    app.deliver().await;
    let detail = browser.get(sent.location().path()).await;
    assert!(detail.text().contains("Left for the destination"), "{}", detail.text());
    assert_eq!(fs::read_dir(fax.path().join("cardiology")).unwrap().count(), 1);
}

/// A12: assistants prepare referrals and cannot sign; clinicians can.
#[actix_web::test]
async fn lets_an_assistant_prepare_and_only_a_clinician_sign() {
    let fax = Scratch::new();
    let app = clinic_app(&fax).await;
    let mut assistant = app.browser();
    let mut form = launch_form(&app, &mut assistant, "eleonore", "harpreet-gill").await;
    form.answer_required(&mut assistant).await;
    let summary = to_summary(&mut assistant, &form).await;
    assert!(summary.text().contains("Hand over for signature"), "{}", summary.text());
    assert_eq!(send(&mut assistant, &summary).await.status, 403, "a delegate signed");
    assert_eq!(hand_over(&mut assistant, &summary, "any").await.status, 303);

    let mut clinician = app.browser();
    let landing = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let offered = clinician.open(&landing).await;
    let home = clinician.get(offered.location().path()).await;
    assert!(home.text().contains("Waiting for your signature (1)"), "{}", home.text());
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
    assert_eq!(send(&mut clinician, &summary).await.status, 303);
    app.deliver().await;
    let sent = fs::read_dir(fax.path().join("cardiology")).unwrap().next().unwrap().unwrap();
    let bundle: serde_json::Value = serde_json::from_slice(&fs::read(sent.path()).unwrap()).unwrap();
    let header = &bundle["entry"][0]["resource"];
    assert!(header["enterer"].is_object() && header["author"] != header["enterer"], "{header}");
}

/// An actix app of one's own gets a signed-in user and a FHIR client for the patient, and no referral pages.
#[actix_web::test]
async fn launches_into_an_actix_app_without_referral_pages() {
    let extended =
        |builder: passerelle::app::AppBuilder| builder.routes(launch_only::pages).landing("/problems");
    let app = TestApp::setup().extend(extended).serve_with(launch_only::serve).start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert!(page.body.contains("Okafor: eleonore has "), "{} {}", page.status, page.body);
    assert!(!page.body.ends_with("has 0 problems"), "{}", page.body);
    assert!(browser.get("/about").await.body.contains("An app that an EHR can launch"));
    let referrals = browser.get(&format!("/c/{}/referrals/new", landing.context())).await;
    assert_eq!(referrals.status, 404);
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
