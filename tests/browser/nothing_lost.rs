//! Tests of autosave in the browser: session end, two tabs, network failure.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::Options;

use crate::demo::{Demo, ELEONORE};
use crate::journey::{ENGLISH, chooses_and_sends, fills_the_form};
use crate::person::{Person, contains_all};
use crate::waiting::wait_until;

async fn begins(demo: &Demo) -> Result<Person> {
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(demo, ELEONORE).await?;
    person.types("concern", "first words").await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    Ok(person)
}

/// Types into an open page, unaware that the session ended.
async fn types_on(person: &Person, text: &str) -> Result<()> {
    Ok(person.find("[name=\"a.concern\"]").await?.type_text(text).await?)
}

/// Ends the session as another tab does; this page does not know.
async fn signs_out_elsewhere(person: &Person) -> Result<()> {
    let script = "const form = document.querySelector('form[action$=\"/sign-out\"]');
        return fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).then((it) => it.ok);";
    ensure!(person.asks(script).await? == true, "signed out");
    Ok(())
}

#[tokio::test]
async fn keeps_and_offers_text_typed_after_the_session_ended() -> Result<()> {
    let demo = Demo::start().await?;
    let person = begins(&demo).await?;
    signs_out_elsewhere(&person).await?;
    types_on(&person, ", then more").await?;
    person.waits_to_read("#saved", "You are signed out. Your text was saved").await?;
    person.pictures("signed-out-while-typing").await?;
    types_on(&person, ", and the end").await?;
    person.clicks("Save").await?;
    contains_all(&person.reads("h1").await?, &["your text is saved"])?;
    ensure!(!person.sees(".banner").await?, "without a session nothing is shown");
    person.pictures("saved").await?;

    person.launches(&demo, ELEONORE).await?;
    contains_all(&person.reads("h2").await?, &["Continue draft"])?;
    person.pictures("home-draft").await?;
    person.clicks("Cardiology consultation").await?;
    ensure!(person.value("concern").await? == "first words, then more, and the end");
    Ok(())
}

/// The address of a new form is that of its draft once it was saved, so that a reload shows what was typed.
#[tokio::test]
async fn shows_the_draft_after_a_reload_of_a_new_form() -> Result<()> {
    let demo = Demo::start().await?;
    let person = begins(&demo).await?;
    let address = person.find("#referral").await?.attribute("action").await?.unwrap_or_default();
    ensure!(person.url().await? == format!("{}{address}", demo.app), "{}", person.url().await?);
    person.refresh().await?;
    ensure!(person.value("concern").await? == "first words");
    Ok(())
}

/// A tab whose referral was sent in another one says so while its user types, and shows the text that is not in it.
#[tokio::test]
async fn shows_text_typed_after_the_referral_was_sent_in_another_tab() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    fills_the_form(&person).await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    wait_until("the last answer to be saved", async || {
        person.refresh().await?;
        Ok(person.has_chosen("preference", "first-available").await?.then_some(()))
    })
    .await?;
    let (first, address) = (person.window().await?, person.url().await?);
    let second = person.new_tab().await?;
    person.switch_to(&second).await?;
    person.goto(&address).await?;
    chooses_and_sends(&person, &demo, &ENGLISH).await?;

    person.switch_to(&first).await?;
    types_on(&person, " and typed afterwards").await?;
    person.waits_to_read("#saved", "was signed and sent from another window").await?;
    person.clicks("Save").await?;
    contains_all(&person.reads("main").await?, &["and typed afterwards", "is not in it"])?;
    person.pictures("kept-text").await?;
    person.clicks("Begin a new draft with this text").await?;
    ensure!(person.value("concern").await?.ends_with("and typed afterwards"));
    Ok(())
}

#[tokio::test]
async fn loses_nothing_when_two_tabs_write_the_same_draft() -> Result<()> {
    let demo = Demo::start().await?;
    let person = begins(&demo).await?;
    let address = person.find("#referral").await?.attribute("action").await?.unwrap_or_default();
    let (first, address) = (person.window().await?, format!("{}{address}", demo.app));
    person.goto(&address).await?;
    let second = person.new_tab().await?;
    person.switch_to(&second).await?;
    person.goto(&address).await?;
    let revision = async || person.find("[name=\"revision\"]").await?.property("value").await;
    let shown = revision().await?;
    types_on(&person, " of the second tab").await?;
    wait_until("the second tab to save", async || Ok((revision().await? != shown).then_some(()))).await?;

    person.switch_to(&first).await?;
    types_on(&person, " of the first tab").await?;
    person.waits_to_read("#saved", "was changed in another window").await?;
    person.pictures("conflict").await?;
    person.clicks("Save").await?;
    contains_all(&person.reads(".note").await?, &["was changed in another window", "not lost"])?;
    ensure!(person.value("concern").await? == "first words of the first tab");
    person.clicks("Save").await?;
    contains_all(&person.reads("#saved").await?, &["Saved."])?;
    person.refresh().await?;
    ensure!(person.value("concern").await? == "first words of the first tab");
    Ok(())
}

#[tokio::test]
async fn loses_nothing_during_a_network_failure() -> Result<()> {
    let demo = Demo::start().await?;
    let person = begins(&demo).await?;
    person.set_offline(true).await?;
    types_on(&person, ", offline").await?;
    person.waits_to_read("#saved", "Not saved yet").await?;
    person.set_offline(false).await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    person.clicks("New referral").await?;
    person.clicks("Cardiology consultation").await?;
    ensure!(person.value("concern").await? == "first words, offline");
    Ok(())
}

#[tokio::test]
async fn loses_nothing_when_leaving_by_a_link_right_after_typing() -> Result<()> {
    let demo = Demo::start().await?;
    let person = begins(&demo).await?;
    types_on(&person, ", in a hurry").await?;
    person.clicks("New referral").await?;
    person.clicks("Cardiology consultation").await?;
    ensure!(person.value("concern").await? == "first words, in a hurry");
    types_on(&person, "!").await?;
    // Pressing the button blurs the field, which starts a save: the two saves must not conflict.
    person.clicks(ENGLISH.go_on).await?;
    contains_all(&person.reads(".problems").await?, &["need your attention"])?;
    ensure!(person.value("concern").await? == "first words, in a hurry!");
    Ok(())
}
