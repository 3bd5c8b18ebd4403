//! Channel for FHIR messaging.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;
use url::Url;

use super::{channel::DeliveryChannel, envelope::Envelope, outcome::Outcome};
use crate::egress::{Error, Limits, Outbound, Reply, Request};

/// FHIR messaging: POST to `{endpoint}/$process-message`. The response is a Bundle or an `OperationOutcome`.
///
/// Source: FHIR R4 messaging, `$process-message`; CA:eReC Technical Foundation.
pub struct FhirMessaging {
    outbound: Arc<Outbound>,
}

impl FhirMessaging {
    /// Returns a channel that sends through `outbound`, which checks the addresses.
    #[must_use]
    pub fn new(outbound: Arc<Outbound>) -> Self {
        Self { outbound }
    }

    async fn send(&self, envelope: &Envelope) -> Outcome {
        let address = format!("{}/$process-message", envelope.destination.trim_end_matches('/'));
        let Ok(url) = Url::parse(&address) else {
            return refused("the endpoint is not a URL");
        };
        let request = Request::post(url, "application/fhir+json", envelope.payload.clone())
            .header(header::ACCEPT, HeaderValue::from_static("application/fhir+json"));
        match self.outbound.send(request, Limits::MESSAGE).await {
            Ok(reply) => process_message_response(&reply, &envelope.id),
            Err(Error::Blocked | Error::Url(_)) => refused("the endpoint's address is not allowed"),
            Err(error) if error.may_have_arrived() => Outcome::Unknown("no complete response".to_owned()),
            Err(_) => Outcome::RetryLater("no connection".to_owned(), None),
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

/// Parses the response of a destination to the message `id` and returns the outcome of the attempt.
#[must_use]
pub fn process_message_response(reply: &Reply, id: &str) -> Outcome {
    let status = reply.status;
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    match status {
        status if status.is_success() => confirm(&body, id),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Outcome::RetryLater(format!("status {}", status.as_u16()), retry_after(reply))
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => {
            Outcome::RetryLater("status 408 or 425".to_owned(), None)
        }
        status if status.is_client_error() => refused(&format!("status {}{}", status.as_u16(), issue(&body))),
        status if status.is_redirection() => refused("the endpoint redirects"),
        status => Outcome::Unknown(format!("status {}", status.as_u16())),
    }
}

/// Returns the outcome of a successful response: a Bundle must be about this message, an `OperationOutcome` without
/// errors is a confirmation.
fn confirm(body: &Value, id: &str) -> Outcome {
    match body["resourceType"].as_str() {
        Some("Bundle") => {
            let response = &body["entry"][0]["resource"]["response"];
            match (response["identifier"] == id, response["code"].as_str()) {
                (true, Some("ok")) => Outcome::Delivered,
                (true, Some("transient-error")) => Outcome::RetryLater("transient error".to_owned(), None),
                (true, Some("fatal-error")) => refused("fatal error"),
                _ => Outcome::Unknown("the response is about another message".to_owned()),
            }
        }
        Some("OperationOutcome") => {
            let mut issues = body["issue"].as_array().into_iter().flatten();
            let failed = issues.any(|issue| matches!(issue["severity"].as_str(), Some("error" | "fatal")));
            if failed { refused(&format!("refused{}", issue(body))) } else { Outcome::Delivered }
        }
        _ => Outcome::Unknown("the response confirms nothing".to_owned()),
    }
}

/// Returns the code of the first issue, if it has the form of a FHIR code. Its text is left out, because it may contain
/// patient data.
fn issue(body: &Value) -> String {
    let code = body["issue"][0]["code"].as_str().unwrap_or_default();
    let plain = (1..=32).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if plain { format!(" ({code})") } else { String::new() }
}

fn retry_after(reply: &Reply) -> Option<Duration> {
    let value = reply.headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(value.trim().parse::<u64>().ok()?.min(24 * 3600)))
}

fn refused(reason: &str) -> Outcome {
    Outcome::Refused(reason.to_owned())
}
