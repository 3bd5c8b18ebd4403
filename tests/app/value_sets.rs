//! Tests of value sets at a terminology server: lists, searches, chosen codes, and a server that fails.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    sync::mpsc,
    thread,
};

use futures_util::future::join_all;
use passerelle::demo_ehr::Fault;
use passerelle::testing::{Browser, FormFields, Page, Scratch, TestApp};
use serde_json::{Value, json};

use crate::{
    form::Cardiology as _,
    referral::{delivered, form_of, send, to_summary},
    saving::save_in_background,
};

const SETS: &str = "https://passerelle.example/fhir/ValueSet";
const FINDING: &str = "code:https://passerelle.example/fhir/CodeSystem/findings|pain-knee";
const NOT_AVAILABLE: &str = "The list of answers to this question is not available here. Type the answer.";

/// Writes the cardiology form with these items into a folder.
fn write_form(folder: &Path, items: &Value) {
    let shipped = fs::read_to_string("config/forms/cardiology-consult.json").unwrap();
    let mut form: Value = serde_json::from_str(&shipped).unwrap();
    let group = json!({"linkId": "g", "type": "group", "text": "Questions", "item": items});
    form["item"].as_array_mut().unwrap().push(group);
    fs::write(folder.join("coded.json"), form.to_string()).unwrap();
}

/// Starts the app with the forms of a folder, and with the terminology server of the simulated EHR.
pub async fn with_terminology(folder: &Scratch) -> TestApp {
    let forms = format!("folder = \"{}\"", folder.path().display());
    TestApp::setup()
        .settings(&format!("[forms]\n{forms}\nterminology_server = \"EHR_ORIGIN/tx\"\n"))
        .delivery("allowed_networks = [\"127.0.0.0/8\"]\n")
        .start()
        .await
}

/// Starts the app with the cardiology form and these items.
async fn app_with(folder: &Scratch, items: &Value) -> TestApp {
    write_form(folder.path(), items);
    with_terminology(folder).await
}

fn question(link_id: &str, kind: &str, value_set: &str) -> Value {
    json!({"linkId": link_id, "type": kind, "text": link_id, "answerValueSet": format!("{SETS}/{value_set}")})
}

async fn opened(app: &TestApp, browser: &mut Browser) -> FormFields {
    let mut form = form_of(app, browser, "eleonore", "ngozi-okafor").await;
    form.complete("Palpitations");
    form
}

/// Presses the button of a search, as a browser without JavaScript does, and returns the page.
async fn searched(browser: &mut Browser, form: &mut FormFields, place: &str, text: &str) -> Page {
    form.set(&format!("search.{place}"), text).add("find", place);
    let saved = form.press(browser, "save").await;
    assert!(saved.location().as_str().ends_with(&format!("#f-{place}")), "{}", saved.location());
    browser.get(saved.location().as_str()).await
}

/// Answer of the only response that was delivered.
fn answer(app: &TestApp, link_id: &str) -> Value {
    let message = &delivered(app)[0];
    let entries = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    let response = entries.clone().find(|it| it["resourceType"] == "QuestionnaireResponse").unwrap();
    let group = response["item"].as_array().unwrap().iter().find(|item| item["linkId"] == "g").unwrap();
    let items = group["item"].as_array().unwrap();
    items.iter().find(|item| item["linkId"] == link_id).unwrap()["answer"].clone()
}

#[actix_web::test]
async fn offers_a_small_value_set_in_the_language_of_the_page() {
    let folder = Scratch::new();
    let app = app_with(&folder, &json!([question("side", "choice", "sides")])).await;
    let mut browser = app.browser();
    let form = opened(&app, &mut browser).await;
    let saved = form.press(&mut browser, "language-fr").await;
    let page = browser.get(saved.location().as_str()).await;
    assert!(page.text().contains("Gauche") && page.text().contains("Les deux"), "{}", page.text());
    assert!(!page.body.contains("data-search") && !page.text().contains(NOT_AVAILABLE));
}

#[actix_web::test]
async fn searches_a_large_value_set_and_sends_the_chosen_code() {
    let folder = Scratch::new();
    let app = app_with(&folder, &json!([question("finding", "choice", "findings")])).await;
    let mut browser = app.browser();
    let mut form = opened(&app, &mut browser).await;
    let page = searched(&mut browser, &mut form, "finding", "pa").await;
    assert!(page.text().contains("12 matches for “pa”."), "{}", page.text());
    let page = searched(&mut browser, &mut FormFields::read(&page), "finding", "e").await;
    assert!(
        page.text().contains("The first 20 matches for “e”. There are more: type more."),
        "{}",
        page.text()
    );
    let page = searched(&mut browser, &mut FormFields::read(&page), "finding", "zzz").await;
    assert!(page.text().contains("Nothing in the list matches “zzz”."), "{}", page.text());
    let page = searched(&mut browser, &mut FormFields::read(&page), "finding", "knee pain").await;
    assert!(page.body.contains(FINDING), "{}", page.text());
    let mut form = FormFields::read(&page);
    form.set("a.finding", FINDING).set("search.finding", "");
    let summary = to_summary(&mut browser, &form).await;
    assert!(summary.text().contains("Pain, knee"), "{}", summary.text());
    let sent = send(&mut browser, &summary).await;
    assert!(sent.redirects(), "{}", sent.text());
    app.deliver().await;
    let coding = json!({"system": "https://passerelle.example/fhir/CodeSystem/findings", "code": "pain-knee", "display": "Pain, knee"});
    assert_eq!(answer(&app, "finding"), json!([{"valueCoding": coding}]));
}

