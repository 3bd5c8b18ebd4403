//! Tests of the database and of the audit trail.

use passerelle::audit::{Audit, Event, EventKind};
use passerelle::db::{Db, Error};
use passerelle::testing::{Engine, store};
use passerelle::users::{InvitationCode, NewUser, Role, store as users};

use crate::bench::{bench, empty};

/// R23: each migration is applied once.
pub async fn applies_migrations_once_when_run_twice_and_concurrently(engine: Engine) {
    let bench = empty(engine).await;
    let other = Db::open(&bench.settings, false).await.unwrap();
    let (one, two) = futures_util::join!(bench.db.migrate(), other.migrate());
    one.unwrap();
    two.unwrap();
    bench.db.migrate().await.unwrap();
    bench.db.check_schema().await.unwrap();
    other.close().await;
}

/// R09: a database without the schema is not treated as an empty one.
pub async fn refuses_a_database_without_schema(engine: Engine) {
    let bench = empty(engine).await;
    assert!(matches!(bench.db.check_schema().await, Err(Error::SchemaOlder { applied: None, .. })));
}

pub async fn rolls_back_a_dropped_transaction(engine: Engine) {
    let bench = bench(engine).await;
    let user = NewUser { name: "A".into(), email: None, role: Role::Clinician };
    let mut tx = bench.db.begin_write().await.unwrap();
    users::insert_user(&mut tx, bench.clock(), &user, None).await.unwrap();
    drop(tx);
    bench.user("B", None).await;
    assert_eq!(store::count(&bench.db, "users").await.unwrap(), 1);
}

/// Row counts of audit events and invitations are not read, so their errors surface at commit.
pub async fn rolls_back_when_a_queued_statement_fails(engine: Engine) {
    let bench = bench(engine).await;
    let (audit, code) = (Audit::new(bench.clock.clone(), Vec::new()), InvitationCode::random());
    let broken = async {
        let mut tx = bench.db.begin_write().await?;
        audit.record(&mut tx, &Event::success(EventKind::UserInvited, "before")).await?;
        users::insert_invitation(&mut tx, bench.clock(), &bench.sealer, &code, "no-such-user", 7).await?;
        audit.record(&mut tx, &Event::success(EventKind::UserInvited, "after")).await?;
        tx.commit().await
    };
    assert!(broken.await.is_err());
    bench.user("B", None).await;
    let counted = async |table| store::count(&bench.db, table).await.unwrap();
    assert_eq!((counted("audit_events").await, counted("users").await), (0, 1));
}

/// A request that is cancelled in the middle of its transaction.
pub async fn commits_or_rolls_back_a_cancelled_transaction_entirely(engine: Engine) {
    let bench = bench(engine).await;
    let audit = Audit::new(bench.clock.clone(), Vec::new());
    for patience in 0..12 {
        let work = async {
            let mut tx = bench.db.begin_write().await.unwrap();
            let user = NewUser { name: "A".into(), email: None, role: Role::Clinician };
            users::insert_user(&mut tx, bench.clock(), &user, None).await.unwrap();
            audit.record(&mut tx, &Event::success(EventKind::UserProvisioned, "x")).await.unwrap();
            tx.commit().await.unwrap();
        };
        give_up_after(patience, work).await;
        bench.user("B", None).await;
    }
    let counted = async |table| store::count(&bench.db, table).await.unwrap();
    assert_eq!(counted("users").await - 12, counted("audit_events").await);
}

/// Drops a future after it was polled `polls` times.
async fn give_up_after(polls: usize, work: impl Future<Output = ()>) {
    let (mut work, mut left) = (std::pin::pin!(work), polls);
    std::future::poll_fn(|cx| {
        if left == 0 || work.as_mut().poll(cx).is_ready() {
            return std::task::Poll::Ready(());
        }
        left -= 1;
        std::task::Poll::Pending
    })
    .await;
}

pub async fn lists_audit_events_newest_first(engine: Engine) {
    let bench = bench(engine).await;
    let audit = Audit::new(bench.clock.clone(), Vec::new());
    for (at, id) in ["one", "two", "three"].into_iter().enumerate() {
        bench.clock.advance(jiff::SignedDuration::from_millis(1 + i64::try_from(at).unwrap()));
        let event =
            Event::success(EventKind::SignedIn, id).by("u").identity("i", "s").patient(Some("p")).detail("d");
        audit.record_alone(&bench.db, &event).await.unwrap();
    }
    let found = audit.find_newest(&bench.db, 2).await.unwrap();
    let ids: Vec<&str> = found.iter().map(|event| event.correlation_id.as_str()).collect();
    assert_eq!(ids, ["three", "two"]);
    assert_eq!((found[0].event.as_str(), found[0].patient_key.as_deref()), ("signed-in", Some("p")));
}

pub async fn rolls_back_the_audit_event_with_its_change(engine: Engine) {
    use passerelle::audit::{AuditSink, SinkError};
    struct Full;
    impl AuditSink for Full {
        fn record(&self, _: &Event) -> Result<(), SinkError> {
            Err(SinkError("full".to_owned()))
        }
    }
    let bench = bench(engine).await;
    let audit = Audit::new(bench.clock.clone(), vec![Box::new(Full)]);
    let event = Event::success(EventKind::SignedIn, "x");
    assert!(audit.record_alone(&bench.db, &event).await.is_err());
    assert_eq!(store::count(&bench.db, "audit_events").await.unwrap(), 0);
}

/// X18: also a name that looks like SQL.
pub async fn stores_odd_names_unchanged(engine: Engine) {
    let bench = bench(engine).await;
    let id = bench.user("Zoé \u{1f469}\u{200d}\u{2695}\u{fe0f} ᖃᐅᓇᖅ '; DROP TABLE users; --", None).await;
    let user = users::find_user(&bench.db, &id).await.unwrap().unwrap();
    assert_eq!(user.name, "Zoé \u{1f469}\u{200d}\u{2695}\u{fe0f} ᖃᐅᓇᖅ '; DROP TABLE users; --");
}
