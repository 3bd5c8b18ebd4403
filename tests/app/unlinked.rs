//! Tests of sign-ins in progress whose proof an administrator withdraws: an identity is unlinked, a password changed.

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use passerelle::admin::{UserCommand, change_password, run_user};
use passerelle::clock::FixedClock;
use passerelle::db::Db;
use passerelle::testing::{Browser, Engine, TestApp};
use passerelle::users::{
    Arrival, Error, Linking, Mapping, OneTimeLinking, Role, UserLink, UserMapper, account_store,
};
use passerelle::web::ErrorKind;

use crate::linking::{confirm, link, offer_password};

const EMAIL: &str = "n.okafor@clinic.example";
const PASSWORD: &str = "a long enough passphrase";

async fn unlink(app: &TestApp, account: &str) {
    let command =
        UserCommand::Unlink { account: account.to_owned(), ehr: "riverside".to_owned(), subject: None };
    app.within(async move |app| run_user(&app.admin(), command).await).await.unwrap();
}

/// Browser in which a launch of another user waits for the choice of who continues, with the path of the question and the
/// id of the account that would continue.
async fn choosing(app: &TestApp) -> (Browser, String, String) {
    let mut other = app.browser();
    let context = other.launch(app.ehr(), "eleonore", "wei-lin-chen").await.context();
    let account = other.chart(&context).await.user_id;
    let mut browser = app.browser();
    browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let question = browser.launch(app.ehr(), "zoe", "wei-lin-chen").await.question();
    (browser, question, account)
}

/// K08: a user who is asked whether to continue is not signed in once the identity is unlinked, and their tokens are kept only
/// for revocation.
#[actix_web::test]
async fn refuses_to_continue_as_a_user_who_was_unlinked_meanwhile() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let (mut browser, question, account) = choosing(&app).await;
        let before = app.count("launch_contexts").await;
        unlink(&app, &account).await;
        confirm(&mut browser, &question).await.assert_says(ErrorKind::SigninExpired);
        assert_eq!(app.count("launch_contexts").await, before, "{engine:?}");
        app.advance(SignedDuration::from_mins(11));
        app.within(async |app| app.launch().end_expired().await).await.unwrap();
        assert_eq!(app.count("launch_contexts").await, before + 1, "its tokens wait to be revoked");
    }
}

/// Without an unlinking in between, the user who was asked continues.
#[actix_web::test]
async fn continues_as_the_user_who_was_asked() {
    let app = TestApp::start().await;
    let (mut browser, question, account) = choosing(&app).await;
    let opened = confirm(&mut browser, &question).await;
    let context = opened.location().path_segments().unwrap().nth(1).unwrap().to_owned();
    assert_eq!(browser.chart(&context).await.user_id, account);
}

/// Mapper that loses a race: the identity is unlinked after it was found, and before the chart is opened.
struct UnlinkedMeanwhile;

impl UserMapper for UnlinkedMeanwhile {
    fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>> {
        Box::pin(async move {
            let mapping = OneTimeLinking.map(db, arrival).await?;
            if let Mapping::Known(user) = &mapping {
                let (issuer, subject) = (arrival.identity.issuer.as_str(), arrival.identity.subject.as_str());
                let link = UserLink { ehr_id: &arrival.ehr_id, issuer, subject, user_id: &user.id };
                let clock = FixedClock::at(arrival.arrived_at);
                let mut tx = db.begin_write().await?;
                assert!(account_store::delete_link(&mut tx, &clock, &link).await?);
                tx.commit().await?;
            }
            Ok(mapping)
        })
    }
}

/// K08: a launch whose user was unlinked between the mapping and the transaction that opens the chart opens nothing, and the
/// next launch starts anew.
#[actix_web::test]
async fn refuses_a_launch_whose_user_is_unlinked_while_it_opens() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::setup().on(engine).extend(|builder| builder.user_mapper(UnlinkedMeanwhile));
        let app = app.start().await;
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        let refused = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        refused.last().assert_says(ErrorKind::SigninExpired);
        assert_eq!((app.count("launch_contexts").await, app.count("sessions").await), (1, 1), "{engine:?}");
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        assert_eq!(app.count("users").await, 2, "{engine:?}: the unlinked identity got a new account");
    }
}

/// Browser in which an account is proven by its password, and the link waits for a confirmation.
async fn confirming(app: &TestApp) -> (Browser, String) {
    let mut browser = app.browser();
    let question = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.question();
    assert_eq!(offer_password(&mut browser, &question, EMAIL, PASSWORD).await.status, 303);
    (browser, question)
}

/// K08: an unlinked identity is not linked again by a confirmation that was open before. The next launch may link it.
#[actix_web::test]
async fn refuses_to_confirm_a_link_that_was_unlinked_meanwhile() {
    let app = TestApp::setup().linking(Linking::Link).start().await;
    let account = app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut waiting, question) = confirming(&app).await;
    let mut linked = app.browser();
    let other = linked.launch(app.ehr(), "zoe", "ngozi-okafor").await.question();
    link(&mut linked, &other, (EMAIL, PASSWORD)).await;
    app.advance(SignedDuration::from_secs(1));
    unlink(&app, &account).await;
    confirm(&mut waiting, &question).await.assert_says(ErrorKind::SigninExpired);
    assert_eq!(app.count("user_links").await, 0);
    let again = waiting.launch(app.ehr(), "eleonore", "ngozi-okafor").await.question();
    link(&mut waiting, &again, (EMAIL, PASSWORD)).await;
    let mut next = app.browser();
    let context = next.launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    assert_eq!(next.chart(&context).await.user_id, account);
}

/// K08: a password that was changed, because it is known to others, proves nothing any more.
#[actix_web::test]
async fn refuses_to_confirm_a_link_whose_password_was_changed_meanwhile() {
    let app = TestApp::setup().linking(Linking::Link).start().await;
    let account = app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut browser, question) = confirming(&app).await;
    let changed = "another long passphrase";
    app.within(async move |app| change_password(&app.admin(), &account, changed.into()).await).await.unwrap();
    confirm(&mut browser, &question).await.assert_says(ErrorKind::SigninExpired);
    assert_eq!((app.count("user_links").await, app.count("sessions").await), (0, 0));
}
