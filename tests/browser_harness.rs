//! Tests of the browser harness on small pages of their own.

use std::sync::{Arc, Mutex};

use passerelle::testing::webdriver::{Chromium, Error, Key, Options};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const HOME: &str = "<!doctype html><html lang=en><title>Home</title><main><h1>A form</h1>
<style>h1 { color: #010203 } @media (prefers-color-scheme: dark) { h1 { color: #fdfeff } }</style>
<form action=/sent><label>Name <input name=name value=old></label> <button>Send</button></form>
<a href=/other target=_blank>Other</a> <iframe title=Inner src=/frame></iframe>
<noscript><p id=plain>without scripts</p></noscript></main>
<script>document.querySelector('h1').dataset.ran = 'yes'</script>";
const FRAME: &str = "<!doctype html><html lang=en><title>Inner</title><main><h1>Inside</h1></main>";
const FAULTY: &str =
    "<!doctype html><html lang=en><title>Faulty</title><main><h1>x</h1><img src=/><input></main>
<script src=/blocked.js></script>";

/// Serves the pages above on a free port, with a strict content security policy, and records the head of each
/// request.
async fn serve() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = heads.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let kept = kept.clone();
            tokio::spawn(async move {
                let mut bytes = vec![0; 8192];
                let length = stream.read(&mut bytes).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&bytes[..length]).into_owned();
                let page = match head.split(' ').nth(1).unwrap_or("/") {
                    "/" => HOME,
                    "/faulty" => FAULTY,
                    _ => FRAME,
                };
                kept.lock().unwrap().push(head);
                let policy = "Content-Security-Policy: script-src 'unsafe-inline'; object-src 'none'\r\n";
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{policy}Content-Length: {}\r\nConnection: close\r\n\r\n{page}",
                    page.len()
                );
                drop(stream.write_all(answer.as_bytes()).await);
            });
        }
    });
    (base, heads)
}

#[tokio::test]
async fn fills_a_form_by_keyboard_and_switches_windows_and_frames() -> Result<(), Error> {
    let (base, heads) = serve().await;
    let browser = Chromium::start(&Options::default().language("fr-CA").window(600, 700)).await?;
    browser.goto(&base).await?;
    assert_eq!(browser.title().await?, "Home");
    assert_eq!(browser.find("h1").await?.text().await?, "A form");
    assert_eq!(browser.find("h1").await?.attribute("data-ran").await?.as_deref(), Some("yes"));
    assert_eq!(browser.find_all("input, button").await?.len(), 2);
    assert!(
        matches!(browser.find("#nowhere").await, Err(Error::Refused { code, .. }) if code == "no such element")
    );
    let sent_language = heads.lock().unwrap()[0].to_lowercase().contains("accept-language: fr-ca,fr");
    assert!(sent_language, "{:?}", heads.lock().unwrap()[0]);
    assert_eq!(
        browser.execute("return [navigator.language, arguments[0] + 1]", json!([1])).await?,
        json!(["fr-CA", 2])
    );
    assert_eq!(browser.execute("return innerWidth", json!([])).await?, 600);
    assert!(matches!(browser.execute("throw Error('no')", json!([])).await, Err(Error::Refused { .. })));

    let inner = browser.find("iframe").await?;
    browser.enter_frame(&inner).await?;
    assert_eq!(browser.find("h1").await?.text().await?, "Inside");
    browser.leave_frame().await?;

    let first = browser.window().await?;
    browser.find("a").await?.click().await?;
    let others = browser.windows().await?;
    let other = others.iter().find(|window| **window != first).expect("a second tab");
    browser.switch_to(other).await?;
    browser.wait_for("h1").await?;
    assert!(browser.url().await?.ends_with("/other"));
    browser.close_window().await?;
    browser.switch_to(&first).await?;

    let name = browser.find("input").await?;
    name.clear().await?;
    name.type_text("Zoé").await?;
    assert_eq!(name.property("value").await?, "Zoé");
    browser.press(Key::Tab).await?;
    assert_eq!(browser.focused().await?.text().await?, "Send");
    browser.press_all(&[Key::Shift, Key::Tab]).await?;
    browser.press(Key::Enter).await?;
    let url = browser.wait_for_url(|url| url.contains("/sent")).await?;
    assert!(url.ends_with("/sent?name=Zo%C3%A9"), "{url}");
    Ok(())
}

#[tokio::test]
async fn emulates_no_javascript_and_a_dark_theme() -> Result<(), Error> {
    let (base, _) = serve().await;
    let browser = Chromium::start(&Options::default().without_javascript().dark()).await?;
    browser.goto(&base).await?;
    let heading = browser.find("h1").await?;
    assert_eq!(heading.attribute("data-ran").await?, None);
    assert_eq!(browser.find("#plain").await?.text().await?, "without scripts");
    let colour =
        browser.execute("return getComputedStyle(arguments[0]).color", json!([heading.to_value()])).await?;
    assert_eq!(colour, "rgb(253, 254, 255)");

    let light = Chromium::start(&Options::default()).await?;
    light.goto(&base).await?;
    let colour =
        light.execute("return getComputedStyle(document.querySelector('h1')).color", json!([])).await?;
    assert_eq!(colour, "rgb(1, 2, 3)");
    Ok(())
}

#[tokio::test]
async fn reports_accessibility_and_console_problems_only() -> Result<(), Error> {
    let file =
        std::env::var("PASSERELLE_TEST_AXE").expect("PASSERELLE_TEST_AXE names axe.min.js: run tests/run.sh");
    let axe = std::fs::read_to_string(file).expect("axe.min.js can be read");
    let (base, _) = serve().await;
    let browser = Chromium::start(&Options::default()).await?;
    browser.goto(&format!("{base}/faulty")).await?;
    let found = browser.axe(&axe).await?;
    let rules: Vec<&str> = found.iter().map(|violation| violation.rule.as_str()).collect();
    assert_eq!(rules, ["image-alt", "label"], "{}", found[0]);
    assert!(found[0].to_string().contains("<img"), "{}", found[0]);
    let console = browser.console().await?;
    assert_eq!(console.len(), 1, "{console:?}");
    assert!(
        console[0].starts_with("SEVERE") && console[0].contains("Content Security Policy"),
        "{console:?}"
    );
    browser.goto(&base).await?;
    assert_eq!(browser.axe(&axe).await?, []);
    assert_eq!(browser.console().await?, [] as [String; 0]);
    Ok(())
}

#[tokio::test]
async fn removes_its_profile_and_processes() -> Result<(), Error> {
    let folder = std::env::temp_dir().join(format!("browser-harness-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let (base, _) = serve().await;
    let profile = {
        let browser = Chromium::start(&Options::default()).await?;
        browser.goto(&base).await?;
        let picture = folder.join("page.png");
        browser.screenshot(&picture).await?;
        assert!(std::fs::read(&picture).expect("a picture").starts_with(b"\x89PNG"));
        let profile = browser.profile().to_owned();
        assert!(profile.exists() && processes_naming(&profile) > 0);
        profile
    };
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    assert!(!profile.parent().expect("a folder of its own").exists());
    assert_eq!(processes_naming(&profile), 0);
    Ok(())
}

fn processes_naming(profile: &std::path::Path) -> usize {
    let text = profile.to_str().expect("a plain path");
    let command = |entry: std::fs::DirEntry| std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    processes.map(command).filter(|line| String::from_utf8_lossy(line).contains(text)).count()
}
