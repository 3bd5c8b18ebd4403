//! Tests of registrations and launch attempts, and of their sealed columns.

use std::time::Duration;

use futures_util::FutureExt as _;
use secrecy::SecretString;

use crate::bench::{Bench, bench, settings};
use passerelle::{
    db::Db,
    ehrs::{
        ClientAuthMethod, ImportError, Registration, RegistrationObservers, Registry,
        client_keys::{Rotation, rotate_keys, store::forget_client_keys},
        import_file, import_registration,
        settings::{Change, change_registration},
        store as ehr_store,
    },
    ground::Ground,
    launch::{
        store,
        trace::store::{
            NotBackTrace, Which, find_not_back, forget_noted, insert_not_back, is_noted_overdue, note_back,
        },
    },
    testing::{Engine, Scratch, store as testing},
};

/// C07: exactly one of eight concurrent callers takes an attempt.
pub async fn takes_an_attempt_once_of_eight_concurrent_callers(engine: Engine) {
    let bench = bench(engine).await;
    let takers = (0..8)
        .map(|_| async { store::take_attempt(&bench.db, bench.clock(), "hash", "riverside").await.unwrap() });
    let taken = futures_util::future::join_all(takers).await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    assert_eq!(testing::count(&bench.db, "launch_attempts").await.unwrap(), 1);
}

const SENT: NotBackTrace<'_> =
    NotBackTrace { reference: "7Q4K-92MD", state_hash: "hash", ehr_id: "riverside", at: 1, steps: "[]" };

async fn not_back(bench: &Bench) -> usize {
    find_not_back(&bench.db, Which::Known).await.unwrap().len()
}

/// Two nodes note one launch at the same time: the sender that it is overdue, and another that it came back. Each of them
/// may be first, and the slower one waits until the other's transaction ends.
pub async fn lists_no_launch_as_overdue_that_came_back_to_another_node(engine: Engine) {
    for overdue_first in [true, false] {
        let bench = bench(engine).await;
        let (mut overdue, mut back) =
            (bench.db.begin_write().await.unwrap(), bench.db.begin_write().await.unwrap());
        let (first, second) = if overdue_first {
            insert_not_back(&mut overdue, &SENT).await.unwrap();
            let second = async {
                note_back(&mut back, "hash", 2).await.unwrap();
                back.commit().await.unwrap();
            };
            (overdue, second.boxed_local())
        } else {
            note_back(&mut back, "hash", 2).await.unwrap();
            let second = async {
                insert_not_back(&mut overdue, &SENT).await.unwrap();
                overdue.commit().await.unwrap();
            };
            (back, second.boxed_local())
        };
        let finish = async {
            // The second node is by then at the row of the first.
            tokio::time::sleep(Duration::from_millis(100)).await;
            first.commit().await.unwrap();
        };
        tokio::join!(second, finish);
        assert_eq!(not_back(&bench).await, 0, "overdue first: {overdue_first}");
    }
}

/// A launch is overdue until it comes back, and notes are deleted with the traces.
pub async fn lists_an_overdue_launch_until_it_comes_back(engine: Engine) {
    let bench = bench(engine).await;
    let mut tx = bench.db.begin_write().await.unwrap();
    let other = NotBackTrace { reference: "XXXX-XXXX", state_hash: "other", ..SENT };
    insert_not_back(&mut tx, &SENT).await.unwrap();
    insert_not_back(&mut tx, &other).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(not_back(&bench).await, 2);
    assert!(is_noted_overdue(&bench.db, "hash").await.unwrap());
    store::take_attempt(&bench.db, bench.clock(), "taken", "riverside").await.unwrap();
    let mut tx = bench.db.begin_write().await.unwrap();
    note_back(&mut tx, "hash", 2).await.unwrap();
    note_back(&mut tx, "unknown", 2).await.unwrap();
    let taken = NotBackTrace { reference: "YYYY-YYYY", state_hash: "taken", ..SENT };
    insert_not_back(&mut tx, &taken).await.unwrap();
    tx.commit().await.unwrap();
    let left = find_not_back(&bench.db, Which::Known).await.unwrap();
    assert_eq!(left.iter().map(|row| row.correlation_id.as_str()).collect::<Vec<_>>(), ["XXXX-XXXX"]);
    assert!(!is_noted_overdue(&bench.db, "unknown").await.unwrap());
    let mut tx = bench.db.begin_write().await.unwrap();
    assert_eq!(forget_noted(&mut tx, 2).await.unwrap(), 2);
    assert_eq!(forget_noted(&mut tx, 3).await.unwrap(), 1);
}

