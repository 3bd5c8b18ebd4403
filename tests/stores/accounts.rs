//! Tests of accounts as administrators see and change them.

use jiff::SignedDuration;
use passerelle::audit::{Event, EventKind};
use passerelle::testing::{Engine, store as testing};
use passerelle::users::{
    AccountStatus, AttemptScope, Error, InvitationCode, Role, RoleChange, UserLink,
    account_store as accounts, password_store, session_store, store,
};

use crate::bench::{Bench, bench};

async fn administrator(bench: &Bench, name: &str) -> String {
    let id = bench.user(name, Some(&format!("{name}@clinic.example"))).await;
    testing::set_role(&bench.db, &id, "administrator").await.unwrap();
    id
}

async fn disable(bench: &Bench, id: &str) -> Result<bool, Error> {
    let mut tx = bench.db.begin_write().await.unwrap();
    let disabled = accounts::disable_user(&mut tx, bench.clock(), id).await?;
    tx.commit().await?;
    Ok(disabled)
}

async fn change_role(bench: &Bench, user_id: &str, from: Role, to: Role) -> Result<bool, Error> {
    let mut tx = bench.db.begin_write().await.unwrap();
    let changed = accounts::change_role(&mut tx, bench.clock(), RoleChange { user_id, from, to }).await?;
    tx.commit().await?;
    Ok(changed)
}

async fn delete_password(bench: &Bench, id: &str) -> Result<bool, Error> {
    let mut tx = bench.db.begin_write().await.unwrap();
    let deleted = accounts::delete_password(&mut tx, bench.clock(), id).await?;
    tx.commit().await?;
    Ok(deleted)
}

async fn status(bench: &Bench, id: &str) -> AccountStatus {
    accounts::find_account(&bench.db, bench.clock(), id).await.unwrap().unwrap().status
}

/// Administrators who can sign in: enabled, with email and password.
async fn administrators(bench: &Bench) -> usize {
    let all = accounts::find_accounts(&bench.db, bench.clock(), None).await.unwrap();
    let able = |status| matches!(status, AccountStatus::Active | AccountStatus::Locked);
    all.iter().filter(|it| it.role == Role::Administrator && able(it.status)).count()
}

async fn invite(bench: &Bench, id: &str) {
    let mut tx = bench.db.begin_write().await.unwrap();
    let code = InvitationCode::random();
    store::insert_invitation(&mut tx, bench.clock(), &bench.sealer, &code, id, 7).await.unwrap();
    tx.commit().await.unwrap();
}

async fn link(bench: &Bench, subject: &str, user_id: &str) {
    let link = UserLink { ehr_id: "riverside", issuer: "https://i", subject, user_id };
    let mut tx = bench.db.begin_write().await.unwrap();
    assert!(store::insert_link(&mut tx, bench.clock(), &link).await.unwrap());
    tx.commit().await.unwrap();
}

