//! Single-flight cache for one document of one EHR.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use arc_swap::ArcSwapOption;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::error::{Error, NotServedReason};

/// Age up to which a stale entry is used while the EHR does not answer.
const MAX_STALE: SignedDuration = SignedDuration::from_hours(24);
/// Time for which a failure is cached, so that callers do not wait for the same failure one after another.
const FAILURE_CACHED: SignedDuration = SignedDuration::from_secs(10);

/// Cache entry for one EHR. Concurrent callers share one fetch; if it fails, all of them get that failure and none
/// retries.
pub(super) struct Cached<T> {
    entry: ArcSwapOption<Entry<T>>,
    fetching: Mutex<()>,
    fetches: AtomicU64,
    /// Time of the last failure, epoch milliseconds.
    failed_at: AtomicI64,
    /// Time of the last early fetch, epoch milliseconds.
    early_at: AtomicI64,
}

struct Entry<T> {
    value: Arc<T>,
    fetched_at: Timestamp,
    fresh_for: SignedDuration,
}

/// Age that a caller accepts.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    /// A fresh entry, or a stale one while the EHR does not answer.
    Fresh,
    /// An entry fetched again, although the cached one is fresh. At most once in this interval: within it, the entry of
    /// the last early fetch, and never a stale one.
    Early(SignedDuration),
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self {
            entry: ArcSwapOption::empty(),
            fetching: Mutex::default(),
            fetches: AtomicU64::new(0),
            failed_at: AtomicI64::new(i64::MIN),
            early_at: AtomicI64::new(i64::MIN),
        }
    }
}

impl<T> Cached<T> {
    /// Returns the cached value if it is young enough; otherwise awaits `fetch`, which returns a value and how long it
    /// is fresh.
    ///
    /// # Errors
    /// Those of `fetch`, or [`NotServedReason::FailedRecently`]. If the EHR merely does not answer, a stale value of
    /// the last day is returned instead.
    pub(super) async fn get(
        &self,
        now: Timestamp,
        wanted: Wanted,
        document: &'static str,
        fetch: impl Future<Output = Result<(T, SignedDuration), Error>>,
    ) -> Result<Arc<T>, Error> {
        if let Some(value) = self.acceptable(wanted, now) {
            return Ok(value);
        }
        let failed_recently = Error::NotServed { document, reason: NotServedReason::FailedRecently };
        if self.has_failed_recently(now) {
            return self.stale(wanted, now).ok_or(failed_recently);
        }
        let fetches = self.fetches.load(Ordering::Acquire);
        let _guard = self.fetching.lock().await;
        if let Some(value) = self.acceptable(wanted, now) {
            return Ok(value);
        }
        if self.fetches.load(Ordering::Acquire) != fetches {
            return self.stale(wanted, now).ok_or(failed_recently);
        }
        if matches!(wanted, Wanted::Early(_)) {
            self.early_at.store(now.as_millisecond(), Ordering::Release);
        }
        let fetched = fetch.await;
        self.fetches.fetch_add(1, Ordering::Release);
        match fetched {
            Ok((value, fresh_for)) => {
                let value = Arc::new(value);
                self.store(Arc::clone(&value), now, fresh_for);
                Ok(value)
            }
            Err(error) if error.is_absence() => {
                self.failed_at.store(now.as_millisecond(), Ordering::Release);
                tracing::warn!(document, cause = %error, "the EHR does not answer");
                self.stale(wanted, now).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Invalidates the entry: it stays fresh for at most `fresh_for` after its fetch.
    pub(super) fn invalidate(&self, fresh_for: SignedDuration) {
        if let Some(entry) = self.entry.load_full() {
            self.store(Arc::clone(&entry.value), entry.fetched_at, fresh_for.min(entry.fresh_for));
        }
    }

    fn store(&self, value: Arc<T>, fetched_at: Timestamp, fresh_for: SignedDuration) {
        self.entry.store(Some(Arc::new(Entry { value, fetched_at, fresh_for })));
    }

    fn acceptable(&self, wanted: Wanted, now: Timestamp) -> Option<Arc<T>> {
        match wanted {
            Wanted::Fresh => self.younger_than(now, |fresh_for| fresh_for),
            Wanted::Early(interval) => {
                let since = now.as_millisecond().saturating_sub(self.early_at.load(Ordering::Acquire));
                let is_recent = (0..i64::try_from(interval.as_millis()).unwrap_or(0)).contains(&since);
                self.younger_than(now, |fresh_for| fresh_for).filter(|_| is_recent)
            }
        }
    }

    fn stale(&self, wanted: Wanted, now: Timestamp) -> Option<Arc<T>> {
        match wanted {
            Wanted::Fresh => self.younger_than(now, |_| MAX_STALE),
            Wanted::Early(_) => None,
        }
    }

    fn younger_than(&self, now: Timestamp, age: impl Fn(SignedDuration) -> SignedDuration) -> Option<Arc<T>> {
        let entry = self.entry.load();
        let entry = entry.as_ref().filter(|it| now.duration_since(it.fetched_at) < age(it.fresh_for));
        entry.map(|entry| Arc::clone(&entry.value))
    }

    fn has_failed_recently(&self, now: Timestamp) -> bool {
        let since = now.as_millisecond().saturating_sub(self.failed_at.load(Ordering::Acquire));
        (0..i64::try_from(FAILURE_CACHED.as_millis()).unwrap_or(0)).contains(&since)
    }
}

#[cfg(test)]
mod tests {
    use std::{future::ready, time::Duration};

    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    async fn slow(answer: Option<u8>) -> Result<(u8, SignedDuration), Error> {
        tokio::task::yield_now().await;
        let absent = Error::NotServed { document: "d", reason: NotServedReason::Status };
        answer.map(|answer| (answer, HOUR)).ok_or(absent)
    }

    fn after(minutes: i64) -> Timestamp {
        NOW + SignedDuration::from_mins(minutes)
    }

    #[actix_web::test]
    async fn concurrent_callers_share_one_fetch() {
        let cached = Cached::default();
        let callers = (0..50).map(|n| cached.get(NOW, Wanted::Fresh, "d", slow(Some(n))));
        let answers = futures_util::future::join_all(callers).await;
        assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|answer| **answer == 0)));
    }

