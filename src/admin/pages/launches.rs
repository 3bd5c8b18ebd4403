use serde::Serialize;

use crate::web::Page;

/// The newest launches, and the question for the reference of one.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchesPage {
    /// Newest first.
    pub rows: Vec<LaunchRow>,
    /// Id of the EHR, where only its launches are shown.
    pub ehr_id: String,
    /// Its name.
    pub ehr_name: String,
    /// Whether those are shown that came from no EHR we know.
    pub unknown: bool,
    /// A reference that was asked for and is not there.
    pub missing: String,
}

/// One launch.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchRow {
    /// What a person reads out.
    pub reference: String,
    /// When it began.
    pub at: String,
    /// Id of the EHR; empty where it is not known.
    pub ehr_id: String,
    /// Its name.
    pub ehr_name: String,
    /// How it ended, in words.
    pub outcome: String,
    /// Whether that is well.
    pub good: bool,
}

/// One launch, step by step.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchPage {
    /// Which.
    pub launch: LaunchRow,
    /// What may help, in words; empty where nothing is known to.
    pub advice: String,
    /// What happened, in order.
    pub steps: Vec<LaunchStep>,
}

/// One step of a launch.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchStep {
    /// In words.
    pub name: String,
    /// Milliseconds since the launch began.
    pub after_ms: i64,
    /// Whether it ended the launch.
    pub bad: bool,
    /// What was sent or received.
    pub facts: Vec<LaunchFact>,
}

/// Something that was sent or received.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaunchFact {
    /// What we call it, in words; empty where it goes by the name of its standard.
    pub label: String,
    /// Its name, as the standard has it.
    pub name: String,
    /// Its value; empty where it is struck out.
    pub value: String,
    /// Whether nobody may see its value.
    pub redacted: bool,
}

impl LaunchRow {
    fn samples() -> Vec<Self> {
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
        vec![refused, opened, unknown]
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
            ..Self::default()
        };
        let unknown = Self { rows: rows[2..].to_vec(), unknown: true, ..Self::default() };
        vec![Self { rows, ..Self::default() }, of_one, unknown, Self::default()]
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
        let came = LaunchStep {
            name: "Launch request received".into(),
            facts: vec![fact("iss", "https://ehr.example.ca/fhir"), fact("launch", "")],
            ..LaunchStep::default()
        };
        let ended = LaunchStep {
            name: "Launch refused".into(),
            after_ms: 212,
            bad: true,
            facts: vec![fact("why", "aud is not us")],
        };
        let steps = vec![came, ended];
        let advice =
            |launch: &LaunchRow| if launch.good { "" } else { "Compare client_id with the id of the EHR." };
        let launches = LaunchRow::samples().into_iter();
        launches
            .map(|launch| Self { advice: advice(&launch).to_owned(), launch, steps: steps.clone() })
            .collect()
    }
}