pub async fn reports_the_status_of_each_account(engine: Engine) {
    let bench = bench(engine).await;
    let new = bench.user("New", None).await;
    assert_eq!(status(&bench, &new).await, AccountStatus::NotSetUp);
    invite(&bench, &new).await;
    assert_eq!(status(&bench, &new).await, AccountStatus::Invited);
    bench.clock.advance(SignedDuration::from_hours(7 * 24));
    assert_eq!(status(&bench, &new).await, AccountStatus::NotSetUp, "the invitation has expired");
    link(&bench, "s", &new).await;
    assert_eq!(status(&bench, &new).await, AccountStatus::Active);
    let locked = bench.user("Locked", Some("l@clinic.example")).await;
    for _ in 0..10 {
        let mut tx = bench.db.begin_write().await.unwrap();
        let scope = AttemptScope::Linking;
        let email = "l@clinic.example";
        password_store::count_password_attempt(&mut tx, bench.clock(), email, scope).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(status(&bench, &locked).await, AccountStatus::Locked);
    bench.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(status(&bench, " L@clinic.example ").await, AccountStatus::Active, "found by email as well");
    assert!(disable(&bench, &new).await.unwrap());
    assert_eq!(status(&bench, &new).await, AccountStatus::Disabled);
    let names = accounts::find_accounts(&bench.db, bench.clock(), None).await.unwrap();
    assert_eq!(names.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["Locked", "New"]);
    assert_eq!(accounts::find_account(&bench.db, bench.clock(), "x\0").await.unwrap(), None);
}

pub async fn reports_the_last_successful_sign_in(engine: Engine) {
    let bench = bench(engine).await;
    let id = bench.user("A", None).await;
    let at =
        async || accounts::find_account(&bench.db, bench.clock(), &id).await.unwrap().unwrap().signed_in_at;
    assert_eq!(at().await, None);
    let audit = bench.ground().audit;
    for (event, counts) in [
        (Event::success(EventKind::LaunchOpened, "c"), true),
        (Event::success(EventKind::SignedIn, "c"), true),
        (Event::failure(EventKind::SignedIn, "c", "wrong-proof"), false),
        (Event::success(EventKind::SignedOut, "c"), false),
    ] {
        bench.clock.advance(SignedDuration::from_secs(1));
        let before = at().await;
        audit.record_alone(&bench.db, &event.by(&id)).await.unwrap();
        let expected = if counts { Some(bench.clock().now_ms()) } else { before };
        assert_eq!(at().await, expected);
    }
}

/// The last administrator who can sign in is neither disabled nor demoted, and keeps the password. Administrators who
/// cannot sign in do not count.
pub async fn keeps_the_last_administrator(engine: Engine) {
    let bench = bench(engine).await;
    let last = administrator(&bench, "ada").await;
    let no_password = bench.user("Nora", None).await;
    testing::set_role(&bench.db, &no_password, "administrator").await.unwrap();
    let disabled = administrator(&bench, "otto").await;
    assert!(disable(&bench, &disabled).await.unwrap());
    let (from, to) = (Role::Administrator, Role::Clinician);
    assert!(matches!(disable(&bench, &last).await, Err(Error::LastAdministrator)));
    assert!(matches!(change_role(&bench, &last, from, to).await, Err(Error::LastAdministrator)));
    assert!(matches!(delete_password(&bench, &last).await, Err(Error::LastAdministrator)));
    assert_eq!(administrators(&bench).await, 1);
    assert!(change_role(&bench, &disabled, from, to).await.unwrap(), "a disabled one may lose the role");
    assert!(disable(&bench, &no_password).await.unwrap(), "one without a password may be disabled");
    administrator(&bench, "bea").await;
    assert!(delete_password(&bench, &last).await.unwrap());
    assert!(disable(&bench, &last).await.unwrap(), "without a password it does not count any more");
}

/// Eight administrators disable, demote or lock out each other at the same time: one is always left.
pub async fn keeps_one_of_eight_administrators_who_remove_each_other(engine: Engine) {
    let bench = bench(engine).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        ids.push(administrator(&bench, name).await);
    }
    let removals = ids.iter().enumerate().map(async |(n, id)| match n % 3 {
        0 => disable(&bench, id).await,
        1 => change_role(&bench, id, Role::Administrator, Role::Delegate).await,
        _ => delete_password(&bench, id).await,
    });
    let removed = futures_util::future::join_all(removals).await;
    assert_eq!(
        removed.iter().filter(|it| matches!(it, Err(Error::LastAdministrator))).count(),
        1,
        "{removed:?}"
    );
    assert_eq!(removed.iter().filter(|it| matches!(it, Ok(true))).count(), 7, "{removed:?}");
    assert_eq!(accounts::find_accounts(&bench.db, bench.clock(), None).await.unwrap().len(), 8);
}

pub async fn changes_a_role_from_the_known_one_only(engine: Engine) {
    let bench = bench(engine).await;
    administrator(&bench, "ada").await;
    let id = bench.user("A", Some("a@clinic.example")).await;
    assert!(!change_role(&bench, &id, Role::Delegate, Role::Administrator).await.unwrap());
    assert!(change_role(&bench, &id, Role::Clinician, Role::Administrator).await.unwrap());
    let opened = {
        let mut tx = bench.db.begin_write().await.unwrap();
        let opened = session_store::open_admin_session(&mut tx, bench.clock(), &bench.sealer, &id).await;
        tx.commit().await.unwrap();
        opened.unwrap()
    };
    assert!(change_role(&bench, &id, Role::Administrator, Role::Delegate).await.unwrap());
    let end = session_store::find_session_end(&bench.db, &opened.id).await.unwrap();
    assert!(end.is_some(), "the admin session has ended");
    let without = bench.user("B", None).await;
    let refused = change_role(&bench, &without, Role::Clinician, Role::Administrator).await;
    assert!(matches!(refused, Err(Error::EmailMissing)), "{refused:?}");
    assert_eq!(administrators(&bench).await, 1);
}

/// K07: the other identities of the account stay linked.
pub async fn unlinks_one_identity_and_ends_the_sessions_for_charts(engine: Engine) {
    let bench = bench(engine).await;
    let id = bench.user("A", None).await;
    link(&bench, "one", &id).await;
    link(&bench, "two", &id).await;
    let mut tx = bench.db.begin_write().await.unwrap();
    let opened = session_store::open_session(&mut tx, bench.clock(), &bench.sealer, None, &id, "riverside")
        .await
        .unwrap();
    let unlinked = UserLink { ehr_id: "riverside", issuer: "https://i", subject: "one", user_id: &id };
    let of_another = UserLink { user_id: "other", ..unlinked };
    assert!(!accounts::delete_link(&mut tx, bench.clock(), &of_another).await.unwrap());
    assert!(accounts::delete_link(&mut tx, bench.clock(), &unlinked).await.unwrap());
    assert!(!accounts::delete_link(&mut tx, bench.clock(), &unlinked).await.unwrap());
    tx.commit().await.unwrap();
    let left = accounts::find_links(&bench.db, Some(&id)).await.unwrap();
    assert_eq!(left.iter().map(|it| it.subject.as_str()).collect::<Vec<_>>(), ["two"]);
    assert_eq!(accounts::find_links(&bench.db, None).await.unwrap(), left);
    assert!(session_store::find_session_end(&bench.db, &opened.id).await.unwrap().is_some());
}

