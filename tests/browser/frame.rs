//! Tests of the app in a frame of another site, with and without third-party cookies.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::Options;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::demo::{Demo, ELEONORE, MARC_ANDRE};
use crate::journey::{ENGLISH, fills_the_form};
use crate::person::{Person, contains_all};
use crate::waiting::wait_until;

/// Opens the app in a frame: the EHR is on 127.0.0.1, the app on localhost, two sites.
async fn opens_the_frame(demo: &Demo, options: Options) -> Result<Person> {
    let person = Person::sits_down(&options.window(600, 900)).await?;
    person.goto(&format!("{}/", demo.ehr)).await?;
    ensure!(demo.ehr.starts_with("http://127.0.0.1:") && demo.app.starts_with("http://localhost:"));
    let link = format!("a[aria-label^=\"Open the chart of {ELEONORE} \"]");
    person.find(&link).await?.click().await?;
    let frame = person.wait_for("iframe").await?;
    person.enter_frame(&frame).await?;
    person.wait_for("#referral").await?;
    Ok(person)
}

/// LCH-13, AUT-18: from launch to delivery, everything works inside the frame.
#[tokio::test]
async fn sends_a_referral_in_a_frame_of_another_site() -> Result<()> {
    let demo = Demo::start_with(&["--ehr-host", "127.0.0.1"]).await?;
    let person = opens_the_frame(&demo, Options::default()).await?;
    contains_all(&person.reads(".banner").await?, &ENGLISH.banner)?;
    person.sees_no_horizontal_scrolling().await?;
    person.pictures("frame").await?;
    fills_the_form(&person).await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    for step in [ENGLISH.go_on, ENGLISH.choose, ENGLISH.send] {
        person.sees_no_horizontal_scrolling().await?;
        person.clicks(step).await?;
    }
    person.waits_to_read(".status", ENGLISH.delivered).await?;
    ensure!(demo.delivered()?.len() == 1);
    Ok(())
}

/// LCH-13, UXC-05, L16, S12: the frame has a session of its own.
#[tokio::test]
async fn works_in_a_frame_with_third_party_cookies_blocked() -> Result<()> {
    let demo = Demo::start_with(&["--ehr-host", "127.0.0.1"]).await?;
    let blocked = Options::default()
        .preference("profile.block_third_party_cookies", json!(true))
        .preference("profile.cookie_controls_mode", json!(1));
    let person = opens_the_frame(&demo, blocked).await?;
    person.types("concern", "typed in a frame").await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    let inside = person.asks("return location.href").await?;
    // The session belongs to this frame only: opened outside it, its URL shows nothing.
    person.goto(inside.as_str().unwrap_or_default()).await?;
    contains_all(&person.reads("h1").await?, &["You are signed out"])?;
    ensure!(!person.sees(".banner").await?);
    Ok(())
}

/// SEC-07, X05: neither a chart nor an error page.
#[tokio::test]
async fn refuses_framing_by_a_foreign_site() -> Result<()> {
    let demo = Demo::start().await?;
    let launch = format!("{}/launch-app?patient=marc-andre", demo.ehr);
    let refused = format!("{}/launch", demo.app);
    let page = format!(
        "<!doctype html><title>Foreign</title><iframe src=\"{launch}\"></iframe><iframe src=\"{refused}\"></iframe>"
    );
    let foreign = serve(page).await?;
    let person = Person::sits_down(&Options::default()).await?;
    person.goto(&foreign).await?;
    let mut refusals = 0;
    let refused = wait_until("two frames to be refused", async || {
        let console = person.console().await?;
        refusals += console.iter().filter(|line| line.contains("frame-ancestors")).count();
        Ok((refusals >= 2).then_some(()))
    });
    refused.await?;
    ensure!(refusals == 2, "the policy refused {refusals} frames instead of 2");
    for frame in person.find_all("iframe").await? {
        person.enter_frame(&frame).await?;
        let text = person.asks("return document.body.innerText").await?;
        ensure!(!text.to_string().contains(MARC_ANDRE), "{text}");
        ensure!(person.find_all(".banner, #referral, main h1").await?.is_empty(), "{text}");
        person.leave_frame().await?;
    }
    Ok(())
}

/// Serves one page on a free port until the test ends.
async fn serve(page: String) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // Every path gets the same response.
            drop(stream.read(&mut [0; 8192]).await);
            let length = page.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}"
            );
            drop(stream.write_all(answer.as_bytes()).await);
        }
    });
    Ok(address)
}
