//! What is typed is kept: when the session ends, when two tabs write, when the network is gone.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::Options;

use crate::demo::{Demo, ELEONORE, MARC_ANDRE};
use crate::journey::ENGLISH;
use crate::person::{Person, contains_all};

async fn begins(demo: &Demo) -> Result<Person> {
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(demo, ELEONORE).await?;
    person.types("concern", "first words").await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    Ok(person)
}

/// Types on, as somebody who has not noticed anything.
async fn types_on(person: &Person, text: &str) -> Result<()> {
    Ok(person.find("[name=\"a.concern\"]").await?.type_text(text).await?)
}

#[tokio::test]
async fn what_is_typed_after_the_session_ended_is_kept_and_offered_again() -> Result<()> {
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
    ensure!(!person.sees(".banner").await?, "nobody is signed in, so nothing is shown");
    person.pictures("saved").await?;

    person.launches(&demo, ELEONORE).await?;
    contains_all(&person.reads("h2").await?, &["Continue a draft"])?;
    person.pictures("home-draft").await?;
    person.clicks("Cardiology consultation").await?;
    ensure!(person.value("concern").await? == "first words, then more, and the end");
    Ok(())
}

#[tokio::test]
async fn two_tabs_that_write_the_same_draft_lose_nothing() -> Result<()> {
    let demo = Demo::start().await?;
    let person = begins(&demo).await?;
    person.clicks("Save").await?;
    let (first, address) = (person.window().await?, person.url().await?);
    let second = person.new_tab().await?;
    person.switch_to(&second).await?;
    person.goto(&address).await?;
    types_on(&person, " of the second tab").await?;
    person.waits_to_read("#saved", "Draft saved").await?;
    person.clicks("Save").await?;

    person.switch_to(&first).await?;
    types_on(&person, " of the first tab").await?;
    person.waits_to_read("#saved", "was changed in another window").await?;
    person.pictures("conflict").await?;
    person.clicks("Save").await?;
    contains_all(&person.reads(".note").await?, &["was changed in another window", "not lost"])?;
    ensure!(person.value("concern").await? == "first words of the first tab");
    person.clicks("Save").await?;
    contains_all(&person.reads(".note").await?, &["Saved."])?;
    person.refresh().await?;
    ensure!(person.value("concern").await? == "first words of the first tab");
    Ok(())
}

#[tokio::test]
async fn a_network_that_fails_and_comes_back_loses_nothing() -> Result<()> {
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
async fn leaving_by_a_link_right_after_typing_loses_nothing() -> Result<()> {
    let demo = Demo::start().await?;
    let person = begins(&demo).await?;
    types_on(&person, ", in a hurry").await?;
    person.clicks("New referral").await?;
    person.clicks("Cardiology consultation").await?;
    ensure!(person.value("concern").await? == "first words, in a hurry");
    types_on(&person, "!").await?;
    // Pressing the button leaves the field, which begins a save: the two must not meet as strangers.
    person.clicks(ENGLISH.go_on).await?;
    contains_all(&person.reads("h1").await?, &["Where should it go?"])?;
    person.back().await?;
    person.wait_for("#referral").await?;
    ensure!(person.value("concern").await? == "first words, in a hurry!");
    Ok(())
}
