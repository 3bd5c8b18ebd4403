//! Tests of autosave in the browser: session end, two tabs, network failure.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::Options;

use crate::demo::{Demo, ELEONORE, MARC_ANDRE};
use crate::journey::ENGLISH;
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

#[tokio::test]
async fn keeps_and_offers_text_typed_after_the_session_ended() -> Result<()> {
    let demo = Demo::start().await?;
    let person = begins(&demo).await?;
    let first = person.window().await?;
    let second = person.new_tab().await?;
    person.switch_to(&second).await?;
    person.launches(&demo, MARC_ANDRE).await?;
    person.clicks("Sign out").await?;

    person.switch_to(&first).await?;
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
