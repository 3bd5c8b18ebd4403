//! Tests of attaching photos: with a file field alone, and by dropping them with the script.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use passerelle::testing::{Scratch, webdriver::Options};
use serde_json::{Value, json};

use crate::demo::{Demo, ELEONORE};
use crate::person::{Person, contains_all};

const CONCERN: &str = "A mole that changes";
const LIST: &str = "[data-place=\"photo-files\"] .attached";

/// Writes a photo to choose.
fn photo(folder: &Scratch) -> Result<PathBuf> {
    let file = folder.path().join("lesion on arm.png");
    image::RgbImage::from_pixel(64, 48, image::Rgb([180, 120, 100])).save(&file)?;
    Ok(file)
}

#[tokio::test]
async fn attaches_a_photo_without_javascript() -> Result<()> {
    let (demo, folder) = (Demo::start_with_form("dermatology-econsult").await?, Scratch::new());
    let person = Person::sits_down(&Options::default().without_javascript().window(600, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    person.chooses("photo-source", "attached").await?;
    person.clicks("Save").await?;
    person.types("concern", CONCERN).await?;
    let field = person.find("[name=\"file.photo-files\"]").await?;
    field.type_text(&photo(&folder)?.to_string_lossy()).await?;
    person.clicks("Attach").await?;
    person.waits_to_read(LIST, "lesion on arm.png").await?;
    contains_all(&person.reads(LIST).await?, &["PNG, 1", "Remove"])?;
    ensure!(person.value("concern").await? == CONCERN, "the text is kept");
    person.pictures("attached").await
}

#[tokio::test]
async fn attaches_a_photo_that_is_dropped() -> Result<()> {
    let demo = Demo::start_with_form("dermatology-econsult").await?;
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    person.types("concern", CONCERN).await?;
    person.chooses("photo-source", "attached").await?;
    person.waits_for_question("photo-files").await?;
    ensure!(
        !person.sees("[data-place=\"photo-files\"] [data-attaches]").await?,
        "a chosen file is attached at once"
    );
    drops(&person, &json!({ "name": "lesion.jpg", "type": "image/jpeg" })).await?;
    person.waits_to_read(LIST, "lesion.jpg").await?;
    let loaded = "const image = document.querySelector(`${arguments[0]} img`); image.scrollIntoView();
        return image.complete && image.naturalWidth";
    crate::waiting::wait_until("the photo to be shown small", async || {
        Ok((person.execute(loaded, json!([LIST])).await? == 40).then_some(()))
    })
    .await?;
    drops(&person, &json!({ "name": "notes.txt", "type": "text/plain", "text": "no photo" })).await?;
    let problem = "[data-place=\"photo-files\"] .problem";
    person.waits_to_read(problem, "notes.txt was not attached: it is not of a type that can be").await?;
    contains_all(&person.reads(LIST).await?, &["lesion.jpg"])?;
    ensure!(person.value("concern").await? == CONCERN);
    person.refresh().await?;
    person.pictures("dropped").await
}

/// While a photo is on its way, the person goes on typing, and a button that leaves the page waits for the photo.
#[tokio::test]
async fn waits_for_a_photo_before_the_page_is_left() -> Result<()> {
    let demo = Demo::start_with_form("dermatology-econsult").await?;
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    person.chooses("photo-source", "attached").await?;
    person.waits_for_question("photo-files").await?;
    let slow = "const send = window.fetch;
        window.fetch = async (address, request) => {
          if (request?.body instanceof FormData) await new Promise((done) => setTimeout(done, 2000));
          return send(address, request);
        };";
    person.execute(slow, json!([])).await?;
    drops(&person, &json!({ "name": "first.jpg", "type": "image/jpeg" })).await?;
    person.types("concern", CONCERN).await?;
    person.waits_to_read(LIST, "first.jpg").await?;
    let focused = person.focused().await?.attribute("name").await?;
    ensure!(focused.as_deref() == Some("a.concern"), "the focus moved to {focused:?}");
    drops(&person, &json!({ "name": "second.jpg", "type": "image/jpeg" })).await?;
    let address = person.find("#referral").await?.attribute("action").await?.unwrap_or_default();
    person.clicks("Save and close").await?;
    person.goto(&format!("{}{address}", demo.app)).await?;
    contains_all(&person.reads(LIST).await?, &["first.jpg", "second.jpg"])?;
    ensure!(person.value("concern").await? == CONCERN, "the text is kept");
    Ok(())
}

/// Drops a file on the question: a text, or a picture that the page draws.
async fn drops(person: &Person, file: &Value) -> Result<()> {
    let script = "const [given, done] = arguments;
        const drop = (content) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([content], given.name, { type: given.type }));
          const zone = document.querySelector('[data-place=\"photo-files\"] [data-attach]');
          for (const kind of ['dragover', 'drop']) {
            zone.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
          }
          done();
        };
        if (given.text) return drop(given.text);
        const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 });
        canvas.getContext('2d').fillRect(0, 0, 20, 30);
        canvas.toBlob(drop, given.type);";
    person.execute_async(script, json!([file])).await?;
    Ok(())
}
