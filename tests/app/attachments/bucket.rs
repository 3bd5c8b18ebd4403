//! Tests of files in a bucket of a real S3 server, which `tests/run.sh` installs: kept, read, sent, swept, and nothing lost while the
//! server is down or refuses the key.

use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use jiff::SignedDuration;
use passerelle::testing::{Engine, FormFields, Scratch, Setup, TestApp};

use super::{PDF, attach, contains, documents, form, links, photo, setup};
use crate::referral::{delivered, send, to_summary};

const BUCKET: &str = "files";
const SECRET: &str = "canary-secret";
const FAILS: &str = "the store of attachments cannot be used";

/// S3 server with one bucket. Its files are kept while it is stopped.
struct Store {
    folder: Scratch,
    port: u16,
    server: Option<Child>,
}

impl Store {
    fn start() -> Self {
        let folder = Scratch::new();
        fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut store = Self { folder, port, server: None };
        store.start_again();
        store
    }

    fn start_again(&mut self) {
        let program = env::var("PASSERELLE_TEST_S3_SERVER").expect(
            "PASSERELLE_TEST_S3_SERVER is not set, so there is no S3 server to test on. Run the tests with tests/run.sh, which \
             installs one.",
        );
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--access-key", "id", "--secret-key", SECRET, "--port"]);
        command
            .arg(self.port.to_string())
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.server = Some(command.spawn().expect("the S3 server starts"));
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("the S3 server does not listen");
    }

    fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// Objects in the bucket.
    fn objects(&self) -> Vec<PathBuf> {
        let (mut files, mut waiting) = (Vec::new(), vec![self.folder.path().join(BUCKET)]);
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() { waiting.push(entry.path()) } else { files.push(entry.path()) }
            }
        }
        files
    }

    /// Setup of an app with the form of photos, whose files are in the bucket.
    fn setup(&self, forms: &Scratch, secret: &str) -> Setup {
        let file = forms.path().join("secret");
        fs::write(&file, format!("{secret}\n")).unwrap();
        let bucket = format!(
            "[attachments]\nfiles = 5\n[attachments.s3]\nbucket = \"{BUCKET}\"\nendpoint = \"http://127.0.0.1:{}\"\n\
             region = \"us-east-1\"\naccess_key_id = \"id\"\nsecret_access_key_file = {:?}\npath_style = true\n\
             allowed_networks = [\"127.0.0.0/8\"]\n",
            self.port,
            file.to_string_lossy(),
        );
        setup(forms).settings(&bucket)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Waits until the health check says so.
async fn health(app: &TestApp, says: &str) {
    let mut said = String::new();
    for _ in 0..500 {
        said = app.browser().get("/health/ready").await.body;
        if said == says {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{said} is not {says}");
}

async fn files_in_a_bucket_go_to_the_message(engine: Engine) {
    let (store, folder) = (Store::start(), Scratch::new());
    let app = store.setup(&folder, SECRET).on(engine).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let files: [(&str, &str, &[u8]); 2] = [("photos", "1.jpg", &photo()), ("report", "r.pdf", PDF)];
    let (page, form) = attach(&mut browser, &form, &files).await;
    let paths = links(&page);
    assert_eq!((paths.len(), store.objects().len()), (2, 2), "{}", page.text());
    for object in store.objects() {
        assert!(!contains(&fs::read(object).unwrap(), "/Catalog"), "an object is sealed");
    }
    assert_eq!(browser.get(&paths[1]).await.bytes, PDF);
    let summary = to_summary(&mut browser, &form).await;
    assert_eq!(send(&mut browser, &summary).await.status, 303);
    app.deliver().await;
    assert_eq!(documents(&delivered(&app)[0])[1].2, PDF);
    health(&app, "ok").await;
}

#[actix_web::test]
async fn keeps_files_in_a_bucket_on_sqlite() {
    files_in_a_bucket_go_to_the_message(Engine::Sqlite).await;
}

#[actix_web::test]
async fn keeps_files_in_a_bucket_on_postgres() {
    files_in_a_bucket_go_to_the_message(Engine::Postgres).await;
}

#[actix_web::test]
async fn deletes_files_of_a_bucket_and_sweeps_what_is_left() {
    let (store, folder) = (Store::start(), Scratch::new());
    let app = store.setup(&folder, SECRET).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let photo = photo();
    let two: [(&str, &str, &[u8]); 2] = [("photos", "1.jpg", &photo), ("photos", "2.jpg", &photo)];
    let (page, mut form) = attach(&mut browser, &form, &two).await;
    form.set("detach", links(&page)[0].rsplit('/').next().unwrap());
    form.press(&mut browser, "save").await;
    assert_eq!(store.objects().len(), 1, "a removed file is deleted");
    let page = browser.get(&form.action).await;
    let discard = form.action.replace("/edit", "/discard");
    assert_eq!(
        browser.post(&discard, &[("csrf_token", &page.csrf_token()), ("sure", "1")]).await.status,
        303
    );
    let sweep = async || app.within(|app| async move { app.sweep_attachments().await.unwrap() }).await;
    assert_eq!((sweep().await, store.objects().len()), (0, 1), "an upload may be on its way");
    app.advance(SignedDuration::from_hours(25));
    assert_eq!((sweep().await, store.objects().len()), (1, 0));
}

/// The health check says so, the person is told, and the rest of the referral is saved.
#[actix_web::test]
async fn says_that_the_key_of_the_bucket_is_wrong() {
    let (store, folder) = (Store::start(), Scratch::new());
    let app = store.setup(&folder, "another").start().await;
    health(&app, &format!("ok: {FAILS}")).await;
    let mut browser = app.browser();
    let mut form = form(&app, &mut browser).await;
    form.set("a.after", "typed after the file");
    let (page, form) = attach(&mut browser, &form, &[("photos", "1.jpg", &photo())]).await;
    assert!(page.text().contains("1.jpg was not attached: it could not be stored"), "{}", page.text());
    assert_eq!(form.value("a.after"), "typed after the file");
    assert_eq!((app.count("attachments").await, store.objects().len()), (0, 0));
}

/// At the start and later: what was stored is there again, and what was typed meanwhile is kept.
#[actix_web::test]
async fn loses_nothing_while_the_store_is_down() {
    let (mut store, folder) = (Store::start(), Scratch::new());
    store.stop();
    let app = store.setup(&folder, SECRET).start().await;
    health(&app, &format!("ok: {FAILS}")).await;
    store.start_again();
    let mut browser = app.browser();
    let begun = form(&app, &mut browser).await;
    let (page, mut form) = attach(&mut browser, &begun, &[("report", "r.pdf", PDF)]).await;
    let path = links(&page).remove(0);
    health(&app, "ok").await;

    store.stop();
    form.set("a.after", "typed meanwhile");
    let (page, form) = attach(&mut browser, &form, &[("photos", "1.jpg", &photo())]).await;
    assert!(page.text().contains("1.jpg was not attached: it could not be stored"), "{}", page.text());
    health(&app, &format!("ok: {FAILS}")).await;
    assert_ne!(browser.get(&path).await.status, 404, "a file that cannot be read now is not gone");

    store.start_again();
    assert_eq!(browser.get(&path).await.bytes, PDF);
    let page = browser.get(&form.action).await;
    assert_eq!(FormFields::read(&page).value("a.after"), "typed meanwhile");
    let (page, form) = attach(&mut browser, &FormFields::read(&page), &[("photos", "1.jpg", &photo())]).await;
    assert_eq!(links(&page).len(), 2, "{}", page.text());
    let summary = to_summary(&mut browser, &form).await;
    assert_eq!(send(&mut browser, &summary).await.status, 303);
    app.deliver().await;
    assert_eq!(documents(&delivered(&app)[0]).len(), 2);
}
