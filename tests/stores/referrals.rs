//! Lists of referrals: what they find, and by which index.

use passerelle::{
    referral::earlier_store::{self, EARLIER},
    testing::{
        Engine,
        aged_store::{RawReferral, insert_referral},
        plan_store::plan,
    },
};

use crate::bench::bench;

/// The earlier referrals of a patient are found by their index, whatever the size of the table.
pub async fn finds_earlier_referrals_by_index(engine: Engine) {
    let bench = bench(engine).await;
    let statement = EARLIER.replace("$1", "'patient'").replace("$2", "'u-1'").replace("$3", "7");
    let plan = plan(&bench.db, &statement).await.unwrap();
    assert!(plan.contains("referrals_sent"), "{plan}");
    assert!(!plan.contains("SCAN referrals") && !plan.contains("Seq Scan"), "{plan}");
}

/// Recent referrals count, and those that have not arrived at any age; drafts and discarded ones do not.
pub async fn finds_recent_and_undelivered_referrals(engine: Engine) {
    let bench = bench(engine).await;
    let raw = |id, status, submitted_at, discarded_at| RawReferral {
        id,
        status,
        updated_at: 50,
        submitted_at,
        discarded_at,
    };
    for referral in [
        raw("a-recent", "sent", Some(20), None),
        raw("b-old", "sent", Some(5), None),
        raw("c-lost", "unconfirmed", Some(1), None),
        raw("d-draft", "draft", None, None),
        raw("e-discarded", "draft", None, Some(30)),
        raw("f-newer", "faxed", Some(30), None),
    ] {
        insert_referral(&bench.db, referral).await.unwrap();
    }
    let found =
        |user: &'static str| earlier_store::find_earlier(&bench.db, &bench.sealer, "patient", user, 10);
    let own = found("u-1").await.unwrap();
    assert_eq!(own.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["c-lost", "f-newer", "a-recent"]);
    assert!(own.iter().all(|one| one.own && one.summary.is_none()));
    assert!(found("u-2").await.unwrap().iter().all(|one| !one.own));
}