#[actix_web::test]
async fn redraws_the_results_of_a_search_in_the_background() {
    let folder = Scratch::new();
    let app = app_with(&folder, &json!([question("finding", "choice", "findings")])).await;
    let mut browser = app.browser();
    let mut form = opened(&app, &mut browser).await;
    let saved = save_in_background(&mut browser, form.set("search.finding", "wound h")).await;
    let saved: Value = serde_json::from_str(&saved.body).unwrap();
    let html = saved["redrawn"]["finding"].as_str().unwrap();
    assert!(
        html.contains("Wound, hand") && html.contains("Wound, hip") && !html.contains("Wound, knee"),
        "{html}"
    );
    assert!(html.contains("data-found"), "{html}");
}

/// A browser can post any key: a code counts only if the server knows it in the value set.
#[actix_web::test]
async fn refuses_a_code_that_is_not_in_the_value_set() {
    let folder = Scratch::new();
    let app = app_with(&folder, &json!([question("finding", "choice", "findings")])).await;
    let mut browser = app.browser();
    let mut form = opened(&app, &mut browser).await;
    for (posted, ok) in [
        ("code:https://passerelle.example/fhir/CodeSystem/findings|made-up", false),
        ("code:https://passerelle.example/fhir/CodeSystem/sides|left", false),
        (FINDING, true),
    ] {
        let continued = form.set("a.finding", posted).press(&mut browser, "continue").await;
        let page = browser.get(continued.location().as_str()).await;
        assert_eq!(page.url.path().ends_with("/destination"), ok, "{posted}: {}", page.url);
        if !ok {
            assert!(
                page.body.contains("f-finding.problem") && !page.body.contains(posted),
                "{}",
                page.text()
            );
            form = FormFields::read(&page);
        }
    }
    // The last one is in an expansion that was fetched for the page.
    assert_eq!(app.ehr().requests_to("/tx/ValueSet/$validate-code").len(), 2);
}

#[actix_web::test]
async fn takes_text_and_says_so_while_the_server_fails() {
    for fault in [
        Fault::TerminologyServerError,
        Fault::TerminologySlow,
        Fault::TerminologyHtml,
        Fault::TerminologyWrongResource,
        Fault::TerminologyHugeBody,
    ] {
        let folder = Scratch::new();
        let app = app_with(&folder, &json!([question("finding", "choice", "findings")])).await;
        app.ehr().set_fault(Some(fault));
        let mut browser = app.browser();
        let mut form = opened(&app, &mut browser).await;
        form.set("a.finding", "Sore knee");
        let saved = form.press(&mut browser, "save").await;
        let page = browser.get(saved.location().as_str()).await;
        assert!(page.text().contains(NOT_AVAILABLE), "{fault:?}: {}", page.text());
        let summary = to_summary(&mut browser, &FormFields::read(&page)).await;
        let sent = send(&mut browser, &summary).await;
        assert!(sent.redirects(), "{}", sent.text());
        app.deliver().await;
        assert_eq!(answer(&app, "finding"), json!([{"valueCoding": {"display": "Sore knee"}}]), "{fault:?}");
        app.ehr().set_fault(None);
    }
}

#[actix_web::test]
async fn shows_no_more_codes_than_were_asked_for() {
    let folder = Scratch::new();
    let app = app_with(&folder, &json!([question("finding", "choice", "findings")])).await;
    app.ehr().set_fault(Some(Fault::TerminologyIgnoresCount));
    let mut browser = app.browser();
    let mut form = opened(&app, &mut browser).await;
    let page = searched(&mut browser, &mut form, "finding", "e").await;
    assert!(page.text().contains("The first 20 matches"), "{}", page.text());
    assert_eq!(page.body.matches("value=\"code:").count(), 20);
}

