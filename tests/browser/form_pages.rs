//! Tests of the pages about forms: an upload from problems to import, and the preview of a file that changes.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use passerelle::testing::{Scratch, webdriver::Options};
use serde_json::{Value, json};

use crate::accessibility::Judge;
use crate::demo::Demo;
use crate::person::{Person, contains_all};
use crate::waiting::wait_until;

fn foot(number: &str) -> Value {
    json!({
        "resourceType": "Questionnaire", "id": "foot", "url": "https://clinic.example.ca/fhir/Questionnaire/foot",
        "version": "1.0.0", "title": "Foot clinic", "status": "active",
        "code": [{"system": "http://snomed.info/sct", "code": "159034004", "display": "Podiatrist"}],
        "item": [{"linkId": "g", "type": "group", "text": "Questions", "item": [
            {"linkId": "concern", "type": "text", "text": "Concern", "required": true},
            {"linkId": "n", "type": "integer", "text": number},
            {"linkId": "double", "type": "integer", "text": "Twice", "readOnly": true, "extension": [{
                "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
                "valueExpression": {"language": "text/fhirpath",
                    "expression": "%resource.item.item.where(linkId = 'n').answer.value * 2"}
            }]},
            {"linkId": "many", "type": "string", "text": "Why so many?",
                "enableWhen": [{"question": "n", "operator": ">", "answerInteger": 10}]}
        ]}]
    })
}

/// Pages of an upload: list, problems, confirmation, previews with and without a chart.
#[tokio::test]
async fn form_pages_pass_axe_in_both_languages() -> Result<()> {
    for (options, name) in
        [(Options::default(), "forms-day"), (Options::default().language("fr-CA").dark(), "forms-night")]
    {
        let (demo, folder) = (Demo::start().await?, Scratch::new());
        let judge = Judge::new(&demo, options, name).await?;
        let (person, file) = (&judge.person, folder.path().join("foot.json"));
        person.goto(&format!("{}/admin", demo.app)).await?;
        judge.signs_in(&demo.said("  password").context("the administrator's password")?).await?;
        person.presses("nav a[href=\"/admin/forms\"]").await?;
        judge.judges("list").await?;
        fs::write(&file, foot("How many?").to_string().replace("integer", "quantum"))?;
        person.find("#file").await?.type_text(&file.to_string_lossy()).await?;
        person.presses("form.card button").await?;
        judge.judges("refused").await?;
        ensure!(
            person.find("#text").await?.property("value").await?.to_string().contains("quantum"),
            "the text is kept"
        );
        fs::write(&file, foot("How many?").to_string())?;
        person.find("#file").await?.type_text(&file.to_string_lossy()).await?;
        person.presses("form.card button").await?;
        judge.judges("confirm").await?;
        person.presses("button[value=\"open\"]").await?;
        judge.judges("preview").await?;
        person.click(&person.find("#patient option[value=\"eleonore\"]").await?).await?;
        person.presses("button[value=\"check\"]").await?;
        judge.judges("preview-checked").await?;
        person.presses("button[formaction=\"/admin/forms/check\"]").await?;
        person.presses("button.go").await?;
        judge.judges("imported").await?;
        contains_all(&person.reads(".list").await?, &["Foot clinic"])?;
    }
    Ok(())
}

/// `passerelle form preview`, stopped when dropped.
struct Preview {
    program: Child,
    url: String,
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.program.kill().expect("the program was running");
        self.program.wait().expect("the program ends");
    }
}

impl Preview {
    fn start(file: &std::path::Path) -> Result<Self> {
        let program = Command::new(env!("CARGO_BIN_EXE_passerelle"))
            .args(["form", "preview"])
            .arg(file)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut preview = Self { program, url: String::new() };
        let mut line = String::new();
        BufReader::new(preview.program.stdout.take().context("its output")?).read_line(&mut line)?;
        line.split_whitespace().next().context("the program prints an address")?.clone_into(&mut preview.url);
        Ok(preview)
    }
}

/// Answers take effect at once, and the page follows the file without losing them, also through a file with problems.
#[tokio::test]
async fn follows_a_file_and_keeps_what_is_typed() -> Result<()> {
    let folder = Scratch::new();
    let file = folder.path().join("foot.json");
    fs::write(&file, foot("How many?").to_string())?;
    let preview = Preview::start(&file)?;
    let person = Person::sits_down(&Options::default().window(600, 1000)).await?;
    person.goto(&preview.url).await?;
    person.find("[name=\"a.concern\"]").await?.type_text("An ulcer").await?;
    person.find("[name=\"a.n\"]").await?.type_text("21\t").await?;
    let value = async |name: &str| {
        let field = person.find(&format!("[name=\"{name}\"]")).await?;
        anyhow::Ok(field.property("value").await?.as_str().unwrap_or_default().to_owned())
    };
    wait_until("the calculated answer", async || Ok((value("a.double").await? == "42").then_some(())))
        .await?;
    wait_until("the question that is asked now", async || {
        Ok(person.find("[name=\"a.many\"]").await?.is_displayed().await?.then_some(()))
    })
    .await?;

    fs::write(&file, "{")?;
    person.wait_for(".problems").await?;
    fs::write(&file, foot("What number?").to_string())?;
    person.waits_to_read("main", "What number?").await?;
    ensure!(value("a.concern").await? == "An ulcer" && value("a.n").await? == "21", "the answers are kept");
    person.pictures("form-preview").await
}
