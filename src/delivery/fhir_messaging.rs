//! Channel for FHIR messaging.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::{HeaderValue, header};
use url::Url;

use super::{
    answer::{Answer, read_answer},
    channel::DeliveryChannel,
    envelope::Envelope,
    outcome::Outcome,
    sent::Sent,
};
use crate::{
    clock::SharedClock,
    egress::{Error, Limits, Outbound, Request},
};

/// FHIR messaging: POST to `{endpoint}/$process-message`. The response is a Bundle or an `OperationOutcome`.
///
/// Source: FHIR R4 messaging, `$process-message`; CA:eReC Technical Foundation.
pub struct FhirMessaging {
    outbound: Arc<Outbound>,
    clock: SharedClock,
}

impl FhirMessaging {
    /// Returns a channel that sends through `outbound`, which checks the addresses.
    #[must_use]
    pub fn new(outbound: Arc<Outbound>, clock: SharedClock) -> Self {
        Self { outbound, clock }
    }

    async fn send(&self, envelope: &Envelope) -> Outcome {
        let address = format!("{}/$process-message", envelope.destination.trim_end_matches('/'));
        let Ok(url) = Url::parse(&address) else {
            return Outcome::Misdirected("the endpoint is not a URL".into(), None);
        };
        let request = Request::post(url, "application/fhir+json", envelope.payload.clone())
            .header(header::ACCEPT, HeaderValue::from_static("application/fhir+json"));
        match self.outbound.send(request, Limits::MESSAGE).await {
            Ok(reply) => {
                let sent = Sent::read(&envelope.id, &envelope.payload);
                let Answer { outcome, note } = read_answer(&reply, &sent, self.clock.now());
                if let Some(note) = note {
                    tracing::warn!(delivery = envelope.id, fault = note, "the destination's answer has a fault");
                }
                outcome
            }
            Err(error) => outcome_of(&error),
        }
    }
}

impl DeliveryChannel for FhirMessaging {
    fn name(&self) -> &'static str {
        "fhir_messaging"
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(self.send(envelope))
    }
}

/// Returns the outcome of an attempt without an answer.
fn outcome_of(error: &Error) -> Outcome {
    match error {
        Error::Blocked | Error::Url(_) => {
            Outcome::Misdirected("the endpoint's address is not allowed".into(), None)
        }
        Error::Setup(_) => Outcome::OurFault("TLS cannot be set up on this node".into()),
        Error::AtCapacity => Outcome::OurFault("too many concurrent requests".into()),
        error if error.may_have_arrived() => Outcome::Unknown("no complete response".into()),
        _ => Outcome::RetryLater("no connection".into(), None),
    }
}
