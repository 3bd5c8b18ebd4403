//! Context of the confirmation page.

use serde::Serialize;

use crate::web::Page;

/// Confirmation of an action that cannot be undone.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ConfirmPage {
    /// Id of the EHR.
    pub id: String,
    /// Name of the EHR.
    pub name: String,
    /// `remove` or `replace-keys`.
    pub action: String,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "admin/confirm.html";

    fn samples() -> Vec<Self> {
        let page = |action: &str| Self {
            id: "riverside".into(),
            name: "Riverside Family Health EMR".into(),
            action: action.into(),
        };
        vec![page("remove"), page("replace-keys")]
    }
}
