use futures_util::future::BoxFuture;

use super::{Status, store, timeline};
use crate::{
    clock::SharedClock,
    db::{Result, Tx},
    delivery::{SettleObserver, Settled, store::Subject},
    web::Metrics,
};

/// The kind of subject of a referral's deliveries.
pub(super) const SUBJECT: &str = "referral";

/// Lets the status of a referral follow its delivery.
pub struct ReferralObserver {
    /// The clock.
    pub clock: SharedClock,
    /// The counters.
    pub metrics: Metrics,
}

impl SettleObserver for ReferralObserver {
    fn observes(&self, kind: &str) -> bool {
        kind == SUBJECT
    }

    fn settled<'a>(
        &'a self,
        tx: &'a mut Tx,
        subject: &'a Subject,
        settled: Settled,
        reason: Option<&'a str>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let (status, event) = match settled {
                Settled::Delivered => (Status::Sent, "delivered"),
                Settled::Pending => (Status::Sending, "delivery-retry"),
                Settled::NotDelivered => (Status::NotDelivered, "not-delivered"),
                Settled::Unconfirmed => (Status::Unconfirmed, "unconfirmed"),
            };
            store::settle(tx, &*self.clock, &subject.id, status).await?;
            timeline::insert_event(tx, &*self.clock, &subject.id, event, (None, reason)).await
        })
    }

    fn counted(&self, outcome: &'static str) {
        self.metrics.count_delivery(outcome);
    }
}
