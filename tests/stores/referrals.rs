//! Lists of referrals: what they find, and by which index.

use passerelle::{
    db::plan,
    delivery::{Outbox, restored_store::find_sending_state},
    referral::{
        Summary,
        lists::{
            earlier_store::{self, EARLIER, EXISTING},
            home_store::{HOME, HomeQuery, HomeRows, find_home},
            store::{ChartKey, Listed, Viewer},
        },
        signing::store::{self as signing_store, NewHandOver, TO_SIGN},
    },
    testing::{
        Engine,
        aged_store::{RawReferral, insert_referral},
    },
    users::{NewUser, Role, UserLink, store},
};

use crate::bench::{Bench, bench};

/// Replaces the parameters of a statement, `$1` first.
fn with_values(statement: &str, values: &[&str]) -> String {
    let place =
        |text: String, (index, value): (usize, &&str)| text.replace(&format!("${}", index + 1), value);
    values.iter().enumerate().fold(statement.to_owned(), place)
}

/// The earlier referrals of a patient are found by their index, whatever the size of the table.
pub async fn finds_earlier_referrals_by_index(engine: Engine) {
    let bench = bench(engine).await;
    let statement = with_values(EARLIER, &["'patient'", "'u-1'", "7"]);
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
        is_untouched: false,
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

/// Reads the home page of a patient for a clinician of the clinic `clinic`.
async fn home_of(bench: &Bench, patient_key: &str, user_id: &str) -> HomeRows {
    let query = HomeQuery {
        chart: ChartKey { patient_key, ehr_id: "riverside" },
        viewer: Viewer { user_id, signs: true },
        clinic_key: "clinic",
        recent_since: 10,
        ending_before: 40,
    };
    find_home(&bench.db, &bench.sealer, &query).await.unwrap()
}

/// A home page finds the referrals of its patient by their index.
pub async fn finds_referrals_of_a_home_page_by_index(engine: Engine) {
    let bench = bench(engine).await;
    let values = ["'patient'", "'u-1'", "'ehr'", "1", "'clinic'", "7", "7"];
    let statement = with_values(HOME, &values);
    let plan = plan(&bench.db, &statement).await.unwrap();
    assert!(plan.contains("referrals_patient"), "{plan}");
    assert!(!plan.contains("SCAN referrals") && !plan.contains("Seq Scan on referrals"), "{plan}");
}

/// One query finds each list and count of a home page.
pub async fn finds_what_a_home_page_lists(engine: Engine) {
    let bench = bench(engine).await;
    let raw = |id, status, submitted_at, updated_at| RawReferral {
        id,
        status,
        updated_at,
        submitted_at,
        ..RawReferral::default()
    };
    let empty = home_of(&bench, "patient", "u-1").await;
    assert_eq!((empty.drafts.len(), empty.sent.len(), empty.earlier.len()), (0, 0, 0));
    for referral in [
        raw("a-recent", "sent", Some(20), 50),
        raw("b-old", "sent", Some(5), 60),
        raw("c-lost", "unconfirmed", Some(1), 20),
        raw("d-draft", "draft", None, 30),
        raw("e-waits", "ready-to-sign", None, 45),
        raw("f-faxed", "faxed", Some(30), 31),
        RawReferral { discarded_at: Some(30), ..raw("g-discarded", "draft", None, 50) },
        RawReferral { is_untouched: true, ..raw("h-untouched", "draft", None, 50) },
    ] {
        insert_referral(&bench.db, referral).await.unwrap();
    }
    let ids = |found: &[Listed]| found.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    let earlier = |home: &HomeRows| home.earlier.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    let own = home_of(&bench, "patient", "u-1").await;
    assert_eq!(ids(&own.drafts), ["e-waits", "d-draft"]);
    assert_eq!(ids(&own.sent), ["c-lost", "b-old", "a-recent", "f-faxed"]);
    assert_eq!(earlier(&own), ["c-lost", "f-faxed", "a-recent"]);
    assert!(own.prepared.is_empty(), "prepared by the user");
    assert_eq!((own.undelivered_elsewhere, own.ending_elsewhere), (0, 0));
    let colleague = home_of(&bench, "patient", "u-2").await;
    assert_eq!((ids(&colleague.drafts), ids(&colleague.sent)), (vec![], vec![]));
    assert_eq!(earlier(&colleague), ["c-lost", "f-faxed", "a-recent"]);
    assert!(colleague.earlier.iter().all(|one| !one.own));
    let prepared: Vec<_> = colleague.prepared.iter().map(|one| one.listed.id.as_str()).collect();
    assert_eq!(prepared, ["e-waits"]);
    let elsewhere = home_of(&bench, "another", "u-1").await;
    assert_eq!((elsewhere.undelivered_elsewhere, elsewhere.ending_elsewhere), (1, 1));
    assert!(elsewhere.drafts.is_empty() && elsewhere.earlier.is_empty());
}

/// Referrals that exist before a new form are found by the index of their patient.
pub async fn finds_existing_referrals_by_index(engine: Engine) {
    let bench = bench(engine).await;
    let statement = with_values(EXISTING, &["'patient'", "'u-1'", "7", "'ehr'", "1", "'c'"]);
    let plan = plan(&bench.db, &statement).await.unwrap();
    assert!(plan.contains("referrals_patient"), "{plan}");
    assert!(!plan.contains("SCAN referrals") && !plan.contains("Seq Scan on referrals"), "{plan}");
}

/// One query finds what a page of a new form needs: what the query for sent referrals finds, and whether there are drafts.
pub async fn finds_existing_referrals_with_one_query(engine: Engine) {
    let bench = bench(engine).await;
    let raw = |id, status, submitted_at, is_untouched| RawReferral {
        id,
        status,
        updated_at: 50,
        submitted_at,
        discarded_at: None,
        is_untouched,
    };
    let chart = ChartKey { patient_key: "patient", ehr_id: "riverside" };
    let known = async |context: &'static str| {
        let viewer = Viewer { user_id: "u-1", signs: true };
        earlier_store::find_existing(&bench.db, &bench.sealer, chart, context, viewer, 10).await.unwrap()
    };
    for (id, status, submitted_at) in [
        ("a-recent", "sent", 20),
        ("b-old", "sent", 5),
        ("c-lost", "unconfirmed", 1),
        ("f-newer", "faxed", 30),
    ] {
        insert_referral(&bench.db, raw(id, status, Some(submitted_at), false)).await.unwrap();
    }
    insert_referral(&bench.db, raw("u-untouched", "draft", None, true)).await.unwrap();
    let found = known("c").await;
    let ids: Vec<&str> = found.earlier.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["c-lost", "f-newer", "a-recent"]);
    assert!(!found.any_listed, "an untouched draft is not offered");
    assert_eq!(found.untouched("text of f"), Some("u-untouched"));
    assert_eq!(found.untouched("newer text of f"), None, "its answers are to another text of the form");
    assert_eq!(known("another").await.untouched("text of f"), None);
    insert_referral(&bench.db, raw("d-draft", "draft", None, false)).await.unwrap();
    assert!(known("c").await.any_listed);
    let of_another = ChartKey { patient_key: "another patient", ehr_id: "riverside" };
    let state = async || find_sending_state(&bench.db).await.unwrap();
    let sending = async |chart| {
        let viewer = Viewer { user_id: "u-1", signs: true };
        let found = earlier_store::find_existing(&bench.db, &bench.sealer, chart, "c", viewer, 10);
        found.await.unwrap().sending
    };
    assert_eq!(sending(chart).await, state().await);
    Outbox::new(bench.ground(), Vec::new()).hold("test").await.unwrap();
    assert!(state().await.held_at.is_some());
    assert_eq!((sending(chart).await, sending(of_another).await), (state().await, state().await));
}

