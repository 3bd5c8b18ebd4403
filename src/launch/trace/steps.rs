//! Steps of a launch trace.

use std::cell::{OnceCell, RefCell};

use serde::{Deserialize, Serialize};

use crate::{clock::SharedClock, smart::Fact};

/// Fact that names an [`Advice`](crate::launch::Advice), for the step that ended a launch.
pub(in crate::launch) const ADVICE: &str = "advice";
/// Fact that names the code of the error, for the step that ended a launch.
pub(in crate::launch) const CODE: &str = "code of the error";

/// Step of a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepName {
    /// The EHR opened `/launch`, or a user `/start`.
    LaunchRequest,
    /// The EHR's endpoints are known.
    Metadata,
    /// The browser is sent to the EHR.
    AuthorizationRequest,
    /// The EHR sent the browser back.
    Callback,
    /// The token endpoint answered.
    TokenResponse,
    /// The id_token was received, and is verified next.
    IdToken,
    /// The id_token was verified, and the chart read.
    ChartRead,
    /// The chart is open, or the sign-in waits for the user.
    Opened,
    /// The launch was refused.
    Refused,
}

impl StepName {
    /// All steps, in their order.
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

/// Recorded step, with the facts of its message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Name of the step.
    pub name: StepName,
    /// Time, epoch milliseconds.
    pub at: i64,
    facts: Vec<Fact>,
}

impl Step {
    /// Returns the facts sent or received: names, and values unless redacted.
    pub fn facts(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let facts = self.facts.iter().filter(|Fact(name, _)| name != ADVICE && name != CODE);
        facts.map(|Fact(name, value)| (&**name, value.as_deref()))
    }

    /// Returns the stable code of the error, if the launch was refused at this step.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.facts.iter().find(|Fact(name, _)| name == CODE)?.1.as_deref()
    }

    /// Returns the name of the advice, if the launch was refused at this step and there is advice.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.facts.iter().find(|Fact(name, _)| name == ADVICE)?.1.as_deref()
    }
}

/// Recorder of the steps of one request of a launch.
pub(in crate::launch) struct Trace {
    clock: SharedClock,
    steps: RefCell<Vec<Step>>,
    back: OnceCell<String>,
}

impl Trace {
    pub(in crate::launch) fn new(clock: SharedClock) -> Self {
        Self { clock, steps: RefCell::default(), back: OnceCell::new() }
    }

    pub(in crate::launch) fn add(&self, name: StepName, facts: Vec<Fact>) {
        self.steps.borrow_mut().push(Step { name, at: self.clock.now_ms(), facts });
    }

    /// Adds a step of an earlier request of the same launch.
    pub(in crate::launch) fn add_earlier(&self, name: StepName, at: i64, facts: Vec<Fact>) {
        self.steps.borrow_mut().push(Step { name, at, facts });
    }

    /// Formats the steps as JSON.
    pub(in crate::launch) fn text(&self) -> String {
        serde_json::to_string(&*self.steps.borrow()).expect("steps have a JSON form")
    }

    /// Notes that the request brought a launch back that may be recorded as overdue, now or later, by any node.
    pub(in crate::launch) fn brings_back(&self, state_hash: &str) {
        // A request brings back one launch.
        let _ = self.back.set(state_hash.to_owned());
    }

    /// Returns the hash of the state of the launch that the request brought back.
    pub(in crate::launch) fn back(&self) -> Option<&str> {
        self.back.get().map(String::as_str)
    }

    pub(in crate::launch) fn begun_at(&self) -> i64 {
        self.steps.borrow().first().map_or_else(|| self.clock.now_ms(), |step| step.at)
    }
}
