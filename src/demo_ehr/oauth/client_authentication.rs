//! Client authentication: `client_secret_basic`, `client_secret_post`, `private_key_jwt`.

use actix_web::HttpRequest;
use actix_web::http::header;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use url::form_urlencoded;

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::parameters::Parameters;
use crate::demo_ehr::oauth::client::Client;
use crate::demo_ehr::oauth::client_assertion;
use crate::demo_ehr::oauth::error::OAuthError;
use crate::demo_ehr::shapes::shape::Shape;
use crate::demo_ehr::state::DemoEhr;

/// Authenticates the client at an endpoint such as `token`, or returns the error response to send.
pub(super) async fn authenticate<'a>(
    ehr: &'a DemoEhr,
    request: &HttpRequest,
    form: &Parameters,
    endpoint: &str,
) -> Result<&'a Client, OAuthError> {
    if ehr.shape() == Shape::Smart1 && !request.headers().contains_key(header::AUTHORIZATION) {
        return Err(OAuthError::invalid_client("this server supports HTTP Basic only"));
    }
    if client_assertion::is_asserted(form) {
        return client_assertion::check(ehr, request, form, &ehr.endpoint(endpoint)).await;
    }
    by_secret(ehr, request, form)
}

fn by_secret<'a>(
    ehr: &'a DemoEhr,
    request: &HttpRequest,
    form: &Parameters,
) -> Result<&'a Client, OAuthError> {
    let basic = request.headers().get(header::AUTHORIZATION);
    let in_body = form.get("client_secret");
    if basic.is_some() && in_body.is_some() {
        return Err(OAuthError::invalid_request("the request uses two methods of client authentication"));
    }
    let decode = match ehr.fault() {
        Some(Fault::TokenBasicComparedRaw) => |text: &str| Some(text.to_owned()),
        _ => form_decoded,
    };
    let credentials = match basic {
        Some(value) => value.to_str().ok().and_then(|value| basic_credentials(value, decode)),
        None => form.get("client_id").zip(in_body).map(|(id, secret)| (id.to_owned(), secret.to_owned())),
    };
    let (client_id, secret) = credentials.ok_or_else(invalid_client)?;
    let client = ehr.client(&client_id).ok_or_else(invalid_client)?;
    if !client.secret().is_some_and(|ours| is_same_secret(ours, &secret)) {
        return Err(invalid_client());
    }
    match form.get("client_id") {
        Some(named) if named != client.client_id => Err(invalid_client()),
        _ => Ok(client),
    }
}

fn invalid_client() -> OAuthError {
    OAuthError::invalid_client("client authentication failed")
}

/// Decodes HTTP Basic. Id and secret are form-encoded before they are joined and base64-encoded (RFC 6749 section
/// 2.3.1).
fn basic_credentials(value: &str, decode: fn(&str) -> Option<String>) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((decode(id)?, decode(secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    // Parsed as the name of a single pair: a text that splits into more was not form-encoded.
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    let (name, value) = pairs.next()?;
    (value.is_empty() && pairs.next().is_none() && !text.contains('=')).then(|| name.into_owned())
}

/// Compares in constant time. Hashing first hides the length as well.
fn is_same_secret(ours: &str, theirs: &str) -> bool {
    let hash = |text: &str| digest(&SHA256, text.as_bytes());
    verify_slices_are_equal(hash(ours).as_ref(), hash(theirs).as_ref()).is_ok()
}
