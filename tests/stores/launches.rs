//! Registrations and attempts; what is sealed in them.

use passerelle::launch::{ClientAuthMethod, Registration, store};
use passerelle::smart::ScopeSyntax;
use passerelle::testing::{Engine, store as testing};
use passerelle::users::Linking;
use secrecy::SecretString;

use crate::bench::{Bench, bench};

pub async fn an_attempt_is_taken_once_by_eight_at_once(engine: Engine) {
    let bench = bench(engine).await;
    let takers = (0..8).map(|_| async {
        let mut tx = bench.db.begin_write().await.unwrap();
        let taken = store::take_attempt(&mut tx, bench.clock(), "hash", "riverside").await.unwrap();
        tx.commit().await.unwrap();
        taken
    });
    let taken = futures_util::future::join_all(takers).await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    assert_eq!(testing::count(&bench.db, "launch_attempts").await.unwrap(), 1);
}

pub async fn old_attempts_are_forgotten(engine: Engine) {
    let bench = bench(engine).await;
    for (hash, seconds) in [("old", 0), ("new", 60)] {
        bench.clock.advance(jiff::SignedDuration::from_secs(seconds));
        let mut tx = bench.db.begin_write().await.unwrap();
        store::take_attempt(&mut tx, bench.clock(), hash, "riverside").await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = bench.db.begin_write().await.unwrap();
    let now = bench.clock().now_ms();
    assert_eq!(store::forget_attempts(&mut tx, now).await.unwrap(), 1);
    assert!(!store::take_attempt(&mut tx, bench.clock(), "new", "riverside").await.unwrap());
}

fn registration(id: &str) -> Registration {
    Registration {
        id: id.to_owned(),
        name: "Riverside".to_owned(),
        fhir_base_url: format!("https://{id}.example/fhir"),
        aliases: Vec::new(),
        issuer: None,
        client_id: "c".to_owned(),
        client_auth: ClientAuthMethod::ClientSecretBasic,
        client_secret_file: None,
        client_secret_env: None,
        scopes: vec!["launch".to_owned()],
        scope_syntax: ScopeSyntax::Auto,
        nonce_echoed: true,
        frame_ancestors: Vec::new(),
        allowed_networks: Vec::new(),
        linking: Linking::Link,
        endpoints: None,
    }
}

async fn register(bench: &Bench, id: &str, secret: &str) -> Registration {
    let (registration, secret) = (registration(id), SecretString::from(secret));
    let mut tx = bench.db.begin_write().await.unwrap();
    store::upsert_ehr(&mut tx, bench.clock(), &bench.sealer, &registration, &secret).await.unwrap();
    tx.commit().await.unwrap();
    registration
}

pub async fn a_registration_comes_back_with_its_secret(engine: Engine) {
    let bench = bench(engine).await;
    let known = register(&bench, "riverside", "s3cret").await;
    let is_known = async |secret: &str| {
        store::is_registered(&bench.db, &bench.sealer, &known, &SecretString::from(secret)).await.unwrap()
    };
    assert!(is_known("s3cret").await && !is_known("other").await);
    register(&bench, "riverside", "other").await;
    assert!(is_known("other").await);
    assert_eq!(store::find_ehrs(&bench.db).await.unwrap().len(), 1);
}

pub async fn a_secret_moved_to_another_row_does_not_open(engine: Engine) {
    let bench = bench(engine).await;
    register(&bench, "lakeside", "lakes").await;
    register(&bench, "riverside", "rivers").await;
    testing::move_secret(&bench.db, "lakeside", "riverside").await.unwrap();
    let moved = registration("riverside");
    for secret in ["lakes", "rivers"] {
        let known = store::is_registered(&bench.db, &bench.sealer, &moved, &SecretString::from(secret)).await;
        assert!(!known.unwrap(), "{secret} opened in another row");
    }
}

pub async fn suspending_is_told_once(engine: Engine) {
    let bench = bench(engine).await;
    register(&bench, "riverside", "s").await;
    let mut tx = bench.db.begin_write().await.unwrap();
    for (suspended, changed) in [(true, true), (true, false), (false, true), (false, false)] {
        let told = store::set_suspended(&mut tx, bench.clock(), "riverside", suspended).await.unwrap();
        assert_eq!(told, changed);
    }
    assert!(!store::set_suspended(&mut tx, bench.clock(), "nowhere", true).await.unwrap());
}
