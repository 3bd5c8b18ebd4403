//! Test of the whole journey by keyboard.

use anyhow::{Context, Result, bail, ensure};
use passerelle::testing::webdriver::{Key, Options};
use serde_json::{Value, json};

use crate::demo::{Demo, ELEONORE};
use crate::journey::{CHOICES, CONCERN, ENGLISH};
use crate::person::{Person, contains_all};

/// Upper bound of Tab stops on a page.
const MAX_STOPS: usize = 250;

/// Script that describes the focused element: name, value, text, URL, visibility and position.
const FOCUSED: &str = "const it = document.activeElement;
    const box = it.getBoundingClientRect();
    const point = document.elementFromPoint(box.left + Math.min(box.width, 20) / 2, box.top + Math.min(box.height, 20) / 2);
    const style = getComputedStyle(it);
    return { tag: it.tagName, id: it.id, name: it.name ?? '', value: it.value ?? '', checked: it.checked ?? false,
        text: it.innerText?.trim() ?? '', label: it.getAttribute('aria-label') ?? '',
        visible: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        covered: !(point && (it.contains(point) || point.contains(it))),
        box: `${Math.round(box.left)},${Math.round(box.top)} of ${innerWidth},${innerHeight}` };";

fn is(focused: &Value, part: &str, wanted: &str) -> bool {
    focused[part].as_str().is_some_and(|text| text == wanted)
}

/// Presses Tab until the wanted element has the focus. Every stop on the way must be visible.
async fn tabs_to(person: &Person, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
    let mut last = Value::Null;
    for _ in 0..MAX_STOPS {
        person.press(Key::Tab).await?;
        last = person.asks(FOCUSED).await?;
        if last["tag"] == "BODY" {
            continue;
        }
        ensure!(last["visible"] == true, "the focus is not visible: {last}");
        ensure!(last["covered"] == false, "the focus is covered: {last}");
        if wanted(&last) {
            return Ok(last);
        }
    }
    bail!("Tab does not reach the element; the last stop is {last}")
}

async fn answers(person: &Person, question: &str, key: &str) -> Result<()> {
    let name = format!("a.{question}");
    person.waits_for_question(question).await?;
    let mut focused = tabs_to(person, |it| is(it, "name", &name)).await.with_context(|| name.clone())?;
    for _ in 0..20 {
        if is(&focused, "value", key) {
            if focused["tag"] == "INPUT" && focused["checked"] == false {
                person.press(Key::Space).await?;
            }
            ensure!(person.has_chosen(question, key).await?, "{key} is not chosen for {question}");
            return Ok(());
        }
        person.press(Key::Down).await?;
        focused = person.asks(FOCUSED).await?;
    }
    bail!("{question} does not offer {key}: {focused}")
}

async fn enters(person: &Person, text: &str) -> Result<()> {
    let page = person.find("html").await?;
    let begins = |it: &Value, part: &str| it[part].as_str().is_some_and(|label| label.starts_with(text));
    tabs_to(person, |it| begins(it, "text") || begins(it, "label")).await?;
    person.press(Key::Enter).await?;
    person.leaves(&page).await.with_context(|| text.to_owned())
}

#[tokio::test]
async fn sends_a_referral_by_keyboard() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().window(1180, 800)).await?;
    person.goto(&format!("{}/", demo.ehr)).await?;
    let before = person.windows().await?;
    let launch = format!("Launch referral for {ELEONORE}, new tab");
    tabs_to(&person, |it| is(it, "label", &launch)).await?;
    person.press(Key::Enter).await?;
    person.follows_into_new_tab(&before).await?;

    let skip = tabs_to(&person, |_| true).await?;
    ensure!(is(&skip, "text", "Skip to content"), "the first stop is {skip}");
    person.press(Key::Enter).await?;
    ensure!(is(&person.asks(FOCUSED).await?, "id", "content"), "the skip link skips");
    ensure!(tabs_to(&person, |_| true).await?["tag"] == "A", "the list of sections is the next stop");

    // Tabs through the whole form and out of it: there is no keyboard trap.
    enters(&person, ENGLISH.go_on).await?;
    let focused = person.asks(FOCUSED).await?;
    contains_all(&focused["text"].to_string(), &["need your attention"])?;
    contains_all(&person.title().await?, &["Error: "])?;
    tabs_to(&person, |it| it["text"].as_str().is_some_and(|label| label.starts_with("Message may be left")))
        .await?;
    person.press(Key::Enter).await?;
    let focused = person.asks(FOCUSED).await?;
    ensure!(is(&focused, "id", "f-voicemail"), "the link leads into the question, not to {focused}");

    for (question, key) in CHOICES {
        if question == "reason" {
            tabs_to(&person, |it| is(it, "name", "a.concern")).await?;
            person.focused().await?.type_text(CONCERN).await?;
        }
        answers(&person, question, key).await?;
    }
    goes_back_and_forth(&person).await?;
    enters(&person, ENGLISH.go_on).await?;
    ensure!(is(&person.asks(FOCUSED).await?, "id", "q"), "the search has the focus");
    enters(&person, ENGLISH.choose).await?;
    contains_all(&person.reads("main").await?, &ENGLISH.review)?;
    enters(&person, ENGLISH.send).await?;
    person.waits_to_read(".status", ENGLISH.delivered).await?;
    ensure!(demo.delivered()?.len() == 1);
    Ok(())
}

async fn goes_back_and_forth(person: &Person) -> Result<()> {
    let here = person.asks(FOCUSED).await?;
    person.press_all(&[Key::Shift, Key::Tab]).await?;
    ensure!(person.asks(FOCUSED).await?["id"] != here["id"], "Shift and Tab go back");
    person.press(Key::Tab).await?;
    ensure!(person.asks(FOCUSED).await?["id"] == here["id"]);
    Ok(())
}

/// Enter in a field neither sends the form nor switches the language, and the place and the focus are kept.
#[tokio::test]
async fn enter_in_a_field_changes_nothing() -> Result<()> {
    for with_script in [true, false] {
        let options = Options::default();
        let options = if with_script { options } else { options.without_javascript() };
        let demo = Demo::start().await?;
        let person = Person::sits_down(&options.window(1180, 800)).await?;
        person.launches(&demo, ELEONORE).await?;
        let address = person.url().await?;
        for field in ["phone", "email", "rest-pain", "problem-list"] {
            let css = format!("[name=\"a.{field}\"]");
            let control = person.find(&css).await?;
            person.execute("arguments[0].focus()", json!([control.to_value()])).await?;
            let before = person.asks("return scrollY").await?;
            let is_text = control.attribute("type").await?.is_none();
            person.press(Key::Enter).await?;
            if !is_text && !with_script {
                // Without JavaScript it is saved, and the language stays.
                person.waits_to_read("#saved", "Saved.").await?;
                ensure!(person.find("html").await?.attribute("lang").await?.as_deref() == Some("en-CA"));
                break;
            }
            ensure!(person.asks("return scrollY").await? == before, "{field}: the page jumps");
            ensure!(person.url().await? == address, "{field}: Enter leaves the page");
            ensure!(person.find("html").await?.attribute("lang").await?.as_deref() == Some("en-CA"));
            ensure!(
                person.focused().await?.attribute("name").await? == Some(format!("a.{field}")),
                "{field}"
            );
        }
    }
    Ok(())
}
