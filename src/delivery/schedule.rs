//! Schedule of attempts: whether another one follows, and when. Pure.

use std::time::Duration;

use super::outcome::{Outcome, Settled};

/// Longest delay between two attempts, unless the destination asked for a longer one.
const MAX_RETRY_DELAY: Duration = Duration::from_hours(1);
/// Longest delay that a destination may ask for.
pub(super) const MAX_ASKED_DELAY: Duration = Duration::from_hours(24);
/// Delay after a first failure from which the next attempt is so far away that a person has to know.
pub const LONG_DELAY: Duration = Duration::from_mins(1);
/// Time for which a wrong address or wrong credentials are retried.
const MISDIRECTED_LIMIT: Duration = Duration::from_hours(1);
/// Delay before the next attempt after a fault of this installation.
const OUR_FAULT_DELAY: Duration = Duration::from_mins(1);
/// Interrupted attempts in a row after which a delivery ends: it may be what interrupts them.
pub(super) const MAX_INTERRUPTIONS: i64 = 5;

/// Urgency of a message, which decides for how long delivery is attempted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// FHIR request priority `routine`.
    #[default]
    Routine,
    /// FHIR request priority `urgent`.
    Urgent,
    /// FHIR request priorities `asap` and `stat`.
    Emergent,
}

impl Priority {
    /// Returns the priority of a FHIR request-priority code. Unknown codes are routine.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "urgent" => Self::Urgent,
            "asap" | "stat" => Self::Emergent,
            _ => Self::Routine,
        }
    }

    /// Returns the FHIR code, as stored in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Urgent => "urgent",
            Self::Emergent => "stat",
        }
    }

    /// Returns the time for which a delivery may be due without an attempt before a person has to know.
    #[must_use]
    pub fn patience(self) -> Duration {
        match self {
            Self::Routine => Duration::from_hours(1),
            Self::Urgent => Duration::from_mins(15),
            Self::Emergent => Duration::from_mins(5),
        }
    }
}

/// Time from the first attempt after which a delivery ends and a person has to decide.
#[derive(Clone, Copy, Debug)]
pub struct GiveUpAfter {
    /// For [`Priority::Routine`].
    pub routine: Duration,
    /// For [`Priority::Urgent`].
    pub urgent: Duration,
    /// For [`Priority::Emergent`].
    pub emergent: Duration,
}

impl GiveUpAfter {
    fn of(&self, priority: Priority) -> Duration {
        match priority {
            Priority::Routine => self.routine,
            Priority::Urgent => self.urgent,
            Priority::Emergent => self.emergent,
        }
    }
}

/// Limits and intervals of attempts.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Attempts before a person has to decide; 0 means that only the time counts.
    pub attempts: u32,
    /// Time before a person has to decide.
    pub give_up: GiveUpAfter,
    /// Delay before the first retry. Doubles each time, up to an hour.
    pub retry: Duration,
    /// Interval at which the outbox is polled.
    pub poll: Duration,
    /// Longest duration of an attempt, limited to two minutes: then another worker may claim the delivery.
    pub attempt_timeout: Duration,
    /// Concurrent attempts of one worker.
    pub concurrent: u32,
    /// Concurrent attempts to one destination, so that a slow one leaves room for the others.
    pub per_destination: u32,
}

/// Earlier attempts of a delivery.
#[derive(Clone, Copy, Debug, Default)]
pub struct History {
    /// Number of this attempt, from 1.
    pub attempt: u32,
    /// Urgency of the message.
    pub priority: Priority,
    /// Whether the destination processes a message once even if it receives it twice.
    pub recognises_duplicates: bool,
    /// Whether an earlier attempt may have arrived.
    pub may_have_arrived: bool,
    /// Time of the first attempt that reached a channel, in epoch milliseconds.
    pub tried_since: Option<i64>,
    /// Time since which every answer was [`Outcome::Misdirected`], in epoch milliseconds.
    pub misdirected_since: Option<i64>,
}