    #[actix_web::test]
    async fn shares_a_failure_and_fetches_again_later() {
        let cached = Cached::default();
        let fetches = AtomicU64::new(0);
        let fetch = || async {
            fetches.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(1)).await;
            slow(None).await
        };
        let callers = (0..50).map(|_| cached.get(NOW, Wanted::Fresh, "d", fetch()));
        let answers = futures_util::future::join_all(callers).await;
        assert!(answers.iter().all(Result::is_err));
        assert!(cached.get(NOW, Wanted::Fresh, "d", fetch()).await.is_err());
        assert_eq!(fetches.load(Ordering::Relaxed), 1, "a failure is cached for ten seconds");
        assert_eq!(*cached.get(after(1), Wanted::Fresh, "d", slow(Some(7))).await.unwrap(), 7);
    }

    #[actix_web::test]
    async fn refetches_an_invalidated_entry_early() {
        let cached = Cached::default();
        let get = async |minutes, answer| {
            *cached.get(after(minutes), Wanted::Fresh, "d", slow(Some(answer))).await.unwrap()
        };
        assert_eq!((get(0, 1).await, get(2, 2).await), (1, 1));
        cached.invalidate(SignedDuration::from_mins(1));
        assert_eq!(get(2, 3).await, 3);
        assert_eq!((get(61, 4).await, get(62, 5).await), (3, 5), "an hour after its fetch");
    }

    /// A key set that changed a second after it was fetched is fetched again, once a minute.
    #[actix_web::test]
    async fn fetches_early_at_most_once_in_the_interval() {
        let cached = Cached::default();
        let early = Wanted::Early(SignedDuration::from_mins(1));
        let second = |seconds| NOW + SignedDuration::from_secs(seconds);
        let get = async |at, wanted, answer| *cached.get(at, wanted, "d", slow(Some(answer))).await.unwrap();
        assert_eq!(get(second(0), Wanted::Fresh, 1).await, 1);
        assert_eq!(get(second(1), early, 2).await, 2, "although the entry is a second old");
        assert_eq!(get(second(30), early, 3).await, 2, "not twice in a minute");
        assert_eq!(get(second(61), early, 4).await, 4);
    }

    /// D15, J10: at most a day old, and only while the EHR does not answer.
    #[actix_web::test]
    async fn returns_a_stale_entry_while_the_ehr_is_down() {
        let cached = Cached::default();
        cached.get(NOW, Wanted::Fresh, "d", slow(Some(1))).await.unwrap();
        assert_eq!(*cached.get(after(61), Wanted::Fresh, "d", slow(None)).await.unwrap(), 1);
        let early = Wanted::Early(SignedDuration::from_mins(1));
        assert!(cached.get(after(62), early, "d", slow(None)).await.is_err());
        assert!(
            cached.get(after(63), Wanted::Fresh, "d", ready(Err(Error::IssuerMismatch))).await.is_err(),
            "a contradiction is not an outage"
        );
        assert_eq!(*cached.get(after(23 * 60), Wanted::Fresh, "d", slow(None)).await.unwrap(), 1);
        assert!(cached.get(after(25 * 60), Wanted::Fresh, "d", slow(None)).await.is_err());
    }
}
