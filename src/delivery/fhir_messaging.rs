//! Channel for FHIR messaging.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::{HeaderValue, StatusCode, header};
use url::Url;

use super::{
    advice::Advice,
    answer::{Answer, read_answer},
    channel::DeliveryChannel,
    envelope::Envelope,
    no_answer::without_answer,
    outcome::{Outcome, Reason},
    peer::Peer,
    reason_kind::ReasonKind,
    sent::Sent,
};
use crate::{
    clock::SharedClock,
    egress::{Limits, Outbound, Request},
};

/// FHIR messaging: POST to `{endpoint}/$process-message`. The response is a Bundle or an `OperationOutcome`.
///
/// Source: FHIR R4 messaging, `$process-message`; CA:eReC Technical Foundation.
pub struct FhirMessaging {
    outbound: Arc<Outbound>,
    peers: Vec<Peer>,
    clock: SharedClock,
}

impl FhirMessaging {
    /// Returns a channel that sends through `outbound`, which checks the addresses.
    #[must_use]
    pub fn new(outbound: Arc<Outbound>, clock: SharedClock) -> Self {
        Self { outbound, peers: Vec::new(), clock }
    }

    /// Sets the destinations at which we authenticate.
    #[must_use]
    pub fn authenticating(self, peers: Vec<Peer>) -> Self {
        Self { peers, ..self }
    }

    async fn send(&self, envelope: &Envelope) -> Outcome {
        let address = format!("{}/$process-message", envelope.destination.trim_end_matches('/'));
        let Ok(url) = Url::parse(&address) else {
            let reason = Reason::from(ReasonKind::NotAUrl);
            return Outcome::Misdirected(reason.advising(Advice::Address), None);
        };
        let request = Request::post(url, "application/fhir+json", envelope.payload.clone())
            .header(header::ACCEPT, HeaderValue::from_static("application/fhir+json"));
        let peers = self.peers.iter().filter(|peer| peer.serves(request.url()));
        let peer = peers.max_by_key(|peer| peer.closeness());
        let request = match peer {
            Some(peer) => match peer.prove(request, self.clock.now()).await {
                Ok(request) => request,
                Err(outcome) => return outcome,
            },
            None => request,
        };
        let outbound = peer.map_or(&*self.outbound, Peer::outbound);
        match outbound.send(request, Limits::MESSAGE).await {
            Ok(reply) => {
                if let Some(peer) = peer.filter(|_| reply.status == StatusCode::UNAUTHORIZED) {
                    peer.forget_token().await;
                }
                let sent = Sent::read(&envelope.id, &envelope.payload);
                let Answer { outcome, note } = read_answer(&reply, &sent, self.clock.now());
                if let Some(note) = note {
                    tracing::warn!(
                        delivery = envelope.id,
                        fault = note,
                        "the destination's answer has a fault"
                    );
                }
                outcome
            }
            Err(error) => without_answer(&error),
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
