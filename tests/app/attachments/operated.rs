//! Attached files and drafts through what an operator does: a backup and its restoration, and a rotation of the sealing key.

use std::{fs, path::Path};

use passerelle::testing::{Browser, Scratch, TestApp};

use super::{PDF, attach, form, links, objects, setup};
use crate::commands::run_command;

/// Saves a draft with a file. Returns the path of its form, and of the file.
async fn draft(app: &TestApp, browser: &mut Browser) -> (String, String) {
    let mut filled = form(app, browser).await;
    filled.set("action", "save");
    let (page, saved) = attach(browser, &filled, &[("report", "report.pdf", PDF)]).await;
    let file = links(&page).first().unwrap_or_else(|| panic!("{}", page.text())).clone();
    (saved.action, file)
}

async fn opens(browser: &mut Browser, (draft, file): &(String, String)) {
    let page = browser.get(draft).await;
    assert!(page.body.contains("A mole that changes"), "{}", page.text());
    let file = browser.get(file).await;
    assert_eq!(file.status, 200, "{}", file.text());
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A backup names the folder of the files, and so does its restoration; with the copy of that folder a file opens again.
#[actix_web::test]
async fn restores_a_draft_with_its_file() {
    let forms = Scratch::new();
    let mut app = setup(&forms).start().await;
    let mut browser = app.browser();
    let kept = draft(&app, &mut browser).await;
    let (folder, backup) = (app.folder().join("attachments"), app.folder().join("backup"));
    let copy = app.folder().join("copy");
    let place = folder.display().to_string();
    let said = run_command(&app, &["backup", backup.to_str().unwrap()]).unwrap();
    assert!(said.contains(&format!("Attached files are not in it: copy {place} now")), "{said}");
    copy_folder(&folder, &copy);
    app.restart_after(async |app| {
        fs::remove_dir_all(&folder).unwrap();
        let said = run_command(app, &["restore", backup.to_str().unwrap()]).unwrap();
        assert!(said.contains(&format!("put their copy back into {place} first")), "{said}");
        copy_folder(&copy, &folder);
    })
    .await;
    assert_eq!(objects(&app).len(), 1);
    opens(&mut browser, &kept).await;
}

/// Every step of a rotation completes and says so with a stored draft and its file, which open with the new key alone.
#[actix_web::test]
async fn rotates_the_key_of_a_stored_draft_with_its_file() {
    let forms = Scratch::new();
    let mut app = setup(&forms).start().await;
    let mut browser = app.browser();
    let kept = draft(&app, &mut browser).await;
    for (step, says) in [
        (&["add"][..], "Added key 2"),
        (&["promote", "2"], "Key 2 seals from the next start on"),
        (&["reseal"], "values again. Older keys can be retired"),
        (&["retire", "1"], "Removed key 1"),
    ] {
        let said = run_command(&app, &[&["keys"], step].concat()).unwrap();
        assert!(said.contains(says), "{step:?}: {said}");
        let port = app.port();
        app.restart(port).await;
        opens(&mut browser, &kept).await;
    }
    let listed = run_command(&app, &["keys", "list"]).unwrap();
    assert!(listed.starts_with("  2  seals  ") && listed.lines().count() == 1, "{listed}");
}
