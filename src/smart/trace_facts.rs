//! Facts of each message in a launch trace, with secrets and personal data redacted.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::endpoints::Endpoints;
use super::{
    callback::CallbackParameters,
    fact::Fact,
    redaction::{CALLBACK, CLAIMS, HEADER, Known, LAUNCH, TOKEN_RESPONSE, facts},
    registration::ClientRegistration,
};
use crate::egress::Reply;

/// Number of members of a query or document that a trace keeps.
const MAX_FACTS: usize = 60;

/// Returns the facts of a launch request, valid or not.
#[must_use]
pub fn launch_facts(query: &str) -> Vec<Fact> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).take(MAX_FACTS).collect();
    facts(LAUNCH, pairs.iter().map(|(name, value)| (&**name, Cow::Borrowed(&**value))))
}

/// Returns the facts of an EHR's endpoints.
#[must_use]
pub fn endpoint_facts(endpoints: &Endpoints, registration: &ClientRegistration) -> Vec<Fact> {
    vec![
        Fact::shown("authorization", endpoints.authorization.as_str()),
        Fact::shown("token", endpoints.token.as_str()),
        Fact::shown("jwks", endpoints.jwks.as_str()),
        Fact::shown("issuer", endpoints.issuer.as_str()),
        Fact::shown("client authentication", registration.client_auth.method()),
    ]
}

/// Returns the facts of an authorization request that follow from the registration. Its own parameters are not kept until
/// the callback.
#[must_use]
pub fn authorization_request_facts(registration: &ClientRegistration, scope: &str) -> Vec<Fact> {
    vec![
        Fact::shown("client_id", registration.client_id.as_str()),
        Fact::shown("redirect_uri", &registration.redirect_uri),
        Fact::shown("scope", scope),
        Fact::redacted("state"),
        Fact::redacted("nonce"),
        Fact::redacted("code_challenge"),
    ]
}

/// Returns the facts of a valid callback. Error codes outside the standards are redacted.
#[must_use]
pub fn callback_facts(parameters: &CallbackParameters, error: &str) -> Vec<Fact> {
    let outcome = if parameters.outcome.is_ok() { ("code", "") } else { ("error", error) };
    let description = parameters.error_description.as_deref().map(|text| ("error_description", text));
    let iss = parameters.iss.as_deref().map(|iss| ("iss", iss));
    let members = [("state", ""), outcome].into_iter().chain(description).chain(iss);
    facts(CALLBACK, members.map(|(name, value)| (name, Cow::Borrowed(value))))
}

/// Returns the facts of a malformed callback.
#[must_use]
pub fn odd_callback_facts(query: &str) -> Vec<Fact> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).take(MAX_FACTS).collect();
    facts(CALLBACK, pairs.iter().map(|(name, value)| (&**name, Cow::Borrowed(&**value))))
}

/// Returns the facts of a token response: status, media type, members.
#[must_use]
pub fn token_response_facts(reply: &Reply) -> Vec<Fact> {
    let media_type = reply.media_type();
    let plain = media_type.len() <= 60 && media_type.bytes().all(|b| b.is_ascii_graphic());
    let mut facts = vec![
        Fact::shown("status", reply.status.as_str()),
        if plain { Fact::shown("media type", &media_type) } else { Fact::redacted("media type") },
    ];
    if let Ok(Value::Object(members)) = serde_json::from_slice(&reply.body) {
        facts.extend(member_facts(TOKEN_RESPONSE, &members));
    }
    facts
}

/// Returns the facts of an id_token: header and claims.
#[must_use]
pub fn id_token_facts(id_token: &SecretString) -> Vec<Fact> {
    let parts = id_token.expose_secret().split('.').zip([HEADER, CLAIMS]);
    let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    parts
        .filter_map(|(part, known)| Some((read(part)?, known)))
        .flat_map(|(members, known): (Map<String, Value>, _)| member_facts(known, &members))
        .collect()
}

fn member_facts(known: &Known, members: &Map<String, Value>) -> Vec<Fact> {
    facts(known, members.iter().take(MAX_FACTS).map(|(name, value)| (name.as_str(), plain(value))))
}

