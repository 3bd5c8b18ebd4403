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
    db::{Result, Tx, row_id},
    delivery::{
        NewDelivery, SettleObserver, Settled,
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
        let Some(referral) = store::find_referral_in(tx, sealer, id).await? else { return Ok(()) };
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
            let clock = &*self.ground.clock;
            store::settle(tx, clock, &subject.id, status).await?;
            let step = NewEvent { referral_id: &subject.id, kind: event, user_id: None, detail: reason };
            timeline_store::insert_event(tx, clock, step).await?;
            match settled {
                Settled::Delivered => self.queue_order_update(tx, &subject.id).await,
                _ => Ok(()),
            }
        })
    }

    fn counted(&self, outcome: &'static str) {
        self.metrics.count_delivery(outcome);
    }
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
        settled: Settled,
        reason: Option<&'a str>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let event = match settled {
                Settled::Delivered => "order-updated",
                Settled::Pending => return Ok(()),
                Settled::NotDelivered | Settled::Unconfirmed => "order-not-updated",
            };
            let step = NewEvent { referral_id: &subject.id, kind: event, user_id: None, detail: reason };
            timeline_store::insert_event(tx, &*self.clock, step).await
        })
    }
}
