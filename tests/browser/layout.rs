//! Tests of the space that a page takes: on paper, and on a small screen.

use anyhow::{Context, Result, ensure};
use passerelle::testing::webdriver::Options;
use serde_json::Value;

use crate::demo::{Demo, ELEONORE};
use crate::journey::fills_the_form;
use crate::person::Person;

/// Number of pages of the current page on paper.
async fn printed_pages(person: &Person) -> Result<usize> {
    let pdf = person.print().await?;
    let text = String::from_utf8_lossy(&pdf);
    let pages = text.matches("/Type /Page").count() - text.matches("/Type /Pages").count();
    ensure!(pages > 0, "a PDF of {} bytes without pages", pdf.len());
    Ok(pages)
}

/// A form of seven screens and its review are printed in the width of the paper.
#[tokio::test]
async fn prints_the_form_and_the_review_in_few_pages() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    fills_the_form(&person).await?;
    let form = printed_pages(&person).await?;
    person.presses(".bar [value=\"continue\"]").await?;
    person.presses(".list form button").await?;
    let review = printed_pages(&person).await?;
    ensure!(form <= 7 && review <= 9, "{form} pages of the form, {review} of the review");
    Ok(())
}

/// Height of what stays in place when the page scrolls, as a share of the window.
const FIXED_SHARE: &str = "const stays = it => ['fixed', 'sticky'].includes(getComputedStyle(it).position);
    const fixed = [...document.querySelectorAll('.banner, .bar')].filter(stays);
    return { share: fixed.reduce((sum, it) => sum + it.offsetHeight, 0) / innerHeight, width: innerWidth,
        height: innerHeight, loose: [...document.querySelectorAll('.from')].filter(it =>
            it.checkVisibility() && getComputedStyle(it, '::before').position !== 'absolute').length }";

/// On a small screen at most a third is taken by what does not scroll; the mark of a source stays on the line of its text.
#[tokio::test]
async fn leaves_two_thirds_of_a_small_screen_to_the_form() -> Result<()> {
    let demo = Demo::start().await?;
    for options in [Options::default(), Options::default().language("fr-CA")] {
        let person = Person::sits_down(&options.window(600, 640)).await?;
        person.launches(&demo, ELEONORE).await?;
        for (width, height) in [(600, 640), (600, 1000), (1180, 700)] {
            person.set_window_size(width, height).await?;
            let seen: Value = person.asks(FIXED_SHARE).await?;
            let share = seen["share"].as_f64().context("a number")?;
            ensure!(share <= 0.34 && seen["loose"] == 0, "{seen}");
        }
    }
    Ok(())
}
