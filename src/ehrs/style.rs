use http::StatusCode;
use serde_json::Value;
use url::Url;

use super::ehr::Ehr;
use crate::{
    egress::{Limits, Request},
    smart::{LaunchContext, Style},
};

/// How the EHR looks, where it says so at an address of its own. The address is new whenever the look is, so a look is
/// asked for once; without it the launch is as good.
pub(crate) async fn read_style(ehr: &Ehr, context: &LaunchContext) -> Option<Style> {
    let url = Url::parse(context.smart_style_url.as_deref()?).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    if !plain || !ehr.is_of_its_own(&url) {
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

/// Without token, cookie or anything else that says who asks.
async fn fetch(ehr: &Ehr, url: Url) -> Option<Style> {
    let reply = ehr.outbound.send(Request::get(url), Limits::EXTRA).await;
    let reply =
        reply.inspect_err(|error| tracing::info!(cause = %error, "the EHR's style did not come")).ok()?;
    if reply.status != StatusCode::OK || !reply.may_be_json() {
        return None;
    }
    match serde_json::from_slice(&reply.body) {
        Ok(Value::Object(document)) => Some(Style::process(&document)),
        _ => None,
    }
}
