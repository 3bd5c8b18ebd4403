//! Context of the page with the result of a check.

use serde::Serialize;

use super::HandOverRow;
use crate::{ehrs::check::Level, web::Page};

/// Result of a check of an EHR.
#[derive(Clone, Debug, Serialize)]
pub struct CheckPage {
    /// Id of the EHR.
    pub id: String,
    /// Name of the EHR.
    pub name: String,
    /// Localized numbers of problems and notes.
    pub verdict: String,
    /// Whether there are no problems.
    pub good: bool,
    /// Last change of the checked registration, epoch milliseconds.
    pub seen: i64,
    /// Lines, one for each topic.
    pub lines: Vec<CheckLine>,
    /// Values that the EHR's administrator needs to register us.
    pub hand_over: Vec<HandOverRow>,
}

/// Line of a check.
#[derive(Clone, Debug, Serialize)]
pub struct CheckLine {
    /// Severity.
    pub level: Level,
    /// Localized topic.
    pub topic: String,
    /// Localized finding.
    pub text: String,
    /// Localized next step; empty if no action is needed.
    pub fix: String,
    /// Buttons and links that correct the finding.
    pub actions: Vec<Action>,
}

/// Correction of a finding.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Action {
    /// Button that sets a setting to this value, or adds the value.
    Set {
        /// Name of the setting, with a plus if the value is added.
        name: String,
        /// Value.
        value: String,
        /// Whether the value is added to the current ones.
        adds: bool,
        /// Name of the setting, without a plus.
        setting: &'static str,
    },
    /// Link to the field of the setting.
    Edit {
        /// Name of the setting.
        setting: &'static str,
    },
    /// Button that approves an origin.
    Approve {
        /// Origin.
        origin: String,
    },
    /// Button that resumes the EHR.
    Resume,
}

impl Page for CheckPage {
    const TEMPLATE: &'static str = "admin/check.html";

    fn samples() -> Vec<Self> {
        let line = |level, actions| CheckLine {
            level,
            topic: "Issuer".into(),
            text: "It publishes https://ehr.example.ca/auth.".into(),
            fix: if level == Level::Good { String::new() } else { "Set issuer to that.".into() },
            actions,
        };
        let set = |adds: bool| Action::Set {
            name: if adds { "scopes+".into() } else { "issuer".into() },
            value: "https://ehr.example.ca/auth".into(),
            adds,
            setting: if adds { "scopes" } else { "issuer" },
        };
        let broken = Self {
            id: "riverside".into(),
            name: "Riverside Family Health EMR".into(),
            verdict: "One problem prevents launches.".into(),
            good: false,
            seen: 1,
            lines: vec![
                line(Level::Good, Vec::new()),
                line(Level::Note, vec![set(true), Action::Edit { setting: "frame_ancestors" }]),
                line(Level::Problem, vec![set(false)]),
                line(
                    Level::Problem,
                    vec![Action::Approve { origin: "https://a.example".into() }, Action::Resume],
                ),
            ],
            hand_over: HandOverRow::samples(),
        };
        vec![Self { good: true, lines: vec![line(Level::Good, Vec::new())], ..broken.clone() }, broken]
    }
}
