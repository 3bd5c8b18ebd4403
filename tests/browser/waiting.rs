//! Waiting for a condition, with one period and one bound for all browser tests.

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

/// Bound of every wait: generous, since test machines are busy.
const PATIENCE: Duration = Duration::from_mins(2);
/// Period of polling.
const PERIOD: Duration = Duration::from_millis(25);

/// Polls until `attempt` returns a value. The error names `what` was waited for.
pub async fn wait_until<T>(
    what: impl Display,
    mut attempt: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = attempt().await? {
            return Ok(found);
        }
        ensure!(started.elapsed() < PATIENCE, "waited {} s for {what}", PATIENCE.as_secs());
        tokio::time::sleep(PERIOD).await;
    }
}
