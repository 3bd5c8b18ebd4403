//! Tests of files that a person adds to a referral: checked, cleaned, kept, sent, and shown to their owner only.

mod bucket;
mod operated;
mod refused;

use std::{fs, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::future::join_all;
use image::{DynamicImage, GenericImageView as _, ImageEncoder as _, RgbImage, codecs::jpeg::JpegEncoder};
use jiff::SignedDuration;
use passerelle::testing::{Browser, Engine, FormFields, Page, Scratch, Setup, TestApp};
use serde_json::{Value, json};

use crate::delivery::{Destination, later, sending_to};

use crate::referral::{delivered, follow, form_of, send, to_summary};

const MIME: &str = "http://hl7.org/fhir/StructureDefinition/mimeType";
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n";

/// Setup with one form: a text, photos, one report as PDF, and photos of each lesion.
pub fn setup(folder: &Scratch) -> Setup {
    with_forms(TestApp::setup(), folder)
}

pub fn with_forms(setup: Setup, folder: &Scratch) -> Setup {
    let photos = json!([{"url": MIME, "valueCode": "image/*"}]);
    let pdf = json!([{"url": MIME, "valueCode": "application/pdf"}]);
    let form = json!({
        "resourceType": "Questionnaire", "id": "photos", "url": "https://e.example/photos", "title": "Photos",
        "code": [{"system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology"}],
        "item": [{"linkId": "g", "type": "group", "text": "Questions", "item": [
            {"linkId": "concern", "type": "text", "text": "Concern", "required": true,
                "definition": "http://hl7.org/fhir/StructureDefinition/ServiceRequest#ServiceRequest.reasonCode"},
            {"linkId": "photos", "type": "attachment", "text": "Photos of it", "required": true, "repeats": true, "extension": photos},
            {"linkId": "report", "type": "attachment", "text": "Outside report", "extension": pdf},
            {"linkId": "after", "type": "text", "text": "After"}
        ]}]
    });
    fs::write(folder.path().join("photos.json"), form.to_string()).unwrap();
    setup.settings(&format!("[forms]\nfolder = \"{}\"\n", folder.path().display()))
}

pub async fn form(app: &TestApp, browser: &mut Browser) -> FormFields {
    let mut form = form_of(app, browser, "eleonore", "ngozi-okafor").await;
    form.set("a.concern", "A mole that changes");
    form
}

/// JPEG of 40 × 20 pixels, red on the left, with an Exif segment: turned right, taken at a place.
pub fn photo() -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    tiff.extend_from_slice(&[0x0e, 0x01, 2, 0, 24, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend_from_slice(&[0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPS 45.4215 N 75.6972 W\0");
    let red_or_blue = |x, _| if x < 20 { image::Rgb([250, 10, 10]) } else { image::Rgb([10, 10, 250]) };
    let picture: DynamicImage = RgbImage::from_fn(40, 20, red_or_blue).into();
    let mut encoded = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut encoded, 95);
    encoder.set_exif_metadata(tiff).unwrap();
    picture.write_with_encoder(encoder).unwrap();
    encoded
}

fn contains(bytes: &[u8], wanted: &str) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted.as_bytes())
}

/// Posts the form with files, and returns the page that follows with its form.
pub async fn attach(
    browser: &mut Browser,
    form: &FormFields,
    files: &[(&str, &str, &[u8])],
) -> (Page, FormFields) {
    let posted = browser.send(form.with_files(files)).await;
    let page = if posted.redirects() { browser.get(posted.location().path()).await } else { posted };
    let form = FormFields::read(&page);
    (page, form)
}

/// Paths of the files that a page links to, each once.
fn links(page: &Page) -> Vec<String> {
    let all = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut links: Vec<String> =
        all.filter(|link| link.contains("/attachments/")).map(str::to_owned).collect();
    links.dedup();
    links
}

/// Sealed objects in the folder of a test app.
fn objects(app: &TestApp) -> Vec<PathBuf> {
    let (mut files, mut waiting) = (Vec::new(), vec![app.folder().join("attachments")]);
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() { waiting.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files
}

/// Documents of a message that persons added: title, type and bytes.
fn documents(message: &Value) -> Vec<(String, String, Vec<u8>)> {
    let resources = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    let documents = resources.filter(|resource| resource["resourceType"] == "DocumentReference");
    let read = |document: &Value| {
        let file = &document["content"][0]["attachment"];
        let bytes = STANDARD.decode(file["data"].as_str().unwrap()).unwrap();
        assert_eq!(file["size"], bytes.len());
        let text = |name: &str| file[name].as_str().unwrap().to_owned();
        (text("title"), text("contentType"), bytes)
    };
    documents.map(read).collect()
}

async fn files_go_from_the_form_to_the_message(engine: Engine) {
    let folder = Scratch::new();
    let app = setup(&folder).on(engine).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    assert!(form.fields().iter().any(|(name, _)| name == "file.photos"), "{:?}", form.fields());
    let files: [(&str, &str, &[u8]); 2] =
        [("photos", "DSC_0042.JPG", &photo()), ("report", "report of clinic.pdf", PDF)];
    let (page, form) = attach(&mut browser, &form, &files).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(form.value("a.concern"), "A mole that changes", "typed text is kept");
    for shown in ["DSC_0042.jpg", "JPEG, 1 kB", "report of clinic.pdf", "PDF, 1 kB"] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    let paths = links(&page);
    let shown = browser.get(&paths[0]).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/jpeg"));
    assert!(!contains(&shown.bytes, "Exif") && !contains(&shown.bytes, "GPS"), "the place is gone");
    let upright = image::load_from_memory(&shown.bytes).unwrap();
    assert_eq!(upright.dimensions(), (20, 40), "the photo is upright");
    assert!(upright.get_pixel(10, 5).0[0] > 150, "the left side is at the top");

    app.advance(SignedDuration::from_mins(5));
    let summary = to_summary(&mut browser, &form).await;
    for shown in ["DSC_0042.jpg", "report of clinic.pdf", "image/jpeg, 1 kB", "application/pdf, 1 kB"] {
        assert!(summary.text().contains(shown), "{shown}: {}", summary.text());
    }
    assert!(summary.body.contains(&format!("<img src=\"{}\"", paths[0])), "photos are shown small");
    let sent = send(&mut browser, &summary).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let [first, second] = &documents(&message)[..] else { panic!("two documents") };
    assert_eq!(first, &("DSC_0042.jpg".to_owned(), "image/jpeg".to_owned(), shown.bytes.clone()));
    assert_eq!((second.1.as_str(), second.2.as_slice()), ("application/pdf", PDF), "a PDF is kept as it is");
    assert_answers_refer_to_documents(&message);
    let entries = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    let documents: Vec<&Value> = entries.filter(|it| it["resourceType"] == "DocumentReference").collect();
    let added = |document: &&Value| document["date"].as_str().unwrap().starts_with("2026-09-14T09:30:0");
    assert!(documents.iter().all(added), "the time at which it was added: {documents:?}");
    assert!(documents.iter().all(|document| document["content"][0]["attachment"]["creation"].is_null()));
    let detail = follow(&mut browser, &sent).await;
    assert!(detail.body.contains(&format!("<img src=\"{}\"", paths[0])), "{}", detail.text());
    assert_eq!(browser.get(&paths[0]).await.bytes, shown.bytes);
}

fn assert_answers_refer_to_documents(message: &Value) {
    let entries = message["entry"].as_array().unwrap();
    let is_response = |entry: &&Value| entry["resource"]["resourceType"] == "QuestionnaireResponse";
    let response = &entries.iter().find(is_response).unwrap()["resource"];
    let photos = &response["item"][0]["item"][1];
    assert_eq!(photos["linkId"], "photos");
    let (answer, answered) = (&photos["answer"][0], &photos["answer"][0]["valueAttachment"]);
    assert!(answered["data"].is_null(), "a message carries the bytes once");
    let document = &answer["extension"][0]["valueReference"]["reference"];
    let document = &entries.iter().find(|entry| entry["fullUrl"] == *document).unwrap()["resource"];
    let file = &document["content"][0]["attachment"];
    for member in ["contentType", "size", "hash", "title"] {
        assert_eq!(answered[member], file[member], "{member}");
    }
}

#[actix_web::test]
async fn sends_files_of_the_form_on_sqlite() {
    files_go_from_the_form_to_the_message(Engine::Sqlite).await;
}

#[actix_web::test]
async fn sends_files_of_the_form_on_postgres() {
    files_go_from_the_form_to_the_message(Engine::Postgres).await;
}

#[actix_web::test]
async fn returns_a_file_so_that_nothing_in_it_runs() {
    let folder = Scratch::new();
    let app = setup(&folder).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let files: [(&str, &str, &[u8]); 2] = [("photos", "lésion.jpg", &photo()), ("report", "r.pdf", PDF)];
    let (page, _) = attach(&mut browser, &form, &files).await;
    let paths = links(&page);
    for (path, disposition) in paths.iter().zip(["inline", "attachment"]) {
        let file = browser.get(path).await;
        assert!(file.header("content-disposition").starts_with(disposition), "{:?}", file.headers);
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.header("cache-control"), "no-store");
        assert!(file.header("content-security-policy").contains("sandbox"), "{:?}", file.headers);
    }
    let name = browser.get(&paths[0]).await;
    assert!(
        name.header("content-disposition").contains("filename*=UTF-8''l%C3%A9sion.jpg"),
        "{:?}",
        name.headers
    );
}

/// Every refusal names the file and its reason, and keeps everything that was typed, in front of the file and behind it.
#[actix_web::test]
async fn removes_a_file_with_its_object() {
    let folder = Scratch::new();
    let app = setup(&folder).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let photo = photo();
    let two: [(&str, &str, &[u8]); 2] = [("photos", "1.jpg", &photo), ("photos", "2.jpg", &photo)];
    let (page, mut form) = attach(&mut browser, &form, &two).await;
    let [first, second] = &links(&page)[..] else { panic!("two files: {:?}", links(&page)) };
    assert_eq!(objects(&app).len(), 2);
    form.set("a.concern", "typed before removing").set("detach", first.rsplit('/').next().unwrap());
    let removed = form.press(&mut browser, "save").await;
    let page = follow(&mut browser, &removed).await;
    assert_eq!((links(&page), objects(&app).len()), (vec![second.clone()], 1));
    assert_eq!(FormFields::read(&page).value("a.concern"), "typed before removing");
    assert_eq!(browser.get(first).await.status, 404);
}

/// A05: a file belongs to its referral: its id in the path of another one, or in the session of another user, is not found.
#[actix_web::test]
async fn shows_a_file_to_its_own_referral_only() {
    let folder = Scratch::new();
    let app = setup(&folder).start().await;
    let mut browser = app.browser();
    let form_of_first = form(&app, &mut browser).await;
    let (page, _) = attach(&mut browser, &form_of_first, &[("photos", "1.jpg", &photo())]).await;
    let path = links(&page).remove(0);
    let (id, first) = (path.rsplit('/').next().unwrap(), path.split("/attachments").next().unwrap());

    let mut other = app.browser();
    let mut form_of_other = form_of(&app, &mut other, "zoe", "wei-lin-chen").await;
    form_of_other.set("a.concern", "Another patient").set("detach", id);
    let saved = form_of_other.press(&mut other, "save").await;
    let own = saved.location().path().replace("/edit", "");
    assert_eq!(other.get(&format!("{own}/attachments/{id}")).await.status, 404, "of another referral");
    let context = own.split("/referrals").next().unwrap();
    let referral = first.split("/referrals/").nth(1).unwrap();
    assert_eq!(other.get(&format!("{context}/referrals/{referral}/attachments/{id}")).await.status, 404);
    assert_ne!(other.get(&path).await.status, 200, "in the chart of another session");
    assert_eq!(app.browser().get(&path).await.status, 401);
    assert_eq!(browser.get(&path).await.status, 200, "another user did not remove it");
}

#[actix_web::test]
async fn keeps_every_file_of_uploads_at_the_same_time() {
    let folder = Scratch::new();
    let app = setup(&folder).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let (_, form) = attach(&mut browser, &form, &[("report", "r.pdf", PDF)]).await;
    let (mut tabs, photo): (Vec<Browser>, _) = ((0..6).map(|_| browser.clone()).collect(), photo());
    let uploads = tabs.iter_mut().enumerate().map(|(at, tab)| {
        let (form, photo, mut posted) = (form.clone(), photo.clone(), FormFields::clone(&form));
        async move {
            posted.set("save", &(at + 1).to_string());
            drop(form);
            tab.send(posted.with_files(&[("photos", &format!("{at}.jpg"), &photo)])).await
        }
    });
    for page in join_all(uploads).await {
        assert_eq!(page.status, 303, "{}", page.text());
    }
    assert_eq!((app.count("attachments").await, objects(&app).len()), (7, 7));
    let page = browser.get(&form.action).await;
    assert_eq!(links(&page).len(), 7, "{}", page.text());
}

/// A referral that has not arrived can be faxed: the page names the files that go with it, and asks whether they did.
#[actix_web::test]
async fn names_the_files_to_fax_of_a_referral_that_has_not_arrived() {
    let (folder, destination) = (Scratch::new(), Destination::answers([later(), later()]));
    let app = with_forms(sending_to(&destination), &folder).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let (_, form) = attach(&mut browser, &form, &[("photos", "left arm.jpg", &photo())]).await;
    let summary = to_summary(&mut browser, &form).await;
    let sent = send(&mut browser, &summary).await;
    app.deliver().await;
    app.advance(SignedDuration::from_secs(60));
    app.deliver().await;
    let page = follow(&mut browser, &sent).await;
    let text = page.text();
    let (_, to_fax) = text.split_once("Print and fax these files as well:").expect("a list");
    assert!(
        to_fax.contains("left arm") && page.body.contains("The files were faxed as well"),
        "{}",
        page.text()
    );
    assert!(!page.body.contains("loading=\"lazy\""), "a print would lack the photo");
    // The state of the message is not for the reader of the fax.
    for hidden in [
        "<p class=\"no-print\"><span class=\"status",
        "note no-print",
        "card no-print\" aria-labelledby=\"timeline",
    ] {
        assert!(page.body.contains(hidden), "{hidden}");
    }
    let to = format!("{}/faxed", sent.location().path());
    let token = page.csrf_token();
    let untold = browser.post(&to, &[("csrf_token", &token)]).await;
    assert_eq!(untold.status, 409, "the box was not ticked: {}", untold.text());
    let told = browser.post(&to, &[("csrf_token", &token), ("files", "1")]).await;
    assert_eq!(told.status, 303, "{}", told.text());
}

/// A copy of a referral has files of its own.
#[actix_web::test]
async fn copies_the_files_of_a_referral_into_a_new_draft() {
    let folder = Scratch::new();
    let app = setup(&folder).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let (page, form) = attach(&mut browser, &form, &[("photos", "1.jpg", &photo())]).await;
    let original = links(&page).remove(0);
    let summary = to_summary(&mut browser, &form).await;
    let token = summary.csrf_token();
    let sent = send(&mut browser, &summary).await;
    app.deliver().await;
    let copied = browser.post(&format!("{}/copy", sent.location().path()), &[("csrf_token", &token)]).await;
    let page = follow(&mut browser, &copied).await;
    let [copy] = &links(&page)[..] else { panic!("one file: {}", page.text()) };
    assert_ne!(*copy, original);
    assert_eq!(browser.get(copy).await.bytes, browser.get(&original).await.bytes);
    assert_eq!(objects(&app).len(), 2);
}

#[actix_web::test]
async fn deletes_files_with_their_draft_and_sweeps_what_is_left() {
    let folder = Scratch::new();
    let app = setup(&folder).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let (page, form) = attach(&mut browser, &form, &[("photos", "1.jpg", &photo())]).await;
    let token = page.csrf_token();
    let discard = form.action.replace("/edit", "/discard");
    assert_eq!(browser.post(&discard, &[("csrf_token", &token), ("sure", "1")]).await.status, 303);
    assert_eq!((app.count("attachments").await, objects(&app).len()), (0, 1));
    let sweep = async || app.within(|app| async move { app.sweep_attachments().await.unwrap() }).await;
    assert_eq!((sweep().await, objects(&app).len()), (0, 1), "an upload may be on its way");
    app.advance(SignedDuration::from_hours(25));
    assert_eq!((sweep().await, objects(&app).len()), (1, 0));
}
