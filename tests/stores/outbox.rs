//! Tests of the outbox: claims, leases, settling.

use std::collections::HashSet;

use jiff::SignedDuration;
use passerelle::db::Tx;
use passerelle::delivery::store::{Attempted, ClaimLimits};
use passerelle::delivery::{NewDelivery, Outcome, Priority, Settled, control_store, store};
use passerelle::testing::{Engine, aged_store};

use crate::bench::{Bench, bench};

const LEASE_MS: i64 = 120_000;

pub async fn put(bench: &Bench, id: &str, recognises_duplicates: bool, payload: &[u8]) {
    insert(bench, &NewDelivery { recognises_duplicates, payload, ..new(id) }).await;
}

pub async fn put_to(bench: &Bench, id: &str, destination: &str) {
    insert(bench, &NewDelivery { destination, ..new(id) }).await;
}

/// Filter of a text that names no subject.
fn matching(text: &str) -> control_store::Matching<'_> {
    control_store::Matching { text, subject_ids: &[] }
}

fn new(id: &str) -> NewDelivery<'_> {
    NewDelivery {
        id,
        subject_kind: "referral",
        subject_id: "r-1",
        channel: "folder",
        destination: "",
        recognises_duplicates: true,
        priority: Priority::Routine,
        payload: b"x",
    }
}

/// Puts a delivery in a transaction of the caller.
pub async fn put_in(bench: &Bench, tx: &mut Tx, id: &str) {
    store::insert_delivery(tx, bench.clock(), &bench.sealer, &new(id)).await.unwrap();
}

async fn insert(bench: &Bench, new: &NewDelivery<'_>) {
    let mut tx = bench.db.begin_write().await.unwrap();
    store::insert_delivery(&mut tx, bench.clock(), &bench.sealer, new).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn claim(bench: &Bench, lease: &str, most: i64) -> Vec<store::Claimed> {
    let until = bench.clock().now_ms() + LEASE_MS;
    let mut tx = bench.db.begin_write().await.unwrap();
    let limits = ClaimLimits { total: most, per_destination: 1000 };
    let claimed =
        store::claim_due(&mut tx, bench.clock(), &bench.sealer, lease, until, limits).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

async fn settle(
    bench: &Bench,
    claimed: &store::Claimed,
    outcome: &Outcome,
    settled: Settled,
    due_at: i64,
) -> bool {
    let mut tx = bench.db.begin_write().await.unwrap();
    let attempted = Attempted { outcome, settled, due_at };
    let done = store::settle(&mut tx, bench.clock(), &bench.sealer, claimed, attempted).await.unwrap();
    tx.commit().await.unwrap();
    done
}

pub async fn claims_each_of_200_deliveries_once_with_eight_claimers(engine: Engine) {
    let bench = bench(engine).await;
    for number in 0..200 {
        put(&bench, &format!("m-{number}"), true, b"x").await;
    }
    let claimers = (0..8).map(|claimer| {
        let bench = &bench;
        async move {
            let mut ids = Vec::new();
            loop {
                let claimed = claim(bench, &format!("lease-{claimer}"), 7).await;
                if claimed.is_empty() {
                    return ids;
                }
                ids.extend(claimed.into_iter().map(|claimed| claimed.envelope.id));
            }
        }
    });
    let ids: Vec<String> = futures_util::future::join_all(claimers).await.concat();
    let different: HashSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), different.len()), (200, 200));
    assert_eq!(store::count_pending(&bench.db).await.unwrap(), 200);
}

pub async fn claims_a_delivery_again_after_its_lease_expired(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"x").await;
    assert_eq!(claim(&bench, "one", 8).await[0].envelope.attempt, 1);
    assert!(claim(&bench, "two", 8).await.is_empty());
    bench.clock.advance(SignedDuration::from_millis(LEASE_MS));
    assert!(store::is_due(&bench.db, bench.clock()).await.unwrap());
    let mut tx = bench.db.begin_write().await.unwrap();
    assert!(store::end_leases(&mut tx, bench.clock()).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    assert_eq!(claim(&bench, "two", 8).await[0].envelope.attempt, 2);
}

/// R06: it is unknown whether the message arrived, so a person has to check.
pub async fn marks_an_interrupted_attempt_without_duplicate_recognition_unconfirmed(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", false, b"x").await;
    claim(&bench, "one", 8).await;
    bench.clock.advance(SignedDuration::from_millis(LEASE_MS));
    let mut tx = bench.db.begin_write().await.unwrap();
    assert_eq!(store::end_leases(&mut tx, bench.clock()).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    assert!(claim(&bench, "two", 8).await.is_empty(), "never resent automatically");
    let row = &control_store::find_about(&bench.db, "referral", "r-1").await.unwrap()[0];
    assert_eq!((row.status.as_str(), row.reason.as_deref()), ("unconfirmed", Some("interrupted")));
}

/// R07: the lease was lost in the meantime.
pub async fn refuses_to_settle_after_the_lease_was_lost(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"x").await;
    let late = claim(&bench, "one", 8).await.remove(0);
    bench.clock.advance(SignedDuration::from_millis(LEASE_MS));
    let mut tx = bench.db.begin_write().await.unwrap();
    store::end_leases(&mut tx, bench.clock()).await.unwrap();
    tx.commit().await.unwrap();
    let now = claim(&bench, "two", 8).await.remove(0);
    let refused = Outcome::Refused("no".into());
    assert!(!settle(&bench, &late, &refused, Settled::NotDelivered, 0).await);
    assert!(settle(&bench, &now, &Outcome::Delivered, Settled::Delivered, 0).await);
    assert!(!settle(&bench, &now, &refused, Settled::NotDelivered, 0).await, "the delivery is settled once");
    let row = &control_store::find_about(&bench.db, "referral", "r-1").await.unwrap()[0];
    assert_eq!((row.status.as_str(), row.attempts), ("delivered", 2));
}

