//! Tests of a backup and its restoration, on both engines and with the tools of an operator: nothing is sent until it is
//! released, no message is sent twice with other bytes, and every page says what is not known.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
};

use jiff::SignedDuration;
use passerelle::delivery::Outcome;
use passerelle::testing::{Browser, Engine, Page, TestApp};
use passerelle::web::ErrorKind;

use crate::{
    admin::{app_with, signed_in},
    commands::run_command,
    delivery::{Destination, later, sending_to},
    documents::send_confirmed,
    form::{Cardiology as _, FormFields},
    referral::{follow, form_of, send, to_summary},
};

/// Database engine and the way in which its backup is put back.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// `passerelle backup` and `passerelle restore`.
    Commands,
    /// `passerelle backup`, and the file is copied by hand.
    File,
    /// `pg_dump` and `pg_restore`.
    Postgres,
}

fn postgres_tool(name: &str, arguments: &[&str]) {
    let folder = std::env::var_os("PASSERELLE_TEST_POSTGRES_BIN");
    let program = folder.map_or_else(|| PathBuf::from(name), |folder| Path::new(&folder).join(name));
    let done =
        Command::new(&program).args(arguments).output().expect("the tools of PostgreSQL are installed");
    assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
}

impl Way {
    fn engine(self) -> Engine {
        if self == Self::Postgres { Engine::Postgres } else { Engine::Sqlite }
    }

    /// Backs the database up while the app runs.
    fn back_up(self, app: &TestApp) -> PathBuf {
        let file = app.folder().join("backup");
        let name = file.to_str().unwrap();
        if self == Self::Postgres {
            postgres_tool("pg_dump", &["--format=custom", "--file", name, app.database().url()]);
            assert!(run_command(app, &["backup", name]).unwrap_err().contains("pg_dump"));
        } else {
            let said = run_command(app, &["backup", name]).unwrap();
            assert!(
                said.starts_with(&format!("Wrote {name} (")) && said.contains("Attached files"),
                "{said}"
            );
        }
        file
    }

    /// Puts the backup in the place of the database, whose nodes are stopped.
    fn restore(self, app: &TestApp, backup: &Path) {
        let name = backup.to_str().unwrap();
        match self {
            Self::Commands => {
                let said = run_command(app, &["restore", name]).unwrap();
                assert!(said.contains("All sending is held") && said.contains(".replaced-"), "{said}");
            }
            Self::File => {
                let file = app.database().file().unwrap();
                std::fs::copy(backup, &file).unwrap();
                for ending in ["-wal", "-shm"] {
                    drop(std::fs::remove_file(format!("{}{ending}", file.display())));
                }
            }
            Self::Postgres => {
                let url = app.database().url();
                let options = ["--clean", "--if-exists", "--single-transaction", "--dbname", url, name];
                postgres_tool("pg_restore", &options);
            }
        }
    }
}

/// Signs and sends a referral, and returns its page.
async fn refer(app: &TestApp, browser: &mut Browser, patient: &str) -> Page {
    let mut form = form_of(app, browser, patient, "ngozi-okafor").await;
    let summary = to_summary(browser, form.complete(patient)).await;
    send(browser, &summary).await
}

/// Path of a referral outside its chart.
fn own_path(sent: &Page) -> String {
    format!("/referrals/{}", sent.location().path_segments().unwrap().next_back().unwrap())
}

/// An app whose database was restored: a backup was made, and more was sent after it.
struct Restored {
    app: TestApp,
    destination: Destination,
    /// Page of the referral that was pending in the backup, and delivered after it.
    pending: String,
    /// Page of the referral that was written after the backup.
    lost: String,
    /// Signed-in browser of the clinician.
    browser: Browser,
}

/// Patient of the draft that is in the backup, and was sent after it.
const OF_DRAFT: &str = "zoe";

async fn restored(way: Way, channel: &'static str) -> Restored {
    let mut destination = Destination::answers([Outcome::Delivered, later()]);
    destination.channel = channel;
    let (mut app, _) = app_with(sending_to(&destination).on(way.engine())).await;
    let mut browser = app.browser();
    refer(&app, &mut browser, "eleonore").await;
    app.deliver().await;
    let pending = own_path(&refer(&app, &mut browser, "marc-andre").await);
    app.deliver().await;
    let mut draft = form_of(&app, &mut browser, OF_DRAFT, "ngozi-okafor").await;
    assert_eq!(draft.complete("draft").press(&mut browser, "save").await.status, 303);
    app.expect_pending(1);
    app.advance(SignedDuration::from_mins(1));

    let backup = way.back_up(&app);
    app.advance(SignedDuration::from_mins(5));
    let draft = FormFields::read(&browser.get(&draft.action).await);
    let summary = to_summary(&mut browser, &draft).await;
    assert_eq!(send(&mut browser, &summary).await.status, 303);
    let lost = own_path(&refer(&app, &mut browser, "harjit").await);
    app.deliver().await;
    assert_eq!(destination.received().len(), 5, "{way:?}");
    app.expect_pending(0);
    app.advance(SignedDuration::from_mins(30));
    app.restart_after(async |app| way.restore(app, &backup)).await;
    app.expect_pending(1);
    let mut browser = app.browser();
    browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    Restored { app, destination, pending, lost, browser }
}

