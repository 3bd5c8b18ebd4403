use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use arc_swap::ArcSwapOption;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::Error;

/// One document of one EHR, remembered. However many want it at once, it is asked for once; those who waited for an
/// answer that did not come are told so together, and do not ask one after another.
pub(super) struct Remembered<T> {
    known: ArcSwapOption<Known<T>>,
    asking: Mutex<()>,
    asked: AtomicU64,
}

struct Known<T> {
    what: Arc<T>,
    at: Timestamp,
    fresh: SignedDuration,
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self { known: ArcSwapOption::empty(), asking: Mutex::default(), asked: AtomicU64::new(0) }
    }
}

impl<T> Remembered<T> {
    /// What is remembered, if it is younger than `age` and nobody doubts it, or else what `ask` brings.
    ///
    /// # Errors
    /// Those of `ask`, or that somebody else just asked in vain.
    pub(super) async fn get(
        &self,
        now: Timestamp,
        age: SignedDuration,
        document: &'static str,
        ask: impl Future<Output = Result<T, Error>>,
    ) -> Result<Arc<T>, Error> {
        if let Some(what) = self.younger_than(age, now) {
            return Ok(what);
        }
        let asked = self.asked.load(Ordering::Acquire);
        let _turn = self.asking.lock().await;
        if let Some(what) = self.younger_than(age, now) {
            return Ok(what);
        }
        if self.asked.load(Ordering::Acquire) != asked {
            return Err(Error::Document { document, what: "it did not come a moment ago" });
        }
        let answer = ask.await;
        self.asked.fetch_add(1, Ordering::Release);
        let what = Arc::new(answer?);
        self.remember(Arc::clone(&what), now, SignedDuration::MAX);
        Ok(what)
    }

    /// Lets what is remembered be fresh for `fresh` only.
    pub(super) fn doubt(&self, fresh: SignedDuration) {
        if let Some(known) = self.known.load_full() {
            self.remember(Arc::clone(&known.what), known.at, fresh);
        }
    }

    fn remember(&self, what: Arc<T>, at: Timestamp, fresh: SignedDuration) {
        self.known.store(Some(Arc::new(Known { what, at, fresh })));
    }

    fn younger_than(&self, age: SignedDuration, now: Timestamp) -> Option<Arc<T>> {
        let known = self.known.load();
        let known = known.as_ref().filter(|known| now.duration_since(known.at) < age.min(known.fresh));
        known.map(|known| Arc::clone(&known.what))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    async fn slow(answer: Option<u8>) -> Result<u8, Error> {
        tokio::task::yield_now().await;
        answer.ok_or(Error::NoIssuer)
    }

    /// J06: fifty askers, one question.
    #[actix_web::test]
    async fn many_at_once_ask_once() {
        let (remembered, now) = (Remembered::default(), Timestamp::UNIX_EPOCH);
        let askers = (0..50).map(|n| remembered.get(now, HOUR, "d", slow(Some(n))));
        let answers = futures_util::future::join_all(askers).await;
        assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|answer| **answer == 0)));
    }

    #[actix_web::test]
    async fn who_waited_for_nothing_does_not_ask_again_and_the_next_one_does() {
        let (remembered, now) = (Remembered::default(), Timestamp::UNIX_EPOCH);
        let asked = AtomicU64::new(0);
        let ask = || async {
            asked.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(1)).await;
            slow(None).await
        };
        let askers = (0..50).map(|_| remembered.get(now, HOUR, "d", ask()));
        let answers = futures_util::future::join_all(askers).await;
        assert!(answers.iter().all(Result::is_err));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        assert_eq!(*remembered.get(now, HOUR, "d", slow(Some(7))).await.unwrap(), 7);
    }

    /// DSC-09: after a minute instead of an hour.
    #[actix_web::test]
    async fn what_is_doubted_is_asked_for_sooner() {
        let (remembered, now) = (Remembered::default(), Timestamp::UNIX_EPOCH);
        let later = now + SignedDuration::from_mins(2);
        remembered.get(now, HOUR, "d", slow(Some(1))).await.unwrap();
        assert_eq!(*remembered.get(later, HOUR, "d", slow(Some(2))).await.unwrap(), 1);
        remembered.doubt(SignedDuration::from_mins(1));
        assert_eq!(*remembered.get(later, HOUR, "d", slow(Some(3))).await.unwrap(), 3);
    }
}
