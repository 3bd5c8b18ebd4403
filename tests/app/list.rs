//! Tests of a user's lists of referrals: pages, search, and what is on top.

use std::collections::BTreeSet;

use passerelle::testing::{
    Browser, Engine, LogCapture, Page, TestApp,
    aged_store::{self, CopiedReferral},
    store,
};

use crate::{
    form::Cardiology as _,
    referral::{form_of, send, to_summary},
};

/// App with a browser in whose chart one referral was sent, and the id of that referral.
async fn sent_one(engine: Engine) -> (TestApp, Browser, String) {
    let app = TestApp::on(engine).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
    let sent = send(&mut browser, &summary).await;
    app.deliver().await;
    let id = sent.location().path().split('/').nth(4).unwrap().to_owned();
    (app, browser, id)
}

/// Copies a referral `count` times; `change` sets what differs in each.
async fn copies(app: &TestApp, id: &str, count: usize, change: impl Fn(usize, &mut CopiedReferral)) {
    let made: Vec<CopiedReferral> = (0..count)
        .map(|at| {
            let mut copy = CopiedReferral {
                id: format!("copy-{at:05}"),
                number: format!("R26-C0PY-{at:05}"),
                status: "sent",
                updated_at: i64::try_from(at).unwrap() + 1,
                patient_name: None,
            };
            change(at, &mut copy);
            copy
        })
        .collect();
    let id = id.to_owned();
    let copied =
        app.within(async move |app| aged_store::copy_referral(app.db(), app.sealer(), &id, &made).await);
    copied.await.unwrap();
}

async fn search(browser: &mut Browser, from: &str, text: &str) -> Page {
    let token = browser.get("/referrals").await.csrf_token();
    browser.post("/referrals/search", &[("csrf_token", &token), ("from", from), ("q", text)]).await
}

async fn result(browser: &mut Browser, text: &str) -> Page {
    let redirect = search(browser, "", text).await;
    assert_eq!(redirect.status, 303, "{}", redirect.text());
    browser.get(&address(&redirect)).await
}

/// Path and query of the target of a redirect.
fn address(redirect: &Page) -> String {
    let location = redirect.location();
    format!("{}{}", location.path(), location.query().map(|query| format!("?{query}")).unwrap_or_default())
}

/// Target of the link with this relation, if there is one.
fn link(page: &Page, rel: &str) -> Option<String> {
    let after = page.body.split_once(&format!("rel=\"{rel}\" href=\""))?.1;
    Some(after.split('"').next().unwrap().replace("&amp;", "&"))
}

/// Numbers of the referrals on a page, in their order.
fn numbers(page: &Page) -> Vec<String> {
    let text = page.text();
    let words = text.split_whitespace().filter(|word| word.starts_with("R26-") && word.len() > 8);
    words.map(str::to_owned).collect()
}

/// Follows the links to the next page from the first one; returns the numbers of each page.
async fn walk(browser: &mut Browser, first: Page) -> Vec<Vec<String>> {
    let (mut pages, mut page) = (Vec::new(), first);
    loop {
        assert_eq!(page.status, 200, "{}", page.text());
        pages.push(numbers(&page));
        let Some(next) = link(&page, "next") else { return pages };
        page = browser.get(&next).await;
    }
}

