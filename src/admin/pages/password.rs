//! Contexts of the pages with which administrators choose their own passwords.

use serde::Serialize;

use crate::web::Page;

/// Change of one's own password.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PasswordPage {
    /// Email of the account, for password managers.
    pub email: String,
    /// Problem: end of the message key `password-{problem}`; empty if there is none.
    pub problem: &'static str,
    /// Whether the password was changed.
    pub done: bool,
}

/// Choice of a password with a one-time code.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewPasswordPage {
    /// Code, as entered.
    pub code: String,
    /// Problem: end of the message key `password-{problem}`; empty if there is none.
    pub problem: &'static str,
}

impl Page for PasswordPage {
    const TEMPLATE: &'static str = "admin/password.html";

    fn samples() -> Vec<Self> {
        let of = |problem| Self { email: "a.administrator@clinic.example".into(), problem, done: false };
        let done = Self { done: true, ..of("") };
        ["", "wrong", "length", "differs", "busy"].map(of).into_iter().chain([done]).collect()
    }
}

impl Page for NewPasswordPage {
    const TEMPLATE: &'static str = "admin/new_password.html";

    fn samples() -> Vec<Self> {
        let of = |problem| Self { code: "K7QM-2XHT-9BWA-41RD".into(), problem };
        ["", "code", "length", "differs", "too-old"].map(of).to_vec()
    }
}
