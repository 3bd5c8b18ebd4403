//! Tests of attempts to bypass the sign-in: pages without a session, rows of other users, existence of a row.

use std::collections::BTreeSet;

use passerelle::testing::{Browser, Page, Sending, TestApp};
use passerelle::users::SESSION_COOKIE;

use crate::{
    form::FormFields,
    referral::form_of,
    wire::{exchange, host},
};

const CONCERN: &str = "canary-concern";

/// Saves a draft of Éléonore by Dr. Okafor, and returns her browser, its context and the draft's id.
async fn draft(app: &TestApp) -> (Browser, String, String) {
    let mut browser = app.browser();
    let mut form = form_of(app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(form.set("a.concern", CONCERN).press(&mut browser, "save").await.status, 303);
    let mut parts = form.action.split('/').skip(2);
    let (context, id) = (parts.next().unwrap().to_owned(), parts.nth(1).unwrap().to_owned());
    (browser, context, id)
}

/// Sends a request unchanged on a connection of its own: neither path nor headers are normalized.
fn ask(app: &TestApp, path: &str, headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", host(app));
    let (answer, ended) = exchange(app, request.as_bytes());
    assert!(ended, "the connection stays open: {request}");
    answer
}

fn assert_nothing_shown(answer: &str, how: &str) {
    assert!(answer.starts_with("HTTP/1.1 "), "{how}: {answer}");
    for text in ["TREMBLAY", "Tremblay", "leonore", CONCERN, "9512"] {
        assert!(!answer.contains(text), "{how} shows {text}");
    }
}

/// Spellings of a path, and paths that only seem to lead elsewhere.
fn spellings(path: &str) -> Vec<String> {
    let tail = path.trim_start_matches('/');
    let mut spellings = vec![
        path.to_owned(),
        format!("/{path}"),
        format!("/.{path}"),
        format!("/%2e{path}"),
        format!("/%2f{tail}"),
        format!("\\{tail}"),
        format!("{path}/"),
        format!("{path}%00.css"),
        path.to_uppercase(),
        path.replacen("/c/", "/%63/", 1).replacen("/referrals", "/%72eferrals", 1),
        format!("http://evil.test{path}"),
    ];
    spellings.extend(
        [
            "/static/..",
            "/static/..%2f",
            "/static/%2e%2e",
            "/health/..",
            "/health/live/..",
            "/jwks/..",
            "/launch/..",
            "/callback/..;",
        ]
        .map(|open| format!("{open}{path}")),
    );
    spellings.extend(
        [".css", ";.css", ";jsessionid=1", "%3f.css", "?path=/static/app.css", "?/health/live", "#/static"]
            .map(|end| format!("{path}{end}")),
    );
    spellings
}

/// Headers that other programs use for the path, the caller or the origin.
const HEADERS: [&str; 14] = [
    "User-Agent: kube-probe/1.30\r\n",
    "User-Agent: GoogleHC/1.0\r\n",
    "X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\n",
    "X-Forwarded-User: ngozi-okafor\r\nX-Remote-User: ngozi-okafor\r\nRemote-User: ngozi-okafor\r\n",
    "X-Auth-Request-User: ngozi-okafor\r\nX-Auth-Request-Email: ngozi@clinic.example\r\n",
    "X-WEBAUTH-USER: admin\r\nX-User-Id: 1\r\nX-Role: administrator\r\n",
    "X-Custom-IP-Authorization: 127.0.0.1\r\nX-Originating-IP: 127.0.0.1\r\n",
    "X-Forwarded-Uri: /static/app.css\r\nX-Forwarded-Prefix: /static\r\n",
    "X-HTTP-Method-Override: OPTIONS\r\n",
    "Authorization: Basic YWRtaW46YWRtaW4=\r\n",
    "Authorization: Bearer x\r\n",
    "X-Background: 1\r\n",
    "Sec-Fetch-Site: same-origin\r\nX-Requested-With: XMLHttpRequest\r\n",
    "X-Original-Method: OPTIONS\r\n",
];

/// X06, A06: a chart page is refused without a session and to another user, in every spelling and with every header.
#[actix_web::test]
async fn refuses_every_way_around_the_sign_in() {
    let app = TestApp::start().await;
    let (mut own, context, id) = draft(&app).await;
    let mut other = app.browser();
    other.launch(app.ehr(), "zoe", "wei-lin-chen").await.context();
    let cookie = |browser: &Browser| {
        format!("Cookie: {SESSION_COOKIE}={}\r\n", browser.cookies.get(SESSION_COOKIE).unwrap())
    };
    let draft = format!("/c/{context}/referrals/{id}/edit");
    for page in [&draft, &format!("/c/{context}/"), &format!("/referrals/{id}")] {
        assert!(ask(&app, page, &cookie(&own)).starts_with("HTTP/1.1 200"), "{page}");
        for who in [String::new(), cookie(&other)] {
            for path in spellings(page) {
                assert_nothing_shown(&ask(&app, &path, &who), &path);
            }
            for header in HEADERS {
                let answer = ask(&app, page, &format!("{who}{header}"));
                assert_nothing_shown(&answer, header);
                assert!(answer.starts_with("HTTP/1.1 4"), "{page} {header}: {}", &answer[..15]);
            }
        }
        let headers = ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "Referer"];
        let headers: String = headers.map(|name| format!("{name}: {page}\r\n")).concat();
        for open in ["/health/live", "/launch", "/signed-out", "/"] {
            assert_nothing_shown(&ask(&app, open, &headers), open);
        }
    }
    let edit = own.get(&draft).await;
    assert_eq!(FormFields::read(&edit).value("a.concern"), CONCERN, "its owner can open it");
}

