//! Tests of cookies and of framing.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use passerelle::testing::{Page, Sending, SetCookie, TestApp};
use passerelle::users::SESSION_COOKIE;
use passerelle::web::ErrorKind;

use super::session::opened;

async fn cookies_of_a_launch(app: &TestApp) -> Vec<SetCookie> {
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    landing.context();
    let ours = landing.pages.iter().filter(|page| page.url.as_str().starts_with(app.origin()));
    ours.flat_map(Page::set_cookies).collect()
}

/// Asserts that a cookie is `__Host-`, `Secure`, `HttpOnly`, `Path=/`, without a domain, and has an expected name.
fn assert_hardened(cookie: &SetCookie) {
    assert!(cookie.name.starts_with("__Host-p"), "{cookie:?}");
    for attribute in ["Path=/", "Secure", "HttpOnly"] {
        assert!(cookie.has(attribute), "{attribute} is missing: {cookie:?}");
    }
    assert!(!cookie.attributes.iter().any(|attribute| attribute.starts_with("Domain")), "{cookie:?}");
}

/// SEC-02, S02: an EHR that opens the app in a tab gets `SameSite=Lax` cookies.
#[actix_web::test]
async fn sets_lax_cookies_outside_a_frame() {
    let app = TestApp::start().await;
    let cookies = cookies_of_a_launch(&app).await;
    assert_eq!(cookies.len(), 3, "an attempt, its end, the session: {cookies:?}");
    for cookie in &cookies {
        assert_hardened(cookie);
        assert!(cookie.has("SameSite=Lax") && !cookie.has("Partitioned"), "{cookie:?}");
    }
    let session: Vec<_> = cookies.iter().filter(|cookie| cookie.name == SESSION_COOKIE).collect();
    assert_eq!(session.len(), 1);
    assert_eq!(session[0].max_age(), None, "a session cookie ends with the browser");
    assert_eq!(cookies[0].max_age(), Some(600), "an attempt lives ten minutes");
}

/// LCH-13, SEC-02, S02: an EHR that frames the app gets partitioned cookies, and is the only site that may frame the
/// page.
#[actix_web::test]
async fn sets_partitioned_cookies_in_a_frame() {
    let app = TestApp::setup().framed().start().await;
    let cookies = cookies_of_a_launch(&app).await;
    assert_eq!(cookies.len(), 4, "an attempt, the frame, the end of the attempt, the session: {cookies:?}");
    for cookie in cookies {
        assert_hardened(&cookie);
        assert!(cookie.has("SameSite=None") && cookie.has("Partitioned"), "{cookie:?}");
    }
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let ancestor = app.ehr().registration.frame_ancestors[0].clone();
    for page in [browser.open(&landing).await, landing.pages[0].clone(), landing.last().clone()] {
        page.assert_guarded(&ancestor);
    }
}

/// Creates an app with two EHRs: `riverside` frames it, the other does not.
async fn one_framed_of_two() -> TestApp {
    let setup = TestApp::setup().second_ehr().registration(|ehr| {
        if ehr.id == "riverside" {
            ehr.frame_ancestors = vec!["https://riverside.example".to_owned()];
        }
    });
    setup.start().await
}

/// SEC-07, X05: a chart may be framed only by its own EHR, and not if that EHR must not frame the app.
#[actix_web::test]
async fn permits_framing_by_the_ehr_of_the_context_only() {
    let app = one_framed_of_two().await;
    let (mut one, mut two) = (app.browser(), app.browser());
    let framed = one.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let plain = two.launch(app.other_ehr(), "eleonore", "ngozi-okafor").await;
    one.open(&framed).await.assert_guarded("https://riverside.example");
    two.open(&plain).await.assert_guarded("'none'");
    // A page that belongs to no chart can be read in the frame of the EHR of the last launch. No page names another EHR.
    one.get("/nothing").await.assert_guarded("https://riverside.example");
    two.get("/nothing").await.assert_guarded("'none'");
    app.browser().get("/nothing").await.assert_guarded("'none'");
}

/// LCH-13: in a frame, the person can read what happened, also after the session ended.
#[actix_web::test]
async fn permits_framing_of_pages_without_a_chart() {
    let app = TestApp::setup().framed().start().await;
    let ancestor = app.ehr().registration.frame_ancestors[0].clone();
    let (mut browser, context) = opened(&app, "eleonore").await;
    let mut form = browser.get(&format!("/c/{context}/referrals/new")).await;
    form.assert_guarded(&ancestor);
    let token = browser.chart(&context).await.csrf_token;
    let forged = browser.post(&format!("/c/{context}/sign-out"), &[("csrf_token", "x")]).await;
    assert_eq!(forged.status, 403);
    form = browser.post(&format!("/c/{context}/sign-out"), &[("csrf_token", &token)]).await;
    let signed_out = browser.get(form.location().path()).await;
    let gone = browser.get(&format!("/c/{context}/")).await;
    gone.assert_says(ErrorKind::SignedOut);
    for page in [forged, signed_out, gone] {
        page.assert_guarded(&ancestor);
    }
}

