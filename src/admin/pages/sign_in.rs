use serde::Serialize;

use crate::web::Page;

/// Asks an administrator who they are.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignInPage {
    /// What was typed as e-mail.
    pub email: String,
    /// Whether e-mail and password did not go together.
    pub wrong: bool,
    /// What happened before: `ended`, `signed-out`, `too-old` or `busy`; empty at first.
    pub notice: String,
    /// What the browser keeps until somebody is signed in: a form that came too late, or the page that was asked for.
    pub kept: String,
    /// Whether it is a form.
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
            notice("too-old"),
            notice("busy"),
            form,
        ]
    }
}
