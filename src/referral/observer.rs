use futures_util::future::BoxFuture;

use super::{
    Status, store, timeline,
    write_back::{self, News},
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

/// The kind of subject of a referral's deliveries.
pub(super) const SUBJECT: &str = "referral";

/// Lets the status of a referral follow its delivery; what is delivered is told to the EHR that ordered it.
pub struct ReferralObserver {
    /// Clock and sealer are used; the transaction is the worker's.
    pub ground: Ground,
    /// The EHRs.
    pub registry: Registry,
    /// The counters.
    pub metrics: Metrics,
}

impl ReferralObserver {
    /// Puts the news for the EHR into the outbox, in the transaction that calls the referral delivered.
    async fn tell_ehr(&self, tx: &mut Tx, id: &str) -> Result<()> {
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
        let news =
            News { order: order.clone(), patient: patient.to_owned(), number: referral.number.clone() };
        let delivery = NewDelivery {
            id: &row_id(&**clock),
            subject_kind: write_back::SUBJECT,
            subject_id: id,
            channel: write_back::CHANNEL,
            destination: &referral.ehr_id,
            recognises_duplicates: true,
            payload: &serde_json::to_vec(&news).unwrap_or_default(),
        };
        insert_delivery(tx, &**clock, sealer, &delivery).await
    }
}

impl SettleObserver for ReferralObserver {
    fn observes(&self, kind: &str) -> bool {
        kind == SUBJECT
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
            timeline::insert_event(tx, clock, &subject.id, event, (None, reason)).await?;
            if settled == Settled::Delivered { self.tell_ehr(tx, &subject.id).await } else { Ok(()) }
        })
    }

    fn counted(&self, outcome: &'static str) {
        self.metrics.count_delivery(outcome);
    }
}

/// Writes into the timeline of a referral what became of the news for the EHR.
pub struct OrderObserver {
    /// The clock.
    pub clock: SharedClock,
}

impl SettleObserver for OrderObserver {
    fn observes(&self, kind: &str) -> bool {
        kind == write_back::SUBJECT
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
            timeline::insert_event(tx, &*self.clock, &subject.id, event, (None, reason)).await
        })
    }
}