async fn is_ready(app: &TestApp) -> String {
    app.browser().get("/health/ready").await.body
}

/// A restored database sends nothing and says so, and the release sends what was pending with the same bytes.
async fn holds_and_releases(way: Way) {
    let Restored { app, destination, pending, .. } = restored(way, "folder").await;
    app.deliver().await;
    assert_eq!(destination.received().len(), 5, "nothing is sent");
    app.eventually("readiness says that sending is held", async || {
        is_ready(&app).await == "ok: all sending is held"
    })
    .await;
    let mut administrator = signed_in(&app).await;
    let page = administrator.get("/admin/deliveries").await.text();
    for said in ["All sending is held since", "was restored from a backup of 14 Sep 2026", "may have arrived"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let list = run_command(&app, &["deliveries", "list"]).unwrap();
    assert!(list.contains("The backup is of 2026-09-14") && list.contains("may have arrived"), "{list}");
    let kinds: Vec<String> = app.audit_events().await.into_iter().map(|event| event.event).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "database-restored").count(), 1, "{kinds:?}");

    let released = run_command(&app, &["deliveries", "release"]).unwrap();
    assert!(released.contains("may arrive a second time"), "{released}");
    app.deliver().await;
    app.expect_pending(0);
    assert_eq!(destination.received().len(), 6);
    let mut browser = app.browser();
    browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert!(browser.get(&pending).await.text().contains("Delivered"));
    let mut bytes = HashMap::new();
    for message in destination.received() {
        let known = bytes.entry(message.id.clone()).or_insert_with(|| message.payload.clone());
        assert_eq!(*known, message.payload, "{}", message.id);
    }
    assert_eq!(
        bytes.len(),
        4,
        "the message that was pending in the backup was sent twice after its first attempt"
    );
    // A later start finds nothing to hold.
    let mut app = app;
    let port = app.port();
    app.restart(port).await;
    app.deliver().await;
    assert_eq!(is_ready(&app).await, "ok");
}

/// R04, R25: recognised by the mark beside the file.
#[actix_web::test]
async fn holds_and_releases_a_restored_file_of_sqlite() {
    holds_and_releases(Way::File).await;
}

/// R04, R25: recognised because the command says so.
#[actix_web::test]
async fn holds_and_releases_after_the_restore_command() {
    holds_and_releases(Way::Commands).await;
}

/// R04, R25: recognised by the tables themselves.
#[actix_web::test]
async fn holds_and_releases_a_restored_postgres() {
    holds_and_releases(Way::Postgres).await;
}