fn plain(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        // An array of one string, such as a single audience, is treated as that string.
        Value::Array(one) if one.len() == 1 && one[0].is_string() => {
            Cow::Borrowed(one[0].as_str().unwrap_or_default())
        }
        other => Cow::Owned(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use serde_json::json;

    use super::*;
    use crate::smart::fact::{MAX_SCOPES_CHARS, MAX_VALUE_CHARS};

    /// Secrets and personal data in shapes that resemble permitted values.
    const CANARIES: [&str; 13] = [
        "eyJhbGciOiJSUzI1NiJ9.SECRET-7391.c2lnbmF0dXJl",
        "Eleonore Tremblay",
        "Bearer SECRET-7391",
        "9512345670 ON",
        "https://user:SECRET-7391@ehr.example",
        "https://user:SECRET-7391/fhir",
        "https://user%3ASECRET-7391%40ehr.example",
        "https://Eleonore%20Tremblay/",
        "https://ehr.example/?code=SECRET-7391",
        "Patient/eleonore \"x\"",
        "Patient/9512345670",
        "patient/SECRET.rs user/SECRET-7391.read",
        "openid patient/Patient.rs?identifier=https://ohip.example|SECRET-7391",
    ];

    fn reply(body: &Value) -> Reply {
        Reply { status: StatusCode::OK, headers: HeaderMap::new(), body: body.to_string().into_bytes() }
    }

    /// API-13: as the value of every known and of an unknown member, and as a name.
    #[test]
    fn redacts_secrets_and_personal_data_in_every_member() {
        let names = [LAUNCH, CALLBACK, TOKEN_RESPONSE, HEADER, CLAIMS].concat();
        let ours = ["token", "authorization", "status", "media type", "jwks", "issuer", "__vendor"];
        for canary in CANARIES {
            let mut members: Map<String, Value> =
                names.iter().map(|(name, _)| (*name).to_owned()).map(|name| (name, json!(canary))).collect();
            members.extend(ours.map(|name| (name.to_owned(), json!(canary))));
            members.insert(canary.to_owned(), json!(canary));
            let object = Value::Object(members.clone());
            let part = URL_SAFE_NO_PAD.encode(object.to_string());
            let query = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(members.keys().map(|name| (name, canary)))
                .finish();
            let messages = [
                token_response_facts(&reply(&object)),
                id_token_facts(&SecretString::from(format!("{part}.{part}.{part}"))),
                launch_facts(&query),
                odd_callback_facts(&query),
            ];
            for facts in messages {
                let text = format!("{facts:?}");
                for hidden in [canary, "SECRET", "leonore", "9512345670"] {
                    assert!(!text.contains(hidden), "{hidden}: {text}");
                }
            }
        }
    }

    #[test]
    fn shows_known_values_of_the_right_shape() {
        let body = json!({"access_token": "x", "token_type": "Bearer", "expires_in": 300, "patient": "p",
                          "scope": "launch openid patient/Patient.rs patient/Observation.rs?category=laboratory", "error": "invalid_grant"});
        let shown = token_response_facts(&reply(&body));
        for (name, value) in [
            ("scope", Some("launch openid patient/Patient.rs patient/Observation.rs?…")),
            ("expires_in", Some("300")),
            ("token_type", Some("Bearer")),
            ("error", Some("invalid_grant")),
            ("patient", None),
        ] {
            assert!(shown.contains(&Fact(name.into(), value.map(str::to_owned))), "{name}: {shown:?}");
        }
        let claims = URL_SAFE_NO_PAD
            .encode(json!({"iss": "https://ehr.example", "aud": ["us"], "sub": "s", "exp": 5}).to_string());
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": "RS256", "kid": "k-1"}).to_string());
        let shown = id_token_facts(&SecretString::from(format!("{header}.{claims}.x")));
        for (name, value) in [("iss", "https://ehr.example"), ("aud", "us"), ("exp", "5"), ("kid", "k-1")] {
            assert!(shown.contains(&Fact(name.into(), Some(value.to_owned()))), "{name}: {shown:?}");
        }
        assert!(id_token_facts(&SecretString::from("no.token")).is_empty());
    }

    #[test]
    fn shows_plain_addresses_only() {
        let shown = |iss: &str| launch_facts(&format!("iss={iss}"))[0].1.as_deref() == Some(iss);
        for plain in ["https://ehr.example", "HTTP://localhost:8080/fhir/R4", "https://[::1]/a/~d"] {
            assert!(shown(plain), "{plain}");
        }
        for other in [
            "https://",
            "ftp://ehr.example",
            "ehr.example/fhir",
            "https://ehr.example:x",
            "https://ehr.example/?",
            "https://ehr.example/fhir;launch=x",
        ] {
            assert!(!shown(other), "{other}");
        }
    }

    #[test]
    fn cuts_values_at_their_maximum_length() {
        for (name, longest) in [("why", MAX_VALUE_CHARS), ("scope", MAX_SCOPES_CHARS)] {
            let Fact(named, value) = Fact::shown(name, &"x\n".repeat(2000));
            assert_eq!((&*named, value.unwrap().chars().count()), (name, longest + 1));
        }
    }
}
