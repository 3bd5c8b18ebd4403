//! Test of the app without JavaScript.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::Options;

use crate::demo::{Demo, ELEONORE};
use crate::journey::{CHOICES, CONCERN, ENGLISH, is_about_eleonore};
use crate::person::{Person, contains_all};
use crate::waiting::wait_until;

#[tokio::test]
async fn sends_a_referral_without_javascript() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().without_javascript().window(1180, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    person.types("concern", CONCERN).await?;
    person.chooses("reason", "29857009").await?;
    ensure!(!person.sees("[data-place=\"ccs\"]").await?, "without JavaScript no question appears by itself");
    person.clicks("Save").await?;
    contains_all(&person.reads("#saved").await?, &["Saved."])?;
    ensure!(person.sees("[data-place=\"ccs\"]").await?, "saving shows the dependent question");
    ensure!(person.value("concern").await? == CONCERN);
    keeps_what_a_hidden_question_holds(&person).await?;

    person.clicks("Choose destination").await?;
    person.clicks(ENGLISH.choose).await?;
    contains_all(&person.reads(".problems").await?, &["answers are needed", "Message may be left"])?;
    person.pictures("review-problems").await?;
    person.clicks("Message may be left").await?;
    contains_all(&person.reads(".problems").await?, &["need your attention"])?;
    contains_all(&person.reads("[id=\"f-voicemail.problem\"]").await?, &["An answer is required."])?;
    person.pictures("form-problems").await?;
    for (question, key) in CHOICES.iter().filter(|(question, _)| *question != "reason") {
        person.chooses(question, key).await?;
    }
    person.clicks(ENGLISH.go_on).await?;
    contains_all(&person.reads("main").await?, &ENGLISH.review)?;
    says_that_a_choice_is_not_saved(&person).await?;
    person.clicks(ENGLISH.send).await?;
    sees_it_delivered_after_looking_again(&person).await?;
    let messages = demo.delivered()?;
    ensure!(messages.len() == 1);
    is_about_eleonore(&messages[0])
}

/// Answers of a hidden question are kept and shown again with it.
async fn keeps_what_a_hidden_question_holds(person: &Person) -> Result<()> {
    person.chooses("ccs", "41334000").await?;
    person.chooses("reason", "80313002").await?;
    person.clicks("Save").await?;
    ensure!(!person.sees("[data-place=\"ccs\"]").await?);
    person.chooses("reason", "29857009").await?;
    person.clicks("Save").await?;
    ensure!(person.has_chosen("ccs", "41334000").await?, "the hidden answer was kept");
    Ok(())
}

/// A choice of what is sent about the patient is lost by a link, so the page says that it is not saved.
async fn says_that_a_choice_is_not_saved(person: &Person) -> Result<()> {
    ensure!(!person.sees(".bar.unsaved").await?, "nothing was changed yet");
    person.click(&person.find("[name=share]:checked").await?).await?;
    contains_all(&person.reads(".bar.unsaved").await?, &["not saved", "A link loses it"])?;
    person.pictures("review-unsaved").await?;
    person.click(&person.find("[name=share]:default:not(:checked)").await?).await?;
    ensure!(!person.sees(".bar.unsaved").await?, "it is as it was");
    person.click(&person.find("[name=share]:not(:checked)").await?).await?;
    ensure!(person.sees(".bar.unsaved").await?);
    person.clicks("Save this choice").await?;
    ensure!(!person.sees(".bar.unsaved").await?, "it is saved");
    Ok(())
}

async fn sees_it_delivered_after_looking_again(person: &Person) -> Result<()> {
    let delivered = wait_until("the status to be delivered", async || {
        person.refresh().await?;
        Ok((person.reads(".status").await? == ENGLISH.delivered).then_some(()))
    });
    delivered.await
}