impl History {
    /// Returns the status after an attempt that ended at `now`, in epoch milliseconds.
    #[must_use]
    pub fn judge(&self, outcome: &Outcome, now: i64, settings: &WorkerSettings) -> Settled {
        let exhausted = settings.attempts > 0 && self.attempt >= settings.attempts;
        let over = exhausted || has_passed(self.tried_since, settings.give_up.of(self.priority), now);
        // A message that may have arrived is never reported as not delivered.
        let failed = if self.may_have_arrived { Settled::Unconfirmed } else { Settled::NotDelivered };
        match outcome {
            Outcome::Delivered | Outcome::Placed => Settled::Delivered,
            Outcome::AlreadyHas(_) if self.may_have_arrived => Settled::Delivered,
            Outcome::AlreadyHas(_) | Outcome::HandedOver(_) => Settled::Unconfirmed,
            Outcome::Unknown(_) if over || !self.recognises_duplicates => Settled::Unconfirmed,
            Outcome::Refused(_) => failed,
            Outcome::Misdirected(..) if has_passed(self.misdirected_since, MISDIRECTED_LIMIT, now) => failed,
            Outcome::RetryLater(..) | Outcome::Misdirected(..) if over => failed,
            Outcome::RetryLater(..)
            | Outcome::Misdirected(..)
            | Outcome::Unknown(_)
            | Outcome::OurFault(_) => Settled::Pending,
        }
    }

    /// Returns the delay before the next attempt, after one that ended at `now`, in epoch milliseconds: exponential with
    /// jitter, or the longer one that the destination asked for. It ends with the time in which attempts are made, so that
    /// the last one is not late. `jitter` is random.
    #[must_use]
    pub fn delay(&self, outcome: &Outcome, now: i64, settings: &WorkerSettings, jitter: u8) -> Duration {
        if let Outcome::OurFault(_) = outcome {
            return OUR_FAULT_DELAY;
        }
        let doublings = self.attempt.saturating_sub(1).min(16);
        let delay = settings.retry.saturating_mul(1 << doublings).min(MAX_RETRY_DELAY);
        let delay = delay + delay.mul_f64(f64::from(jitter) / 1024.0);
        let asked = outcome.asked_delay().map(|asked| asked.min(MAX_ASKED_DELAY));
        let delay = asked.map_or(delay, |asked| asked.max(delay));
        let delay = delay.min(time_left(self.tried_since, settings.give_up.of(self.priority), now));
        match outcome {
            Outcome::Misdirected(..) => delay.min(time_left(self.misdirected_since, MISDIRECTED_LIMIT, now)),
            _ => delay,
        }
    }
}

/// Returns the part of `limit` that is left at `now`, if it counts from `since`, or else from now.
fn time_left(since: Option<i64>, limit: Duration, now: i64) -> Duration {
    let passed = since.map_or(0, |since| now.saturating_sub(since));
    limit.saturating_sub(Duration::from_millis(u64::try_from(passed).unwrap_or(0)))
}

