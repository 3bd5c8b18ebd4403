//! Contexts of the pages about launches.

use serde::Serialize;

use crate::web::{Page, Paging};

/// List of the newest launches, with a search by reference.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchesPage {
    /// Newest first.
    pub rows: Vec<LaunchRow>,
    /// Launches sent to the EHR that are not back, newest first.
    pub not_back: Vec<LaunchRow>,
    /// Id of the EHR, if the list is limited to it.
    pub ehr_id: String,
    /// Name of that EHR.
    pub ehr_name: String,
    /// Whether the list is limited to launches without a registered EHR.
    pub unknown: bool,
    /// Reference that was searched and not found.
    pub missing: String,
    /// Days for which launches are kept.
    pub days: u32,
    /// Place among the pages.
    pub paging: Paging,
}

/// Launch in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchRow {
    /// Reference shown to the user, such as `7Q4K-92MD`.
    pub reference: String,
    /// Start, in local time.
    pub at: String,
    /// Id of the EHR; empty if it is not registered.
    pub ehr_id: String,
    /// Name of the EHR.
    pub ehr_name: String,
    /// Localized outcome.
    pub outcome: String,
    /// Whether the launch succeeded.
    pub good: bool,
}

/// Trace of one launch.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchPage {
    /// Summary of the launch.
    pub launch: LaunchRow,
    /// Localized advice; empty if there is none.
    pub advice: String,
    /// Code of the error that ended the launch; empty if it succeeded.
    pub error_code: String,
    /// Steps, oldest first.
    pub steps: Vec<LaunchStep>,
}

/// Step of a launch.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchStep {
    /// Localized name.
    pub name: String,
    /// Milliseconds since the start of the launch.
    pub after_ms: i64,
    /// Whether it ended the launch.
    pub bad: bool,
    /// Error that ended the launch at this step.
    pub error: Option<LaunchError>,
    /// Data sent or received.
    pub facts: Vec<LaunchFact>,
}

/// Error that ended a launch.
#[derive(Clone, Debug, Serialize)]
pub struct LaunchError {
    /// Stable code, also the anchor of its paragraph in the troubleshooting guide.
    pub code: String,
    /// Localized text of the code.
    pub text: String,
}

/// Value sent or received in a launch.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchFact {
    /// Localized label; empty if `name` comes from a standard.
    pub label: String,
    /// Name, from the standard if it defines one.
    pub name: String,
    /// Value; empty if redacted.
    pub value: String,
    /// Whether the value is redacted.
    pub redacted: bool,
}

impl LaunchRow {
    fn samples() -> [Self; 3] {
        let refused = Self {
            reference: "7Q4K-92MD".into(),
            at: "14 Sep 2026, 09:30".into(),
            ehr_id: "riverside".into(),
            ehr_name: "Riverside Family Health EMR".into(),
            outcome: "The id_token did not pass our checks".into(),
            good: false,
        };
        let opened = Self {
            outcome: "The chart was opened".into(),
            good: true,
            reference: "2B3C-4D5E".into(),
            ..refused.clone()
        };
        let unknown = Self { ehr_id: String::new(), ehr_name: String::new(), ..refused.clone() };
        [refused, opened, unknown]
    }
}

impl Page for LaunchesPage {
    const TEMPLATE: &'static str = "admin/launches.html";

    fn samples() -> Vec<Self> {
        let rows = LaunchRow::samples();
        let of_one = Self {
            ehr_id: "riverside".into(),
            ehr_name: "Riverside Family Health EMR".into(),
            rows: rows[..2].to_vec(),
            missing: "AAAA-BBBB".into(),
            days: 7,
            paging: Paging::sample(),
            ..Self::default()
        };
        let unknown = Self { rows: rows[2..].to_vec(), unknown: true, ..Self::default() };
        vec![
            Self { rows: rows.to_vec(), not_back: rows[..1].to_vec(), ..Self::default() },
            of_one,
            unknown,
            Self::default(),
        ]
    }
}

impl Page for LaunchPage {
    const TEMPLATE: &'static str = "admin/launch.html";

    fn samples() -> Vec<Self> {
        let fact = |name: &str, value: &str| LaunchFact {
            label: if name == "why" { "Reason".into() } else { String::new() },
            name: name.into(),
            value: value.into(),
            redacted: value.is_empty(),
        };
        let received = LaunchStep {
            name: "Launch request received".into(),
            facts: vec![fact("iss", "https://ehr.example.ca/fhir"), fact("launch", "")],
            ..LaunchStep::default()
        };
        let refused = LaunchStep {
            name: "Launch refused".into(),
            after_ms: 212,
            bad: true,
            error: Some(LaunchError {
                code: "id-token-audience-mismatch".into(),
                text: "aud of the id_token is not our client_id".into(),
            }),
            facts: vec![fact("why", "aud is not our client_id")],
        };
        let [failed, succeeded, unknown] = LaunchRow::samples();
        let failed = Self {
            launch: failed,
            advice: "Compare client_id with the id that the EHR issued to us.".into(),
            error_code: "id-token-audience-mismatch".into(),
            steps: vec![received.clone(), refused.clone()],
        };
        let succeeded = Self { launch: succeeded, steps: vec![received], ..Self::default() };
        let without_advice = Self { launch: unknown, advice: String::new(), ..failed.clone() };
        vec![failed, succeeded, without_advice]
    }
}
