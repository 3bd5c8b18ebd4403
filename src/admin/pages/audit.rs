//! Context of the page about the audit trail.

use serde::Serialize;

use crate::web::Page;

/// Page of the audit trail.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AuditPage {
    /// Events, newest first.
    pub rows: Vec<AuditRow>,
    /// Text that was searched.
    pub search: String,
    /// Whether the list is limited to one patient.
    pub of_patient: bool,
    /// Time back to which events were searched, in local time; empty if the page is full or nothing is older.
    pub searched_back_to: String,
    /// Address of the page with older events; empty if there are none.
    pub older: String,
    /// Address of the page with the newest events; empty if it is this one.
    pub newest: String,
}

/// Event in the list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AuditRow {
    /// Time, in local time.
    pub at: String,
    /// Code of the kind of event, the end of the message key `audit-event-{event}`.
    pub event: String,
    /// Whether the action was refused or failed.
    pub failed: bool,
    /// Id of the account; empty if none acted.
    pub user_id: String,
    /// Name of the account.
    pub user_name: String,
    /// Id of the EHR; may be empty.
    pub ehr_id: String,
    /// Address of the list of the same patient's events; empty if it is about no patient.
    pub patient: String,
    /// Affected entity; may be empty.
    pub entity: String,
    /// Name of the account that is the entity; may be empty.
    pub entity_name: String,
    /// Number that people use for the entity; may be empty.
    pub number: String,
    /// Correlation id, which the user saw.
    pub reference: String,
    /// Detail, a code or a class in English; may be empty.
    pub detail: String,
    /// Words for the detail in the language of the page; empty unless it is a known code.
    pub detail_words: String,
    /// Name of the account whose id is in the detail; may be empty.
    pub detail_name: String,
}

impl Page for AuditPage {
    const TEMPLATE: &'static str = "admin/audit.html";

    fn samples() -> Vec<Self> {
        let viewed = AuditRow {
            at: "14 Sep 2026, 09:30".into(),
            event: "referral-viewed".into(),
            user_id: "0198c4a0-0000-7000-8000-000000000001".into(),
            user_name: "Dr. Ngozi Okafor".into(),
            ehr_id: "riverside".into(),
            patient: "/admin/audit?patient=key".into(),
            entity: "referral/0198c4a0-0000-7000-8000-000000000002".into(),
            number: "R26-7Q4K-92MD".into(),
            reference: "7Q4K-92MD".into(),
            ..AuditRow::default()
        };
        let refused = AuditRow {
            at: "14 Sep 2026, 09:29".into(),
            event: "launch-refused".into(),
            failed: true,
            reference: "7Q4K-92MC".into(),
            detail: "id-token-expired".into(),
            detail_words: "The id_token has expired".into(),
            ..AuditRow::default()
        };
        let prepared = AuditRow {
            event: "referral-prepared".into(),
            detail: "for 0198c4a0-0000-7000-8000-000000000003".into(),
            detail_name: "Wei-Lin Chen".into(),
            ..viewed.clone()
        };
        let disabled = AuditRow {
            at: "14 Sep 2026, 09:28".into(),
            event: "user-disabled".into(),
            entity_name: "Wei-Lin Chen".into(),
            entity: "user/0198c4a0-0000-7000-8000-000000000003".into(),
            ..viewed.clone()
        };
        let all = Self {
            rows: vec![viewed, refused, disabled, prepared],
            older: "/admin/audit?before=1-x".into(),
            ..Self::default()
        };
        let searched = Self {
            search: "riverside".into(),
            searched_back_to: "14 Aug 2026, 09:30".into(),
            newest: "/admin/audit?search=riverside".into(),
            ..all.clone()
        };
        let none = Self { rows: Vec::new(), older: String::new(), ..searched.clone() };
        vec![all.clone(), searched, none, Self { of_patient: true, ..all }, Self::default()]
    }
}
