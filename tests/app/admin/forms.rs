//! Tests of the administrators' pages of forms: list, upload, import, retire, offer, preview.

use jiff::SignedDuration;
use passerelle::testing::{Browser, Page, Sending, TestApp};
use serde_json::{Value, json};

use super::{app, presses, signed_in};
use crate::imported_forms::foot;

const NAME: &str = "https://clinic.example.ca/fhir/Questionnaire/foot|1.0.0";

async fn posts(
    browser: &mut Browser,
    path: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
) -> Page {
    let token = browser.get("/admin/forms").await.csrf_token();
    let fields: Vec<_> = [("csrf_token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
    browser.send(Sending::multipart(path, &fields, files)).await
}

fn pretty(form: &Value) -> String {
    serde_json::to_string_pretty(form).unwrap()
}

async fn nothing_is_stored(app: &TestApp) {
    for table in ["referrals", "deliveries", "attachments"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
}

/// An upload is confirmed, imported, listed, retired and offered again; each is audited with the administrator.
#[actix_web::test]
async fn imports_retires_and_offers_a_form() {
    let (app, id) = app().await;
    let mut browser = signed_in(&app).await;
    let list = browser.get("/admin/forms").await;
    assert!(list.text().contains("Cardiology") && list.text().contains("Built in"), "{}", list.text());
    let text = pretty(&foot("1.0.0", "Main concern"));
    let confirm =
        posts(&mut browser, "/admin/forms/check", &[], &[("file", "foot.json", text.as_bytes())]).await;
    assert_eq!(confirm.status, 200, "{}", confirm.text());
    for part in [
        "Import Foot clinic?",
        NAME,
        "Podiatrist",
        "Everything in this form has its effect",
        "in one language",
    ] {
        assert!(confirm.text().contains(part), "{part} is not in {}", confirm.text());
    }
    assert_eq!(app.count("imported_forms").await, 0);
    let done =
        posts(&mut browser, "/admin/forms/import", &[("text", &text), ("file_name", "foot.json")], &[]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let list = browser.get(done.location().as_str()).await;
    assert!(list.text().contains(&format!("{NAME} is imported")), "{}", list.text());
    assert!(list.text().contains("by Ada Administrator"), "{}", list.text());

    let retired = presses(&mut browser, "/admin/forms/retire", &[("name", NAME)]).await;
    let list = browser.get(retired.location().as_str()).await;
    assert!(list.text().contains("Retired on"), "{}", list.text());
    let offered = presses(&mut browser, "/admin/forms/offer", &[("name", NAME)]).await;
    let list = browser.get(offered.location().as_str()).await;
    assert!(list.text().contains("is no longer retired"), "{}", list.text());
    let events = app.audit_events().await;
    let by_administrator =
        |event: &str| events.iter().any(|it| it.event == event && it.user_id.as_deref() == Some(id.as_str()));
    assert!(["form-imported", "form-retired", "form-offered"].into_iter().all(by_administrator));
    assert_eq!(presses(&mut browser, "/admin/forms/retire", &[("name", "urn:none|1")]).await.status, 404);
}

/// A version that is retired gives way to the one before it: the page says so, before and after.
#[actix_web::test]
async fn names_the_version_that_a_retired_one_gives_way_to() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let newer = NAME.replace("1.0.0", "1.1.0");
    for version in ["1.0.0", "1.1.0"] {
        let text = pretty(&foot(version, "Main concern"));
        let fields = [("text", text.as_str()), ("file_name", "foot.json")];
        let done = posts(&mut browser, "/admin/forms/import", &fields, &[]).await;
        assert_eq!(done.status, 303, "{}", done.text());
        app.advance(SignedDuration::from_secs(1));
    }
    let list = browser.get("/admin/forms").await;
    assert!(
        list.text().contains(&format!("Once it is retired, new referrals begin with {NAME}")),
        "{}",
        list.text()
    );
    let retired = presses(&mut browser, "/admin/forms/retire", &[("name", &newer)]).await;
    let list = browser.get(retired.location().as_str()).await;
    let said = format!("{newer} is retired. New referrals now begin with {NAME}");
    assert!(list.text().contains(&said), "{}", list.text());
    let last = presses(&mut browser, "/admin/forms/retire", &[("name", NAME)]).await;
    let list = browser.get(last.location().as_str()).await;
    assert!(list.text().contains("no new referral begins with it"), "{}", list.text());
}

/// Retiring asks first, without a script, and says with which version new referrals begin then.
#[actix_web::test]
async fn asks_before_it_retires_a_form() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let newer = NAME.replace("1.0.0", "1.1.0");
    for version in ["1.0.0", "1.1.0"] {
        let text = pretty(&foot(version, "Main concern"));
        posts(&mut browser, "/admin/forms/import", &[("text", &text), ("file_name", "foot.json")], &[]).await;
        app.advance(SignedDuration::from_secs(1));
    }
    let list = browser.get("/admin/forms").await;
    assert!(!list.body.contains("action=\"/admin/forms/retire\""), "one click retires: {}", list.body);
    let path = |name: &str| {
        let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        format!("/admin/forms/retire?form={name}")
    };
    assert!(list.body.contains(&format!("href=\"{}\"", path(&newer))), "{}", list.body);
    let asked = browser.get(&path(&newer)).await;
    let then = format!("New referrals then begin with {NAME}");
    for part in ["Retire Foot clinic 1.1.0?", &then, "Drafts that were begun", "No, cancel"] {
        assert!(asked.text().contains(part), "{part} is not in {}", asked.text());
    }
    assert_eq!(app.count("retired_forms").await, 0);
    presses(&mut browser, "/admin/forms/retire", &[("name", &newer)]).await;
    let last = browser.get(&path(NAME)).await;
    assert!(last.text().contains("No other version is offered then"), "{}", last.text());
    for gone in [newer.as_str(), "urn:none|1"] {
        assert_eq!(browser.get(&path(gone)).await.status, 303, "{gone}");
    }
}

/// All problems are shown with line and fix, in the language of the page, and the text is not lost.
#[actix_web::test]
async fn shows_every_problem_of_an_upload_with_its_text() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let mut form = foot("1.0.0", "Main <concern>");
    form["item"][0]["item"] = json!([
        {"linkId": "a", "type": "quantum", "text": "A"}, {"linkId": "b", "type": "question"}
    ]);
    let text = pretty(&form);
    let refused =
        posts(&mut browser, "/admin/forms/check", &[], &[("file", "foot.json", text.as_bytes())]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    for part in ["2 problems in this form", "line ", "the item type quantum is not supported", "Leave it out"]
    {
        assert!(refused.text().contains(part), "{part} is not in {}", refused.text());
    }
    assert!(refused.body.contains("&quot;linkId&quot;: &quot;b&quot;"), "the text is lost: {}", refused.body);
    let broken = posts(&mut browser, "/admin/forms/check", &[("text", "{\n\"item\": [,]}")], &[]).await;
    assert!(
        broken.text().contains("line 2") && broken.text().contains("This is not JSON"),
        "{}",
        broken.text()
    );
    let empty = posts(&mut browser, "/admin/forms/check", &[("text", " ")], &[]).await;
    assert!(empty.status == 422 && empty.text().contains("No file was chosen"), "{}", empty.text());
    let large = vec![b' '; 2_100_000];
    let large =
        posts(&mut browser, "/admin/forms/check", &[], &[("file", "foot.json", large.as_slice())]).await;
    assert!(large.status == 422 && large.text().contains("at most 2 MB"), "{}", large.text());
    let token = browser.get("/admin/forms").await.csrf_token();
    let french = [("csrf_token", token.as_str()), ("lang", "fr"), ("back", "/admin/forms")];
    browser.post("/admin/language", &french).await;
    let refused = posts(&mut browser, "/admin/forms/check", &[("text", &text)], &[]).await;
    assert!(refused.text().contains("2 problèmes dans ce formulaire"), "{}", refused.text());
    assert!(refused.text().contains("ou posez la question autrement"), "{}", refused.text());
}

/// An item of which nothing can be made is explained in the language of the page, with its element or expression.
#[actix_web::test]
async fn says_in_french_why_nothing_is_made_of_an_item() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
    let patient = "http://hl7.org/fhir/StructureDefinition/Patient";
    let mut form = foot("1.0.0", "Main concern");
    form["item"].as_array_mut().unwrap().push(json!({"linkId": "p", "type": "group", "text": "P",
        "extension": [{"url": format!("{sdc}definitionExtract"),
            "extension": [{"url": "definition", "valueCanonical": patient}]}],
        "item": [{"linkId": "odd", "type": "string", "text": "Odd",
            "definition": format!("{patient}#Patient.colour")}]}));
    browser.get("/admin?lang=fr").await;
    let checked = posts(&mut browser, "/admin/forms/check?lang=fr", &[("text", &pretty(&form))], &[]).await;
    let text = checked.text();
    for part in ["FHIR R4 n’a pas d’élément Patient.colour", "rien n’en est tiré ici"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("has no") && !text.contains("is made"), "{text}");
}

/// A preview shows the form with its answers and problems. It has no draft and no way to send.
#[actix_web::test]
async fn previews_a_form_that_cannot_be_sent() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let mut form = foot("1.0.0", "Main concern");
    let items = form["item"][0]["item"].as_array_mut().unwrap();
    items[0]["required"] = true.into();
    items.push(json!({"linkId": "a", "type": "integer", "text": "First number"}));
    items.push(
        json!({"linkId": "double", "type": "integer", "text": "Twice", "readOnly": true, "extension": [{
            "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
            "valueExpression": {"language": "text/fhirpath",
                "expression": "%resource.item.item.where(linkId = 'a').answer.value * 2"}
        }]}),
    );
    let text = pretty(&form);
    let opened =
        posts(&mut browser, "/admin/forms/preview", &[("text", &text), ("action", "open")], &[]).await;
    assert_eq!(opened.status, 200, "{}", opened.text());
    for part in
        ["Nothing is stored, and nothing can be sent from here", "Not filled from a chart", "Main concern"]
    {
        assert!(opened.text().contains(part), "{part} is not in {}", opened.text());
    }
    assert!(!opened.body.contains("name=\"ticket\"") && !opened.body.contains("/c/"), "{}", opened.body);
    let state = opened.hidden_fields().into_iter().find(|(name, _)| name == "state").unwrap().1;
    let fields =
        [("text", text.as_str()), ("state", &state), ("lang", "en"), ("a.a", "21"), ("action", "check")];
    let checked = posts(&mut browser, "/admin/forms/preview", &fields, &[]).await;
    assert!(checked.body.contains("value=\"42\""), "{}", checked.body);
    assert!(
        checked.text().contains("Main concern") && checked.body.contains("class=\"problems\""),
        "{}",
        checked.text()
    );
    nothing_is_stored(&app).await;

    let named = browser.get("/admin/forms/preview?form=https%3A%2F%2Fnone.example%7C1").await;
    assert_eq!(named.status, 404);
    let list = browser.get("/admin/forms").await;
    let link =
        list.body.split("href=\"/admin/forms/preview?form=").nth(1).unwrap().split('"').next().unwrap();
    let built_in = browser.get(&format!("/admin/forms/preview?form={link}")).await;
    assert_eq!(built_in.status, 200, "{}", built_in.text());
    nothing_is_stored(&app).await;
}

