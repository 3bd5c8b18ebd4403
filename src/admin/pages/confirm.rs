//! Context of the confirmation page.

use serde::Serialize;

use crate::web::Page;

/// Confirmation of an action on an EHR.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ConfirmPage {
    /// Id of the EHR.
    pub id: String,
    /// Name of the EHR.
    pub name: String,
    /// `suspend`, `remove` or `replace-keys`.
    pub action: String,
    /// Number of sessions that a suspension ends.
    pub sessions: i64,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "admin/confirm.html";

    fn samples() -> Vec<Self> {
        let page = |action: &str| Self {
            id: "riverside".into(),
            name: "Riverside Family Health EMR".into(),
            action: action.into(),
            sessions: 0,
        };
        vec![
            page("suspend"),
            Self { sessions: 1, ..page("suspend") },
            Self { sessions: 12, ..page("suspend") },
            page("remove"),
            page("replace-keys"),
        ]
    }
}