#[actix_web::test]
async fn keeps_a_chosen_code_and_a_typed_text_when_the_server_comes_and_goes() {
    let folder = Scratch::new();
    let items = json!([question("finding", "choice", "findings"), question("other", "choice", "findings")]);
    let app = app_with(&folder, &items).await;
    let mut browser = app.browser();
    app.ehr().set_fault(Some(Fault::TerminologyServerError));
    let mut form = opened(&app, &mut browser).await;
    let saved = form.set("a.other", "Typed").press(&mut browser, "save").await;
    app.ehr().set_fault(None);
    app.advance(jiff::SignedDuration::from_mins(1));
    let page = browser.get(saved.location().as_str()).await;
    assert!(page.body.contains("name=\"search.other\""), "{}", page.text());
    let mut form = FormFields::read(&page);
    assert_eq!(form.value("a.other"), "Typed");
    let saved = form.set("a.finding", FINDING).press(&mut browser, "save").await;
    app.ehr().set_fault(Some(Fault::TerminologyServerError));
    let form = FormFields::read(&browser.get(saved.location().as_str()).await);
    assert_eq!((form.value("a.finding"), form.value("a.other")), (FINDING, "Typed"));
    let saved = form.press(&mut browser, "continue").await;
    assert!(saved.location().path().ends_with("/destination"), "{}", saved.location());
}

#[actix_web::test]
async fn asks_the_server_once_for_parallel_pages() {
    let folder = Scratch::new();
    let items = json!([question("side", "choice", "sides"), question("other-side", "choice", "sides")]);
    let app = app_with(&folder, &items).await;
    let mut browsers: Vec<Browser> = (0..4).map(|_| app.browser()).collect();
    join_all(browsers.iter_mut().map(|browser| opened(&app, browser))).await;
    assert_eq!(app.ehr().requests_to("/tx/ValueSet/$expand").len(), 1);
}

#[actix_web::test]
async fn knows_the_members_of_a_value_set_of_the_server() {
    let folder = Scratch::new();
    let rule = |set: &str| {
        let expression =
            format!("%resource.repeat(item).where(linkId = 'side').answer.value.memberOf('{SETS}/{set}')");
        json!([{"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
            "valueExpression": {"language": "text/fhirpath", "expression": expression}}])
    };
    let items = json!([question("side", "choice", "sides"),
        {"linkId": "in", "type": "boolean", "text": "In", "extension": rule("sides")},
        {"linkId": "out", "type": "boolean", "text": "Out", "extension": rule("findings")},
        {"linkId": "unknown", "type": "boolean", "text": "Unknown", "extension": rule("unheard-of")}]);
    let app = app_with(&folder, &items).await;
    let mut browser = app.browser();
    let mut form = opened(&app, &mut browser).await;
    let left = "code:https://passerelle.example/fhir/CodeSystem/sides|left";
    let saved = save_in_background(&mut browser, form.set("a.side", left)).await;
    let saved: Value = serde_json::from_str(&saved.body).unwrap();
    let calculated = &saved["calculated"];
    assert_eq!((&calculated["a.in"], &calculated["a.out"]), (&json!("true"), &json!("false")), "{saved}");
    assert!(!["true", "false"].contains(&calculated["a.unknown"].as_str().unwrap_or_default()), "{saved}");
}

/// The server is proven to like a destination with its base URL.
#[actix_web::test]
async fn sends_the_key_of_the_destination_with_the_url_of_the_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/tx", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 4096];
            let count = stream.read(&mut buffer).unwrap();
            sender.send(String::from_utf8_lossy(&buffer[..count]).to_ascii_lowercase()).unwrap();
            let body = r#"{"resourceType":"ValueSet","expansion":{"total":1,"contains":[{"system":"urn:s","code":"a","display":"Only"}]}}"#;
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    let folder = Scratch::new();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("forms")).unwrap();
    write_form(&path("forms"), &json!([question("side", "choice", "any")]));
    fs::write(path("key"), "canary-key\n").unwrap();
    let destination = format!(
        "[[destination]]\nurl = \"{base}/\"\nauthentication = \"api-key\"\nsecret_file = \"{}\"\n",
        path("key").display()
    );
    fs::write(path("destinations.toml"), destination).unwrap();
    let app = TestApp::setup()
        .settings(&format!(
            "[forms]\nfolder = \"{}\"\nterminology_server = \"{base}\"\n",
            path("forms").display()
        ))
        .delivery(&format!(
            "allowed_networks = [\"127.0.0.0/8\"]\ndestinations_file = \"{}\"\n",
            path("destinations.toml").display()
        ))
        .start()
        .await;
    let mut browser = app.browser();
    let page = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let saved = page.press(&mut browser, "save").await;
    let page = browser.get(saved.location().as_str()).await;
    assert!(page.text().contains("Only"), "{}", page.text());
    let request = requests.try_recv().unwrap();
    assert!(
        request.starts_with("get /tx/valueset/$expand?url=") && request.contains("x-api-key: canary-key"),
        "{request}"
    );
    assert!(requests.try_recv().is_err(), "it is asked once");
}
