use serde::Serialize;

use crate::web::Page;

/// Asks whether something is meant that cannot be taken back.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ConfirmPage {
    /// Id of the EHR.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `remove` or `replace-keys`.
    pub what: String,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "admin/confirm.html";

    fn samples() -> Vec<Self> {
        let page = |what: &str| Self {
            id: "riverside".into(),
            name: "Riverside Family Health EMR".into(),
            what: what.into(),
        };
        vec![page("remove"), page("replace-keys")]
    }
}
