//! Tests that new questions move nothing away from under the pointer or the focus.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::{Key, Options};
use serde_json::json;

use crate::demo::{Demo, ELEONORE};
use crate::person::Person;

/// Delays saves until the page calls `letGo()`.
const HOLDS_SAVES: &str = r"
    const send = fetch;
    window.fetch = (...all) => new Promise((go) => (window.letGo = () => go(send(...all))))";
const GOES: &str = r"
    const [css, block] = arguments, it = document.querySelector(css);
    it.focus();
    it.scrollIntoView({ block })";
/// Position of an element after the browser's own scroll adjustments.
const TOP: &str = r"
    const [css, done] = arguments, tell = () => done(document.querySelector(css).getBoundingClientRect().top);
    requestAnimationFrame(() => requestAnimationFrame(tell))";

const PHONE: &str = "input[name=\"a.consent-messages\"][value=\"phone\"]";

/// An ECG that is sent separately adds a line above the consents; the click must still hit the intended box.
#[tokio::test]
async fn keeps_the_pointed_control_in_place() -> Result<()> {
    let demo = Demo::start().await?;
    let person = answers_faster_than_it_saves(&demo).await?;
    person.chooses("consent-messages", "phone").await?;
    stays(&person).await?;
    person.chooses("consent-messages", "email").await?;
    ensure!(person.has_chosen("consent-messages", "phone").await?, "each click hit the intended control");
    ensure!(person.has_chosen("consent-messages", "email").await?);
    Ok(())
}

/// Also if the line is added above the visible part, where a browser may adjust the scroll position itself.
#[tokio::test]
async fn keeps_the_focused_control_in_place() -> Result<()> {
    for block in ["nearest", "start"] {
        let demo = Demo::start().await?;
        let person = answers_faster_than_it_saves(&demo).await?;
        person.execute(GOES, json!([PHONE, block])).await?;
        person.press(Key::Space).await?;
        stays(&person).await?;
    }
    Ok(())
}

async fn answers_faster_than_it_saves(demo: &Demo) -> Result<Person> {
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(demo, ELEONORE).await?;
    person.asks(HOLDS_SAVES).await?;
    person.chooses("ecg-source", "separate").await?;
    Ok(person)
}

async fn stays(person: &Person) -> Result<()> {
    let before = person.execute_async(TOP, json!([PHONE])).await?;
    ensure!(!person.sees("[data-place=\"ecg-attach\"]").await?, "the save is still pending");
    person.asks("letGo()").await?;
    person.waits_for_question("ecg-attach").await?;
    let after = person.execute_async(TOP, json!([PHONE])).await?;
    let moved = after.as_f64().unwrap_or_default() - before.as_f64().unwrap_or_default();
    ensure!(moved.abs() < 1.0, "it moved by {moved} pixels");
    Ok(())
}
