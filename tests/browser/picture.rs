//! Test of the screenshot in the README: it shows the current form.

use std::path::Path;

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::{Key, Options};

use crate::demo::{Demo, ELEONORE};
use crate::journey::{CONCERN, ENGLISH, fills_the_form};
use crate::person::{Person, contains_all};

/// `PASSERELLE_WRITE_PICTURE=1` takes a new screenshot.
#[tokio::test]
async fn readme_picture_shows_the_current_form() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().window(1180, 1780)).await?;
    person.launches(&demo, ELEONORE).await?;
    fills_the_form(&person).await?;
    person.types("email", "eleonore@example.ca").await?;
    person.press(Key::Tab).await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    let address = person.find("#referral").await?.attribute("action").await?.unwrap_or_default();
    person.goto(&format!("{}{address}", demo.app)).await?;
    contains_all(
        &person.reads("[id=\"f-email.from\"]").await?,
        &["You changed this", "eleonore.ts@example.ca"],
    )?;
    ensure!(person.sees(".banner").await? && person.value("concern").await? == CONCERN);
    person.wait_for(".steps a[href=\"#f-referral\"][aria-current]").await?;
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/form.png");
    if std::env::var("PASSERELLE_WRITE_PICTURE").is_ok() {
        person.screenshot(&picture).await?;
    }
    ensure!(std::fs::read(&picture)?.starts_with(b"\x89PNG"), "docs/form.png is not a PNG image");
    Ok(())
}