/// Every referral is on one page, those that have not arrived are on top of the first one, and the chart stays in the links.
#[actix_web::test]
async fn lists_all_referrals_in_pages() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (app, mut browser, id) = sent_one(engine).await;
        let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        copies(&app, &id, 60, |at, copy| {
            if at == 3 {
                copy.status = "not-delivered";
            }
        })
        .await;
        let first = browser.get(&format!("/referrals?from={context}")).await;
        assert!(first.text().contains("Needs you Patient") && first.text().contains("Page 1 of 3"));
        assert_eq!(numbers(&first)[0], "R26-C0PY-00003", "{}", first.text());
        let next = link(&first, "next").unwrap();
        assert_eq!(next, format!("/referrals?from={context}&page=2"));
        assert!(
            browser.get(&next).await.body.contains(&format!("href=\"/c/{context}/\"")),
            "back to the chart"
        );
        let pages = walk(&mut browser, first).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 11]);
        assert_eq!(pages.concat().into_iter().collect::<BTreeSet<_>>().len(), 61);
        let second = browser.get(&next).await;
        let row = second.body.split('"').find(|part| part.starts_with("/referrals/copy-")).unwrap();
        let place = next.trim_start_matches("/referrals");
        assert!(row.replace("&amp;", "&").ends_with(place), "{row}");
        let detail = browser.get(&format!("/referrals/{id}{place}")).await;
        assert_eq!(detail.status, 200, "{}", detail.text());
        let back = format!("href=\"{}\"", next.replace('&', "&amp;"));
        assert!(detail.body.contains(&back), "the page of the list is lost: {back} {}", detail.body);
        let last = browser.get("/referrals?page=99").await;
        assert!(last.text().contains("Page 3 of 3") && link(&last, "next").is_none(), "{}", last.text());
        assert_eq!(browser.get("/referrals?page=x").await.status, 200);
        let of_chart = browser.get(&format!("/c/{context}/referrals")).await;
        assert_eq!(numbers(&of_chart)[0], "R26-C0PY-00003", "{}", of_chart.text());
        let of_chart = walk(&mut browser, of_chart).await;
        assert_eq!(of_chart.concat().into_iter().collect::<BTreeSet<_>>().len(), 61);
        let home = browser.get(&format!("/c/{context}/")).await;
        assert!(home.text().contains("All referrals of this patient"), "{}", home.text());
        assert!(numbers(&home).len() < 20, "{}", home.text());
    }
}

/// The name of a patient is in no address and in no log, and each page of the result has an address of its own.
#[actix_web::test]
async fn finds_referrals_without_a_name_in_an_address() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (app, mut browser, id) = sent_one(engine).await;
        copies(&app, &id, 40, |at, copy| {
            copy.patient_name = Some(if at < 30 { "GAGNON, Zoé".into() } else { "ROY, Marc".into() });
            if at == 7 {
                copy.status = "unconfirmed";
            }
        })
        .await;
        let log = LogCapture::start();
        let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        let redirect = search(&mut browser, &context, "zoe gagnon").await;
        let place = address(&redirect);
        assert!(place.starts_with(&format!("/referrals?from={context}&find=")), "{place}");
        let first = browser.get(&place).await;
        assert!(first.text().contains("30 referrals match “zoe gagnon”."), "{}", first.text());
        assert!(first.text().contains("Page 1 of 2") && first.body.contains("value=\"zoe gagnon\""));
        assert_eq!(numbers(&first)[0], "R26-C0PY-00007", "what needs the user is on top: {}", first.text());
        let next = link(&first, "next").unwrap();
        assert_eq!(next, format!("{place}&page=2"), "the search is kept");
        assert!(!first.text().contains("ROY"), "{}", first.text());
        let pages = walk(&mut browser, first.clone()).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [25, 5]);
        for text in [place.as_str(), &log.text()] {
            assert!(!text.to_lowercase().contains("gagnon"), "the name leaks");
        }
        assert!(!first.body.contains("?q="), "no link carries the text");
        let token = first.csrf_token();
        let switch = [("csrf_token", token.as_str()), ("lang", "fr"), ("back", next.as_str())];
        let switched = browser.post("/language", &switch).await;
        let french = browser.get(&address(&switched)).await;
        assert!(
            french.text().contains("Page 2 sur 2") && french.text().contains("30 demandes"),
            "{}",
            french.text()
        );
    }
}

/// A number is found as it is read aloud, a patient by the end of the health number, and a referral by its service.
#[actix_web::test]
async fn finds_referrals_by_numbers_and_service() {
    let (app, mut browser, id) = sent_one(Engine::Sqlite).await;
    let number = numbers(&browser.get("/referrals").await).remove(0);
    copies(&app, &id, 3, |_, copy| copy.patient_name = Some("ROY, Marc".into())).await;
    let groups = number.replace('-', " ").to_lowercase().replace('0', "o");
    assert_eq!(numbers(&result(&mut browser, &groups).await), [number.as_str()], "{groups}");
    for (text, count) in [("5670", 4), ("9512 345 670", 4), ("tremblay 5670", 1), ("civic roy", 3), ("", 4)] {
        assert_eq!(numbers(&result(&mut browser, text).await).len(), count, "{text}");
    }
    let none = result(&mut browser, "<b>zebra</b>").await;
    assert!(none.text().contains("No referral matches “<b>zebra</b>”."), "{}", none.text());
    assert!(!none.text().contains("You have not started"), "{}", none.text());
    assert!(none.body.contains("href=\"/referrals\">Show all referrals"), "{}", none.body);
}

