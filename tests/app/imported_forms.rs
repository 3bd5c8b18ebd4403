//! Tests of forms that are imported, retired and offered while servers run.

use std::{fs, path::PathBuf};

use passerelle::testing::{Browser, Engine, FormFields, TestApp};
use serde_json::{Value, json};

use crate::commands::run_command;

const URL: &str = "https://clinic.example.ca/fhir/Questionnaire/foot";

pub fn foot(version: &str, question: &str) -> Value {
    json!({
        "resourceType": "Questionnaire", "id": "foot", "url": URL, "version": version, "title": "Foot clinic", "status": "active",
        "code": [{"system": "http://snomed.info/sct", "code": "159034004", "display": "Podiatrist"}],
        "item": [{"linkId": "g", "type": "group", "text": "Questions", "item": [
            {"linkId": "concern", "type": "text", "text": question}
        ]}]
    })
}

fn file(app: &TestApp, name: &str, form: &Value) -> String {
    let path: PathBuf = app.folder().join(name);
    fs::write(&path, serde_json::to_string_pretty(form).unwrap()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn import(app: &TestApp, form: &Value) -> Result<String, String> {
    let file = file(app, "foot.json", form);
    run_command(app, &["form", "import", &file])
}

/// Launches, and returns the path of the chart.
async fn chart(app: &TestApp, browser: &mut Browser) -> String {
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    format!("/c/{}", landing.context())
}

async fn begins(browser: &mut Browser, chart: &str) -> FormFields {
    let page = browser.get(&format!("{chart}/referrals/new?form=foot")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    FormFields::read(&page)
}

async fn imports_while_it_runs(engine: Engine) {
    let mut app = TestApp::on(engine).await;
    let second = app.second_node().await;
    let (mut browser, mut other) = (app.browser(), app.browser());
    other.use_port(second);
    let (chart, elsewhere) = (chart(&app, &mut browser).await, chart(&app, &mut other).await);
    let begin = "/referrals/new?form=foot";
    assert_eq!(browser.get(&format!("{chart}{begin}")).await.status, 404);

    let report = import(&app, &foot("1.0.0", "First concern")).unwrap();
    assert!(report.contains(&format!("{URL}|1.0.0 is imported")), "{report}");
    assert_eq!(browser.get(&format!("{chart}{begin}")).await.status, 200);
    // A node that was not asked for the form lists it within seconds.
    let home = async |browser: &mut Browser| browser.get(&format!("{elsewhere}/")).await.body;
    let mut lists = home(&mut other).await.contains(begin);
    for _ in 0..6000 {
        if lists {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        lists = home(&mut other).await.contains(begin);
    }
    assert!(lists, "the other node never listed the form");

    let list = run_command(&app, &["form", "list"]).unwrap();
    assert!(
        list.contains(&format!("{URL}|1.0.0  foot  imported 2026-")) && list.contains("  offered"),
        "{list}"
    );
    assert!(list.contains("not offered: forms.offered does not name it"), "{list}");
    let events = app.audit_events().await;
    let event = events.iter().find(|event| event.event == "form-imported").expect("an event");
    assert_eq!(event.entity.as_deref(), Some(format!("form/{URL}|1.0.0").as_str()));
}

/// Without a restart, on every node, with SQLite.
#[actix_web::test]
async fn takes_an_imported_form_up_while_it_runs_on_sqlite() {
    imports_while_it_runs(Engine::Sqlite).await;
}

/// Without a restart, on every node, with PostgreSQL.
#[actix_web::test]
async fn takes_an_imported_form_up_while_it_runs_on_postgres() {
    imports_while_it_runs(Engine::Postgres).await;
}

/// A draft stays with the version it was begun with; the newest that is offered begins new referrals.
#[actix_web::test]
async fn keeps_drafts_when_a_version_is_imported_and_retired() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let chart = chart(&app, &mut browser).await;
    import(&app, &foot("1.0.0", "First concern")).unwrap();
    let saved =
        begins(&mut browser, &chart).await.set("a.concern", "ulcer").press(&mut browser, "save").await;
    let draft = saved.location().path().to_owned();

    app.advance(jiff::SignedDuration::from_secs(60));
    import(&app, &foot("1.1.0", "Second concern")).unwrap();
    app.refresh().await;
    let edit = browser.get(&draft).await;
    assert!(edit.text().contains("First concern") && edit.text().contains("Another version of this form"));
    assert_eq!(FormFields::read(&edit).value("a.concern"), "ulcer");
    let new = browser.get(&format!("{chart}/referrals/new?form=foot")).await;
    assert!(new.text().contains("Second concern"), "{}", new.text());

    let name = format!("{URL}|1.1.0");
    let report = run_command(&app, &["form", "retire", &name]).unwrap();
    assert!(report.contains(&format!("New referrals begin with {URL}|1.0.0 instead")), "{report}");
    app.refresh().await;
    let edit = browser.get(&draft).await;
    assert!(!edit.text().contains("Another version of this form"), "{}", edit.text());
    let new = browser.get(&format!("{chart}/referrals/new?form=foot")).await;
    assert!(new.text().contains("First concern"), "{}", new.text());

    assert!(run_command(&app, &["form", "offer", &name]).unwrap().contains("is offered again"));
    app.refresh().await;
    let moved = FormFields::read(&browser.get(&draft).await).press(&mut browser, "newer-form").await;
    let edit = browser.get(moved.location().as_str()).await;
    assert!(edit.text().contains("Second concern"), "{}", edit.text());
    assert_eq!(FormFields::read(&edit).value("a.concern"), "ulcer");

    // All versions retired: the draft can still be saved, and none is begun.
    for version in ["1.0.0", "1.1.0"] {
        run_command(&app, &["form", "retire", &format!("{URL}|{version}")]).unwrap();
    }
    app.refresh().await;
    let again = import(&app, &foot("1.1.0", "Second concern")).unwrap();
    assert!(again.contains("is there already, and retired"), "{again}");
    assert_eq!(browser.get(&format!("{chart}/referrals/new?form=foot")).await.status, 404);
    let saved = FormFields::read(&browser.get(&draft).await)
        .set("a.concern", "healed")
        .press(&mut browser, "save")
        .await;
    assert_eq!(saved.status, 303);
    let unknown = run_command(&app, &["form", "retire", "https://e.example/none|1"]).unwrap_err();
    assert!(unknown.contains("there is no form https://e.example/none|1"), "{unknown}");
}

/// The text behind a version never changes, and an id names one form.
#[actix_web::test]
async fn refuses_another_text_for_a_version_and_another_form_with_an_id() {
    let app = TestApp::start().await;
    import(&app, &foot("1.0.0", "First concern")).unwrap();
    assert!(import(&app, &foot("1.0.0", "First concern")).unwrap().contains("is there already"));
    let refused = import(&app, &foot("1.0.0", "Other concern")).unwrap_err();
    assert!(refused.contains("with another text") && refused.contains("Raise the version"), "{refused}");
    let mut other = foot("2.0.0", "First concern");
    other["url"] = "https://e.example/other".into();
    assert!(import(&app, &other).unwrap_err().contains("the id foot is that of"));
    let mut renamed = foot("2.0.0", "First concern");
    renamed["id"] = "feet".into();
    assert!(import(&app, &renamed).unwrap_err().contains("Keep the id in all versions"));
    assert_eq!(app.count("imported_forms").await, 1);
}

/// A form that can never be used is not imported, and a check with the same configuration says the same.
#[actix_web::test]
async fn refuses_by_check_and_import_what_can_never_be_used() {
    let app = TestApp::start().await;
    let mut asks_nothing = foot("1.0.0", "Concern");
    asks_nothing["item"] = json!([]);
    let mut shipped = foot("9.0.0", "Concern");
    shipped["url"] = "https://passerelle.example/fhir/Questionnaire/mri-requisition".into();
    import(&app, &foot("1.0.0", "Concern")).unwrap();
    for (name, form, reason) in [
        ("nothing.json", asks_nothing, "it has no question"),
        ("shipped.json", shipped, "which ships with Passerelle"),
        ("other.json", foot("1.0.0", "Another text"), "with another text"),
    ] {
        let file = file(&app, name, &form);
        let [checked, imported] =
            ["check", "import"].map(|command| run_command(&app, &["form", command, &file]).unwrap_err());
        assert!(checked.contains(reason), "{checked}");
        assert_eq!(checked.trim_end(), imported.replace("Nothing was imported.", "").trim_end());
    }
    // A title that is there twice and a specialty that no service has are cautions.
    let mut twin = foot("1.0.0", "Concern");
    (twin["id"], twin["url"]) = ("feet".into(), "https://clinic.example.ca/fhir/Questionnaire/feet".into());
    twin["code"][0]["display"] = "Alchemist".into();
    twin["code"][0]["code"] = "0".into();
    let file = file(&app, "twin.json", &twin);
    for command in ["check", "import"] {
        let report = run_command(&app, &["form", command, &file]).unwrap();
        for part in
            ["foot|1.0.0 has the same title", "no service of the directory has the specialty Alchemist"]
        {
            assert!(report.contains(part), "{command}: {part} is not in\n{report}");
        }
    }
}

/// One refused file stops the import; every problem is named with its line and fix.
#[actix_web::test]
async fn refuses_all_files_with_every_problem_at_once() {
    let app = TestApp::start().await;
    let good = file(&app, "good.json", &foot("1.0.0", "Concern"));
    let mut bad = foot("", "Concern");
    bad["code"] = json!([]);
    let bad = file(&app, "bad.json", &bad);
    let mut odd = foot("1.0.0", "Concern");
    odd["item"][0]["item"] = json!([{"linkId": "a", "type": "quantum"}, {"linkId": "b", "type": "question"}]);
    let odd = file(&app, "odd.json", &odd);
    let report = run_command(&app, &["form", "import", &good, &bad, &odd]).unwrap_err();
    for part in [
        "bad.json: refused, 2 to correct",
        "version is missing",
        "no code with system",
        "a: the item type quantum",
        "b: the item type question",
        "line ",
        "fix: ",
        "Nothing was imported.",
    ] {
        assert!(report.contains(part), "{part} is not in\n{report}");
    }
    assert_eq!(app.count("imported_forms").await, 0);
}
