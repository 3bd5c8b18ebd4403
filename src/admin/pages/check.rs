use serde::Serialize;

use super::HandedOver;
use crate::{ehrs::check::Level, web::Page};

/// What a check of an EHR found.
#[derive(Clone, Debug, Serialize)]
pub struct CheckPage {
    /// Id of the EHR.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many problems and notes there are, in words.
    pub verdict: String,
    /// Whether there are no problems.
    pub good: bool,
    /// When the registration that was checked had last changed.
    pub seen: i64,
    /// What was found.
    pub lines: Vec<CheckLine>,
    /// What its administrator needs from us.
    pub handed_over: Vec<HandedOver>,
}

/// One thing that was found.
#[derive(Clone, Debug, Serialize)]
pub struct CheckLine {
    /// How much it matters.
    pub level: Level,
    /// What it is about.
    pub topic: String,
    /// What was found.
    pub text: String,
    /// What to do; empty where there is nothing to do.
    pub fix: String,
    /// What can be done from here.
    pub actions: Vec<Action>,
}

/// Something that mends a line.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Action {
    /// A button that sets a setting to this value, or adds it.
    Set {
        /// Name of the setting, with a plus where it is added to.
        name: String,
        /// The value.
        value: String,
        /// Whether it is added to what is there.
        adds: bool,
        /// The setting, without a plus.
        setting: &'static str,
    },
    /// A link to the field of the setting.
    Edit {
        /// Name of the setting.
        setting: &'static str,
    },
    /// A button that approves an origin.
    Approve {
        /// The origin.
        origin: String,
    },
    /// A button that lets the EHR launch again.
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
            handed_over: HandedOver::samples(),
        };
        vec![Self { good: true, lines: vec![line(Level::Good, Vec::new())], ..broken.clone() }, broken]
    }
}
