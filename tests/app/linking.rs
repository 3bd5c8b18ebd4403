//! Tests of one-time account linking.

use jiff::SignedDuration;
use passerelle::admin::{UserCommand, run_user};
use passerelle::testing::{Browser, Landing, Page, TestApp};
use passerelle::users::{Linking, Role};
use passerelle::web::ErrorKind;

use crate::{
    form::Cardiology as _,
    referral::{form_of, to_summary},
};

const EMAIL: &str = "n.okafor@clinic.example";
const PASSWORD: &str = "a long enough passphrase";

async fn linking_app() -> TestApp {
    TestApp::setup().linking(Linking::Link).start().await
}

async fn launched(app: &TestApp) -> (Browser, Landing) {
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    (browser, landing)
}

async fn offer(browser: &mut Browser, question: &str, kind: &str, fields: &[(&str, &str)]) -> Page {
    let token = browser.get(question).await.csrf_token();
    let mut all = vec![("csrf_token", token.as_str())];
    all.extend(fields);
    browser.post(&format!("{question}/{kind}"), &all).await
}

pub async fn offer_password(browser: &mut Browser, question: &str, email: &str, password: &str) -> Page {
    offer(browser, question, "password", &[("email", email), ("password", password)]).await
}

pub async fn confirm(browser: &mut Browser, question: &str) -> Page {
    offer(browser, question, "confirm", &[]).await
}

fn context_of(page: &Page) -> String {
    assert_eq!(page.status, 303, "{} {}", page.title(), page.text());
    let to = page.location();
    let mut parts = to.path_segments().unwrap();
    assert_eq!(parts.next(), Some("c"), "{to}");
    parts.next().unwrap().to_owned()
}

/// Proves and confirms an account, and returns the context that opens.
pub async fn link(browser: &mut Browser, question: &str, (email, password): (&str, &str)) -> String {
    offer_password(browser, question, email, password).await;
    context_of(&confirm(browser, question).await)
}

async fn disable(app: &TestApp, id: &str) {
    let command = UserCommand::Disable { account: id.to_owned() };
    let done = app.within(async move |app| run_user(&app.admin(), command).await);
    done.await.unwrap();
}