/// Referrals to sign are found by their index.
pub async fn finds_referrals_to_sign_by_index(engine: Engine) {
    let bench = bench(engine).await;
    let statement = TO_SIGN.replace("$1", "'clinic'").replace("$2", "'u-1'");
    let plan = plan(&bench.db, &statement).await.unwrap();
    assert!(plan.contains("referrals_to_sign"), "{plan}");
    assert!(!plan.contains("SCAN r") && !plan.contains("Seq Scan"), "{plan}");
}

/// A queue has what its user is named for, what any clinician may sign, and what a clinician who left was named for; of its
/// own clinic, and never what the user prepared.
pub async fn queues_referrals_of_one_clinic(engine: Engine) {
    let bench = bench(engine).await;
    let [named, colleague] = [bench.user("Dr. A", None).await, bench.user("Dr. B", None).await];
    let refer = async |id: &'static str, clinic: &str, signer: Option<&str>, preparer: &str| {
        let referral = RawReferral { id, status: "draft", updated_at: 50, ..RawReferral::default() };
        insert_referral(&bench.db, referral).await.unwrap();
        let summary = Summary::default();
        let new = NewHandOver {
            id,
            revision: 1,
            preparer_id: preparer,
            signer_id: signer,
            clinic_key: clinic,
            summary: &summary,
        };
        let mut tx = bench.db.begin_write().await.unwrap();
        let handed = signing_store::hand_over(&mut tx, bench.clock(), &bench.sealer, new).await.unwrap();
        tx.commit().await.unwrap();
        handed
    };
    assert!(refer("a-named", "clinic", Some(&named), "u-1").await);
    assert!(refer("b-any", "clinic", None, "u-1").await);
    assert!(refer("c-other-clinic", "other", Some(&named), "u-1").await);
    assert!(refer("d-left", "clinic", Some("gone"), "u-1").await);
    assert!(!refer("e-not-theirs", "clinic", None, "u-2").await, "handed over by another user");
    let queue = async |user: &str| {
        let found = signing_store::find_to_sign(&bench.db, &bench.sealer, "clinic", user).await.unwrap();
        found.into_iter().map(|one| one.listed.id).collect::<Vec<_>>()
    };
    assert_eq!(queue(&named).await, ["a-named", "b-any", "d-left"]);
    assert_eq!(queue(&colleague).await, ["b-any", "d-left"]);
    assert_eq!(queue("u-1").await, Vec::<String>::new());
    let count = async |patient| home_of(&bench, patient, &named).await.to_sign_elsewhere;
    assert_eq!((count("patient").await, count("another").await), (0, 3));
}

