//! Runs of many launches, saturated or at a steady rate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::browser::Target;
use crate::meter::ratio;

/// Results of a run of launches.
#[derive(Default)]
pub struct Outcome {
    /// Times of the successful launches, sorted.
    pub times: Vec<Duration>,
    pub failures: Vec<String>,
    pub took: Duration,
}

impl Outcome {
    fn note(&mut self, result: Result<Duration, String>) {
        match result {
            Ok(time) => self.times.push(time),
            Err(why) => self.failures.push(why),
        }
    }

    /// Adds the launches of a later run.
    pub fn add(&mut self, later: Self) {
        self.times.extend(later.times);
        self.times.sort_unstable();
        self.failures.extend(later.failures);
        self.took += later.took;
    }

    fn finish(mut self, began: Instant) -> Self {
        self.took = began.elapsed();
        self.times.sort_unstable();
        self
    }

    pub fn per_second(&self) -> f64 {
        ratio(self.times.len(), 1) / self.took.as_secs_f64()
    }

    /// Percentile of the launch times, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.times.len() * percent).div_ceil(100).saturating_sub(1);
        self.times.get(rank).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}

/// Runs `browsers` concurrently, each starting its next launch when one ends.
pub async fn saturated(target: &Arc<Target>, launches: u64, browsers: u64) -> Outcome {
    let began = Instant::now();
    let left = Arc::new(AtomicU64::new(launches));
    let mut tasks = JoinSet::new();
    for _ in 0..browsers {
        let (target, left) = (target.clone(), left.clone());
        tasks.spawn(async move {
            let mut outcome = Outcome::default();
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                let began = Instant::now();
                let result = target.launch().await;
                outcome.note(result.map(|()| began.elapsed()));
            }
            outcome
        });
    }
    let mut all = Outcome::default();
    while let Some(outcome) = tasks.join_next().await {
        let outcome = outcome.expect("a browser does not panic");
        all.times.extend(outcome.times);
        all.failures.extend(outcome.failures);
    }
    all.finish(began)
}

/// Starts a launch every `interval`, whether or not earlier ones have ended; the time includes a delayed start.
pub async fn paced(target: &Arc<Target>, launches: u32, interval: Duration) -> Outcome {
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..launches {
        let due = began + interval * number;
        tokio::time::sleep_until(due.into()).await;
        let target = target.clone();
        tasks.spawn(async move {
            let result = target.launch().await;
            result.map(|()| due.elapsed())
        });
    }
    let mut all = Outcome::default();
    while let Some(result) = tasks.join_next().await {
        all.note(result.expect("a browser does not panic"));
    }
    all.finish(began)
}
