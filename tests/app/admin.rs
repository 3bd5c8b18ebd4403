//! Tests of the administrators' pages: access, contents, actions.

mod audit;
mod changes;
mod deliveries;
mod ehrs;
mod form;
mod forms;
mod kept;
mod launches;
mod lockout;
mod moved;
mod passwords;
mod sign_in;
mod troubleshooting;
mod user_commands;
mod users;

use passerelle::testing::{Browser, Page, Setup, TestApp};
use passerelle::users::Role;

pub const EMAIL: &str = "a.administrator@clinic.example";
/// Subject of the clinician `ngozi-okafor` in the id_token of the EHR.
pub const SUBJECT: &str = "6f1c2b0e-93d4-4a4b-8a35-5a1d0b7f3c11";
pub const PASSWORD: &str = "a long enough passphrase";

/// Creates an app with an administrator, and returns the id of the account.
pub async fn app_with(setup: Setup) -> (TestApp, String) {
    let app = setup.start().await;
    let id = app.add_user("Ada Administrator", EMAIL, PASSWORD, Role::Administrator).await;
    (app, id)
}

pub async fn app() -> (TestApp, String) {
    app_with(TestApp::setup()).await
}

pub async fn signs_in_with(browser: &mut Browser, email: &str, password: &str) -> Page {
    let token = browser.get("/admin/sign-in").await.csrf_token();
    let fields = [("csrf_token", token.as_str()), ("email", email), ("password", password)];
    browser.post("/admin/sign-in", &fields).await
}

/// Signs the administrator in in a new browser.
pub async fn signed_in(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    let page = signs_in_with(&mut browser, EMAIL, PASSWORD).await;
    assert_eq!((page.status, page.location().path()), (303, "/admin"), "{}", page.text());
    browser
}

/// Presses a button on an EHR's page.
pub async fn presses(browser: &mut Browser, path: &str, more: &[(&str, &str)]) -> Page {
    let token = browser.get("/admin").await.csrf_token();
    let fields: Vec<_> = [("csrf_token", token.as_str())].into_iter().chain(more.iter().copied()).collect();
    browser.post(path, &fields).await
}

/// Whether the response redirects to the sign-in page of administrators.
pub fn is_sent_to_sign_in(page: &Page) -> bool {
    page.redirects() && page.location().path() == "/admin/sign-in"
}

/// Pages that an administrator can open.
pub const PAGES: [&str; 17] = [
    "/admin/forms",
    "/admin",
    "/admin/",
    "/admin/add",
    "/admin/launches",
    "/admin/launches?ehr=riverside",
    "/admin/troubleshooting",
    "/admin/deliveries",
    "/admin/audit",
    "/admin/audit?search=riverside",
    "/admin/users",
    "/admin/users?search=ada",
    "/admin/users/invite",
    "/admin/password",
    "/admin/ehrs/riverside",
    "/admin/ehrs/riverside/change",
    "/admin/ehrs/riverside/remove",
];

/// URLs that the buttons of administrators post to.
pub const BUTTONS: [&str; 22] = [
    "/admin/add",
    "/admin/language",
    "/admin/deliveries/hold",
    "/admin/deliveries/release",
    "/admin/deliveries/m-1/retry",
    "/admin/users/invite",
    "/admin/users/u-1/role",
    "/admin/users/u-1/disable",
    "/admin/users/u-1/enable",
    "/admin/users/u-1/reset",
    "/admin/users/u-1/code",
    "/admin/users/u-1/unlinked/k",
    "/admin/password",
    "/admin/ehrs/riverside/change",
    "/admin/ehrs/riverside/check",
    "/admin/ehrs/riverside/set",
    "/admin/ehrs/riverside/suspend",
    "/admin/ehrs/riverside/resume",
    "/admin/ehrs/riverside/removed",
    "/admin/ehrs/riverside/approve",
    "/admin/ehrs/riverside/rotate",
    "/admin/ehrs/riverside/replaced",
];
