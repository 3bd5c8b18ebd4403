//! What an answer brings to the page moves nothing away from under a hand.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::{Key, Options};
use serde_json::json;

use crate::demo::{Demo, ELEONORE};
use crate::person::Person;

/// From now on a save waits until `letGo()` is called.
const HOLDS_SAVES: &str = r"
    const send = fetch;
    window.fetch = (...all) => new Promise((go) => (window.letGo = () => go(send(...all))))";
const GOES: &str = r"
    const [css, block] = arguments, it = document.querySelector(css);
    it.focus();
    it.scrollIntoView({ block })";
/// Where an element begins, when the browser has done what it does by itself.
const TOP: &str = r"
    const [css, done] = arguments, tell = () => done(document.querySelector(css).getBoundingClientRect().top);
    requestAnimationFrame(() => requestAnimationFrame(tell))";

const PHONE: &str = "input[name=\"a.consent-messages\"][value=\"phone\"]";

/// An ECG that is sent separately brings a line above the consents; a click must not land on another box for that.
#[tokio::test]
async fn what_is_pointed_at_stays_where_it_is() -> Result<()> {
    let demo = Demo::start().await?;
    let person = answers_faster_than_it_saves(&demo).await?;
    person.chooses("consent-messages", "phone").await?;
    stays(&person).await?;
    person.chooses("consent-messages", "email").await?;
    ensure!(person.has_chosen("consent-messages", "phone").await?, "each click met what it was meant for");
    ensure!(person.has_chosen("consent-messages", "email").await?);
    Ok(())
}

/// Also where the line comes out of sight, above what the window shows: a browser may hold the page by itself there.
#[tokio::test]
async fn what_has_the_keyboard_stays_where_it_is() -> Result<()> {
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
    ensure!(!person.sees("[data-link-id=\"ecg-attach\"]").await?, "the save has not been answered");
    person.asks("letGo()").await?;
    person.waits_for_question("ecg-attach").await?;
    let after = person.execute_async(TOP, json!([PHONE])).await?;
    let moved = after.as_f64().unwrap_or_default() - before.as_f64().unwrap_or_default();
    ensure!(moved.abs() < 1.0, "it moved by {moved} pixels");
    Ok(())
}
