use serde::Serialize;

use crate::web::Page;

/// Asks an administrator who they are.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignInPage {
    /// What was typed as e-mail.
    pub email: String,
    /// Whether e-mail and password did not go together.
    pub wrong: bool,
    /// What happened before: `ended`, `signed-out` or `too-old`; empty at first.
    pub notice: String,
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "admin/sign_in.html";

    fn samples() -> Vec<Self> {
        let notice = |notice: &str| Self { notice: notice.into(), ..Self::default() };
        let wrong = Self { email: "a.administrator@clinic.example".into(), wrong: true, ..Self::default() };
        vec![Self::default(), wrong, notice("ended"), notice("signed-out"), notice("too-old")]
    }
}
