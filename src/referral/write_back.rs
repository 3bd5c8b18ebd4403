//! Tells the EHR, when nobody is there, that the order a referral was begun for is on its way.
//!
//! Why the order and never a Task: in CA:eReC and the Ontario guide the status of a `process-request` Task is the word of
//! whoever receives the referral, and no value of it says "sent by the requester". A Task that the EHR keeps for itself may
//! mean "send this" or "get this done"; nothing in it tells which, so neither `in-progress` nor `completed` would be true of
//! both. The order's own `active` says all that we know.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    delivery::{DeliveryChannel, Envelope, Outcome},
    ehrs::{self, Registry},
    fhir::{self, Client, Reference},
    ground::Ground,
    smart::Access,
};

/// The name of the channel.
pub(super) const CHANNEL: &str = "ehr_order";
/// The kind of subject of what it carries.
pub(super) const SUBJECT: &str = "order";
const BUSY: Duration = Duration::from_mins(10);

/// What is told: which order, by its address, whose it must be, and the number of our referral.
#[derive(Serialize, Deserialize)]
pub(super) struct News {
    pub(super) order: String,
    pub(super) patient: String,
    pub(super) number: String,
}

/// Writes to the order at the EHR a referral was begun at: active, with the referral's number beside its own.
///
/// What is written is what stands there, with these two added, and only if it is still what was read.
pub struct EhrOrder {
    /// Registered EHRs.
    pub registry: Registry,
    /// Dependencies of the call to the EHR.
    pub ground: Ground,
    /// What our numbers belong to.
    pub system: String,
}

impl EhrOrder {
    async fn tell(&self, envelope: &Envelope) -> Outcome {
        let Ok(news) = serde_json::from_slice::<News>(&envelope.payload) else {
            return refused("the news cannot be read");
        };
        let Some(ehr) = self.registry.find(&envelope.destination) else {
            return refused("the EHR is no longer registered");
        };
        let order = Reference::under(&ehr.client.base, &news.order);
        let Some(order) = order.filter(|order| order.resource_type() == "ServiceRequest") else {
            return refused("the EHR has another base now");
        };
        let (client, grant) = match ehr.backend_client(&self.ground).await {
            Ok(granted) => granted,
            Err(ehrs::Error::Suspended) => return later("the EHR is suspended"),
            Err(error) => {
                tracing::warn!(ehr = ehr.id, cause = %error, "the EHR gave no token to write an order");
                return later("the EHR gave no token");
            }
        };
        if !grant.allows("ServiceRequest", Access::READ) || !grant.allows("ServiceRequest", Access::UPDATE) {
            return refused("writing orders was not granted");
        }
        match self.write(&client, &order, &news).await {
            Ok(outcome) => outcome,
            Err(error) => judge(&error),
        }
    }

    async fn write(&self, client: &Client, at: &Reference, news: &News) -> Result<Outcome, fhir::Error> {
        let (mut order, version) = client.read_to_change(at).await?;
        let subject = order["subject"]["reference"].as_str().unwrap_or_default();
        let subject = Reference::under(client.base(), subject);
        if subject != Reference::new("Patient", &news.patient) {
            return Ok(refused("the order is another patient's"));
        }
        if note(&mut order, &self.system, &news.number) {
            client.update(at, &order, &version).await?;
        }
        Ok(Outcome::Delivered)
    }
}

impl DeliveryChannel for EhrOrder {
    fn name(&self) -> &'static str {
        CHANNEL
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(self.tell(envelope))
    }
}

/// Notes in an order that it is on its way, under our number. False when that stands there already.
fn note(order: &mut Value, system: &str, number: &str) -> bool {
    let identifier = json!({
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "FILL"}]},
        "system": system,
        "value": number,
    });
    let is_ours = |other: &Value| other["system"] == *system && other["value"] == *number;
    let known = order["identifier"].as_array().is_some_and(|all| all.iter().any(is_ours));
    let draft = order["status"] == "draft";
    if draft {
        order["status"] = json!("active");
    }
    if !known {
        match order["identifier"].as_array_mut() {
            Some(all) => all.push(identifier),
            None => order["identifier"] = json!([identifier]),
        }
    }
    draft || !known
}

/// Reading and writing the same again does no harm, so what is uncertain is tried again.
fn judge(error: &fhir::Error) -> Outcome {
    match error {
        fhir::Error::Conflict => later("the order was changed meanwhile"),
        fhir::Error::Unauthorized => later("the EHR no longer accepts the token"),
        fhir::Error::Busy(_) => later("the EHR is busy"),
        fhir::Error::Status(status) if status.is_server_error() => {
            Outcome::RetryLater(format!("status {}", status.as_u16()), Some(BUSY))
        }
        fhir::Error::Egress(error) if error.is_final() => refused("the EHR's address is not allowed"),
        fhir::Error::Egress(_) => later("no answer"),
        fhir::Error::Unversioned => {
            refused("the EHR tells no version of the order, which could undo a change")
        }
        other => refused(&other.to_string()),
    }
}

fn refused(reason: &str) -> Outcome {
    Outcome::Refused(reason.to_owned())
}

fn later(reason: &str) -> Outcome {
    Outcome::RetryLater(reason.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_noted_once_and_keeps_what_it_had() {
        let (system, number) = ("https://us.example/referrals", "R26-7Q4K-92MD");
        let mut order = json!({"resourceType": "ServiceRequest", "status": "draft", "note": [{"text": "x"}]});
        assert!(note(&mut order, system, number));
        assert_eq!((&order["status"], &order["note"][0]["text"]), (&json!("active"), &json!("x")));
        assert_eq!(order["identifier"][0]["value"], number);
        assert!(!note(&mut order, system, number), "a second time there is nothing to write");
        let mut known = json!({"status": "completed", "identifier": [{"system": "urn:ehr", "value": "1"}]});
        assert!(note(&mut known, system, number));
        assert_eq!(
            (&known["status"], known["identifier"].as_array().unwrap().len()),
            (&json!("completed"), 2)
        );
    }
}