/// A preview takes no files, and its page is not what a clinician gets afterwards.
#[actix_web::test]
async fn takes_files_of_a_form_that_was_previewed() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let mut form = foot("1.0.0", "Main concern");
    form["item"].as_array_mut().unwrap().push(
        json!({"linkId": "p", "type": "group", "text": "Pictures", "item": [
            {"linkId": "photos", "type": "attachment", "text": "Photographs"}
        ]}),
    );
    let text = pretty(&form);
    posts(&mut browser, "/admin/forms/import", &[("text", &text)], &[]).await;
    let shown = posts(&mut browser, "/admin/forms/preview", &[("name", NAME)], &[]).await;
    assert!(shown.text().contains("Photographs") && !shown.body.contains("type=\"file\""), "{}", shown.body);
    let mut clinician = app.browser();
    let landing = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = clinician.get(&format!("/c/{}/referrals/new?form=foot", landing.context())).await;
    assert!(page.body.contains("type=\"file\""), "{}", page.text());
}

/// Forms are for administrators: their pages need a session and a token of it.
#[actix_web::test]
async fn refuses_forms_without_session_or_token() {
    let (app, _) = app().await;
    let mut stranger = app.browser();
    for path in ["/admin/forms", "/admin/forms/preview?form=x"] {
        assert!(super::is_sent_to_sign_in(&stranger.get(path).await), "{path}");
    }
    // Outside of `passerelle form preview` there is no preview without a session.
    assert_eq!(stranger.get("/preview").await.status, 404);
    let mut browser = signed_in(&app).await;
    let text = pretty(&foot("1.0.0", "Concern"));
    for path in ["/admin/forms/check", "/admin/forms/import", "/admin/forms/preview"] {
        let sent = Sending::multipart(path, &[("csrf_token", "forged"), ("text", &text)], &[]);
        assert_eq!(browser.send(sent).await.status, 403, "{path}");
    }
    assert_eq!(app.count("imported_forms").await, 0);
}
