use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use arc_swap::ArcSwapOption;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::Error;

/// How long a copy stays good when the EHR cannot be asked.
const STALE: SignedDuration = SignedDuration::from_hours(24);
/// How long an EHR that did not answer is left alone, so that nobody waits for it in vain.
const LEFT_ALONE: SignedDuration = SignedDuration::from_secs(10);

/// One thing known of one EHR, remembered. However many want it at once, it is asked for once; those who waited for an
/// answer that did not come are told so together, and do not ask one after another.
pub(super) struct Remembered<T> {
    known: ArcSwapOption<Known<T>>,
    asking: Mutex<()>,
    asked: AtomicU64,
    unanswered_at: AtomicI64,
}

struct Known<T> {
    what: Arc<T>,
    at: Timestamp,
    fresh: SignedDuration,
}

/// Which copy will do.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    /// A fresh one; an older one where the EHR cannot be asked.
    Usual,
    /// One younger than this; no older one.
    Younger(SignedDuration),
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self {
            known: ArcSwapOption::empty(),
            asking: Mutex::default(),
            asked: AtomicU64::new(0),
            unanswered_at: AtomicI64::new(i64::MIN),
        }
    }
}

impl<T> Remembered<T> {
    /// What is remembered, if it is fresh and nobody doubts it, or else what `ask` brings, with how long that is fresh.
    ///
    /// # Errors
    /// Those of `ask`, or that somebody else just asked in vain. Where the EHR only did not answer, a copy of the last
    /// day will do.
    pub(super) async fn get(
        &self,
        now: Timestamp,
        wanted: Wanted,
        document: &'static str,
        ask: impl Future<Output = Result<(T, SignedDuration), Error>>,
    ) -> Result<Arc<T>, Error> {
        if let Some(what) = self.good(wanted, now) {
            return Ok(what);
        }
        let just_now = Error::NotServed { document, what: "it did not come a moment ago" };
        if self.is_left_alone(now) {
            return self.stale(wanted, now).ok_or(just_now);
        }
        let asked = self.asked.load(Ordering::Acquire);
        let _turn = self.asking.lock().await;
        if let Some(what) = self.good(wanted, now) {
            return Ok(what);
        }
        if self.asked.load(Ordering::Acquire) != asked {
            return self.stale(wanted, now).ok_or(just_now);
        }
        let answer = ask.await;
        self.asked.fetch_add(1, Ordering::Release);
        match answer {
            Ok((what, fresh)) => {
                let what = Arc::new(what);
                self.remember(Arc::clone(&what), now, fresh);
                Ok(what)
            }
            Err(error) if error.is_absence() => {
                self.unanswered_at.store(now.as_millisecond(), Ordering::Release);
                tracing::warn!(document, cause = %error, "the EHR does not answer");
                self.stale(wanted, now).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Lets what is remembered be fresh for `fresh` only.
    pub(super) fn doubt(&self, fresh: SignedDuration) {
        if let Some(known) = self.known.load_full() {
            self.remember(Arc::clone(&known.what), known.at, fresh.min(known.fresh));
        }
    }

    fn remember(&self, what: Arc<T>, at: Timestamp, fresh: SignedDuration) {
        self.known.store(Some(Arc::new(Known { what, at, fresh })));
    }

    fn good(&self, wanted: Wanted, now: Timestamp) -> Option<Arc<T>> {
        self.younger_than(now, |fresh| match wanted {
            Wanted::Usual => fresh,
            Wanted::Younger(age) => fresh.min(age),
        })
    }

    fn stale(&self, wanted: Wanted, now: Timestamp) -> Option<Arc<T>> {
        match wanted {
            Wanted::Usual => self.younger_than(now, |_| STALE),
            Wanted::Younger(_) => None,
        }
    }

    fn younger_than(&self, now: Timestamp, age: impl Fn(SignedDuration) -> SignedDuration) -> Option<Arc<T>> {
        let known = self.known.load();
        let known = known.as_ref().filter(|known| now.duration_since(known.at) < age(known.fresh));
        known.map(|known| Arc::clone(&known.what))
    }

    fn is_left_alone(&self, now: Timestamp) -> bool {
        let since = now.as_millisecond().saturating_sub(self.unanswered_at.load(Ordering::Acquire));
        (0..i64::try_from(LEFT_ALONE.as_millis()).unwrap_or(0)).contains(&since)
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
        let absent = Error::NotServed { document: "d", what: "down" };
        answer.map(|answer| (answer, HOUR)).ok_or(absent)
    }

    fn after(minutes: i64) -> Timestamp {
        NOW + SignedDuration::from_mins(minutes)
    }

    #[actix_web::test]
    async fn many_at_once_ask_once() {
        let remembered = Remembered::default();
        let askers = (0..50).map(|n| remembered.get(NOW, Wanted::Usual, "d", slow(Some(n))));
        let answers = futures_util::future::join_all(askers).await;
        assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|answer| **answer == 0)));
    }

    #[actix_web::test]
    async fn who_waited_for_nothing_does_not_ask_again_and_a_later_one_does() {
        let remembered = Remembered::default();
        let asked = AtomicU64::new(0);
        let ask = || async {
            asked.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(1)).await;
            slow(None).await
        };
        let askers = (0..50).map(|_| remembered.get(NOW, Wanted::Usual, "d", ask()));
        let answers = futures_util::future::join_all(askers).await;
        assert!(answers.iter().all(Result::is_err));
        assert!(remembered.get(NOW, Wanted::Usual, "d", ask()).await.is_err());
        assert_eq!(asked.load(Ordering::Relaxed), 1, "it is left alone for ten seconds");
        assert_eq!(*remembered.get(after(1), Wanted::Usual, "d", slow(Some(7))).await.unwrap(), 7);
    }

    #[actix_web::test]
    async fn what_is_doubted_is_asked_for_sooner() {
        let remembered = Remembered::default();
        let get = async |minutes, answer| {
            *remembered.get(after(minutes), Wanted::Usual, "d", slow(Some(answer))).await.unwrap()
        };
        assert_eq!((get(0, 1).await, get(2, 2).await), (1, 1));
        remembered.doubt(SignedDuration::from_mins(1));
        assert_eq!(get(2, 3).await, 3);
        assert_eq!((get(61, 4).await, get(62, 5).await), (3, 5), "an hour after it was asked for");
    }

    /// D15, J10: a copy of the last day will do while the EHR does not answer, and only then.
    #[actix_web::test]
    async fn an_old_copy_stands_in_for_an_ehr_that_is_down() {
        let remembered = Remembered::default();
        remembered.get(NOW, Wanted::Usual, "d", slow(Some(1))).await.unwrap();
        assert_eq!(*remembered.get(after(61), Wanted::Usual, "d", slow(None)).await.unwrap(), 1);
        let younger = Wanted::Younger(SignedDuration::from_mins(1));
        assert!(remembered.get(after(62), younger, "d", slow(None)).await.is_err());
        assert!(
            remembered.get(after(63), Wanted::Usual, "d", ready(Err(Error::IssuerMismatch))).await.is_err(),
            "wrong is not down"
        );
        assert_eq!(*remembered.get(after(23 * 60), Wanted::Usual, "d", slow(None)).await.unwrap(), 1);
        assert!(remembered.get(after(25 * 60), Wanted::Usual, "d", slow(None)).await.is_err());
    }
}