/// Text of a page without its reference, which always differs.
fn said(page: &Page) -> (u16, usize, String) {
    let is_reference = |word: &&str| word.len() == 9 && word.as_bytes()[4] == b'-';
    let text: Vec<String> =
        page.text().split(' ').filter(|word| !is_reference(word)).map(str::to_owned).collect();
    (page.status, page.body.len(), text.join(" "))
}

fn cross_site(path: &str, dest: &str) -> Sending {
    let mode = if dest == "document" || dest == "iframe" { "navigate" } else { "no-cors" };
    let sending = Sending::new("GET".parse().unwrap(), path).header("sec-fetch-site", "cross-site");
    sending.header("sec-fetch-dest", dest).header("sec-fetch-mode", mode)
}

/// X20: existing and missing rows look alike to another user, and another site sees neither: it may not read, embed
/// or frame any response, nor hold a handle to its window.
#[actix_web::test]
async fn hides_from_another_site_whether_a_referral_exists() {
    let app = TestApp::start().await;
    let (mut own, context, id) = draft(&app).await;
    let mut other = app.browser();
    let others = other.launch(app.ehr(), "eleonore", "wei-lin-chen").await.context();
    let none = format!("{}{}", &id[..id.len() - 1], if id.ends_with('0') { '1' } else { '0' });
    for dest in ["document", "iframe", "image", "script", "style", "object"] {
        for (mut browser, prefix) in [
            (app.browser(), String::new()),
            (app.browser(), format!("/c/{context}")),
            (other.clone(), String::new()),
            (other.clone(), format!("/c/{others}")),
        ] {
            let mut answers = Vec::new();
            for id in [&id, &none] {
                answers.push(browser.send(cross_site(&format!("{prefix}/referrals/{id}"), dest)).await);
            }
            assert_eq!(said(&answers[0]), said(&answers[1]), "{dest} {prefix}");
            let names = |page: &Page| page.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>();
            assert_eq!(names(&answers[0]), names(&answers[1]), "{dest} {prefix}");
        }
        for id in [&id, &none] {
            let page = own.send(cross_site(&format!("/referrals/{id}"), dest)).await;
            page.assert_guarded("'none'");
            assert!(page.set_cookies().is_empty());
        }
    }
}

