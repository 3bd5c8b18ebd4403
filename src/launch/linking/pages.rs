use serde::Serialize;

use crate::web::Page;

/// Asks an unknown person for their account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LinkPage {
    /// Path of this question.
    pub path: String,
    /// Name the EHR gives the person; empty when it gives none.
    pub arrived_as: String,
    /// Name of the EHR.
    pub ehr: String,
    /// What was typed as e-mail.
    pub email: String,
    /// Which part was wrong: `password` or `invitation`; empty at first.
    pub wrong: String,
    /// Whether too many tries were made.
    pub exhausted: bool,
}

/// Asks for a yes to a link, naming both sides.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ConfirmPage {
    /// Path of this question.
    pub path: String,
    /// Name the EHR gives the person.
    pub arrived_as: String,
    /// Name of the EHR.
    pub ehr: String,
    /// Name of the account.
    pub account: String,
    /// Name of the other person who would be signed out; empty when there is none.
    pub signs_out: String,
}

/// Asks who goes on in this browser.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChoicePage {
    /// Path of this question.
    pub path: String,
    /// Name of the person who arrived.
    pub arrived: String,
    /// Name of the EHR.
    pub ehr: String,
    /// Name of the person who is signed in.
    pub signed_in: String,
}

/// Says that nothing changed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StayedPage {
    /// Name of the person who stays signed in; empty when nobody is.
    pub signed_in: String,
}

impl Page for LinkPage {
    const TEMPLATE: &'static str = "launch/link.html";

    fn samples() -> Vec<Self> {
        let first = Self {
            path: "/sign-in/x".into(),
            arrived_as: "Amélie Okafor".into(),
            ehr: "Riverside Family Health".into(),
            ..Self::default()
        };
        let again = Self { email: "amelie@example.org".into(), wrong: "password".into(), ..first.clone() };
        let code = Self { wrong: "invitation".into(), ..first.clone() };
        let exhausted = Self { exhausted: true, arrived_as: String::new(), ..first.clone() };
        vec![first, again, code, exhausted]
    }
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "launch/confirm.html";

    fn samples() -> Vec<Self> {
        let alone = Self {
            path: "/sign-in/x".into(),
            arrived_as: "Amélie Okafor".into(),
            ehr: "Riverside Family Health".into(),
            account: "Amélie Okafor".into(),
            signs_out: String::new(),
        };
        vec![alone.clone(), Self { signs_out: "Jean Roy".into(), ..alone }]
    }
}

impl Page for ChoicePage {
    const TEMPLATE: &'static str = "launch/choice.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            path: "/sign-in/x".into(),
            arrived: "Amélie Okafor".into(),
            ehr: "Riverside Family Health".into(),
            signed_in: "Jean Roy".into(),
        }]
    }
}

impl Page for StayedPage {
    const TEMPLATE: &'static str = "launch/stayed.html";

    fn samples() -> Vec<Self> {
        vec![Self { signed_in: "Jean Roy".into() }, Self::default()]
    }
}
