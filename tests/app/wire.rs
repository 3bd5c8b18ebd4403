//! Tests of malformed requests, byte by byte.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use passerelle::testing::{Page, Sending, TestApp};

use super::session::opened;

/// Sends bytes on a new connection, and returns the response until the connection closes, and whether it does within
/// ten seconds of silence.
pub fn exchange(app: &TestApp, bytes: &[u8]) -> (String, bool) {
    let mut stream = TcpStream::connect(("127.0.0.1", app.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answered = Vec::new();
    let ended = stream.read_to_end(&mut answered).is_ok();
    (String::from_utf8_lossy(&answered).into_owned(), ended)
}

fn answers(app: &TestApp, bytes: &[u8]) -> (Vec<String>, bool) {
    let (text, ended) = exchange(app, bytes);
    let statuses = text.match_indices("HTTP/1.1 ").map(|(at, _)| text[at + 9..at + 12].to_owned());
    (statuses.collect(), ended)
}

pub fn host(app: &TestApp) -> &str {
    app.origin().trim_start_matches("http://")
}

/// The request that an attacker tries to smuggle in.
fn inner(app: &TestApp) -> String {
    format!("GET /health/live HTTP/1.1\r\nHost: {}\r\n\r\n", host(app))
}

/// Two valid requests on one connection get two responses, so a smuggled one would be visible.
#[actix_web::test]
async fn answers_two_requests_on_one_connection() {
    let app = TestApp::start().await;
    let bytes =
        format!("{}{}", inner(&app), inner(&app).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    assert_eq!(answers(&app, bytes.as_bytes()), (vec!["200".to_owned(); 2], true));
}

/// X11: a request that two parsers may read differently is refused, and the connection is closed.
#[actix_web::test]
async fn refuses_requests_of_ambiguous_length() {
    let app = TestApp::start().await;
    let inner = inner(&app);
    let (length, chunks) = (inner.len(), format!("0\r\n\r\n{inner}"));
    let all = chunks.len();
    for (headers, body) in [
        (format!("Content-Length: {all}\r\nTransfer-Encoding: chunked"), &chunks),
        (format!("Transfer-Encoding: chunked\r\nContent-Length: {all}"), &chunks),
        (format!("Content-Length: {all}\r\nX: y\nTransfer-Encoding: chunked"), &chunks),
        (format!("Content-Length: 0\r\nContent-Length: {length}"), &inner),
        (format!("Content-Length: {length}\r\nContent-Length: 0"), &inner),
        (format!("Content-Length: 0, {length}"), &inner),
        ("Content-Length: +0".to_owned(), &inner),
        ("Content-Length: -1".to_owned(), &inner),
        ("Content-Length: 0x0".to_owned(), &inner),
        ("Content-Length: 99999999999999999999999".to_owned(), &inner),
        ("Transfer-Encoding: xchunked".to_owned(), &chunks),
        ("Transfer-Encoding: chunked, identity".to_owned(), &chunks),
        ("Transfer-Encoding: gzip, chunked".to_owned(), &chunks),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity".to_owned(), &chunks),
        ("Transfer-Encoding : chunked".to_owned(), &chunks),
        ("Transfer-Encoding:\x0bchunked".to_owned(), &chunks),
        ("X: a\r\n Content-Length: 0".to_owned(), &inner),
        ("X: a\0b".to_owned(), &inner),
        ("Host: evil.test".to_owned(), &inner),
    ] {
        let bytes = format!("POST /nothing HTTP/1.1\r\nHost: {}\r\n{headers}\r\n\r\n{body}", host(&app));
        assert_eq!(answers(&app, bytes.as_bytes()), (vec!["400".to_owned()], true), "{headers:?}");
    }
}

/// X11: a malformed chunked body is refused, and nothing after it is parsed as a request.
#[actix_web::test]
async fn refuses_malformed_chunks() {
    let app = TestApp::start().await;
    for chunks in [
        "FFFFFFFFFFFFFFFFF\r\n",
        "-1\r\n",
        "0x0\r\n\r\n",
        "0\n\n",
        "0;a\n\r\n\r\n",
        "0 0\r\n\r\n",
        "\r\n\r\n",
    ] {
        let head =
            format!("POST /language HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n", host(&app));
        let bytes = format!("{head}{chunks}{}", inner(&app));
        let (statuses, ended) = answers(&app, bytes.as_bytes());
        assert!(
            statuses.len() == 1 && statuses[0].starts_with('4') && ended,
            "{chunks:?}: {statuses:?} {ended}"
        );
    }
}

/// X12: a line break in a path, a query, a field or a name never creates a header.
#[actix_web::test]
async fn injects_no_header_by_a_line_break() {
    let app = TestApp::setup().relayed().start().await;
    app.ehr().relay().change_answers(|path, answer| {
        if path.starts_with("/fhir/Patient/") {
            answer.change_json(|patient| patient["name"][0]["family"] = BREAK.into());
        }
    });
    let (mut browser, context) = opened(&app, "eleonore").await;
    let token = browser.get("/referrals").await.csrf_token();
    let iss = app.ehr().fhir_base_url();
    let get = |path: String| Sending::new("GET".parse().unwrap(), &path);
    let post = |path: &str, name: &str| {
        Sending::form(path, &[("csrf_token", &token), ("lang", "en"), ("back", "/referrals"), (name, BREAK)])
    };
    for sending in [
        get(format!("/{ENCODED}")),
        get(format!("/c/{ENCODED}/")),
        get(format!("/c/{context}/referrals/{ENCODED}")),
        get(format!("/c/{context}/referrals/new?form={ENCODED}&lang={ENCODED}")),
        get(format!("/referrals?from={ENCODED}")),
        get(format!("/static/{ENCODED}")),
        get(format!("/callback/{ENCODED}?code={ENCODED}&state={ENCODED}")),
        get(format!("/callback/riverside?error={ENCODED}&error_description={ENCODED}&state={ENCODED}")),
        get(format!("/launch?iss={ENCODED}&launch={ENCODED}")),
        get(format!("/launch?iss={iss}&launch={ENCODED}")),
        post("/language", "lang"),
        post("/language", "back"),
        Sending::form("/language", &[("csrf_token", &token), ("lang", "en"), ("back", BREAK)]),
    ] {
        let asked = format!("{sending:?}");
        let page: Page = browser.send(sending).await;
        assert!(page.status < 500, "{} {asked}", page.status);
        let odd = |text: &str| text.to_lowercase().contains("injected: yes");
        let names: Vec<&str> = page.headers.keys().map(http::HeaderName::as_str).collect();
        assert!(!names.contains(&"injected") && !names.contains(&"x-injected"), "{names:?} {asked}");
        assert!(!page.headers.values().any(|value| odd(value.to_str().unwrap_or_default())), "{asked}");
    }
    for request in app.ehr().recorded() {
        assert_eq!(request.header("x-injected"), None, "{}", request.path);
    }
    let handle = format!("a{BREAK}");
    assert_eq!(app.browser().begin_at(&iss, &handle).await.asked("launch"), handle);
}

const BREAK: &str = "x\r\nX-Injected: yes";
const ENCODED: &str = "x%0d%0aX-Injected:%20yes";

/// A client that never ends a body keeps its connection for some seconds only, whatever it is answered.
#[actix_web::test]
async fn closes_a_connection_whose_body_never_ends() {
    let app = TestApp::start().await;
    for (request, status) in [
        ("GET /health/live", "200"),
        ("GET /nothing", "404"),
        ("POST /nothing", "404"),
        ("DELETE /health/live", "404"),
    ] {
        let head =
            format!("{request} HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n", host(&app));
        let mut stream = TcpStream::connect(("127.0.0.1", app.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let (mut answered, mut piece) = (Vec::new(), [0; 4096]);
        // Two minutes at most.
        let is_closed = (0..1200).any(|_| {
            match stream.read(&mut piece) {
                Ok(0) => return true,
                Ok(read) => answered.extend_from_slice(&piece[..read]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => return true,
            }
            stream.write_all(b"1\r\nx\r\n").is_err()
        });
        let answered = String::from_utf8_lossy(&answered);
        assert!(answered.starts_with(&format!("HTTP/1.1 {status}")), "{request}: {answered}");
        assert!(is_closed, "{request}");
    }
}
