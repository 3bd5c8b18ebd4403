//! Context of the list of EHRs.

use serde::Serialize;

use super::LastLaunches;
use crate::web::Page;

/// List of the registered EHRs.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EhrsPage {
    /// Rows, sorted by id.
    pub rows: Vec<EhrRow>,
    /// Notice of the last action: `removed`, `gone`, or empty.
    pub notice: String,
}

/// EHR in the list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EhrRow {
    /// Id.
    pub id: String,
    /// Name; empty if the registration is unreadable.
    pub name: String,
    /// FHIR base URL; empty if the registration is unreadable.
    pub base: String,
    /// `active`, `suspended` or `unreadable`.
    pub state: &'static str,
    /// Last successful and last refused launch.
    pub launches: LastLaunches,
}

impl Page for EhrsPage {
    const TEMPLATE: &'static str = "admin/ehrs.html";

    fn samples() -> Vec<Self> {
        let row = EhrRow {
            id: "riverside".into(),
            name: "Riverside Family Health EMR".into(),
            base: "https://ehr.example.ca/fhir".into(),
            state: "active",
            launches: LastLaunches::sample(),
        };
        let suspended = EhrRow { state: "suspended", launches: LastLaunches::default(), ..row.clone() };
        let no_secret = EhrRow { state: "unreadable", ..suspended.clone() };
        let unreadable = EhrRow { name: String::new(), base: String::new(), ..no_secret.clone() };
        vec![
            Self { rows: vec![row, suspended, no_secret, unreadable], notice: "removed".into() },
            Self { notice: "gone".into(), ..Self::default() },
        ]
    }
}