/// A referral that an earlier version handed over is in no queue until its clinic is known.
pub async fn queues_referrals_of_an_earlier_version(engine: Engine) {
    let bench = bench(engine).await;
    for id in ["a-waits", "b-waits"] {
        let referral = RawReferral { id, status: "ready-to-sign", updated_at: 50, ..RawReferral::default() };
        insert_referral(&bench.db, referral).await.unwrap();
    }
    let draft = RawReferral { id: "c-draft", status: "draft", updated_at: 50, ..RawReferral::default() };
    insert_referral(&bench.db, draft).await.unwrap();
    let unqueued = async || {
        let found = signing_store::find_unqueued(&bench.db).await.unwrap();
        found.into_iter().map(|one| (one.ehr_id, one.number)).collect::<Vec<_>>()
    };
    let waiting = ["a-waits", "b-waits"].map(|number| ("riverside".to_owned(), number.to_owned()));
    assert_eq!(unqueued().await, waiting);
    let queue = async |ehr: &str, patient: Option<&str>| {
        let mut tx = bench.db.begin_write().await.unwrap();
        let queued = signing_store::queue_earlier(&mut tx, ehr, patient, "clinic").await.unwrap();
        tx.commit().await.unwrap();
        queued
    };
    assert_eq!(queue("elsewhere", None).await, 0);
    assert_eq!(queue("riverside", Some("another")).await, 0);
    assert_eq!(queue("riverside", Some("patient")).await, 2);
    assert_eq!(queue("riverside", None).await, 0, "they have a clinic");
    assert_eq!(unqueued().await, []);
    let found = signing_store::find_to_sign(&bench.db, &bench.sealer, "clinic", "u-2").await.unwrap();
    let found: Vec<_> = found.into_iter().map(|one| (one.listed.id, one.handed_over_at)).collect();
    assert_eq!(found, [("a-waits".to_owned(), Some(50)), ("b-waits".to_owned(), Some(50))]);
}

/// Clinicians are offered who have an identity at the EHR, and in a clinic of several only those who launched from it.
pub async fn offers_clinicians_of_the_clinic_to_sign(engine: Engine) {
    let bench = bench(engine).await;
    let mut tx = bench.db.begin_write().await.unwrap();
    for (name, role, ehr_id, clinic) in [
        ("Dr. A", Role::Clinician, "riverside", "one"),
        ("Dr. B", Role::Clinician, "riverside", "two"),
        ("Dr. C", Role::Clinician, "elsewhere", "one"),
        ("D", Role::Delegate, "riverside", "one"),
    ] {
        let user = NewUser { name: name.to_owned(), email: None, role };
        let user_id = store::insert_user(&mut tx, bench.clock(), &user, None).await.unwrap();
        let link = UserLink { ehr_id, issuer: "https://issuer.example", subject: name, user_id: &user_id };
        assert!(store::insert_link(&mut tx, bench.clock(), &link).await.unwrap());
        for _ in 0..2 {
            store::note_member(&mut tx, clinic, &user_id).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    let offered = async |clinic| {
        let found = store::find_signers(&bench.db, "riverside", clinic).await.unwrap();
        found.into_iter().map(|signer| signer.name).collect::<Vec<_>>()
    };
    assert_eq!(offered(None).await, ["Dr. A", "Dr. B"]);
    assert_eq!(offered(Some("one")).await, ["Dr. A"]);
}