pub async fn finds_the_message_of_a_subject(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"message").await;
    let find =
        async |id| control_store::find_payload(&bench.db, &bench.sealer, "referral", id).await.unwrap();
    assert_eq!(find("r-1").await.as_deref(), Some(&b"message"[..]));
    assert_eq!(find("r-2").await, None);
}

pub async fn does_not_claim_a_settled_delivery(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"x").await;
    let claimed = claim(&bench, "one", 8).await.remove(0);
    settle(&bench, &claimed, &Outcome::Delivered, Settled::Delivered, 0).await;
    bench.clock.advance(SignedDuration::from_hours(24));
    assert!(!store::is_due(&bench.db, bench.clock()).await.unwrap());
    assert!(claim(&bench, "two", 8).await.is_empty());
    assert_eq!(store::count_pending(&bench.db).await.unwrap(), 0);
}

/// R12: not claimed before they are due.
pub async fn does_not_claim_a_delivery_before_it_is_due(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"x").await;
    let claimed = claim(&bench, "one", 8).await.remove(0);
    let later = Outcome::RetryLater("busy".into(), None);
    let due_at = bench.clock().now_ms() + 30_000;
    assert!(settle(&bench, &claimed, &later, Settled::Pending, due_at).await);
    bench.clock.advance(SignedDuration::from_millis(29_999));
    assert!(
        !store::is_due(&bench.db, bench.clock()).await.unwrap() && claim(&bench, "two", 8).await.is_empty()
    );
    bench.clock.advance(SignedDuration::from_millis(1));
    assert!(store::is_due(&bench.db, bench.clock()).await.unwrap());
    assert_eq!(claim(&bench, "two", 8).await.len(), 1);
}

/// Every delivery that is not over is on one page, the oldest first; a search finds the others, and signs match themselves.
pub async fn lists_deliveries_in_pages(engine: Engine) {
    let bench = bench(engine).await;
    for number in 0..60 {
        bench.clock.advance(SignedDuration::from_secs(1));
        put_to(&bench, &format!("m-{number:02}"), &format!("https://a.example/{number}_%!x")).await;
    }
    put_to(&bench, "m-over", "https://B.example").await;
    aged_store::set_delivery(&bench.db, "m-over", "delivered", Some(1)).await.unwrap();
    let ids = |rows: Vec<control_store::DeliveryRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let page = async |skipped| ids(control_store::list_open(&bench.db, skipped).await.unwrap());
    let (first, second) = (page(0).await, page(50).await);
    assert_eq!((first.len(), first[0].as_str(), second.len()), (50, "m-00", 10));
    assert_eq!(control_store::count_open(&bench.db).await.unwrap(), 60);
    for (text, count) in [
        ("a.EXAMPLE", 60),
        ("b.example", 1),
        ("m-over", 1),
        ("folder", 61),
        ("_%!x", 60),
        ("7_%!", 6),
        ("example_", 0),
        ("%", 60),
    ] {
        let found = ids(control_store::list_matching(&bench.db, matching(text), 0).await.unwrap());
        assert_eq!(control_store::count_matching(&bench.db, matching(text)).await.unwrap(), count, "{text}");
        assert_eq!(i64::try_from(found.len()).unwrap(), count.min(50), "{text}");
    }
    assert_eq!(
        ids(control_store::list_matching(&bench.db, matching("a.example"), 0).await.unwrap())[0],
        "m-59"
    );
    let subject_ids = ["r-1".to_owned()];
    let of_subject = control_store::Matching { text: "R26-7Q4K-92MD", subject_ids: &subject_ids };
    assert_eq!(control_store::count_matching(&bench.db, of_subject).await.unwrap(), 61);
}

/// R04: every attempt sends the same bytes.
pub async fn loads_the_payload_byte_by_byte(engine: Engine) {
    let bench = bench(engine).await;
    let payload: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    put(&bench, "m-1", true, &payload).await;
    let claimed = claim(&bench, "one", 8).await.remove(0);
    assert_eq!(claimed.envelope.payload, payload);
    assert_eq!((claimed.channel.as_str(), claimed.subject.id.as_str()), ("folder", "r-1"));
}
