//! Context of the administrators' sign-in page.

use serde::Serialize;

use crate::web::Page;

/// Sign-in page of administrators.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignInPage {
    /// Email, as entered.
    pub email: String,
    /// Whether email and password were refused.
    pub wrong: bool,
    /// Reason for the page: `ended`, `signed-out`, `password-set`, `too-old`, `busy`, or empty.
    pub notice: String,
    /// Sealed form or path to resume after the sign-in; empty if there is none.
    pub kept: String,
    /// Whether `kept` is a form.
    pub keeps_form: bool,
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "admin/sign_in.html";

    fn samples() -> Vec<Self> {
        let notice = |notice: &str| Self { notice: notice.into(), ..Self::default() };
        let wrong = Self { email: "a.administrator@clinic.example".into(), wrong: true, ..Self::default() };
        let form = Self { kept: "sample".into(), keeps_form: true, ..notice("ended") };
        vec![
            Self::default(),
            wrong,
            notice("ended"),
            notice("signed-out"),
            notice("password-set"),
            notice("too-old"),
            notice("busy"),
            form,
        ]
    }
}
