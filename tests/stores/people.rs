//! Tests of users, links, invitations and sessions.

use std::time::Duration;

use jiff::SignedDuration;
use passerelle::config::SessionSettings;
use passerelle::launch::store as launch_store;
use passerelle::testing::{Engine, store as testing};
use passerelle::users::{
    AttemptScope, Error, InvitationCode, NewSession, NewUser, PasswordAttempt, Role, UserLink, account_store,
    password_store, session_store, store,
};

use crate::bench::{Bench, bench};

const LIMITS: SessionSettings =
    SessionSettings { idle: Duration::from_mins(15), absolute: Duration::from_hours(10) };

pub async fn refuses_an_email_of_another_account(engine: Engine) {
    let bench = bench(engine).await;
    bench.user("A", Some("a@clinic.example")).await;
    let user = NewUser { name: "B".into(), email: Some(" A@Clinic.Example ".into()), role: Role::Clinician };
    let mut tx = bench.db.begin_write().await.unwrap();
    let second = store::insert_user(&mut tx, bench.clock(), &user, None).await;
    assert!(matches!(second, Err(Error::EmailTaken)), "{second:?}");
}

async fn link(bench: &Bench, (issuer, subject): (&str, &str), user_id: &str) -> bool {
    let link = UserLink { ehr_id: "riverside", issuer, subject, user_id };
    let mut tx = bench.db.begin_write().await.unwrap();
    let linked = store::insert_link(&mut tx, bench.clock(), &link).await.unwrap();
    tx.commit().await.unwrap();
    linked
}

pub async fn links_an_identity_once(engine: Engine) {
    let bench = bench(engine).await;
    let (one, two) = (bench.user("A", None).await, bench.user("B", None).await);
    assert!(link(&bench, ("i", "s"), &one).await);
    assert!(!link(&bench, ("i", "s"), &two).await);
    let found = store::find_linked_user(&bench.db, "riverside", "i", "s").await.unwrap().unwrap();
    assert_eq!(found.id, one);
    let elsewhere = store::find_linked_user(&bench.db, "lakeside", "i", "s").await.unwrap();
    assert!(elsewhere.is_none(), "an identity of another EHR is not found");
}

/// K05: another letter case, a trailing space or a slash is another user.
pub async fn compares_links_byte_by_byte(engine: Engine) {
    let bench = bench(engine).await;
    let one = bench.user("A", None).await;
    link(&bench, ("https://i", "Sub"), &one).await;
    for (issuer, subject) in
        [("https://i", "sub"), ("https://i", "Sub "), ("https://i/", "Sub"), ("HTTPS://i", "Sub")]
    {
        let found = store::find_linked_user(&bench.db, "riverside", issuer, subject).await.unwrap();
        assert!(found.is_none(), "{issuer} {subject}");
    }
}

async fn invite(bench: &Bench) -> (String, InvitationCode) {
    let (user, code) = (bench.user("A", None).await, InvitationCode::random());
    let mut tx = bench.db.begin_write().await.unwrap();
    store::insert_invitation(&mut tx, bench.clock(), &bench.sealer, &code, &user, 7).await.unwrap();
    tx.commit().await.unwrap();
    (user, code)
}

pub async fn takes_an_invitation_once_of_eight_concurrent_callers(engine: Engine) {
    let bench = bench(engine).await;
    let (user, code) = invite(&bench).await;
    let found = store::find_invited(&bench.db, bench.clock(), &bench.sealer, &code).await.unwrap();
    assert_eq!(found, Some(user));
    let takers = (0..8).map(|_| async {
        let mut tx = bench.db.begin_write().await.unwrap();
        let taken = store::take_invitation(&mut tx, bench.clock(), &code.hash(&bench.sealer)).await.unwrap();
        tx.commit().await.unwrap();
        taken
    });
    let taken = futures_util::future::join_all(takers).await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    assert!(store::find_invited(&bench.db, bench.clock(), &bench.sealer, &code).await.unwrap().is_none());
}

pub async fn refuses_an_expired_invitation(engine: Engine) {
    let bench = bench(engine).await;
    let (_, code) = invite(&bench).await;
    bench.clock.advance(SignedDuration::from_hours(7 * 24));
    assert!(store::find_invited(&bench.db, bench.clock(), &bench.sealer, &code).await.unwrap().is_none());
    let mut tx = bench.db.begin_write().await.unwrap();
    assert!(!store::take_invitation(&mut tx, bench.clock(), &code.hash(&bench.sealer)).await.unwrap());
}

async fn open(bench: &Bench, current: Option<&str>, user: &str) -> NewSession {
    let mut tx = bench.db.begin_write().await.unwrap();
    let opened =
        session_store::open_session(&mut tx, bench.clock(), &bench.sealer, current, user, "riverside")
            .await
            .unwrap();
    tx.commit().await.unwrap();
    opened
}

async fn is_open(bench: &Bench, key: &str) -> bool {
    let found = session_store::find_session(&bench.db, bench.clock(), &bench.sealer, key, LIMITS).await;
    found.unwrap().is_some()
}

