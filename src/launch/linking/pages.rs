//! Pages of a pending sign-in: link, confirm, choose, stayed.

use serde::Serialize;

use crate::web::Page;

/// Page that asks an unknown user for their account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LinkPage {
    /// Path of the pending sign-in.
    pub path: String,
    /// Name of the user in the EHR; empty if unknown.
    pub arrived_as: String,
    /// Name of the EHR.
    pub ehr: String,
    /// E-mail address as typed.
    pub email: String,
    /// Invalid proof: `password` or `invitation`; empty at first.
    pub wrong: String,
    /// Whether the limit of tries is exceeded.
    pub exhausted: bool,
}

/// Page that asks to confirm a link and shows the names in EHR and account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ConfirmPage {
    /// Path of the pending sign-in.
    pub path: String,
    /// Name of the user in the EHR.
    pub arrived_as: String,
    /// Name of the EHR.
    pub ehr: String,
    /// Name of the account.
    pub account: String,
    /// Name of the other user who would be signed out; empty if there is none.
    pub signs_out: String,
}

/// Page that asks which of two users continues in this browser.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChoicePage {
    /// Path of the pending sign-in.
    pub path: String,
    /// Name of the user of this launch.
    pub arrived: String,
    /// Name of the EHR.
    pub ehr: String,
    /// Name of the user currently signed in.
    pub signed_in: String,
}

/// Page that reports that nothing changed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StayedPage {
    /// Name of the user who stays signed in; empty if there is none.
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
