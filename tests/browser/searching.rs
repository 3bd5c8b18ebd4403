//! Tests of a search in a value set of the terminology server: while one types, and without JavaScript.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::Options;
use serde_json::{Value, json};

use crate::accessibility::Judge;
use crate::demo::{Demo, ELEONORE};
use crate::person::Person;

const FOUND: &str = "[data-place=\"finding\"] [data-found]";
const KNEE: &str = "code:https://passerelle.example/fhir/CodeSystem/findings|pain-knee";

fn form() -> Value {
    let set = |name: &str| format!("https://passerelle.example/fhir/ValueSet/{name}");
    json!({
        "resourceType": "Questionnaire", "id": "findings", "url": "https://e.example/findings", "title": "Findings",
        "code": [{"system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology"}],
        "item": [{"linkId": "g", "type": "group", "text": "Findings", "item": [
            {"linkId": "finding", "type": "choice", "text": "Main finding", "answerValueSet": set("findings")},
            {"linkId": "others", "type": "open-choice", "text": "Other findings", "repeats": true, "answerValueSet": set("findings")},
            {"linkId": "side", "type": "choice", "text": "Side", "answerValueSet": set("sides")}]}]
    })
}

#[tokio::test]
async fn finds_codes_while_a_person_types() -> Result<()> {
    let demo = Demo::start_with_terminology(&form()).await?;
    let judge = Judge::new(&demo, Options::default(), "searching").await?;
    let person = &judge.person;
    person.launches(&demo, ELEONORE).await?;
    person.find("[name=\"search.finding\"]").await?.type_text("knee").await?;
    person.waits_to_read(FOUND, "8 matches for “knee”.").await?;
    let focused = person.execute("return document.activeElement.name", json!([])).await?;
    ensure!(focused == "search.finding", "the focus stays in the search: {focused}");
    judge.judges("found").await?;
    person.chooses("finding", KNEE).await?;
    person.find("[name=\"search.finding\"]").await?.type_text(" rash").await?;
    person.waits_to_read(FOUND, "One match for “knee rash”.").await?;
    ensure!(person.has_chosen("finding", KNEE).await?, "what was chosen stays beside the new matches");
    judge.judges("chosen").await
}

#[tokio::test]
async fn finds_codes_without_javascript() -> Result<()> {
    let demo = Demo::start_with_terminology(&form()).await?;
    let person = Person::sits_down(&Options::default().without_javascript().window(600, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    person.find("[name=\"search.finding\"]").await?.type_text("knee pain").await?;
    person.presses("[name=find][value=finding]").await?;
    person.waits_to_read(FOUND, "One match for “knee pain”.").await?;
    person.chooses("finding", KNEE).await?;
    person.clicks("Save").await?;
    ensure!(person.has_chosen("finding", KNEE).await?);
    person.pictures("searched").await
}