/// Opens a session as a launch does that mapped its identity at `since`. Returns its id, or `None` if the identity was
/// unlinked.
async fn open(bench: &Bench, link: &UserLink<'_>, since: i64) -> Option<String> {
    let mut tx = bench.db.begin_write().await.unwrap();
    let opened = async {
        store::refuse_unlinked(&mut tx, link, since).await?;
        let (clock, sealer) = (bench.clock(), &bench.sealer);
        let opened =
            session_store::open_session(&mut tx, clock, sealer, None, link.user_id, "riverside").await?;
        tx.commit().await?;
        Ok::<_, passerelle::db::Error>(opened.id)
    };
    match opened.await {
        Ok(id) => Some(id),
        Err(error) => {
            assert!(error.is_null_refused(), "{error:?}");
            None
        }
    }
}

async fn unlink(bench: &Bench, link: &UserLink<'_>) {
    let mut tx = bench.db.begin_write().await.unwrap();
    assert!(accounts::delete_link(&mut tx, bench.clock(), link).await.unwrap());
    tx.commit().await.unwrap();
}

/// Only a launch that began before the identity was unlinked is refused, and none once it is linked again.
pub async fn refuses_to_open_for_an_identity_unlinked_since(engine: Engine) {
    let bench = bench(engine).await;
    let id = bench.user("A", None).await;
    let of = |subject| UserLink { ehr_id: "riverside", issuer: "https://i", subject, user_id: &id };
    let before = bench.clock().now_ms();
    assert!(open(&bench, &of("never-linked"), before).await.is_some(), "a vendor maps without links");
    link(&bench, "one", &id).await;
    assert!(open(&bench, &of("one"), before).await.is_some());
    bench.clock.advance(SignedDuration::from_secs(1));
    unlink(&bench, &of("one")).await;
    assert!(open(&bench, &of("one"), before).await.is_none());
    assert!(open(&bench, &of("One"), before).await.is_some(), "another identity");
    assert!(open(&bench, &of("one"), bench.clock().now_ms()).await.is_some(), "a launch that began later");
    link(&bench, "one", &id).await;
    assert!(open(&bench, &of("one"), before).await.is_some(), "it is linked again");
    unlink(&bench, &of("one")).await;
    let mut tx = bench.db.begin_write().await.unwrap();
    assert_eq!(store::forget_unlinked(&mut tx, bench.clock().now_ms()).await.unwrap(), 0);
    assert_eq!(store::forget_unlinked(&mut tx, bench.clock().now_ms() + 1).await.unwrap(), 1);
}

/// K08: whichever of the two comes first, no session is left.
pub async fn leaves_no_session_of_an_identity_that_is_unlinked_while_a_chart_opens(engine: Engine) {
    let bench = bench(engine).await;
    let id = bench.user("A", None).await;
    let link_of = UserLink { ehr_id: "riverside", issuer: "https://i", subject: "one", user_id: &id };
    let (mut opened_first, since) = (0, bench.clock().now_ms() - 1);
    for round in 0..40 {
        link(&bench, "one", &id).await;
        let unlinking = async {
            if round % 2 == 0 {
                tokio::task::yield_now().await;
            }
            unlink(&bench, &link_of).await;
        };
        let (opened, ()) = tokio::join!(open(&bench, &link_of, since), unlinking);
        if let Some(session) = opened {
            opened_first += 1;
            let ended = session_store::find_session_end(&bench.db, &session).await.unwrap();
            assert!(ended.is_some(), "round {round}: the session outlives the link");
        }
    }
    assert!(opened_first > 0, "some opened before they were unlinked");
}

/// A session that a launch opened after its account was disabled does not come alive with the account.
pub async fn enables_an_account_without_its_sessions(engine: Engine) {
    let bench = bench(engine).await;
    let id = bench.user("A", None).await;
    assert!(disable(&bench, &id).await.unwrap());
    let of = UserLink { ehr_id: "riverside", issuer: "https://i", subject: "one", user_id: &id };
    let late = open(&bench, &of, bench.clock().now_ms()).await.unwrap();
    let mut tx = bench.db.begin_write().await.unwrap();
    assert!(accounts::enable_user(&mut tx, bench.clock(), &id).await.unwrap());
    tx.commit().await.unwrap();
    assert!(session_store::find_session_end(&bench.db, &late).await.unwrap().is_some());
}

pub async fn withdraws_invitations_of_a_disabled_account(engine: Engine) {
    let bench = bench(engine).await;
    let id = bench.user("A", None).await;
    invite(&bench, &id).await;
    assert!(disable(&bench, &id).await.unwrap());
    let mut tx = bench.db.begin_write().await.unwrap();
    assert!(accounts::enable_user(&mut tx, bench.clock(), &id).await.unwrap());
    assert!(!accounts::enable_user(&mut tx, bench.clock(), &id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(status(&bench, &id).await, AccountStatus::NotSetUp);
}
