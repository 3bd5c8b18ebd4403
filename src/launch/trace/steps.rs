use std::cell::RefCell;

use serde::{Deserialize, Serialize};

use crate::{clock::SharedClock, smart::Fact};

/// The fact that names an [`Advice`](crate::launch::Advice), for the step that ended a launch.
pub(in crate::launch) const ADVICE: &str = "advice";
/// Fact that names the code of the error, for the step that ended a launch.
pub(in crate::launch) const CODE: &str = "code of the error";

/// A step of a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepName {
    /// The EHR opened `/launch`, or somebody `/start`.
    LaunchRequest,
    /// The EHR's endpoints are known.
    Metadata,
    /// The browser is sent to the EHR.
    AuthorizationRequest,
    /// The browser came back.
    Callback,
    /// The code was sent to the token endpoint, and this came.
    TokenResponse,
    /// The id_token that is to be verified.
    IdToken,
    /// The id_token is verified; the chart is read.
    ChartRead,
    /// The chart is open, or the person is asked for their account.
    Opened,
    /// It ended here.
    Refused,
}

impl StepName {
    /// Every step, in the order in which they come.
    pub const ALL: [Self; 9] = [
        Self::LaunchRequest,
        Self::Metadata,
        Self::AuthorizationRequest,
        Self::Callback,
        Self::TokenResponse,
        Self::IdToken,
        Self::ChartRead,
        Self::Opened,
        Self::Refused,
    ];
}

/// One step, with what was sent or received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// When, epoch milliseconds.
    pub at: i64,
    facts: Vec<Fact>,
}

impl Step {
    /// What was sent or received: names, and values where they may be seen.
    pub fn facts(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let facts = self.facts.iter().filter(|Fact(name, _)| name != ADVICE && name != CODE);
        facts.map(|Fact(name, value)| (&**name, value.as_deref()))
    }

    /// Stable code of the error, if the launch ended here.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.facts.iter().find(|Fact(name, _)| name == CODE)?.1.as_deref()
    }

    /// The name of what may help, where the launch ended here and something may.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.facts.iter().find(|Fact(name, _)| name == ADVICE)?.1.as_deref()
    }
}

/// The steps of one request of a launch, as they happen.
pub(in crate::launch) struct Trace {
    clock: SharedClock,
    steps: RefCell<Vec<Step>>,
}

impl Trace {
    pub(in crate::launch) fn new(clock: SharedClock) -> Self {
        Self { clock, steps: RefCell::default() }
    }

    pub(in crate::launch) fn add(&self, name: StepName, facts: Vec<Fact>) {
        self.steps.borrow_mut().push(Step { name, at: self.clock.now_ms(), facts });
    }

    /// A step of an earlier request of the same launch.
    pub(in crate::launch) fn add_earlier(&self, name: StepName, at: i64, facts: Vec<Fact>) {
        self.steps.borrow_mut().push(Step { name, at, facts });
    }

    /// As JSON.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(&*self.steps.borrow()).expect("steps have a JSON form")
    }

    pub(super) fn begun_at(&self) -> i64 {
        self.steps.borrow().first().map_or_else(|| self.clock.now_ms(), |step| step.at)
    }
}
