//! Delivery channel that updates the EHR order a referral was started from, with a backend token and no user present.
//!
//! Why the order and never a Task: in CA:eReC and the Ontario guide the receiver of a referral sets the status of a
//! `process-request` Task, and none of its values means "sent by the requester". A Task that the EHR keeps for itself may
//! mean "send this" or "get this done", and nothing in it distinguishes the two, so neither `in-progress` nor `completed`
//! is correct for both. The order's status `active` states exactly what is known.

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

/// Name of the channel.
pub(super) const EHR_ORDER_CHANNEL: &str = "ehr_order";
/// Subject kind of the deliveries of this channel.
pub(super) const ORDER_SUBJECT: &str = "order";
/// Delay before the next attempt after a server error.
const SERVER_ERROR_DELAY: Duration = Duration::from_mins(10);

/// Payload of a delivery: update of one order.
#[derive(Serialize, Deserialize)]
pub(super) struct OrderUpdate {
    /// URL of the order (ServiceRequest).
    pub(super) order: String,
    /// FHIR id of the patient that the order must be about.
    pub(super) patient: String,
    /// Number of the referral.
    pub(super) number: String,
}

/// Channel that sets an order of the EHR to `active` and adds the number of the referral to its identifiers.
///
/// All other elements of the order are written back unchanged, and only if the order still has the version that was read.
pub struct EhrOrder {
    /// Registered EHRs.
    pub registry: Registry,
    /// Dependencies of the call to the EHR.
    pub ground: Ground,
    /// Identifier system of referral numbers.
    pub system: String,
}

impl EhrOrder {
    async fn update_order(&self, envelope: &Envelope) -> Outcome {
        let Ok(update) = serde_json::from_slice::<OrderUpdate>(&envelope.payload) else {
            return refused("the order update is invalid");
        };
        let Some(ehr) = self.registry.find(&envelope.destination) else {
            return refused("the EHR is no longer registered");
        };
        let order = Reference::under(&ehr.client.base, &update.order);
        let Some(order) = order.filter(|order| order.resource_type() == "ServiceRequest") else {
            return refused("the order is not under the base URL of the EHR");
        };
        let (client, grant) = match ehr.backend_client(&self.ground).await {
            Ok(granted) => granted,
            Err(ehrs::Error::Suspended) => return later("the EHR is suspended"),
            Err(error) => {
                tracing::warn!(ehr = ehr.id, cause = %error, "no access token to update an order of the EHR");
                return later("the EHR issued no access token");
            }
        };
        if !grant.allows("ServiceRequest", Access::READ) || !grant.allows("ServiceRequest", Access::UPDATE) {
            return refused("the EHR did not grant system/ServiceRequest scopes to read and update orders");
        }
        match self.write(&client, &order, &update).await {
            Ok(outcome) => outcome,
            Err(error) => outcome(&error),
        }
    }

    async fn write(
        &self,
        client: &Client,
        at: &Reference,
        update: &OrderUpdate,
    ) -> Result<Outcome, fhir::Error> {
        let (mut order, version) = client.read_to_change(at).await?;
        let subject = order["subject"]["reference"].as_str().unwrap_or_default();
        let subject = Reference::under(client.base(), subject);
        if subject != Reference::new("Patient", &update.patient) {
            return Ok(refused("the order is about another patient"));
        }
        if activate(&mut order, &self.system, &update.number) {
            client.update(at, &order, &version).await?;
        }
        Ok(Outcome::Delivered)
    }
}

impl DeliveryChannel for EhrOrder {
    fn name(&self) -> &'static str {
        EHR_ORDER_CHANNEL
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(self.update_order(envelope))
    }
}

/// Sets a draft order to `active` and adds our number. Returns `false` if neither was needed.
fn activate(order: &mut Value, system: &str, number: &str) -> bool {
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

/// Outcome of a failed read or write. The update is idempotent, so it is retried if its result is unknown.
fn outcome(error: &fhir::Error) -> Outcome {
    match error {
        fhir::Error::Conflict => later("the order was changed between read and update"),
        fhir::Error::Unauthorized => later("the EHR rejected the access token"),
        fhir::Error::Busy(_) => later("the EHR is busy"),
        fhir::Error::Status(status) if status.is_server_error() => {
            Outcome::RetryLater(format!("status {}", status.as_u16()).into(), Some(SERVER_ERROR_DELAY))
        }
        fhir::Error::Egress(error) if error.is_final() => refused("the EHR's address is not permitted"),
        fhir::Error::Egress(_) => later("no answer"),
        fhir::Error::Unversioned => {
            refused("the EHR returned the order without a version, so an update could overwrite a change")
        }
        other => refused(&other.to_string()),
    }
}

fn refused(reason: &str) -> Outcome {
    Outcome::Refused(reason.into())
}

fn later(reason: &str) -> Outcome {
    Outcome::RetryLater(reason.into(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activates_an_order_once_and_keeps_its_other_elements() {
        let (system, number) = ("https://us.example/referrals", "R26-7Q4K-92MD");
        let mut order = json!({"resourceType": "ServiceRequest", "status": "draft", "note": [{"text": "x"}]});
        assert!(activate(&mut order, system, number));
        assert_eq!((&order["status"], &order["note"][0]["text"]), (&json!("active"), &json!("x")));
        assert_eq!(order["identifier"][0]["value"], number);
        assert!(!activate(&mut order, system, number), "the second update writes nothing");
        let mut known = json!({"status": "completed", "identifier": [{"system": "urn:ehr", "value": "1"}]});
        assert!(activate(&mut known, system, number));
        assert_eq!(
            (&known["status"], known["identifier"].as_array().unwrap().len()),
            (&json!("completed"), 2)
        );
    }
}