/// Pages of a clinician after a restoration claim nothing that is not known.
async fn tells_clinicians(way: Way) {
    let Restored { app, destination, pending, lost, mut browser } = restored(way, "folder").await;
    let context = browser.launch(app.ehr(), OF_DRAFT, "ngozi-okafor").await.context();
    for path in [format!("/c/{context}/"), "/referrals".to_owned()] {
        let list = browser.get(&path).await.text();
        assert!(list.contains("was restored from a backup of 14 Sep 2026"), "{list}");
        assert!(list.contains("Your administrator has held all sending"), "{list}");
    }
    let page = browser.get(&pending).await;
    let text = page.text();
    assert!(text.contains("It may have been sent before the restoration"), "{text}");
    assert!(text.contains("nothing is sent until your administrator has checked"), "{text}");
    assert!(!text.contains("being sent") && !text.contains("Send again"), "{text}");
    let chart = browser.launch(app.ehr(), "marc-andre", "ngozi-okafor").await.context();
    let home = browser.get(&format!("/c/{chart}/")).await.text();
    assert!(home.contains("It may have been sent before a backup was restored"), "{home}");
    assert!(!home.contains("It has not left"), "{home}");
    browser.get(&lost).await.assert_says(ErrorKind::Lost);
    let made_up = lost.replace(|sign: char| sign.is_ascii_digit(), "1");
    browser.get(&made_up).await.assert_says(ErrorKind::NotFound);

    // The draft may have been sent after the backup, and was.
    let home = browser.get(&format!("/c/{context}/")).await;
    let edit = home.body.split("/edit\"").next().unwrap().rsplit('"').next().unwrap().to_owned();
    let draft = FormFields::read(&browser.get(&format!("{edit}/edit")).await);
    let summary = to_summary(&mut browser, &draft).await;
    assert!(summary.text().contains("this draft is from before that"), "{}", summary.text());
    assert_eq!(send(&mut browser, &summary).await.status, 422);
    let sent = send_confirmed(&mut browser, &summary, &["restored".to_owned()]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let waiting = follow(&mut browser, &sent).await.text();
    assert!(
        waiting.contains("nothing is sent until") && !waiting.contains("may have been sent"),
        "{waiting}"
    );
    run_command(&app, &["deliveries", "release"]).unwrap();
    app.deliver().await;
    app.expect_pending(0);
    assert!(follow(&mut browser, &sent).await.text().contains("Delivered"));
    assert_eq!(destination.received().len(), 7);
    // A referral that is written after the restoration is like any other.
    let mut form = form_of(&app, &mut browser, "joseph", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("new")).await;
    assert!(!summary.text().contains("restored"), "{}", summary.text());
}

/// R25: on SQLite.
#[actix_web::test]
async fn tells_clinicians_what_is_not_known_after_a_restoration_of_sqlite() {
    tells_clinicians(Way::File).await;
}

/// R25: on PostgreSQL.
#[actix_web::test]
async fn tells_clinicians_what_is_not_known_after_a_restoration_of_postgres() {
    tells_clinicians(Way::Postgres).await;
}

/// R06, R25: a destination that does not recognise duplicates gets nothing again by itself: a clinician asks first.
#[actix_web::test]
async fn leaves_a_doubtful_message_to_its_clinician_if_duplicates_are_not_recognised() {
    for way in [Way::File, Way::Postgres] {
        let Restored { app, destination, pending, mut browser, .. } = restored(way, "fax").await;
        let released = run_command(&app, &["deliveries", "release"]).unwrap();
        assert!(released.contains("Not sent, because they may have arrived"), "{released}");
        app.deliver().await;
        app.expect_pending(0);
        assert_eq!(destination.received().len(), 5);
        let page = browser.get(&pending).await;
        assert!(page.text().contains("Not confirmed"), "{}", page.text());
        assert!(page.text().contains("It may have been sent before the restoration"), "{}", page.text());
        let token = page.csrf_token();
        let fields = [("csrf_token", token.as_str()), ("confirm", "1")];
        assert_eq!(browser.post(&format!("{pending}/send-again"), &fields).await.status, 303);
        app.deliver().await;
        assert!(browser.get(&pending).await.text().contains("Delivered"));
    }
}

/// While sending is held, a clinician can send a referral by fax, and it is not sent after the release.
#[actix_web::test]
async fn lets_a_referral_that_is_held_be_sent_by_fax() {
    let Restored { app, destination, pending, mut browser, .. } = restored(Way::File, "folder").await;
    let token = browser.get(&pending).await.csrf_token();
    let faxed = browser.post(&format!("{pending}/faxed"), &[("csrf_token", &token), ("files", "1")]).await;
    assert_eq!(faxed.status, 303, "{}", faxed.text());
    run_command(&app, &["deliveries", "release"]).unwrap();
    app.deliver().await;
    app.expect_pending(0);
    assert_eq!(destination.received().len(), 5);
    assert!(browser.get(&pending).await.text().contains("Sent by fax"));
}

/// The commands refuse what would lose data, and say why.
#[actix_web::test]
async fn refuses_to_restore_what_is_damaged_foreign_or_in_use() {
    let app = TestApp::start().await;
    let backup = app.folder().join("backup");
    let name = backup.to_str().unwrap();
    run_command(&app, &["backup", name]).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&backup).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert!(run_command(&app, &["backup", name]).unwrap_err().contains("exists"));
    assert!(
        run_command(&app, &["restore", name]).unwrap_err().contains("is in use; stop `passerelle serve`")
    );
    let mut bytes = std::fs::read(&backup).unwrap();
    let damaged = app.folder().join("damaged");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xff);
    std::fs::write(&damaged, bytes).unwrap();
    for (file, said) in [("damaged", "damaged"), ("keys.toml", "keys.toml"), ("none", "none")] {
        let file = app.folder().join(file);
        let refused = run_command(&app, &["restore", file.to_str().unwrap()]).unwrap_err();
        assert!(refused.contains(said), "{refused}");
    }
    let other = TestApp::start().await;
    let foreign = run_command(&other, &["restore", name]).unwrap_err();
    assert!(foreign.contains("not the one of this database"), "{foreign}");
    let folder = std::fs::read_dir(app.folder()).unwrap().flatten();
    let left = folder.filter(|file| file.file_name().to_string_lossy().contains("partial")).count();
    assert_eq!(left, 0, "nothing half written is left");
}

/// A damaged database is what a backup is for. It is kept all the same.
#[actix_web::test]
async fn restores_in_place_of_a_damaged_database() {
    let mut app = TestApp::start().await;
    let (backup, file) = (app.folder().join("backup"), app.database().file().unwrap());
    run_command(&app, &["backup", backup.to_str().unwrap()]).unwrap();
    let restoring = async |app: &TestApp| {
        std::fs::write(&file, vec![0x55; 40_960]).unwrap();
        run_command(app, &["restore", backup.to_str().unwrap()]).unwrap();
    };
    app.restart_after(restoring).await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.eventually("sending is held", async || is_ready(&app).await == "ok: all sending is held").await;
    let folder = std::fs::read_dir(app.folder()).unwrap().flatten();
    let kept = folder.filter(|file| file.file_name().to_string_lossy().contains(".replaced-")).count();
    assert_eq!(kept, 1);
}
