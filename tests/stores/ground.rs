//! Tests of the database and of the audit trail.

use passerelle::audit::list_store::{EventFilter, Window, find_listed, has_before};
use passerelle::audit::{Audit, Event, EventKind};
use passerelle::db::{Db, Error, first_row_id};
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

/// Each part of a filter finds its events, within the window only.
pub async fn finds_audit_events_by_filter_and_window(engine: Engine) {
    let bench = bench(engine).await;
    let user = bench.user("Ada", None).await;
    let audit = Audit::new(bench.clock.clone(), Vec::new());
    let first = first_row_id(bench.clock().now_ms());
    let event = |kind, id| Event::success(kind, id);
    for event in [
        event(EventKind::SignedIn, "AAAA-AAAA").by(&user),
        event(EventKind::LaunchOpened, "BBBB-BBBB").at("riverside").patient(Some("p")),
        event(EventKind::ReferralSaved, "CCCC-CCCC").on("referral/r-1").patient(Some("p")),
        event(EventKind::UserDisabled, "DDDD-DDDD").on(format!("user/{user}")),
    ] {
        bench.clock.advance(jiff::SignedDuration::from_millis(1));
        audit.record_alone(&bench.db, &event).await.unwrap();
    }
    let last = first_row_id(bench.clock().now_ms() + 1);
    let found = async |filter: EventFilter<'_>, from: &str, before: &str| {
        let events = find_listed(&bench.db, filter, Window { from, before }).await.unwrap();
        events.into_iter().map(|event| event.correlation_id[..1].to_owned()).collect::<String>()
    };
    let text = |text| EventFilter { text, user_id: "-", ..EventFilter::default() };
    for (filter, ids) in [
        (EventFilter::default(), "DCBA"),
        (EventFilter { user_id: &user, ..text("ada@clinic.example") }, "DA"),
        (EventFilter { reference: "BBBB-BBBB", ..text("bbbbbbbb") }, "B"),
        (text("riverside"), "B"),
        (text("referral-saved"), "C"),
        (text("r-1"), "C"),
        (text("referral/r-1"), "C"),
        (text("zebra"), ""),
        (EventFilter { patient_key: "p", ..EventFilter::default() }, "CB"),
        (EventFilter { patient_key: "p", ..text("riverside") }, "B"),
    ] {
        assert_eq!(found(filter, &first, &last).await, ids, "{filter:?}");
    }
    let third = first_row_id(bench.clock().now_ms() - 1);
    assert_eq!(found(EventFilter::default(), &third, &last).await, "DC");
    assert_eq!(found(EventFilter::default(), &first, &third).await, "BA");
    assert!(has_before(&bench.db, &third).await.unwrap() && !has_before(&bench.db, &first).await.unwrap());
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
