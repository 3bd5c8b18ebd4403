//! Tests of a referral on paper: the PDF says what the page says, for those who may see the page.

use std::process::Command;

use passerelle::{
    delivery::{Outcome, Reason},
    testing::{Browser, FormFields, Page, Scratch, TestApp},
    web::ErrorKind,
};

use crate::{
    attachments::{PDF, attach, form as photo_form, photo, with_forms},
    delivery::{Destination, sending_to},
    form::Cardiology as _,
    referral::{follow, form_of, send, to_summary},
};

/// Output of a program of poppler-utils for a PDF.
fn poppler(command: &str, pdf: &[u8]) -> String {
    let folder = Scratch::new();
    let file = folder.path().join("letter.pdf");
    std::fs::write(&file, pdf).unwrap();
    let mut words = command.split(' ');
    let mut program = Command::new(words.next().unwrap());
    program.args(words).arg(&file);
    if command.starts_with("pdftotext") {
        program.arg("-");
    }
    let output = program.output().expect("poppler-utils is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // pdfinfo prints a title in another encoding than the texts.
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Texts of the pages, each with its line at the top and at the bottom.
fn pages(pdf: &[u8]) -> Vec<String> {
    let text = poppler("pdftotext -layout", pdf);
    text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Text that assistive technology reads, in its order.
fn read_aloud(pdf: &[u8]) -> String {
    let tags = poppler("pdfinfo -struct-text", pdf);
    let texts =
        tags.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"').map(str::to_owned));
    without_spaces(&texts.collect::<String>())
}

/// Removes each part of a page between two marks.
fn without(html: &str, begin: &str, end: &str) -> String {
    let mut parts = html.split(begin);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once(end).map_or("", |(_, rest)| rest))
}

/// Texts of the letter that a page prints.
fn printed(page: &Page) -> Vec<String> {
    let (_, letter) = page.body.split_once("aria-labelledby=\"sent-patient\"").unwrap();
    let (letter, _) = letter.split_once("<section class=\"card no-print\"").unwrap();
    let letter = without(letter, "<details class=\"all\">", "</details>");
    let letter = without(&letter, "<span class=\"no-print\">", "</span>");
    let letter = without(&letter, "<p class=\"no-print\">", "</p>");
    let body = format!("<body {}", letter.replace('<', "\u{1}<"));
    let text = Page { body, ..page.clone() }.text();
    text.split('\u{1}').map(without_spaces).filter(|text| !text.is_empty()).collect()
}

async fn switch(browser: &mut Browser, page: &Page, lang: &str) -> Page {
    let context = page.url.path().split('/').nth(2).unwrap().to_owned();
    let (token, back) = (page.csrf_token(), page.url.path().to_owned());
    let fields = [("csrf_token", token.as_str()), ("lang", lang), ("back", &back)];
    browser.post(&format!("/c/{context}/language"), &fields).await;
    browser.get(&back).await
}

/// Sends a referral, and returns its page.
async fn sent(app: &TestApp, browser: &mut Browser, concern: &str) -> Page {
    let mut form = form_of(app, browser, "eleonore", "ngozi-okafor").await;
    form.complete(concern).choose("a.documents", "DocumentReference/");
    let summary = to_summary(browser, &form).await;
    let sent = send(browser, &summary).await;
    app.deliver().await;
    follow(browser, &sent).await
}

#[actix_web::test]
async fn says_what_the_page_of_the_referral_says_in_both_languages() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let concern = "Palpitations ≥ 2 h\nᐃᓄᒃᑎᑐᑦ → naïve, <b>bold</b> & 王";
    let mut page = sent(&app, &mut browser, concern).await;
    for (lang, tag) in [("en", "en-CA"), ("fr", "fr-CA")] {
        page = switch(&mut browser, &page, lang).await;
        assert!(page.body.contains(&format!("<html lang=\"{tag}\"")));
        let letter = browser.get(&format!("{}/letter.pdf", page.url.path())).await;
        assert_eq!(
            (letter.status, letter.header("content-type")),
            (200, "application/pdf"),
            "{}",
            letter.text()
        );
        let heard = read_aloud(&letter.bytes).replace('▯', "王");
        let printed = printed(&page);
        assert!(printed.len() > 150, "{}", printed.len());
        for text in printed {
            assert!(heard.contains(&text), "{text} is not in {heard}");
        }
        for page in pages(&letter.bytes) {
            assert!(page.contains("TREMBLAY-SINGH, Éléonore") && page.contains("R26-"), "{page}");
        }
        let info = poppler("pdfinfo", &letter.bytes);
        assert!(info.contains("Tagged:          yes") && info.contains("612 x 792 pts"), "{info}");
    }
}

#[actix_web::test]
async fn is_saved_under_the_number_of_the_referral_and_kept_by_no_cache() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = sent(&app, &mut browser, "Palpitations").await;
    assert!(page.body.contains(&format!("href=\"{}/letter.pdf\"", page.url.path())));
    let letter = browser.get(&format!("{}/letter.pdf", page.url.path())).await;
    assert_eq!(letter.header("cache-control"), "no-store");
    let name = letter.header("content-disposition");
    assert!(name.starts_with("attachment; filename=\"R26-") && name.contains(".pdf\""), "{name}");
    assert!(!name.contains("TREMBLAY"), "{name}");
    let id = page.url.path().rsplit('/').next().unwrap();
    let own = browser.get(&format!("/referrals/{id}/letter.pdf")).await;
    assert_eq!((own.status, pages(&own.bytes)), (200, pages(&letter.bytes)));
}