pub async fn finds_a_session_by_key_within_both_limits(engine: Engine) {
    let bench = bench(engine).await;
    let user = bench.user("A", None).await;
    let session = open(&bench, None, &user).await;
    assert!(is_open(&bench, &session.key).await && !is_open(&bench, &session.id).await);
    for _ in 0..42 {
        bench.clock.advance(SignedDuration::from_mins(14));
        assert!(is_open(&bench, &session.key).await);
        session_store::touch_session(&bench.db, bench.clock(), &session.id).await.unwrap();
    }
    bench.clock.advance(SignedDuration::from_mins(12));
    assert!(!is_open(&bench, &session.key).await, "ten hours");
    let session = open(&bench, None, &user).await;
    bench.clock.advance(SignedDuration::from_mins(15));
    assert!(!is_open(&bench, &session.key).await, "fifteen minutes");
}

pub async fn renews_a_session_of_the_same_user(engine: Engine) {
    let bench = bench(engine).await;
    let user = bench.user("A", None).await;
    let first = open(&bench, None, &user).await;
    let second = open(&bench, Some(&first.id), &user).await;
    assert_eq!(first.id, second.id);
    assert!(!is_open(&bench, &first.key).await && is_open(&bench, &second.key).await);
}

pub async fn never_renews_a_session_of_another_user(engine: Engine) {
    let bench = bench(engine).await;
    let (one, two) = (bench.user("A", None).await, bench.user("B", None).await);
    let first = open(&bench, None, &one).await;
    let second = open(&bench, Some(&first.id), &two).await;
    assert_ne!(first.id, second.id);
    assert!(is_open(&bench, &first.key).await && is_open(&bench, &second.key).await);
}

pub async fn ends_sessions_of_a_disabled_account(engine: Engine) {
    let bench = bench(engine).await;
    let user = bench.user("A", None).await;
    let session = open(&bench, None, &user).await;
    let mut tx = bench.db.begin_write().await.unwrap();
    assert!(account_store::disable_user(&mut tx, bench.clock(), &user).await.unwrap());
    assert!(!account_store::disable_user(&mut tx, bench.clock(), &user).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!is_open(&bench, &session.key).await);
}

