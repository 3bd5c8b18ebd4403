//! Middleware around every request: records it, and dates the answer by the EHR's clock.

use std::sync::Arc;

use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, body::MessageBody, web};
use jiff::SignedDuration;
use jiff::fmt::rfc2822::DateTimePrinter;

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::record::Recorded;
use crate::demo_ehr::state::DemoEhr;

/// Skew of the Date header while `ClockBehind` is active.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(10);

/// Records each request before it is handled, and sets Date of the response from the EHR's clock.
pub(in crate::demo_ehr) async fn record(
    ehr: Arc<DemoEhr>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let body = request.extract::<web::Bytes>().await?;
    let recorded = Recorded::new(&request, &body, ehr.now());
    ehr.locked().log.push(recorded);
    request.set_payload(body.into());
    let mut response = next.call(request).await?;
    if let Some(date) = date(&ehr) {
        response.headers_mut().insert(header::DATE, date);
    }
    Ok(response)
}

fn date(ehr: &DemoEhr) -> Option<header::HeaderValue> {
    let behind = if ehr.plays(Fault::ClockBehind) { CLOCK_SKEW } else { SignedDuration::ZERO };
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&(ehr.now() - behind)).ok()?;
    date.parse().ok()
}