/// A04: whatever is requested, a list contains the user's own referrals only.
#[actix_web::test]
async fn lists_own_referrals_only_whatever_is_requested() {
    let app = TestApp::start().await;
    let (mut own, context, id) = draft(&app).await;
    let mut other = app.browser();
    let form = form_of(&app, &mut other, "zoe", "wei-lin-chen").await;
    form.press(&mut other, "save").await;
    let foreign = form.action.split('/').nth(4).unwrap();
    let chart = other.chart(form.action.split('/').nth(2).unwrap()).await;
    for query in [
        String::new(),
        "?page_size=1000000000&page=1&limit=1000000000&offset=0&count=1000000000".to_owned(),
        "?page_size=-1&page=-1&limit=0&offset=-1".to_owned(),
        format!("?user_id={0}&user={0}&author={0}&submitted_by={0}", chart.user_id),
        "?patient=zoe&patient_key=&all=1&q=%25&search=%25&filter=_&status=%25".to_owned(),
        "?sort=user_id;drop%20table%20referrals&order=1,(select%201)&q='%20OR%20'1'='1".to_owned(),
        format!("?from={context}&from={}", form.action.split('/').nth(2).unwrap()),
    ] {
        for list in ["/referrals".to_owned(), format!("/c/{context}/referrals"), format!("/c/{context}/")] {
            let page = own.get(&format!("{list}{query}")).await;
            if page.status == 200 {
                assert!(page.body.contains(&id) && !page.body.contains(foreign), "{list}{query}");
                assert!(!page.text().to_uppercase().contains("LEBLANC"), "{list}{query}: {}", page.text());
            } else {
                assert_eq!(page.status, 400, "{list}{query}: {}", page.text());
            }
        }
    }
}

/// A04: a page is bounded, newest first; the oldest referral is on the last page of a list.
#[actix_web::test]
async fn bounds_each_page_of_referrals() {
    let app = TestApp::start().await;
    let (mut own, context, oldest) = draft(&app).await;
    let base = format!("/c/{context}/referrals");
    let mut newest = String::new();
    for number in 0..100 {
        app.advance(jiff::SignedDuration::from_millis(1));
        let page = own.get(&format!("{base}/new?form=cardiology-consult")).await;
        let mut form = FormFields::read(&page);
        let saved = form.set("a.concern", &number.to_string()).press(&mut own, "save").await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        newest = form.action.split('/').nth(4).unwrap().to_owned();
    }
    assert_eq!(app.count("referrals").await, 101);
    for (list, most) in [(base, 25), (format!("/c/{context}/"), 100), ("/referrals".to_owned(), 25)] {
        let page = own.get(&list).await;
        assert!(page.body.contains(&newest) && !page.body.contains(&oldest), "{list}");
        if most == 25 {
            let last = own.get(&format!("{list}?page=5")).await;
            assert!(last.body.contains(&oldest) && !last.body.contains(&newest), "{list}");
        }
        let mut ids: Vec<&str> =
            page.body.split("/referrals/").skip(1).filter_map(|rest| rest.get(..36)).collect();
        ids.retain(|id| id.matches('-').count() == 4);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), most, "{list}");
    }
}

/// A15: if knowing an id gives access, it is 256 random bits. A human-readable number gives access to nothing.
#[actix_web::test]
async fn gives_access_by_random_ids_only() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let app = TestApp::start().await;
    let (mut own, context, id) = draft(&app).await;
    let mut ids =
        vec![context.clone(), own.launch(app.ehr(), "zoe", "wei-lin-chen").await.question()[9..].to_owned()];
    for _ in 0..8 {
        ids.push(app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context());
    }
    let bytes: Vec<Vec<u8>> = ids.iter().map(|id| URL_SAFE_NO_PAD.decode(id).unwrap()).collect();
    assert!(bytes.iter().all(|bytes| bytes.len() == 32), "{ids:?}");
    for at in 0..32 {
        let first = bytes[0][at];
        assert!(bytes.iter().any(|bytes| bytes[at] != first), "byte {at} is always the same");
    }
    let list = own.get(&format!("/c/{context}/referrals")).await;
    let number = list.text().split(' ').find(|word| word.starts_with("R26-")).unwrap().to_owned();
    for path in [
        format!("/referrals/{number}"),
        format!("/c/{context}/referrals/{number}"),
        format!("/c/{context}/referrals/{number}/edit"),
        format!("/c/{number}/"),
        format!("/c/{id}/"),
    ] {
        assert_eq!(own.get(&path).await.status, 404, "{path}");
    }
    let page = own.get(&format!("/c/{context}/referrals/{id}")).await;
    assert!(page.status == 200 && page.text().contains(&number), "{}", page.text());
}