#[actix_web::test]
async fn refuses_a_letter_to_all_who_may_not_open_its_page() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = sent(&app, &mut browser, "Palpitations").await;
    let id = page.url.path().rsplit('/').next().unwrap().to_owned();
    let letters = ["letter", "fax", "files"].map(|name| format!("/referrals/{id}/{name}.pdf"));
    let other_chart = browser.launch(app.ehr(), "marc-andre", "ngozi-okafor").await.context();
    let mut other_user = app.browser();
    let same_chart = other_user.launch(app.ehr(), "eleonore", "wei-lin-chen").await.context();
    for letter in &letters {
        browser.get(&format!("/c/{other_chart}{letter}")).await.assert_says(ErrorKind::NotFound);
        other_user.get(&format!("/c/{same_chart}{letter}")).await.assert_says(ErrorKind::NotFound);
        other_user.get(letter).await.assert_says(ErrorKind::NotFound);
        app.browser().get(letter).await.assert_says(ErrorKind::SignedOut);
        let at = page.url.path().replace(&format!("/referrals/{id}"), letter);
        app.browser().get(&at).await.assert_says(ErrorKind::SignedOut);
    }
    browser.get(&format!("{}/other.pdf", page.url.path())).await.assert_says(ErrorKind::NotFound);
}

#[actix_web::test]
async fn marks_the_letter_of_a_draft_on_every_page() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
    let path = summary.url.path().replace("/review", "/letter.pdf");
    assert!(summary.body.contains(&format!("href=\"{path}\"")));
    let letter = browser.get(&path).await;
    assert!(letter.header("content-disposition").contains("-draft.pdf"));
    let pages = pages(&letter.bytes);
    assert!(pages.len() > 1 && pages.iter().all(|page| page.contains("DRAFT – NOT SENT")), "{pages:?}");
    let heard = read_aloud(&letter.bytes);
    assert!(heard.contains("Thisisadraft.Itwasnotsignedandnotsent.") && heard.contains("Palpitations"));
    browser.get(&path.replace("letter", "files")).await.assert_says(ErrorKind::NotFound);
    let id = path.split('/').nth(4).unwrap();
    browser.get(&format!("/referrals/{id}/letter.pdf")).await.assert_says(ErrorKind::NotFound);
}

/// Draft with a photo and two reports, sent to a destination that refuses it.
async fn refused_with_files(app: &TestApp, browser: &mut Browser, report: &[u8]) -> Page {
    let form = photo_form(app, browser).await;
    let files = [("photos", "mole.jpg", &*photo()), ("report", "Zürich report.pdf", report)];
    let (_, form): (Page, FormFields) = attach(browser, &form, &files).await;
    let summary = to_summary(browser, &form).await;
    let sent = send(browser, &summary).await;
    app.deliver().await;
    follow(browser, &sent).await
}

fn refusing() -> Destination {
    Destination::answers([Outcome::Refused(Reason::from("status 422 (value)"))])
}

#[actix_web::test]
async fn puts_letter_and_files_into_one_pdf_to_fax() {
    let folder = Scratch::new();
    let app = with_forms(sending_to(&refusing()), &folder).start().await;
    let mut browser = app.browser();
    let page = refused_with_files(&app, &mut browser, PDF).await;
    let path = page.url.path().to_owned();
    assert!(page.body.contains(&format!("href=\"{path}/fax.pdf\"")), "{}", page.text());
    let (letter, fax) = (format!("{path}/letter.pdf"), format!("{path}/fax.pdf"));
    let (letter, fax) = (browser.get(&letter).await, browser.get(&fax).await);
    assert_eq!(fax.status, 200, "{}", fax.text());
    let (letter, fax_pages) = (pages(&letter.bytes), pages(&fax.bytes));
    assert!(fax_pages.len() >= letter.len() + 2, "{fax_pages:?}");
    let last = &fax_pages[fax_pages.len() - 2..];
    assert!(last[0].contains("mole") && last[1].contains("Zürich report"), "{last:?}");
    assert!(fax_pages.iter().all(|page| page.contains("TREMBLAY-SINGH, Éléonore")), "{fax_pages:?}");
    assert!(fax_pages[0].contains("Pages in this PDF"), "{}", fax_pages[0]);
    assert!(poppler("pdfimages -list", &fax.bytes).contains("jpeg"));
    let files = browser.get(&format!("{path}/files.pdf")).await;
    let files = pages(&files.bytes);
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(!files[0].contains("A mole that changes") && files[0].contains("Zürich report"), "{}", files[0]);
}

#[actix_web::test]
async fn names_a_file_that_it_leaves_out() {
    let folder = Scratch::new();
    let app = with_forms(sending_to(&refusing()), &folder).start().await;
    let mut browser = app.browser();
    let form = String::from_utf8(PDF.to_vec()).unwrap();
    let form = form.replace("/MediaBox", "/Annots[<</Subtype/Widget/FT/Tx/V(120)>>]/MediaBox");
    let page = refused_with_files(&app, &mut browser, form.as_bytes()).await;
    let fax = browser.get(&format!("{}/fax.pdf", page.url.path())).await;
    let heard = read_aloud(&fax.bytes);
    assert!(heard.contains("NotinthisPDF:ithasformfields,notesorlayers"), "{heard}");
    assert!(pages(&fax.bytes).last().unwrap().contains("mole"));
}

#[actix_web::test]
async fn contains_the_documents_of_the_ehr() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = sent(&app, &mut browser, "Palpitations").await;
    let files = browser.get(&format!("{}/files.pdf", page.url.path())).await;
    let info = poppler("pdfinfo", &files.bytes);
    let count: usize = pages(&files.bytes).len();
    assert!(count >= 3 && !read_aloud(&files.bytes).contains("NotinthisPDF"), "{info}");
}