pub async fn ends_all_sessions_of_an_ehr(engine: Engine) {
    let bench = bench(engine).await;
    let user = bench.user("A", None).await;
    let (one, two) = (open(&bench, None, &user).await, open(&bench, None, &user).await);
    let mut tx = bench.db.begin_write().await.unwrap();
    session_store::end_session(&mut tx, bench.clock(), &two.id).await.unwrap();
    assert_eq!(launch_store::end_sessions_of_ehr(&mut tx, bench.clock(), "lakeside").await.unwrap(), 0);
    assert_eq!(launch_store::end_sessions_of_ehr(&mut tx, bench.clock(), "riverside").await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(!is_open(&bench, &one.key).await && !is_open(&bench, &two.key).await);
}

pub async fn finds_no_password_of_a_disabled_account(engine: Engine) {
    let bench = bench(engine).await;
    let user = bench.user("A", Some("a@clinic.example")).await;
    assert_eq!(try_password(&bench, " A@clinic.example").await, Some(user.clone()));
    assert_eq!(try_password(&bench, "a@clinic.example\0").await, None);
    let mut tx = bench.db.begin_write().await.unwrap();
    account_store::disable_user(&mut tx, bench.clock(), &user).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(try_password(&bench, "a@clinic.example").await, None);
}

async fn try_password(bench: &Bench, email: &str) -> Option<String> {
    try_at(bench, email, AttemptScope::Linking).await.map(|tried| {
        assert_eq!(tried.stored, "stored");
        tried.user_id
    })
}

async fn try_at(bench: &Bench, email: &str, door: AttemptScope<'_>) -> Option<PasswordAttempt> {
    let mut tx = bench.db.begin_write().await.unwrap();
    let found = password_store::count_password_attempt(&mut tx, bench.clock(), email, door).await.unwrap();
    tx.commit().await.unwrap();
    found
}

async fn forget(bench: &Bench, right: &PasswordAttempt) {
    let mut tx = bench.db.begin_write().await.unwrap();
    password_store::clear_password_attempts(&mut tx, right).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn locks_an_account_for_an_hour_after_ten_attempts(engine: Engine) {
    let bench = bench(engine).await;
    bench.user("A", Some("a@clinic.example")).await;
    for _ in 0..10 {
        bench.clock.advance(SignedDuration::from_mins(59));
        assert!(try_password(&bench, "a@clinic.example").await.is_some());
    }
    bench.clock.advance(SignedDuration::from_mins(59));
    assert!(try_password(&bench, "a@clinic.example").await.is_none());
    bench.clock.advance(SignedDuration::from_mins(1));
    assert!(try_password(&bench, "a@clinic.example").await.is_some(), "an hour after the tenth");
    for _ in 0..7 {
        assert!(try_password(&bench, "a@clinic.example").await.is_some());
    }
    let ninth = try_at(&bench, "a@clinic.example", AttemptScope::Linking).await.unwrap();
    assert_eq!((ninth.attempts, ninth.locks_out()), (9, false));
    forget(&bench, &ninth).await;
    for _ in 0..10 {
        assert!(
            try_password(&bench, "a@clinic.example").await.is_some(),
            "a successful attempt resets the count"
        );
    }
    assert!(try_password(&bench, "a@clinic.example").await.is_none());
}

/// Failed attempts at one sign-in page do not lock the others; the administrators' page knows administrators only.
pub async fn counts_attempts_separately_for_each_sign_in_page(engine: Engine) {
    let bench = bench(engine).await;
    let (clinician, id) =
        (bench.user("A", Some("a@clinic.example")).await, bench.user("B", Some("b@clinic.example")).await);
    let strangers = AttemptScope::Admin { known: None };
    assert_eq!(try_at(&bench, "a@clinic.example", strangers).await, None);
    testing::set_role(&bench.db, &id, "administrator").await.unwrap();
    for n in 1..=10 {
        let tried = try_at(&bench, "b@clinic.example", strangers).await.unwrap();
        assert_eq!((tried.attempts, tried.locks_out()), (n, n == 10));
    }
    assert_eq!(try_at(&bench, "b@clinic.example", strangers).await, None);
    let of_another = AttemptScope::Admin { known: Some(&clinician) };
    assert_eq!(try_at(&bench, "b@clinic.example", of_another).await, None);
    let own = AttemptScope::Admin { known: Some(&id) };
    let tried = try_at(&bench, "b@clinic.example", own).await.unwrap();
    assert_eq!((tried.user_id.as_str(), tried.attempts), (id.as_str(), 1));
    forget(&bench, &tried).await;
    assert_eq!(try_at(&bench, "b@clinic.example", own).await.unwrap().attempts, 1);
    assert_eq!(
        try_at(&bench, "b@clinic.example", strangers).await,
        None,
        "a successful sign-in elsewhere changes nothing"
    );
    assert_eq!(try_password(&bench, "b@clinic.example").await, Some(id));
}

/// A new password unlocks the account at every sign-in page, and ends its administrators' sessions.
pub async fn resets_attempts_with_a_new_password(engine: Engine) {
    let bench = bench(engine).await;
    let id = bench.user("A", Some("a@clinic.example")).await;
    bench.user("B", None).await;
    for _ in 0..11 {
        try_password(&bench, "a@clinic.example").await;
    }
    let mut tx = bench.db.begin_write().await.unwrap();
    for unknown in ["", "b@clinic.example", "B"] {
        assert_eq!(
            password_store::update_password(&mut tx, unknown, "new").await.unwrap(),
            None,
            "{unknown}"
        );
    }
    let changed = password_store::update_password(&mut tx, " A@clinic.example ", "new").await.unwrap();
    assert_eq!(changed, Some(id.clone()));
    assert_eq!(password_store::update_password(&mut tx, &id, "newer").await.unwrap(), Some(id.clone()));
    tx.commit().await.unwrap();
    let tried = try_at(&bench, "a@clinic.example", AttemptScope::Linking).await.unwrap();
    assert_eq!((tried.stored.as_str(), tried.attempts), ("newer", 1));
}

/// An earlier session is recognized by its id, for its own account and part only, also after it ended.
pub async fn recognizes_earlier_sessions_of_an_administrator(engine: Engine) {
    let bench = bench(engine).await;
    let (one, two) = (bench.user("A", None).await, bench.user("B", None).await);
    let chart = open(&bench, None, &one).await;
    let mut tx = bench.db.begin_write().await.unwrap();
    let opened =
        session_store::open_admin_session(&mut tx, bench.clock(), &bench.sealer, &one).await.unwrap();
    session_store::end_admin_sessions(&mut tx, bench.clock(), &one).await.unwrap();
    tx.commit().await.unwrap();
    let found =
        session_store::find_admin_session(&bench.db, bench.clock(), &bench.sealer, &opened.key, LIMITS);
    assert_eq!(found.await.unwrap(), None);
    assert!(is_open(&bench, &chart.key).await, "only administrators' sessions ended");
    for (user, id, had) in [(&one, &opened.id, true), (&two, &opened.id, false), (&one, &chart.id, false)] {
        let found = session_store::had_admin_session(&bench.db, user, |known| known == id).await.unwrap();
        assert_eq!(found, had, "{user} {id}");
    }
}

pub async fn stores_the_language(engine: Engine) {
    let bench = bench(engine).await;
    let user = bench.user("A", None).await;
    let mut tx = bench.db.begin_write().await.unwrap();
    store::update_language(&mut tx, &user, "fr").await.unwrap();
    tx.commit().await.unwrap();
    let found = store::find_user(&bench.db, &user).await.unwrap().unwrap();
    assert_eq!(found.language.as_deref(), Some("fr"));
}