/// A search finds the user's own referrals only, and its address works for this user only.
#[actix_web::test]
async fn finds_own_referrals_only() {
    let (app, mut browser, _) = sent_one(Engine::Sqlite).await;
    let place = address(&search(&mut browser, "", "tremblay").await);
    let mut other = app.browser();
    other.launch(app.ehr(), "eleonore", "wei-lin-chen").await;
    assert_eq!(numbers(&result(&mut other, "tremblay").await), Vec::<String>::new());
    let page = other.get(&place).await;
    assert!(page.status == 200 && !page.body.contains("tremblay"), "{}", page.text());
    assert_eq!(browser.get(&place.replace("find=", "find=A")).await.status, 200);
    let unsigned = app.browser().get(&place).await;
    assert_ne!(unsigned.status, 200);
    let forged = browser.post("/referrals/search", &[("csrf_token", "x"), ("q", "tremblay")]).await;
    assert_ne!(forged.status, 303);
    let page = search(&mut browser, "https://elsewhere.example/", "tremblay").await;
    assert!(address(&page).starts_with("/referrals?find="), "{}", address(&page));
}

/// One request opens a bounded number of rows, says so, and the rest is searched from there.
#[actix_web::test]
async fn says_that_older_referrals_were_not_searched() {
    let (app, mut browser, id) = sent_one(Engine::Sqlite).await;
    copies(&app, &id, 5_010, |at, copy| {
        copy.patient_name = Some(if at == 2 { "GAGNON, Zoé".into() } else { "ROY, Marc".into() });
    })
    .await;
    let newer = result(&mut browser, "gagnon").await;
    assert!(newer.text().contains("No referral matches"), "{}", newer.text());
    assert!(newer.text().contains("Older referrals were not searched yet."), "{}", newer.text());
    let after = newer.body.split_once("<a href=\"/referrals?find=").expect("a link to the older ones").1;
    let older = format!("/referrals?find={}", after.split('"').next().unwrap().replace("&amp;", "&"));
    let older = browser.get(&older).await;
    assert!(
        older.text().contains("One referral matches “gagnon”. Referrals last changed before"),
        "{}",
        older.text()
    );
    assert_eq!(numbers(&older), ["R26-C0PY-00002"]);
    assert!(!older.text().contains("were not searched yet"), "{}", older.text());
}

/// A draft that is opened outside its chart says where it is continued, and leads back to the list.
#[actix_web::test]
async fn says_where_a_draft_is_continued() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(form.complete("Palpitations").press(&mut browser, "save").await.status, 303);
    let list = browser.get("/referrals").await;
    let row = list.body.split('"').find(|part| part.starts_with("/referrals/0")).expect("a row");
    let draft = browser.get(&row.replace("&amp;", "&")).await;
    assert!(draft.text().contains("open this patient's chart in the EHR"), "{}", draft.text());
    assert!(!draft.body.contains("/edit\""), "it cannot be edited without its chart");
    assert!(draft.body.contains("<a href=\"/referrals"), "{}", draft.body);
}

/// A referral whose summary cannot be opened hides no other: not in a list, not at the next launch, not in a search.
#[actix_web::test]
async fn lists_the_others_beside_a_damaged_referral() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (app, mut browser, id) = sent_one(engine).await;
        copies(&app, &id, 2, |_, copy| copy.status = "not-delivered").await;
        app.within(async |app| store::damage_summary(app.db(), "copy-00000").await).await.unwrap();
        let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        let below = |path: &str| format!("/c/{context}/{path}");
        let found = address(&search(&mut browser, "", "civic").await);
        let new = below("referrals/new?form=cardiology-consult");
        for (path, names_it) in
            [(below(""), true), (new, true), (below("referrals"), false), ("/referrals".to_owned(), true)]
        {
            let page = browser.get(&path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            let listed = numbers(&page);
            assert!(listed.iter().any(|it| it == "R26-C0PY-00001"), "{path}: {}", page.text());
            // Whether it is about this patient or a twin is not known, so the list of the chart leaves it out.
            assert_eq!(listed.iter().any(|it| it == "R26-C0PY-00000"), names_it, "{path}: {}", page.text());
        }
        let page = browser.get(&found).await;
        assert!(page.status == 200 && page.text().contains("R26-C0PY-00001"), "{}", page.text());
    }
}
