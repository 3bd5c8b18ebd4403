//! Tests of a key rotation with the commands of an operator, on two nodes that serve meanwhile.

use passerelle::testing::{Browser, Engine, TestApp};
use serde_json::Value;

use crate::{
    commands::run_command,
    form::{Cardiology as _, FormFields},
    referral::{form_of, send, to_summary},
    saving::save_in_background,
};

/// A form that a clinician has open.
struct OpenForm {
    browser: Browser,
    form: FormFields,
    saves: usize,
}

impl OpenForm {
    async fn new(app: &TestApp, patient: &str, practitioner: &str) -> Self {
        let mut browser = app.browser();
        let form = form_of(app, &mut browser, patient, practitioner).await;
        Self { browser, form, saves: 0 }
    }

    /// Saves as the script does, at one node.
    async fn save(&mut self, port: u16) {
        self.saves += 1;
        self.form.set("a.concern", &format!("save {}", self.saves));
        self.browser.use_port(port);
        let saved = save_in_background(&mut self.browser, &self.form).await;
        assert_eq!(saved.status, 200, "save {}: {}", self.saves, saved.text());
        let reply: Value = serde_json::from_str(&saved.body).unwrap();
        reply["action"].as_str().unwrap().clone_into(&mut self.form.action);
        self.form.set("revision", &reply["revision"].to_string());
        self.form.set("ticket", reply["ticket"].as_str().unwrap());
    }
}

/// No form that is open is refused while every step of a rotation reaches one node after the other, and the old key can
/// be removed at the end.
#[actix_web::test]
async fn rotates_the_sealing_key_without_refusing_an_open_form() {
    let mut app = TestApp::on(Engine::Postgres).await;
    let ports = [app.port(), app.second_node().await];
    let mut forms = [
        OpenForm::new(&app, "eleonore", "ngozi-okafor").await,
        OpenForm::new(&app, "marc-andre", "genevieve-beaulieu").await,
    ];
    for step in [&["add"][..], &["promote", "2"], &["reseal"], &["retire", "1"]] {
        let said = run_command(&app, &[&["keys"], step].concat()).unwrap();
        assert!(!said.is_empty());
        for restarted in ports {
            for port in ports {
                for open in &mut forms {
                    open.save(port).await;
                }
            }
            app.restart(restarted).await;
            for port in ports {
                for open in &mut forms {
                    open.save(port).await;
                }
            }
        }
        // What the restarted nodes sealed meanwhile with the older key.
        if step[0] == "reseal" {
            run_command(&app, &["keys", "reseal"]).unwrap();
        }
    }
    let listed = run_command(&app, &["keys", "list"]).unwrap();
    assert!(listed.starts_with("  2  seals  ") && listed.lines().count() == 1, "{listed}");
    let [OpenForm { mut browser, mut form, .. }, _] = forms;
    let summary = to_summary(&mut browser, form.complete("after the rotation")).await;
    send(&mut browser, &summary).await;
    app.deliver().await;
    assert!(app.delivered()[0].to_string().contains("after the rotation"));
}

/// The commands refuse what would make stored values unreadable, and say what to do first.
#[actix_web::test]
async fn refuses_to_retire_a_key_that_is_needed() {
    let app = TestApp::start().await;
    let refused = |step: &[&str]| run_command(&app, &[&["keys"], step].concat()).unwrap_err();
    assert!(refused(&["retire", "1"]).contains("Promote another key first"));
    assert!(refused(&["promote", "7"]).contains("has no key 7. It has: 1."));
    run_command(&app, &["keys", "add"]).unwrap();
    run_command(&app, &["keys", "promote", "2"]).unwrap();
    assert!(refused(&["retire", "1"]).contains("Run `passerelle keys reseal` first"));
    run_command(&app, &["keys", "reseal"]).unwrap();
    run_command(&app, &["keys", "retire", "1"]).unwrap();
    let listed = run_command(&app, &["keys", "list"]).unwrap();
    assert!(listed.starts_with("  2  seals"), "{listed}");
}

/// A node with the keys of another installation does not start, and says so.
#[actix_web::test]
async fn refuses_to_start_with_the_keys_of_another_installation() {
    let app = TestApp::start().await;
    let keys = app.folder().join("keys.toml");
    let kept = std::fs::read(&keys).unwrap();
    std::fs::remove_file(&keys).unwrap();
    run_command(&app, &["keys", "new", keys.to_str().unwrap()]).unwrap();
    let refused = run_command(&app, &["ehr", "list"]).unwrap_err();
    assert!(refused.contains("key 1 of the keys file is not the one of this database"), "{refused}");
    std::fs::write(&keys, kept).unwrap();
    run_command(&app, &["ehr", "list"]).unwrap();
}
