//! The style that an EHR publishes for apps (`smart_style_url`), cached.

use http::StatusCode;
use serde_json::Value;
use url::Url;

use super::ehr::Ehr;
use crate::{
    egress::{Limits, Request},
    smart::{LaunchContext, Style},
};

/// Returns the EHR's style, from the cache or from `smart_style_url`. `None` unless that URL is at a registered origin and
/// answers; the launch continues without it. A changed style has a new URL, so each URL is fetched once.
pub(crate) async fn read_style(ehr: &Ehr, context: &LaunchContext) -> Option<Style> {
    let url = Url::parse(context.smart_style_url.as_deref()?).ok()?;
    let has_userinfo = !url.username().is_empty() || url.password().is_some();
    if has_userinfo || !ehr.is_at_registered_origin(&url) {
        return None;
    }
    if let Some(style) = ehr.styles.get(url.as_str()) {
        return Some(style);
    }
    let key = url.as_str().to_owned();
    let style = fetch(ehr, url).await?;
    ehr.styles.insert(key, style.clone());
    Some(style)
}

/// Fetches a style without credentials.
async fn fetch(ehr: &Ehr, url: Url) -> Option<Style> {
    let reply = ehr.outbound.send(Request::get(url), Limits::EXTRA).await;
    let reply = reply
        .inspect_err(|error| tracing::info!(cause = %error, "the EHR's style could not be fetched"))
        .ok()?;
    if reply.status != StatusCode::OK || !reply.may_be_json() {
        return None;
    }
    match serde_json::from_slice(&reply.body) {
        Ok(Value::Object(document)) => Some(Style::process(&document)),
        _ => None,
    }
}