/// USR-10: an unknown user sees the linking page and nothing of the chart, and is not signed in.
#[actix_web::test]
async fn asks_an_unknown_user_for_an_account() {
    let app = linking_app().await;
    let (mut browser, landing) = launched(&app).await;
    let page = browser.get(&landing.question()).await;
    assert_eq!(page.status, 200);
    page.assert_guarded("'none'");
    assert!(page.text().contains("Okafor"), "{}", page.text());
    for patient in ["Tremblay", "leonore", "9512345670"] {
        assert!(!page.body.contains(patient), "{patient}");
    }
    for table in ["users", "sessions", "launch_contexts", "user_links"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
}

/// USR-10, ONT-11: email and password of an account, then a confirmation with both names; the next launch opens the
/// chart directly.
#[actix_web::test]
async fn links_once_by_password() {
    let app = linking_app().await;
    let id = app.add_user("Dr. N. Okafor (account)", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    let proven = offer_password(&mut browser, &question, " N.Okafor@Clinic.Example ", PASSWORD).await;
    assert_eq!(proven.location().path(), question);
    let context = context_of(&confirm(&mut browser, &question).await);
    let chart = browser.chart(&context).await;
    assert_eq!((chart.user_id.as_str(), chart.patient.as_str()), (id.as_str(), "eleonore"));
    let mut other = app.browser();
    let again = other.launch(app.ehr(), "zoe", "ngozi-okafor").await;
    assert_eq!(other.chart(&again.context()).await.user_id, id);
    let events = app.audit_events().await;
    assert_eq!(events.iter().filter(|event| event.event == "user-linked").count(), 1);
}

/// K03: the confirmation names the EHR, the user there and the account.
#[actix_web::test]
async fn names_both_sides_in_the_confirmation() {
    let app = linking_app().await;
    app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    offer_password(&mut browser, &question, EMAIL, PASSWORD).await;
    let text = browser.get(&question).await.text();
    for name in ["Amara Account", "Okafor", "Test EHR riverside"] {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert_eq!(app.count("user_links").await, 0, "nothing is linked before the confirmation");
}

/// K03: declining links nothing and discards the pending launch with its tokens.
#[actix_web::test]
async fn links_nothing_when_declined() {
    let app = linking_app().await;
    app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    offer_password(&mut browser, &question, EMAIL, PASSWORD).await;
    assert_eq!(offer(&mut browser, &question, "stay", &[]).await.status, 200);
    browser.get(&question).await.assert_says(ErrorKind::SigninExpired);
    assert_eq!((app.count("user_links").await, app.count("sessions").await), (0, 0));
}

/// USR-10: an invitation is accepted as typed, once.
#[actix_web::test]
async fn links_once_by_invitation() {
    let app = linking_app().await;
    let (id, code) = app.invite("Amara Account", Role::Clinician).await;
    let typed = code.to_lowercase().replace('-', " ");
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    offer(&mut browser, &question, "invitation", &[("code", &typed)]).await;
    let context = context_of(&confirm(&mut browser, &question).await);
    let chart = browser.chart(&context).await;
    assert_eq!(chart.user_id, id);
    let mut other = app.browser();
    let second = other.launch(app.ehr(), "eleonore", "wei-lin-chen").await.question();
    let page = offer(&mut other, &second, "invitation", &[("code", &code)]).await;
    assert_eq!(page.status, 422, "used up");
}

/// The message names its author as the EHR does; the review says so, and whose account it is.
#[actix_web::test]
async fn reviews_the_name_that_the_message_has() {
    let app = linking_app().await;
    let (_, code) = app.invite("Amara Account", Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    offer(&mut browser, &question, "invitation", &[("code", &code)]).await;
    context_of(&confirm(&mut browser, &question).await);
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
    let text = summary.text();
    assert!(text.contains("(signed in with the account of Amara Account)"), "{text}");
    assert!(text.contains("Okafor signs this referral") && !text.contains("Account signs"), "{text}");
}

/// An invitation used by two users links one of them.
#[actix_web::test]
async fn links_one_user_by_an_invitation_used_twice() {
    let app = linking_app().await;
    let (_, code) = app.invite("Amara Account", Role::Clinician).await;
    let (mut one, mut two) = (app.browser(), app.browser());
    let first = one.launch(app.ehr(), "eleonore", "ngozi-okafor").await.question();
    let second = two.launch(app.ehr(), "eleonore", "wei-lin-chen").await.question();
    offer(&mut one, &first, "invitation", &[("code", &code)]).await;
    offer(&mut two, &second, "invitation", &[("code", &code)]).await;
    context_of(&confirm(&mut one, &first).await);
    confirm(&mut two, &second).await.assert_says(ErrorKind::SigninExpired);
    assert_eq!((app.count("user_links").await, app.count("sessions").await), (1, 1));
}

/// An invitation is valid for seven days.
#[actix_web::test]
async fn refuses_an_invitation_after_seven_days() {
    let app = linking_app().await;
    let (_, code) = app.invite("Amara Account", Role::Clinician).await;
    app.advance(SignedDuration::from_hours(7 * 24));
    let (mut browser, landing) = launched(&app).await;
    let page = offer(&mut browser, &landing.question(), "invitation", &[("code", &code)]).await;
    assert_eq!(page.status, 422);
}

/// K09: a wrong password and an unknown email get the same response.
#[actix_web::test]
async fn answers_a_wrong_password_and_an_unknown_email_alike() {
    let app = linking_app().await;
    app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    let wrong = offer_password(&mut browser, &question, EMAIL, "not the passphrase").await;
    let unknown = offer_password(&mut browser, &question, "x.okafor@clinic.example", PASSWORD).await;
    assert_eq!((wrong.status, unknown.status), (422, 422));
    let said = |page: &Page| page.text().split("Reference").next().unwrap_or_default().to_owned();
    assert_eq!(said(&wrong), said(&unknown));
    assert!(!wrong.body.contains("not the passphrase"), "a password is not repeated");
}

/// K09: five attempts, right or wrong.
#[actix_web::test]
async fn refuses_the_sixth_attempt_even_if_it_is_right() {
    let app = linking_app().await;
    app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (_, code) = app.invite("Other Account", Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    for _ in 0..5 {
        assert_eq!(offer_password(&mut browser, &question, EMAIL, "wrong wrong wrong").await.status, 422);
    }
    assert_eq!(offer_password(&mut browser, &question, EMAIL, PASSWORD).await.status, 429);
    assert_eq!(offer(&mut browser, &question, "invitation", &[("code", &code)]).await.status, 429);
    confirm(&mut browser, &question).await.assert_says(ErrorKind::SigninFailed);
    assert_eq!((app.count("user_links").await, app.count("sessions").await), (0, 0));
}

/// A pending linking expires after ten minutes, even if the browser kept its cookie.
#[actix_web::test]
async fn refuses_an_answer_after_ten_minutes() {
    let app = linking_app().await;
    app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    browser.cookies.hoard();
    let question = landing.question();
    offer_password(&mut browser, &question, EMAIL, PASSWORD).await;
    let token = browser.get(&question).await.csrf_token();
    app.advance(SignedDuration::from_mins(10));
    let page = browser.post(&format!("{question}/confirm"), &[("csrf_token", &token)]).await;
    page.assert_says(ErrorKind::SigninExpired);
    assert_eq!((app.count("user_links").await, app.count("sessions").await), (0, 0));
}

/// K03: a pending linking is bound to the browser that launched; its URL is refused in another.
#[actix_web::test]
async fn refuses_a_pending_linking_in_another_browser() {
    let app = linking_app().await;
    app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut own, landing) = launched(&app).await;
    let question = landing.question();
    let token = own.get(&question).await.csrf_token();
    let mut other = app.browser();
    other.get(&question).await.assert_says(ErrorKind::SigninExpired);
    let fields = [("csrf_token", token.as_str()), ("email", EMAIL), ("password", PASSWORD)];
    other.post(&format!("{question}/password"), &fields).await.assert_says(ErrorKind::SigninExpired);
    // A browser with a pending linking of its own cannot open another one.
    let second = other.launch(app.ehr(), "zoe", "wei-lin-chen").await.question();
    let token = other.get(&second).await.csrf_token();
    let page = other.post(&format!("{question}/confirm"), &[("csrf_token", &token)]).await;
    page.assert_says(ErrorKind::SigninExpired);
    assert_eq!(own.get(&question).await.status, 200);
}

/// X02: a foreign, empty or missing CSRF token changes nothing and uses no attempt.
#[actix_web::test]
async fn refuses_answers_without_the_token_of_the_question() {
    let app = linking_app().await;
    app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    let other = browser.launch(app.ehr(), "zoe", "ngozi-okafor").await.question();
    let foreign = browser.get(&other).await.csrf_token();
    for step in ["password", "invitation", "confirm", "stay"] {
        for token in [foreign.as_str(), "", "AAAA"] {
            let fields = [("csrf_token", token), ("email", EMAIL), ("password", PASSWORD), ("code", "x")];
            let page = browser.post(&format!("{question}/{step}"), &fields).await;
            page.assert_says(ErrorKind::Forged);
        }
        let page = browser.post(&format!("{question}/{step}"), &[("email", EMAIL)]).await;
        page.assert_says(ErrorKind::BadRequest);
    }
    let proven = offer_password(&mut browser, &question, EMAIL, PASSWORD).await;
    assert_eq!(proven.status, 303, "no attempt was used up");
}

/// K03: a confirmation before any proof links nothing, and the linking stays pending.
#[actix_web::test]
async fn refuses_a_confirmation_before_any_proof() {
    let app = linking_app().await;
    app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    confirm(&mut browser, &question).await.assert_says(ErrorKind::SigninFailed);
    assert_eq!((app.count("user_links").await, app.count("sessions").await), (0, 0));
    assert_eq!(browser.get(&question).await.status, 200);
}

/// K02, USR-10: an equal name or email is not a link.
#[actix_web::test]
async fn links_no_account_by_name_or_email() {
    let app = linking_app().await;
    for (name, email) in [("Dr. Ngozi Okafor", "ngozi.okafor@rideau-fht.example"), ("Ngozi Okafor", EMAIL)] {
        app.add_user(name, email, PASSWORD, Role::Clinician).await;
    }
    let (_, landing) = launched(&app).await;
    assert!(landing.question().starts_with("/sign-in/"));
    assert_eq!((app.count("user_links").await, app.count("sessions").await), (0, 0));
}

/// K01, IDT-12: the same subject at two issuers is two users.
#[actix_web::test]
async fn treats_the_same_subject_at_two_issuers_as_two_users() {
    let app = TestApp::setup().second_ehr().start().await;
    let (mut one, mut two) = (app.browser(), app.browser());
    let first = one.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let second = two.launch(app.other_ehr(), "eleonore", "ngozi-okafor").await.context();
    let (first, second) = (one.chart(&first).await, two.chart(&second).await);
    assert_ne!(first.user_id, second.user_id);
    assert_eq!((first.ehr.as_str(), second.ehr.as_str()), ("riverside", "lakeside"));
}

/// A person may link two EHR identities to one account, each with its own proof.
#[actix_web::test]
async fn links_two_identities_to_an_account_by_two_proofs() {
    let app = TestApp::setup().linking(Linking::Link).second_ehr().start().await;
    let id = app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    for ehr in [app.ehr(), app.other_ehr()] {
        let mut browser = app.browser();
        let question = browser.launch(ehr, "eleonore", "ngozi-okafor").await.question();
        offer_password(&mut browser, &question, EMAIL, PASSWORD).await;
        let context = context_of(&confirm(&mut browser, &question).await);
        assert_eq!(browser.chart(&context).await.user_id, id);
    }
    assert_eq!(app.count("user_links").await, 2);
}

/// K06, A08: a disabled account is refused at every launch, and its sessions end.
#[actix_web::test]
async fn refuses_a_disabled_account() {
    let app = TestApp::start().await;
    let (mut browser, landing) = launched(&app).await;
    let context = landing.context();
    let id = browser.chart(&context).await.user_id;
    disable(&app, &id).await;
    browser.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
    let (_, again) = launched(&app).await;
    again.last().assert_says(ErrorKind::AccountDisabled);
    assert_eq!(app.count("launch_contexts").await, 1);
}

/// K06: a disabled account cannot be linked, by password, by invitation, or if it was disabled in between.
#[actix_web::test]
async fn refuses_to_link_a_disabled_account() {
    let app = linking_app().await;
    let id = app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let (invited, code) = app.invite("Other Account", Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    offer_password(&mut browser, &question, EMAIL, PASSWORD).await;
    disable(&app, &id).await;
    disable(&app, &invited).await;
    confirm(&mut browser, &question).await.assert_says(ErrorKind::AccountDisabled);
    assert_eq!((app.count("user_links").await, app.count("sessions").await), (0, 0));
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    assert_eq!(offer_password(&mut browser, &question, EMAIL, PASSWORD).await.status, 422);
    assert_eq!(offer(&mut browser, &question, "invitation", &[("code", &code)]).await.status, 422);
}

/// Roles are those of the account, not of the EHR.
#[actix_web::test]
async fn takes_the_role_from_the_account() {
    for (role, word) in [(Role::Delegate, "delegate"), (Role::Administrator, "administrator")] {
        let app = linking_app().await;
        let (_, code) = app.invite("Amara Account", role).await;
        let (mut browser, landing) = launched(&app).await;
        let question = landing.question();
        offer(&mut browser, &question, "invitation", &[("code", &code)]).await;
        let entered = confirm(&mut browser, &question).await;
        assert_eq!(browser.chart(&context_of(&entered)).await.role, word);
        let form = browser.get(entered.location().as_str()).await;
        assert_eq!(form.status, if role == Role::Delegate { 200 } else { 403 }, "{word}");
    }
}

/// K03, L05: linking while another user is signed in names that user, and signs them out.
#[actix_web::test]
async fn names_and_signs_out_the_other_user_when_linking() {
    let app = linking_app().await;
    let (_, first_code) = app.invite("First Account", Role::Clinician).await;
    let (_, second_code) = app.invite("Second Account", Role::Clinician).await;
    let (mut browser, landing) = launched(&app).await;
    let question = landing.question();
    offer(&mut browser, &question, "invitation", &[("code", &first_code)]).await;
    let first = context_of(&confirm(&mut browser, &question).await);
    let mut before = browser.clone();
    let question = browser.launch(app.ehr(), "zoe", "wei-lin-chen").await.question();
    offer(&mut browser, &question, "invitation", &[("code", &second_code)]).await;
    assert!(browser.get(&question).await.text().contains("First Account"));
    let second = context_of(&confirm(&mut browser, &question).await);
    assert_eq!(browser.chart(&second).await.user, "Second Account");
    before.get(&format!("/c/{first}/test")).await.assert_says(ErrorKind::SignedOut);
}

/// K01, K02, K04, K05: the shipped mapper passes the contract suite for vendors' mappers.
#[actix_web::test]
async fn shipped_mapper_passes_the_contract() {
    passerelle::testing::user_mapper_contract(passerelle::users::OneTimeLinking).await;
}
