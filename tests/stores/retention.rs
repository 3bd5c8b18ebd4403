//! Tests of retention: a plan lists what is old enough, and exactly that is removed.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;
use jiff::SignedDuration;
use passerelle::audit::{Audit, AuditSink, Event, EventKind, SinkError};
use passerelle::config::RetentionSettings;
use passerelle::db::Db;
use passerelle::delivery::{NewDelivery, Outbox, Priority, control_store, store as outbox};
use passerelle::ground::Ground;
use passerelle::launch::store as launches;
use passerelle::retention::{Daily, Kind, Plan, Removed, Retention};
use passerelle::testing::aged_store::{self, RawReferral};
use passerelle::testing::{Engine, store};
use passerelle::users::session_store as sessions;

use crate::bench::{Bench, bench};

const DAY_MS: i64 = 24 * 3600 * 1000;
const SETTINGS: RetentionSettings = RetentionSettings {
    sent_messages: Some(30),
    drafts: Some(14),
    audit: Some(365),
    traces: 7,
    sign_ins: 1,
    automatic: true,
};

fn retention(bench: &Bench, settings: RetentionSettings) -> Retention {
    Retention::new(bench.ground(), settings)
}

async fn apply(retention: &Retention) -> Removed {
    retention.apply(|_| (), |_| ()).await.unwrap().expect("the only process that removes")
}

fn counts(plan: &Plan) -> Vec<(Kind, u64)> {
    let found = plan.planned.iter().map(|planned| (planned.kind, planned.span.count.unsigned_abs()));
    found.filter(|(_, count)| *count > 0).collect()
}

/// Time `days` before now.
fn ago(bench: &Bench, days: i64) -> i64 {
    bench.clock().now_ms() - days * DAY_MS
}

/// Inserts a delivery about a subject of a vendor's own, which ended `days` ago.
async fn delivery(bench: &Bench, id: &str, subject_id: &str, status: &str, days: i64) {
    delivery_about(bench, ("parcel", subject_id), id, status, days).await;
}

async fn delivery_about(bench: &Bench, subject: (&str, &str), id: &str, status: &str, days: i64) {
    let (subject_kind, subject_id) = subject;
    let new = NewDelivery {
        id,
        subject_kind,
        subject_id,
        channel: "folder",
        destination: "",
        recognises_duplicates: true,
        priority: Priority::Routine,
        payload: b"x",
    };
    let mut tx = bench.db.begin_write().await.unwrap();
    outbox::insert_delivery(&mut tx, bench.clock(), &bench.sealer, &new).await.unwrap();
    tx.commit().await.unwrap();
    let settled_at = (status != "pending").then(|| ago(bench, days));
    aged_store::set_delivery(&bench.db, id, status, settled_at).await.unwrap();
}

async fn referral(bench: &Bench, referral: RawReferral<'_>) {
    aged_store::insert_referral(&bench.db, referral).await.unwrap();
}

async fn kept_messages(bench: &Bench) -> Vec<String> {
    aged_store::kept_messages(&bench.db).await.unwrap()
}