fn has_passed(since: Option<i64>, limit: Duration, now: i64) -> bool {
    let limit = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
    since.is_some_and(|since| now.saturating_sub(since) >= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn settings() -> WorkerSettings {
        let hours = Duration::from_hours;
        WorkerSettings {
            attempts: 0,
            give_up: GiveUpAfter { routine: hours(96), urgent: hours(24), emergent: hours(4) },
            retry: Duration::from_secs(15),
            poll: Duration::from_secs(2),
            attempt_timeout: Duration::from_secs(100),
            concurrent: 16,
            per_destination: 4,
        }
    }

    fn outcomes() -> [Outcome; 7] {
        [
            Outcome::HandedOver("x".into()),
            Outcome::AlreadyHas("x".into()),
            Outcome::RetryLater("x".into(), None),
            Outcome::Misdirected("x".into(), None),
            Outcome::Refused("x".into()),
            Outcome::Unknown("x".into()),
            Outcome::OurFault("x".into()),
        ]
    }

    /// A message that may have arrived ends as delivered or unconfirmed.
    #[test]
    fn never_reports_a_message_that_may_have_arrived_as_not_delivered() {
        for recognises_duplicates in [true, false] {
            let history = History {
                attempt: 400,
                recognises_duplicates,
                may_have_arrived: true,
                tried_since: Some(0),
                misdirected_since: Some(0),
                ..History::default()
            };
            for outcome in outcomes() {
                let judged = history.judge(&outcome, 1000 * HOUR, &settings());
                assert_ne!(judged, Settled::NotDelivered, "{outcome:?}");
            }
            let has_it = Outcome::AlreadyHas("x".into());
            assert_eq!(history.judge(&has_it, 0, &settings()), Settled::Delivered);
        }
    }

    #[test]
    fn leaves_a_first_attempt_that_the_destination_says_it_has_to_a_person() {
        let has_it = Outcome::AlreadyHas("x".into());
        assert_eq!(History::default().judge(&has_it, 0, &settings()), Settled::Unconfirmed);
    }

    #[test]
    fn gives_up_after_hours_that_depend_on_the_priority() {
        let later = Outcome::RetryLater("x".into(), None);
        for (code, hours) in [("routine", 96), ("urgent", 24), ("asap", 4), ("stat", 4)] {
            let priority = Priority::from_code(code);
            let history = History { attempt: 90, priority, tried_since: Some(0), ..History::default() };
            assert_eq!(history.judge(&later, hours * HOUR - 1, &settings()), Settled::Pending, "{code}");
            assert_eq!(history.judge(&later, hours * HOUR, &settings()), Settled::NotDelivered, "{code}");
        }
    }

    #[test]
    fn retries_a_wrong_address_for_an_hour() {
        let wrong = Outcome::Misdirected("x".into(), None);
        let history = History { misdirected_since: Some(0), tried_since: Some(0), ..History::default() };
        assert_eq!(history.judge(&wrong, HOUR - 1, &settings()), Settled::Pending);
        assert_eq!(history.judge(&wrong, HOUR, &settings()), Settled::NotDelivered);
    }

    #[test]
    fn never_ends_a_delivery_by_a_fault_of_this_installation() {
        let ours = Outcome::OurFault("x".into());
        let history = History { attempt: 4000, tried_since: Some(0), ..History::default() };
        let settings = WorkerSettings { attempts: 3, ..settings() };
        assert_eq!(history.judge(&ours, 1000 * HOUR, &settings), Settled::Pending);
    }

    /// R12: the intervals over hours.
    #[test]
    fn waits_longer_each_time_up_to_an_hour_and_never_less_than_our_own_delay() {
        let at = |attempt| History { attempt, ..History::default() };
        let asked = |seconds| Outcome::RetryLater("x".into(), Some(Duration::from_secs(seconds)));
        let later = Outcome::RetryLater("x".into(), None);
        let seconds = |attempt, outcome: &Outcome| at(attempt).delay(outcome, 0, &settings(), 0).as_secs();
        assert_eq!([1, 2, 3, 9, 40].map(|attempt| seconds(attempt, &later)), [15, 30, 60, 3600, 3600]);
        assert_eq!((seconds(1, &asked(1)), seconds(1, &asked(120))), (15, 120));
        assert!(at(1).delay(&later, 0, &settings(), 255) > Duration::from_secs(18));
    }

    /// R12: a destination that asks for a longer time than the urgency allows is asked once more when that time ends.
    #[test]
    fn bounds_a_delay_by_the_time_in_which_attempts_are_made() {
        let now = 100 * HOUR;
        let minutes = |history: History, outcome: &Outcome| {
            let delay = history.delay(outcome, now, &settings(), 255);
            let due_at = now + i64::try_from(delay.as_millis()).unwrap();
            let last = History { tried_since: history.tried_since.or(Some(now)), ..history };
            (delay.as_secs() / 60, last.judge(outcome, due_at, &settings()) == Settled::NotDelivered)
        };
        let of =
            |code: &str| History { attempt: 9, priority: Priority::from_code(code), ..History::default() };
        let later = |asked| Outcome::RetryLater("x".into(), asked);
        let week = Some(Duration::from_hours(24 * 7));
        for (code, expected) in [("stat", 4), ("asap", 4), ("urgent", 24)] {
            assert_eq!(minutes(of(code), &later(week)), (expected * 60, true), "{code}");
        }
        assert_eq!(minutes(of("routine"), &later(week)), (24 * 60, false));
        for asked in [None, week] {
            let late = History { tried_since: Some(now - 4 * HOUR + HOUR / 2), ..of("stat") };
            assert_eq!(minutes(late, &later(asked)), (30, true));
        }
        let misdirected = History { misdirected_since: Some(now - HOUR / 2), ..of("routine") };
        assert_eq!(minutes(misdirected, &Outcome::Misdirected("x".into(), week)), (30, true));
    }
}
