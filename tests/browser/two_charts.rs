//! Tests of two patients open at once in one browser: the known recipe of a session mix-up, and the back button.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::Options;

use crate::demo::{Demo, ELEONORE, MARC_ANDRE};
use crate::journey::{CONCERN, ENGLISH, fills_the_form, is_about_eleonore};
use crate::person::{Person, contains_all};

/// LCH-10, CTX-12, L06: each tab shows and sends its own patient.
#[tokio::test]
async fn never_mixes_two_charts_in_two_tabs() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    let list = person.window().await?;
    person.launches(&demo, ELEONORE).await?;
    let first = person.window().await?;
    person.switch_to(&list).await?;
    person.launches(&demo, MARC_ANDRE).await?;
    let second = person.window().await?;
    contains_all(&person.reads(".banner").await?, &[MARC_ANDRE])?;

    person.switch_to(&first).await?;
    person.refresh().await?;
    contains_all(&person.reads(".banner").await?, &ENGLISH.banner)?;
    ensure!(person.value("phone").await? == "613-555-0143", "the answers are hers as well");

    person.switch_to(&second).await?;
    person.types("concern", "about him").await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    person.switch_to(&first).await?;
    fills_the_form(&person).await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    person.switch_to(&second).await?;
    person.clicks(ENGLISH.go_on).await?;
    person.switch_to(&first).await?;
    for step in [ENGLISH.go_on, ENGLISH.choose] {
        person.clicks(step).await?;
        contains_all(&person.reads(".banner").await?, &ENGLISH.banner)?;
    }
    person.clicks(ENGLISH.send).await?;
    person.waits_to_read(".status", ENGLISH.delivered).await?;
    contains_all(&person.reads("main").await?, &[CONCERN])?;
    ensure!(!person.reads("body").await?.contains("about him"));
    let messages = demo.delivered()?;
    ensure!(messages.len() == 1, "his referral stays a draft");
    is_about_eleonore(&messages[0])?;
    ensure!(!messages[0].to_string().contains("about him"));
    comes_back_to_his_chart(&person, &second).await
}

async fn comes_back_to_his_chart(person: &Person, tab: &str) -> Result<()> {
    person.switch_to(tab).await?;
    person.back().await?;
    contains_all(&person.reads(".banner").await?, &[MARC_ANDRE])?;
    person.refresh().await?;
    contains_all(&person.reads(".banner").await?, &[MARC_ANDRE])?;
    person.clicks("New referral").await?;
    contains_all(&person.reads(".list").await?, &["Cardiology consultation", "saved "])?;
    person.clicks("Cardiology consultation").await?;
    ensure!(person.value("concern").await? == "about him");
    Ok(())
}

/// S10: whatever the browser cached.
#[tokio::test]
async fn shows_no_patient_on_back_after_sign_out() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    person.types("concern", CONCERN).await?;
    person.clicks(ENGLISH.go_on).await?;
    person.clicks("Sign out").await?;
    contains_all(&person.reads("h1").await?, &["You are signed out"])?;
    person.pictures("signed-out").await?;
    for _ in 0..3 {
        person.back().await?;
        shows_no_patient(&person.reads("body").await.unwrap_or_default())?;
        person.waits_to_read("h1", "signed out").await?;
        let all = person.asks("return document.documentElement.innerHTML").await?;
        shows_no_patient(&all.to_string())?;
    }
    Ok(())
}

fn shows_no_patient(shown: &str) -> Result<()> {
    for secret in ["TREMBLAY", "9512", "613-555-0143", "Chest tightness"] {
        ensure!(!shown.contains(secret), "{secret} is shown after signing out");
    }
    Ok(())
}

/// S06: a page of a session that has ended does not go on showing the chart, and says whether the text was saved.
#[tokio::test]
async fn hides_the_chart_once_its_session_has_ended() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    let list = person.window().await?;
    person.launches(&demo, ELEONORE).await?;
    let first = person.window().await?;
    person.types("concern", CONCERN).await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    person.switch_to(&list).await?;
    person.launches(&demo, MARC_ANDRE).await?;
    person.clicks("Sign out").await?;
    person.switch_to(&first).await?;
    let looks_back = "document.dispatchEvent(new Event('visibilitychange'))";
    person.asks(looks_back).await?;
    person.waits_to_read("#session-ended h1", "You are signed out").await?;
    contains_all(&person.reads("#session-ended").await?, &["not shown any more", "saved"])?;
    for hidden in [".banner", "main", "footer"] {
        ensure!(!person.sees(hidden).await?, "{hidden}");
    }
    person.pictures("session-ended").await?;
    Ok(())
}
