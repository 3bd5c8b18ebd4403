use serde::Serialize;

use super::Launches;
use crate::web::Page;

/// Every registered EHR.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EhrsPage {
    /// One row each, in the order of their ids.
    pub rows: Vec<EhrRow>,
    /// What was just done: `removed` or `gone`; empty when nothing was.
    pub notice: String,
}

/// One EHR in the list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EhrRow {
    /// Its id.
    pub id: String,
    /// Its name; empty when its registration cannot be read.
    pub name: String,
    /// Its FHIR base; empty when its registration cannot be read.
    pub base: String,
    /// `active`, `paused` or `unreadable`.
    pub state: &'static str,
    /// How its launches went.
    pub launches: Launches,
}

impl Page for EhrsPage {
    const TEMPLATE: &'static str = "admin/ehrs.html";

    fn samples() -> Vec<Self> {
        let row = EhrRow {
            id: "riverside".into(),
            name: "Riverside Family Health EMR".into(),
            base: "https://ehr.example.ca/fhir".into(),
            state: "active",
            launches: Launches::sample(),
        };
        let paused = EhrRow { state: "paused", launches: Launches::default(), ..row.clone() };
        let sealed = EhrRow { state: "unreadable", ..paused.clone() };
        let unreadable = EhrRow { name: String::new(), base: String::new(), ..sealed.clone() };
        vec![
            Self { rows: vec![row, paused, sealed, unreadable], notice: "removed".into() },
            Self { notice: "gone".into(), ..Self::default() },
        ]
    }
}