/// S02: one installation uses one kind of cookie. Otherwise a browser that came from a framing EHR and from another
/// one would hold two sessions under one name.
#[actix_web::test]
async fn uses_framed_cookies_for_all_if_one_ehr_frames_the_app() {
    let app = one_framed_of_two().await;
    let landing = app.browser().launch(app.other_ehr(), "eleonore", "ngozi-okafor").await;
    let ours = landing.pages.iter().filter(|page| page.url.as_str().starts_with(app.origin()));
    let cookies: Vec<SetCookie> = ours.flat_map(Page::set_cookies).collect();
    assert_eq!(cookies.len(), 3);
    for cookie in cookies {
        assert!(cookie.has("SameSite=None") && cookie.has("Partitioned"), "{cookie:?}");
    }
}

/// S01, CBK-16: every sign-in creates a new session id, and the previous one is refused.
#[actix_web::test]
async fn replaces_the_session_cookie_at_each_launch() {
    let app = TestApp::start().await;
    let (mut browser, context) = opened(&app, "eleonore").await;
    let mut old = browser.clone();
    let before = browser.cookies.get(SESSION_COOKIE).unwrap().to_owned();
    browser.launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    assert_ne!(browser.cookies.get(SESSION_COOKIE).unwrap(), before);
    assert_eq!(browser.chart(&context).await.patient, "eleonore", "the first chart stays open");
    old.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
}

/// S01: a planted cookie is replaced at sign-in.
#[actix_web::test]
async fn replaces_a_planted_cookie() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.cookies.set(SESSION_COOKIE, "planted");
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert_ne!(browser.cookies.get(SESSION_COOKIE), Some("planted"));
    assert_eq!(browser.chart(&context).await.patient, "eleonore");
    let mut planter = app.browser();
    planter.cookies.set(SESSION_COOKIE, "planted");
    planter.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
}

/// S03: no column contains the value of the cookie or the key in it.
#[actix_web::test]
async fn stores_no_cookie_value_in_the_database() {
    let app = TestApp::start().await;
    let (browser, _) = opened(&app, "eleonore").await;
    let cookie = browser.cookies.get(SESSION_COOKIE).unwrap().to_owned();
    let key = cookie[cookie.len() - 43..].to_owned();
    assert_eq!(
        URL_SAFE_NO_PAD.decode(&key).unwrap().len(),
        32,
        "a key of 256 bits ends the cookie: {cookie}"
    );
    let folder = app.folder();
    for file in ["passerelle.db", "passerelle.db-wal"] {
        let bytes = std::fs::read(folder.join(file)).unwrap_or_default();
        assert!(!contains(&bytes, key.as_bytes()), "{file} contains the key");
    }
    assert_eq!(app.count("sessions").await, 1);
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// S07: two session cookies, one of them planted, are no session.
#[actix_web::test]
async fn refuses_two_session_cookies() {
    let app = TestApp::start().await;
    let (browser, context) = opened(&app, "eleonore").await;
    let own = browser.cookies.get(SESSION_COOKIE).unwrap().to_owned();
    let (mut attacker, _) = opened(&app, "zoe").await;
    let planted = attacker.cookies.get(SESSION_COOKIE).unwrap().to_owned();
    for (one, two) in [(&own, &planted), (&planted, &own), (&own, &own)] {
        let both = format!("{SESSION_COOKIE}={one}; {SESSION_COOKIE}={two}");
        let sending =
            Sending::new("GET".parse().unwrap(), &format!("/c/{context}/test")).header("cookie", &both);
        attacker.send(sending).await.assert_says(ErrorKind::SignedOut);
    }
}

/// S07: duplicate session cookies are deleted in both variants, so that the next launch works; other cookies stay.
#[actix_web::test]
async fn deletes_duplicate_session_cookies_only() {
    let app = TestApp::start().await;
    let (browser, context) = opened(&app, "eleonore").await;
    let own = browser.cookies.get(SESSION_COOKIE).unwrap().to_owned();
    let path = format!("/c/{context}/test");
    let get = |cookies: &str| Sending::new("GET".parse().unwrap(), &path).header("cookie", cookies);
    let mut other = app.browser();
    let stays = format!("__Host-pw-x=1; {SESSION_COOKIE}={own}; __Host-pw-x=2; lang=fr");
    let page = other.send(get(&stays)).await;
    assert_eq!(page.status, 200, "only the duplicate cookie is deleted");
    let doubled = format!("{SESSION_COOKIE}=a; {SESSION_COOKIE}={own}");
    let page = other.send(get(&doubled)).await;
    page.assert_says(ErrorKind::SignedOut);
    let gone: Vec<SetCookie> = page.set_cookies();
    assert!(gone.iter().all(|cookie| cookie.name == SESSION_COOKIE && cookie.deletes()), "{gone:?}");
    assert_eq!(gone.iter().filter(|cookie| cookie.has("Partitioned")).count(), 1, "{gone:?}");
    assert_eq!(gone.len(), 2, "{gone:?}");
}

/// S08: a malformed Cookie header never causes an error.
#[actix_web::test]
async fn ignores_malformed_cookie_headers() {
    let app = TestApp::start().await;
    let many = "a=b; ".repeat(500);
    let forged = format!("{SESSION_COOKIE}={}", "A".repeat(200));
    let long = format!("{SESSION_COOKIE}={}", "x".repeat(16_000));
    for cookie in ["; ;", "=", "a", "\"", "a=\"b", "é=ü", &many, &forged, &long, "__Host-pw-=x", "__Host-pp-"]
    {
        let sending = Sending::new("GET".parse().unwrap(), "/c/x/test").header("cookie", cookie);
        let page = app.browser().send(sending).await;
        assert!((400..500).contains(&page.status), "{cookie}: {}", page.status);
    }
}
