//! The pages of administrators: who gets in, what they see, and what they can do.

mod changes;
mod ehrs;
mod form;
mod kept;
mod launches;
mod lockout;
mod moved;
mod sign_in;

use passerelle::testing::{Browser, Page, Setup, TestApp};
use passerelle::users::Role;

pub const EMAIL: &str = "a.administrator@clinic.example";
pub const PASSWORD: &str = "a long enough passphrase";

/// An app with an administrator, and their id.
pub async fn app_with(setup: Setup) -> (TestApp, String) {
    let app = setup.start().await;
    let id = app.add_user("Ada Administrator", EMAIL, PASSWORD, Role::Administrator).await;
    (app, id)
}

pub async fn app() -> (TestApp, String) {
    app_with(TestApp::setup()).await
}

pub async fn tries(browser: &mut Browser, email: &str, password: &str) -> Page {
    let token = browser.get("/admin/sign-in").await.csrf_token();
    let fields = [("csrf_token", token.as_str()), ("email", email), ("password", password)];
    browser.post("/admin/sign-in", &fields).await
}

/// A browser in which the administrator is signed in.
pub async fn signed_in(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    let page = tries(&mut browser, EMAIL, PASSWORD).await;
    assert_eq!((page.status, page.location().path()), (303, "/admin"), "{}", page.text());
    browser
}

/// Presses a button of an EHR's page.
pub async fn presses(browser: &mut Browser, path: &str, more: &[(&str, &str)]) -> Page {
    let token = browser.get("/admin").await.csrf_token();
    let fields: Vec<_> = [("csrf_token", token.as_str())].into_iter().chain(more.iter().copied()).collect();
    browser.post(path, &fields).await
}

/// Whether the answer sends the browser to where administrators sign in.
pub fn is_shown_the_door(page: &Page) -> bool {
    page.redirects() && page.location().path() == "/admin/sign-in"
}

/// The pages an administrator looks at.
pub const PAGES: [&str; 8] = [
    "/admin",
    "/admin/",
    "/admin/add",
    "/admin/launches",
    "/admin/launches?ehr=riverside",
    "/admin/ehrs/riverside",
    "/admin/ehrs/riverside/change",
    "/admin/ehrs/riverside/remove",
];

/// What an administrator's buttons send to.
pub const BUTTONS: [&str; 11] = [
    "/admin/add",
    "/admin/language",
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