/// A message that may still be sent, or that is about something that is still being sent, is kept whatever its age.
pub async fn removes_the_messages_of_finished_deliveries_only(engine: Engine) {
    let bench = bench(engine).await;
    for (id, subject, status, days) in [
        ("a-delivered", "1", "delivered", 31),
        ("a-withdrawn", "2", "withdrawn", 31),
        ("k-new", "3", "delivered", 29),
        ("k-pending", "4", "pending", 400),
        ("k-not-delivered", "5", "not-delivered", 400),
        ("k-unconfirmed", "6", "unconfirmed", 400),
        ("k-same-subject", "6", "delivered", 400),
    ] {
        delivery(&bench, id, subject, status, days).await;
    }
    referral(
        &bench,
        RawReferral { id: "r-1", status: "sent", submitted_at: Some(1), ..RawReferral::default() },
    )
    .await;
    delivery_about(&bench, ("referral", "r-1"), "a-recorded", "delivered", 31).await;
    delivery_about(&bench, ("referral", "r-2"), "k-not-recorded", "delivered", 31).await;
    let retention = retention(&bench, SETTINGS);
    let plan = retention.plan().await.unwrap();
    let messages = plan.planned.iter().find(|planned| planned.kind == Kind::SentMessages).unwrap();
    assert_eq!((messages.span.count, messages.span.newest_at), (3, Some(ago(&bench, 31))));
    apply(&retention).await;
    let kept = kept_messages(&bench).await;
    assert!(kept.iter().all(|id| id.starts_with("k-")) && kept.len() == 6, "{kept:?}");
    let row = control_store::find(&bench.db, "a-delivered").await.unwrap().unwrap();
    assert_eq!(row.payload_removed_at, Some(bench.clock().now_ms()));
    assert_eq!(store::count(&bench.db, "deliveries").await.unwrap(), 9, "the rows are kept");
    assert_eq!(store::count(&bench.db, "sent_records").await.unwrap(), 1);
}

/// Sending is held after a restore, too: nothing is known of what was sent since.
pub async fn keeps_every_message_while_sending_is_held(engine: Engine) {
    let bench = bench(engine).await;
    delivery(&bench, "m-1", "1", "delivered", 400).await;
    let (outbox, retention) = (Outbox::new(bench.ground(), Vec::new()), retention(&bench, SETTINGS));
    outbox.hold("restored").await.unwrap();
    assert_eq!(counts(&retention.plan().await.unwrap()), []);
    apply(&retention).await;
    assert_eq!(kept_messages(&bench).await, ["m-1"]);
    outbox.release().await.unwrap();
    apply(&retention).await;
    assert_eq!(kept_messages(&bench).await, Vec::<String>::new());
}

/// A message that was removed is never due again.
pub async fn never_sends_a_removed_message_again(engine: Engine) {
    let bench = bench(engine).await;
    delivery(&bench, "m-1", "1", "delivered", 400).await;
    apply(&retention(&bench, SETTINGS)).await;
    aged_store::set_delivery(&bench.db, "m-1", "not-delivered", Some(1)).await.unwrap();
    assert!(!Outbox::new(bench.ground(), Vec::new()).retry("m-1").await.unwrap());
}

fn draft<'a>(id: &'a str, status: &'a str, updated_at: i64) -> RawReferral<'a> {
    RawReferral { id, status, updated_at, ..RawReferral::default() }
}

/// Drafts go with their documents and timelines; a referral that was signed stays, delivered or not.
pub async fn removes_untouched_drafts_and_keeps_signed_referrals(engine: Engine) {
    let bench = bench(engine).await;
    let (old, new) = (ago(&bench, 15), ago(&bench, 13));
    for row in [
        draft("a-draft", "draft", old),
        draft("a-ready", "ready-to-sign", old),
        RawReferral { discarded_at: Some(old), ..draft("a-discarded", "draft", old) },
        draft("k-new", "draft", new),
        RawReferral { discarded_at: Some(new), ..draft("k-discarded", "draft", old) },
    ] {
        referral(&bench, row).await;
    }
    for status in ["sending", "retrying", "not-delivered", "unconfirmed", "sent", "faxed"] {
        let id = format!("k-{status}");
        referral(&bench, RawReferral { submitted_at: Some(old), ..draft(&id, status, old) }).await;
    }
    let settings = RetentionSettings { sent_messages: None, ..SETTINGS };
    let removed = apply(&retention(&bench, settings)).await;
    assert_eq!(removed.counts, [(Kind::Drafts, 2), (Kind::DiscardedDrafts, 1)]);
    let kept = aged_store::referral_ids(&bench.db).await.unwrap();
    assert!(kept.iter().all(|id| id.starts_with("k-")) && kept.len() == 8, "{kept:?}");
    for table in ["referral_events", "referral_documents"] {
        assert_eq!(store::count(&bench.db, table).await.unwrap(), 8, "{table}");
    }
    let audit = Audit::new(bench.clock.clone(), Vec::new()).find_newest(&bench.db, 10).await.unwrap();
    let mut drafts: Vec<_> = audit.iter().filter(|event| event.event == "draft-removed").collect();
    drafts.sort_by_key(|event| event.entity.clone());
    let entities: Vec<_> = drafts.iter().filter_map(|event| event.entity.as_deref()).collect();
    assert_eq!(entities, ["referral/a-discarded", "referral/a-draft", "referral/a-ready"]);
    assert!(drafts.iter().all(|event| event.patient_key.as_deref() == Some("patient")));
}