pub async fn deletes_old_attempts(engine: Engine) {
    let bench = bench(engine).await;
    for (hash, seconds) in [("old", 0), ("new", 60)] {
        bench.clock.advance(jiff::SignedDuration::from_secs(seconds));
        store::take_attempt(&bench.db, bench.clock(), hash, "riverside").await.unwrap();
    }
    let mut tx = bench.db.begin_write().await.unwrap();
    let now = bench.clock().now_ms();
    assert_eq!(store::EXPIRED_ATTEMPTS.delete(&mut tx, now, 10).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(!store::take_attempt(&bench.db, bench.clock(), "new", "riverside").await.unwrap());
}

async fn is_registered(bench: &Bench, registration: &Registration, secret: &SecretString) -> bool {
    let rows = ehr_store::find_ehrs(&bench.db).await.unwrap();
    rows.iter().any(|row| row.id == registration.id && row.holds(registration, Some(secret), &bench.sealer))
}

fn registration(id: &str) -> Registration {
    Registration::new(id, "Riverside", &format!("https://{id}.example/fhir"), "c", &["launch"])
}

async fn register(bench: &Bench, id: &str, secret: &str) -> Registration {
    let (registration, secret) = (registration(id), SecretString::from(secret));
    let mut tx = bench.db.begin_write().await.unwrap();
    ehr_store::upsert_ehr(&mut tx, bench.clock(), &bench.sealer, &registration, Some(&secret)).await.unwrap();
    tx.commit().await.unwrap();
    registration
}

pub async fn loads_a_registration_with_its_secret(engine: Engine) {
    let bench = bench(engine).await;
    let known = register(&bench, "riverside", "s3cret").await;
    let is_known = async |secret: &str| is_registered(&bench, &known, &SecretString::from(secret)).await;
    assert!(is_known("s3cret").await && !is_known("other").await);
    register(&bench, "riverside", "other").await;
    assert!(is_known("other").await);
    assert_eq!(ehr_store::find_ehrs(&bench.db).await.unwrap().len(), 1);
}

pub async fn refuses_a_secret_moved_to_another_row(engine: Engine) {
    let bench = bench(engine).await;
    register(&bench, "lakeside", "lakes").await;
    register(&bench, "riverside", "rivers").await;
    testing::move_secret(&bench.db, "lakeside", "riverside").await.unwrap();
    let moved = registration("riverside");
    for secret in ["lakes", "rivers"] {
        let known = is_registered(&bench, &moved, &SecretString::from(secret)).await;
        assert!(!known, "{secret} opened in another row");
    }
}

pub async fn reports_a_suspension_once(engine: Engine) {
    let bench = bench(engine).await;
    register(&bench, "riverside", "s").await;
    let mut tx = bench.db.begin_write().await.unwrap();
    for (suspended, changed) in [(true, true), (true, false), (false, true), (false, false)] {
        let told = ehr_store::set_suspended(&mut tx, bench.clock(), "riverside", suspended).await.unwrap();
        assert_eq!(told, changed);
    }
    assert!(!ehr_store::set_suspended(&mut tx, bench.clock(), "nowhere", true).await.unwrap());
    assert!(
        !ehr_store::delete_suspended(&mut tx, "riverside").await.unwrap(),
        "only a suspended EHR can be removed"
    );
    ehr_store::set_suspended(&mut tx, bench.clock(), "riverside", true).await.unwrap();
    assert!(ehr_store::delete_suspended(&mut tx, "riverside").await.unwrap());
}

pub async fn loads_other_registrations_despite_an_unreadable_one(engine: Engine) {
    let bench = bench(engine).await;
    for id in ["lakeside", "riverside", "seaside"] {
        register(&bench, id, id).await;
    }
    testing::move_secret(&bench.db, "lakeside", "riverside").await.unwrap();
    let public_url = settings("sqlite://x", &bench.keys).server.public_url;
    let registry = Registry::new(bench.sealer.clone(), public_url);
    registry.refresh(&bench.db).await.unwrap();
    let ids: Vec<String> = registry.list().iter().map(|ehr| ehr.id.clone()).collect();
    assert_eq!(ids, ["lakeside", "seaside"]);
}

async fn import(bench: &Bench, tables: &str) -> Result<Vec<String>, String> {
    let folder = Scratch::new();
    let file = folder.path().join("ehr.toml");
    let mut text = tables.to_owned();
    for (mark, secret) in [("@one", "first secret"), ("@two", "second secret"), ("@three", "third secret")] {
        let path = folder.path().join(&mark[1..]);
        std::fs::write(&path, secret).unwrap();
        text = text.replace(mark, path.to_str().unwrap());
    }
    std::fs::write(&file, text).unwrap();
    let imported = import_file(&bench.ground(), &RegistrationObservers::default(), &file).await;
    imported.map_err(|error| error.to_string())
}

fn table(id: &str, base: &str, more: &str, secret: &str) -> String {
    format!(
        "[[ehr]]\nid = {id:?}\nname = \"N\"\nfhir_base_url = {base:?}\n{more}\nclient_id = \"c\"\n\
         client_auth = \"client_secret_basic\"\nclient_secret_file = {secret:?}\n\
         scopes = [\"launch\", \"openid\", \"fhirUser\"]\n"
    )
}

/// REG-08: base URLs are compared as launches compare them, aliases included, within the file and with existing
/// registrations.
pub async fn refuses_a_base_or_secret_of_another_ehr(engine: Engine) {
    let bench = bench(engine).await;
    let first =
        table("first", "https://ehr.example/fhir", "aliases = [\"https://old.example/fhir\"]", "@one");
    assert_eq!(import(&bench, &first).await.unwrap(), ["first"]);
    for base in ["https://EHR.example:443/fhir/", "https://old.example/fhir"] {
        let refused = import(&bench, &table("second", base, "", "@two")).await.unwrap_err();
        assert!(refused.contains("first has the same base URL"), "{base}: {refused}");
    }
    let alias = "aliases = [\"https://ehr.example/fhir\"]";
    let refused = import(&bench, &table("second", "https://new.example/fhir", alias, "@two")).await;
    assert!(refused.unwrap_err().contains("first has the same base URL"));
    let refused = import(&bench, &table("second", "https://new.example/fhir", "", "@one")).await;
    assert!(refused.unwrap_err().contains("first has the same client secret"));
    // A table of the file replaces the registration with the same id.
    let moved = table("first", "https://new.example/fhir", "", "@three")
        + &table("second", "https://ehr.example/fhir", "", "@one");
    assert_eq!(import(&bench, &moved).await.unwrap(), ["first", "second"]);
}

/// Keys are generated once for an EHR, can sign after loading, and cannot be opened in another row.
pub async fn generates_keys_once_and_opens_them_in_their_row_only(engine: Engine) {
    let bench = bench(engine).await;
    for (id, changed) in [("riverside", true), ("riverside", false), ("lakeside", true)] {
        let made = Registration { client_auth: ClientAuthMethod::PrivateKeyJwt, ..registration(id) };
        let stored =
            import_registration(&bench.ground(), &RegistrationObservers::default(), &made, None).await;
        assert_eq!(stored.unwrap(), changed, "{id}");
    }
    assert_eq!(testing::count(&bench.db, "client_keys").await.unwrap(), 2);
    let registry = Registry::new(bench.sealer.clone(), settings("sqlite://x", &bench.keys).server.public_url);
    registry.refresh(&bench.db).await.unwrap();
    let kids = |id: &str| registry.find(id).map(|ehr| ehr.jwks(bench.clock().now()).unwrap().to_string());
    assert!(kids("riverside").unwrap().contains("ES384") && kids("riverside") != kids("lakeside"));
    testing::move_client_keys(&bench.db, "lakeside", "riverside").await.unwrap();
    bench.clock.advance(jiff::SignedDuration::from_secs(1));
    let registry = Registry::new(bench.sealer.clone(), settings("sqlite://x", &bench.keys).server.public_url);
    registry.refresh(&bench.db).await.unwrap();
    let ids: Vec<String> = registry.list().iter().map(|ehr| ehr.id.clone()).collect();
    assert_eq!(ids, ["lakeside"], "keys of another row do not open");
}

/// Nodes that start together with the same new registrations, and then with changed ones.
pub async fn imports_the_same_registrations_in_eight_processes_at_once(engine: Engine) {
    let bench = bench(engine).await;
    let file = bench.keys.with_file_name("ehr.toml");
    for base in ["https://ehr.example/fhir", "https://moved.example/fhir"] {
        let secret = bench.keys.with_file_name("secret");
        std::fs::write(&secret, "a secret").unwrap();
        let keyed = "[[ehr]]\nid = \"keyed\"\nname = \"N\"\nfhir_base_url = \"https://keyed.example/fhir\"\nclient_id = \"c\"\n\
                     client_auth = \"private_key_jwt\"\nscopes = [\"launch\", \"openid\", \"fhirUser\"]\n";
        std::fs::write(&file, table("first", base, "", secret.to_str().unwrap()) + keyed).unwrap();
        let mut grounds = Vec::new();
        for _ in 0..8 {
            let db = Db::open(&bench.settings, false).await.unwrap();
            grounds.push(Ground { db, ..bench.ground() });
        }
        let observers = RegistrationObservers::default();
        let all = grounds.iter().map(|ground| import_file(ground, &observers, &file));
        let mut imported = Vec::new();
        for done in futures_util::future::join_all(all).await {
            imported.extend(done.unwrap());
        }
        let times = imported.iter().filter(|id| *id == "first").count();
        assert_eq!(times, 1, "{imported:?}");
        for ground in &grounds {
            ground.db.close().await;
        }
    }
    assert_eq!(testing::count(&bench.db, "client_keys").await.unwrap(), 1);
    assert_eq!(testing::count(&bench.db, "ehrs").await.unwrap(), 2);
}

/// Keys withdrawn long ago are deleted; current ones are kept.
pub async fn deletes_withdrawn_keys(engine: Engine) {
    let bench = bench(engine).await;
    let mut registration = registration("riverside");
    registration.client_auth = ClientAuthMethod::PrivateKeyJwt;
    import_registration(&bench.ground(), &RegistrationObservers::default(), &registration, None)
        .await
        .unwrap();
    rotate_keys(&bench.ground(), "riverside", Rotation::Compromised).await.unwrap();
    let forget = async |before: i64| {
        let mut tx = bench.db.begin_write().await.unwrap();
        let forgotten = forget_client_keys(&mut tx, before).await.unwrap();
        tx.commit().await.unwrap();
        forgotten
    };
    let now = bench.clock().now_ms();
    assert_eq!((forget(now).await, forget(now + 1).await, forget(now + 1).await), (0, 1, 0));
    assert!(rotate_keys(&bench.ground(), "nowhere", Rotation::Compromised).await.is_err());
}

/// Of eight changes based on the same registration, one is stored and the others are reported as conflicts.
pub async fn refuses_a_change_based_on_an_outdated_registration(engine: Engine) {
    let bench = bench(engine).await;
    let secret = SecretString::from("a secret");
    let mut first = registration("riverside");
    first.scopes = ["launch", "openid", "fhirUser"].map(str::to_owned).to_vec();
    import_registration(&bench.ground(), &RegistrationObservers::default(), &first, Some(&secret))
        .await
        .unwrap();
    let seen = ehr_store::find_ehrs(&bench.db).await.unwrap()[0].updated_at;
    bench.clock.advance(jiff::SignedDuration::from_secs(1));
    let (ground, observers) = (bench.ground(), RegistrationObservers::default());
    let changes = (0..8).map(|number| {
        let settings = vec![("name".to_owned(), format!("Name {number}"))];
        let change = Change { settings, secret: None, seen: Some(seen) };
        change_registration(&ground, &observers, "riverside", change)
    });
    let changed = futures_util::future::join_all(changes).await;
    assert_eq!(changed.iter().filter(|changed| matches!(changed, Ok(Some(true)))).count(), 1);
    let refused = changed.iter().filter(|changed| matches!(changed, Err(ImportError::Conflict))).count();
    assert_eq!(refused, 7);
    let stored = &ehr_store::find_ehrs(&bench.db).await.unwrap()[0];
    assert!(stored.registration().unwrap().name.starts_with("Name "));
    let registered = stored.registration().unwrap();
    let is_kept = is_registered(&bench, &registered, &secret).await;
    assert!(is_kept, "the secret stays");
}
