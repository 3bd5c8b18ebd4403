//! Bound and period of every wait for the driver or a page.

use std::time::{Duration, Instant};

use super::Error;

/// Bound of a wait: generous, since test machines are busy.
pub(super) const PATIENCE: Duration = Duration::from_mins(2);
/// Period of polling.
pub(super) const POLL: Duration = Duration::from_millis(25);

/// Pauses for one period, or fails once the bound is exceeded.
pub(super) async fn pause(started: Instant, what: impl FnOnce() -> String) -> Result<(), Error> {
    if started.elapsed() > PATIENCE {
        return Err(Error::TimedOut { what: what(), seconds: started.elapsed().as_secs() });
    }
    tokio::time::sleep(POLL).await;
    Ok(())
}