async fn audit_events(bench: &Bench, count: usize) {
    let mut tx = bench.db.begin_write().await.unwrap();
    let Ground { audit, .. } = bench.ground();
    for _ in 0..count {
        audit.record(&mut tx, &Event::success(EventKind::SignedIn, "x")).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Fills every table with rows of now.
async fn fill(bench: &Bench, round: &str) {
    let (db, now) = (&bench.db, bench.clock().now_ms());
    let name = |part: &str| format!("{round}-{part}");
    let draft = RawReferral { status: "draft", updated_at: now, ..RawReferral::default() };
    referral(bench, RawReferral { id: &name("draft"), ..draft }).await;
    referral(bench, RawReferral { id: &name("discarded"), discarded_at: Some(now), ..draft }).await;
    let sent = RawReferral { status: "sent", submitted_at: Some(now), ..draft };
    referral(bench, RawReferral { id: &name("sent"), ..sent }).await;
    for id in ["draft", "discarded", "sent"] {
        aged_store::insert_attachment(db, &name(id)).await.unwrap();
    }
    delivery(bench, &name("message"), &name("parcel"), "delivered", 0).await;
    audit_events(bench, 250).await;
    aged_store::insert_trace(db, &name("trace"), now).await.unwrap();
    launches::take_attempt(db, bench.clock(), &name("attempt"), "riverside").await.unwrap();
    aged_store::insert_sign_in(db, &name("sign-in"), now, Some(now)).await.unwrap();
    aged_store::insert_ended_context(db, &name("unopened"), None, now, None).await.unwrap();
    let user = bench.user(round, None).await;
    let mut tx = db.begin_write().await.unwrap();
    let session = sessions::open_session(&mut tx, bench.clock(), &bench.sealer, None, &user, "riverside");
    let session = session.await.unwrap();
    sessions::end_session(&mut tx, bench.clock(), &session.id).await.unwrap();
    tx.commit().await.unwrap();
    aged_store::insert_ended_context(db, &name("context"), Some(&session.id), now, None).await.unwrap();
}

/// Old rows of every kind are listed and removed, new ones are neither; afterwards nothing is left to remove.
pub async fn removes_exactly_what_the_plan_lists(engine: Engine) {
    let bench = bench(engine).await;
    fill(&bench, "old").await;
    bench.clock.advance(SignedDuration::from_hours(366 * 24));
    fill(&bench, "new").await;
    let retention = retention(&bench, SETTINGS);
    let before = rows(&bench).await;
    let plan = retention.plan().await.unwrap();
    assert_eq!(rows(&bench).await, before, "a plan removes nothing");
    let expected = Kind::ALL.map(|kind| (kind, if kind == Kind::AuditEvents { 250 } else { 1 }));
    assert_eq!(counts(&plan), expected);
    let batches = std::sync::Mutex::new(Vec::new());
    let started = |begun: &Plan| assert_eq!(begun, &plan);
    let removed = retention.apply(started, |at| batches.lock().unwrap().push(at)).await.unwrap().unwrap();
    assert_eq!((removed.counts, removed.is_interrupted), (counts(&plan), false));
    let steps: Vec<u64> = batches
        .lock()
        .unwrap()
        .iter()
        .filter(|at| at.kind == Kind::AuditEvents)
        .map(|at| at.removed)
        .collect();
    assert_eq!(steps, [100, 200, 250]);
    assert_eq!(counts(&retention.plan().await.unwrap()), [], "everything listed is removed");
    assert_eq!(kept_messages(&bench).await, ["new-message"]);
    let left = aged_store::referral_ids(&bench.db).await.unwrap();
    assert_eq!(left, ["new-discarded", "new-draft", "new-sent", "old-sent"]);
    let audit = Audit::new(bench.clock.clone(), Vec::new()).find_newest(&bench.db, 1000).await.unwrap();
    let removals = audit.iter().filter(|event| event.event == "records-removed").count();
    assert_eq!((removals, audit.len()), (Kind::ALL.len() + 2, 250 + Kind::ALL.len() + 2 + 2));
    for (table, count) in rows(&bench).await {
        let kept = match table {
            "deliveries" | "sent_records" => 2,
            "referral_events" | "referrals" => 4,
            "referral_documents" | "attachments" => 3,
            _ => 1,
        };
        assert_eq!(count, kept, "{table}");
    }
}

async fn rows(bench: &Bench) -> Vec<(&'static str, i64)> {
    let mut rows = Vec::new();
    for table in [
        "referrals",
        "referral_events",
        "referral_documents",
        "attachments",
        "sent_records",
        "deliveries",
        "launch_traces",
        "launch_attempts",
        "pending_sign_ins",
        "sessions",
    ] {
        rows.push((table, store::count(&bench.db, table).await.unwrap()));
    }
    rows
}

/// Records of removals prove what was destroyed, so they outlive the events that they are about.
pub async fn keeps_records_of_removals(engine: Engine) {
    let bench = bench(engine).await;
    audit_events(&bench, 3).await;
    bench.clock.advance(SignedDuration::from_hours(366 * 24));
    apply(&retention(&bench, SETTINGS)).await;
    bench.clock.advance(SignedDuration::from_hours(5 * 366 * 24));
    assert_eq!(apply(&retention(&bench, SETTINGS)).await.counts, []);
    let audit = Audit::new(bench.clock.clone(), Vec::new()).find_newest(&bench.db, 10).await.unwrap();
    let kept: Vec<_> = audit.iter().map(|event| (event.event.as_str(), event.entity.as_deref())).collect();
    assert_eq!(kept, [("records-removed", Some("audit-events"))]);
    assert!(audit[0].detail.as_deref().unwrap().starts_with("3 from before 2026-09-1"), "{audit:?}");
}

/// Without an audit event nothing is removed.
pub async fn removes_nothing_that_cannot_be_recorded(engine: Engine) {
    struct Full;
    impl AuditSink for Full {
        fn record(&self, _: &Event) -> Result<(), SinkError> {
            Err(SinkError("full".to_owned()))
        }
    }
    let bench = bench(engine).await;
    fill(&bench, "old").await;
    bench.clock.advance(SignedDuration::from_hours(366 * 24));
    let audit = Audit::new(bench.clock.clone(), vec![Box::new(Full)]);
    let before = (rows(&bench).await, kept_messages(&bench).await);
    let refused = Retention::new(Ground { audit, ..bench.ground() }, SETTINGS).apply(|_| (), |_| ()).await;
    assert!(refused.is_err());
    assert_eq!((rows(&bench).await, kept_messages(&bench).await), before);
}

/// Of several processes one removes; together they remove each row once.
pub async fn removes_in_one_process_at_a_time(engine: Engine) {
    let bench = bench(engine).await;
    audit_events(&bench, 450).await;
    bench.clock.advance(SignedDuration::from_hours(366 * 24));
    let retention = retention(&bench, SETTINGS);
    let all = join_all((0..4).map(|_| retention.apply(|_| (), |_| ()))).await;
    let removed: u64 = all.iter().flatten().flatten().flat_map(|it| &it.counts).map(|(_, count)| count).sum();
    assert_eq!(removed, 450);
    assert!(all.iter().any(|done| matches!(done, Ok(None))), "the others were refused");
    assert_eq!(apply(&retention).await.counts, [], "the lease is released");
}

/// Another process takes over while this one is suspended for longer than its lease.
pub async fn stops_when_another_process_took_over(engine: Engine) {
    let bench = bench(engine).await;
    audit_events(&bench, 250).await;
    bench.clock.advance(SignedDuration::from_hours(366 * 24));
    let slow = retention(&bench, SETTINGS);
    let others = AtomicU64::new(0);
    let suspended = |_| {
        bench.clock.advance(SignedDuration::from_mins(11));
        others.store(removed_elsewhere(&bench), Ordering::Release);
    };
    let removed = slow.apply(|_| (), suspended).await.unwrap().unwrap();
    assert_eq!((removed.is_interrupted, others.load(Ordering::Acquire)), (true, 150));
}

/// Applies the retention in a process of its own, and returns the number of removed rows.
fn removed_elsewhere(bench: &Bench) -> u64 {
    let (settings, ground) = (bench.settings.clone(), bench.ground());
    let work = async move {
        let db = Db::open(&settings, false).await.unwrap();
        let removed = apply(&Retention::new(Ground { db, ..ground }, SETTINGS)).await;
        removed.counts.iter().map(|(_, count)| count).sum()
    };
    let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}

/// The node that runs logs the plan; the removal follows a day later, under the same settings only.
pub async fn removes_nothing_on_the_first_day_of_a_plan(engine: Engine) {
    let bench = bench(engine).await;
    delivery(&bench, "m-1", "1", "delivered", 400).await;
    let off = retention(&bench, RetentionSettings { automatic: false, ..SETTINGS });
    assert_eq!(off.run_due().await.unwrap(), Daily::Off);
    let (own, shorter) =
        (retention(&bench, SETTINGS), retention(&bench, RetentionSettings { drafts: Some(20), ..SETTINGS }));
    let Daily::Planned(plan) = own.run_due().await.unwrap() else { panic!("not planned") };
    assert_eq!(counts(&plan), [(Kind::SentMessages, 1)]);
    bench.clock.advance(SignedDuration::from_hours(23));
    assert_eq!(own.run_due().await.unwrap(), Daily::NotDue);
    bench.clock.advance(SignedDuration::from_hours(1));
    assert!(matches!(shorter.run_due().await.unwrap(), Daily::Planned(_)), "other settings");
    assert_eq!(shorter.run_due().await.unwrap(), Daily::NotDue);
    bench.clock.advance(SignedDuration::from_hours(24 * 4));
    assert!(matches!(shorter.run_due().await.unwrap(), Daily::Planned(_)), "no node ran for days");
    assert_eq!(kept_messages(&bench).await, ["m-1"]);
    bench.clock.advance(SignedDuration::from_hours(24));
    let ran = join_all((0..4).map(|_| shorter.run_due())).await;
    let applied: Vec<_> = ran.into_iter().map(Result::unwrap).filter(|done| *done != Daily::NotDue).collect();
    assert!(
        matches!(&applied[..], [Daily::Applied(it)] if it.counts == [(Kind::SentMessages, 1)]),
        "{applied:?}"
    );
}

/// Tokens of an ended session are revoked first.
pub async fn keeps_sessions_with_tokens_to_revoke(engine: Engine) {
    let bench = bench(engine).await;
    let user = bench.user("A", None).await;
    let mut tx = bench.db.begin_write().await.unwrap();
    let opened =
        sessions::open_session(&mut tx, bench.clock(), &bench.sealer, None, &user, "riverside").await;
    let id = opened.unwrap().id;
    sessions::end_session(&mut tx, bench.clock(), &id).await.unwrap();
    tx.commit().await.unwrap();
    let now = bench.clock().now_ms();
    aged_store::insert_ended_context(&bench.db, "c-1", Some(&id), now, Some(now)).await.unwrap();
    aged_store::insert_ended_context(&bench.db, "c-2", None, now, Some(now)).await.unwrap();
    aged_store::insert_sign_in(&bench.db, "undecided", now, None).await.unwrap();
    bench.clock.advance(SignedDuration::from_hours(100));
    assert_eq!(apply(&retention(&bench, SETTINGS)).await.counts, []);
}
