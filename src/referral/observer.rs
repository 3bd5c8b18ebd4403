//! Observers of the outbox: status and timeline of a referral follow its delivery, and the order in the EHR is updated.

use futures_util::future::BoxFuture;

use super::{
    status::Status,
    store,
    timeline_store::{self, NewEvent},
    write_back::{EHR_ORDER_CHANNEL, ORDER_SUBJECT, OrderUpdate},
};
use crate::{
    clock::SharedClock,
    db::{Error, Result, Tx, row_id},
    delivery::{
        LONG_DELAY, NewDelivery, Priority, SettleObserver, Settled, Settlement,
        store::{DeliverySubject, insert_delivery},
    },
    ehrs::Registry,
    ground::Ground,
    web::Metrics,
};

/// Subject kind of a referral's deliveries.
pub(super) const REFERRAL_SUBJECT: &str = "referral";

/// Updates the status of a referral with its delivery. After delivery, queues an update of the order in the EHR that the
/// referral was started from.
pub struct ReferralObserver {
    /// Clock and sealer; writes go to the worker's transaction.
    pub ground: Ground,
    /// Registered EHRs.
    pub registry: Registry,
    /// Counters of deliveries.
    pub metrics: Metrics,
}

impl ReferralObserver {
    /// Queues the update of the order, in the transaction that marks the referral as sent.
    async fn queue_order_update(&self, tx: &mut Tx, id: &str) -> Result<()> {
        let Ground { clock, sealer, .. } = &self.ground;
        if !self.registry.list().iter().any(|ehr| ehr.write_orders) {
            return Ok(());
        }
        let referral = match store::find_referral_in(tx, sealer, id).await {
            Ok(Some(referral)) => referral,
            Ok(None) => return Ok(()),
            // The delivery is confirmed all the same: a row that cannot be opened must not roll that back.
            Err(error @ (Error::Sealed { .. } | Error::Row { .. })) => {
                tracing::error!(referral = id, cause = %error, "the order of the EHR cannot be updated");
                let step =
                    NewEvent { referral_id: id, kind: "order-not-updated", user_id: None, detail: None };
                return timeline_store::insert_event(tx, &**clock, step).await;
            }
            Err(error) => return Err(error),
        };
        let writes = self.registry.find(&referral.ehr_id).is_some_and(|ehr| ehr.write_orders);
        let patient = referral.snapshot.resource("patient").and_then(|patient| patient["id"].as_str());
        let (Some(order), Some(patient), true) = (&referral.order_url, patient, writes) else {
            return Ok(());
        };
        let update = OrderUpdate {
            order: order.clone(),
            patient: patient.to_owned(),
            number: referral.number.clone(),
        };
        let delivery = NewDelivery {
            id: &row_id(&**clock),
            subject_kind: ORDER_SUBJECT,
            subject_id: id,
            channel: EHR_ORDER_CHANNEL,
            destination: &referral.ehr_id,
            recognises_duplicates: true,
            priority: Priority::Routine,
            payload: &serde_json::to_vec(&update).unwrap_or_default(),
        };
        insert_delivery(tx, &**clock, sealer, &delivery).await
    }
}

impl SettleObserver for ReferralObserver {
    fn observes(&self, kind: &str) -> bool {
        kind == REFERRAL_SUBJECT
    }

    fn settled<'a>(
        &'a self,
        tx: &'a mut Tx,
        subject: &'a DeliverySubject,
        settlement: Settlement<'a>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let clock = &*self.ground.clock;
            let detail = settlement.reason;
            if let Some((status, event)) = status_after(settlement)
                && store::settle(tx, clock, &subject.id, status).await?
            {
                let step = NewEvent { referral_id: &subject.id, kind: event, user_id: None, detail };
                timeline_store::insert_event(tx, clock, step).await?;
            }
            match settlement.settled {
                Settled::Delivered => self.queue_order_update(tx, &subject.id).await,
                _ => Ok(()),
            }
        })
    }

    fn counted(&self, outcome: &'static str) {
        self.metrics.count_delivery(outcome);
    }
}

/// Status of a referral after its delivery changed, and the step of its timeline if the status is new. `None` after a first
/// failure that is tried again soon: most are over within seconds.
fn status_after(settlement: Settlement<'_>) -> Option<(Status, &'static str)> {
    let waits = settlement.attempts >= 2 || settlement.next_in >= LONG_DELAY;
    Some(match settlement.settled {
        Settled::Delivered if !settlement.is_confirmed => (Status::Placed, "placed"),
        Settled::Delivered => (Status::Sent, "delivered"),
        Settled::Pending if settlement.is_our_fault => (Status::Retrying, "delivery-our-fault"),
        Settled::Pending if waits => (Status::Retrying, "delivery-retry"),
        Settled::Pending if settlement.attempts == 0 => (Status::Sending, "sent-again"),
        Settled::Pending => return None,
        Settled::NotDelivered => (Status::NotDelivered, "not-delivered"),
        Settled::Unconfirmed => (Status::Unconfirmed, "unconfirmed"),
    })
}

/// Adds the result of an order update to the timeline of its referral.
pub struct OrderObserver {
    /// Clock of the timeline.
    pub clock: SharedClock,
}

impl SettleObserver for OrderObserver {
    fn observes(&self, kind: &str) -> bool {
        kind == ORDER_SUBJECT
    }

    fn settled<'a>(
        &'a self,
        tx: &'a mut Tx,
        subject: &'a DeliverySubject,
        settlement: Settlement<'a>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let event = match settlement.settled {
                Settled::Delivered => "order-updated",
                Settled::Pending => return Ok(()),
                Settled::NotDelivered | Settled::Unconfirmed => "order-not-updated",
            };
            let step =
                NewEvent { referral_id: &subject.id, kind: event, user_id: None, detail: settlement.reason };
            timeline_store::insert_event(tx, &*self.clock, step).await
        })
    }
}
