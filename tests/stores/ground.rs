//! The database itself, and the audit trail.

use passerelle::audit::{Audit, Event, Kind};
use passerelle::db::{Db, Error};
use passerelle::testing::{Engine, store};
use passerelle::users::{NewUser, Role, store as users};

use crate::bench::{bench, empty};

pub async fn migrations_run_twice_and_by_two_at_once(engine: Engine) {
    let bench = empty(engine).await;
    let other = Db::open(&bench.settings, false).await.unwrap();
    let (one, two) = futures_util::join!(bench.db.migrate(), other.migrate());
    one.unwrap();
    two.unwrap();
    bench.db.migrate().await.unwrap();
    bench.db.check_schema().await.unwrap();
    other.close().await;
}

pub async fn a_database_without_schema_is_not_used(engine: Engine) {
    let bench = empty(engine).await;
    assert!(matches!(bench.db.check_schema().await, Err(Error::Schema)));
    assert!(bench.db.is_alive().await);
}

pub async fn a_dropped_transaction_is_undone(engine: Engine) {
    let bench = bench(engine).await;
    let user = NewUser { name: "A".into(), email: None, role: Role::Clinician };
    let mut tx = bench.db.begin_write().await.unwrap();
    users::insert_user(&mut tx, bench.clock(), &user, None).await.unwrap();
    drop(tx);
    bench.user("B", None).await;
    assert_eq!(store::count(&bench.db, "users").await.unwrap(), 1);
}

pub async fn audit_events_come_back_newest_first(engine: Engine) {
    let bench = bench(engine).await;
    let audit = Audit::new(bench.clock.clone(), Vec::new());
    for (at, id) in ["one", "two", "three"].into_iter().enumerate() {
        bench.clock.advance(jiff::SignedDuration::from_millis(1 + i64::try_from(at).unwrap()));
        let event =
            Event::success(Kind::SignedIn, id).by("u").identity("i", "s").patient(Some("p")).detail("d");
        audit.record_alone(&bench.db, &event).await.unwrap();
    }
    let found = audit.find_newest(&bench.db, 2).await.unwrap();
    let ids: Vec<&str> = found.iter().map(|event| event.correlation_id.as_str()).collect();
    assert_eq!(ids, ["three", "two"]);
    assert_eq!((found[0].event.as_str(), found[0].patient_key.as_deref()), ("signed-in", Some("p")));
}

pub async fn no_audit_row_without_its_change(engine: Engine) {
    use passerelle::audit::{AuditSink, SinkError};
    struct Full;
    impl AuditSink for Full {
        fn record(&self, _: &Event) -> Result<(), SinkError> {
            Err(SinkError("full".to_owned()))
        }
    }
    let bench = bench(engine).await;
    let audit = Audit::new(bench.clock.clone(), vec![Box::new(Full)]);
    let event = Event::success(Kind::SignedIn, "x");
    assert!(audit.record_alone(&bench.db, &event).await.is_err());
    assert_eq!(store::count(&bench.db, "audit_events").await.unwrap(), 0);
}

pub async fn odd_names_are_kept_as_they_are(engine: Engine) {
    let bench = bench(engine).await;
    let id = bench.user("Zoé \u{1f469}\u{200d}\u{2695}\u{fe0f} ᖃᐅᓇᖅ '; DROP TABLE users; --", None).await;
    let user = users::find_user(&bench.db, &id).await.unwrap().unwrap();
    assert_eq!(user.name, "Zoé \u{1f469}\u{200d}\u{2695}\u{fe0f} ᖃᐅᓇᖅ '; DROP TABLE users; --");
}
