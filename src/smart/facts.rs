use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AuthorizationRequest, CallbackParameters, ClientRegistration, Endpoints};
use crate::egress::Reply;

/// The longest value that is shown, in characters.
const LONGEST: usize = 256;
/// And the longest list of scopes: the one that is missing may stand at its end.
const LONGEST_SCOPES: usize = 2048;
const MOST: usize = 60;
/// Members and parameters whose values say nothing of a person and open nothing.
const SHOWN: [&str; 26] = [
    "alg",
    "aud",
    "authorization",
    "azp",
    "client authentication",
    "client_id",
    "code_challenge_method",
    "error",
    "exp",
    "expires_in",
    "iat",
    "iss",
    "issuer",
    "jwks",
    "kid",
    "media type",
    "nbf",
    "need_patient_banner",
    "redirect_uri",
    "response_type",
    "scope",
    "scopes registered",
    "status",
    "token",
    "token_type",
    "typ",
];

/// Something that was sent or received, for people who look into a launch: a name, and its value if that may be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact(pub String, pub Option<String>);

impl Fact {
    /// A fact whose value is shown only if its name is one of those that are known to do no harm.
    #[must_use]
    pub fn new(name: &str, value: &str) -> Self {
        let longest = if name.starts_with("scope") { LONGEST_SCOPES } else { LONGEST };
        let shown = SHOWN.contains(&name).then(|| cut(value, longest));
        Self(cut(name, LONGEST), shown)
    }

    /// A fact in our own words.
    #[must_use]
    pub fn own(name: &str, value: &str) -> Self {
        Self(cut(name, LONGEST), Some(cut(value, LONGEST)))
    }
}

/// Printable, and no longer than anybody reads.
fn cut(text: &str, longest: usize) -> String {
    let printable = text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
    let mut cut: String = printable.take(longest).collect();
    if text.chars().nth(longest).is_some() {
        cut.push('…');
    }
    cut
}

/// What is known of an EHR's endpoints.
#[must_use]
pub fn endpoint_facts(endpoints: &Endpoints, registration: &ClientRegistration) -> Vec<Fact> {
    vec![
        Fact::new("authorization", endpoints.authorization.as_str()),
        Fact::new("token", endpoints.token.as_str()),
        Fact::new("jwks", endpoints.jwks.as_str()),
        Fact::new("issuer", endpoints.issuer.as_str()),
        Fact::new("client authentication", registration.client_auth.method()),
    ]
}

/// The parameters of an authorization request.
#[must_use]
pub fn authorization_facts(request: &AuthorizationRequest) -> Vec<Fact> {
    match request {
        AuthorizationRequest::Get(url) => {
            url.query_pairs().map(|(name, value)| Fact::new(&name, &value)).collect()
        }
        AuthorizationRequest::Post { fields, .. } => {
            fields.iter().map(|(name, value)| Fact::new(name, value)).collect()
        }
    }
}

/// What an authorization request asked for, as far as the registration says it: its own parameters are gone by the time
/// the browser comes back.
#[must_use]
pub fn asked_facts(registration: &ClientRegistration) -> Vec<Fact> {
    let scopes: Vec<String> = registration.scopes.iter().map(ToString::to_string).collect();
    vec![
        Fact::new("client_id", registration.client_id.as_str()),
        Fact::new("redirect_uri", &registration.redirect_uri),
        Fact::new("scopes registered", &scopes.join(" ")),
        Fact::new("state", ""),
        Fact::new("nonce", ""),
        Fact::new("code_challenge", ""),
    ]
}

/// What the browser came back with. Of an error only the standard's codes are repeated.
#[must_use]
pub fn callback_facts(parameters: &CallbackParameters, error: &str) -> Vec<Fact> {
    let mut facts = vec![Fact::new("state", "")];
    facts.push(match &parameters.outcome {
        Ok(_) => Fact::new("code", ""),
        Err(_) => Fact::new("error", error),
    });
    facts.extend(parameters.iss.as_deref().map(|iss| Fact::new("iss", iss)));
    facts
}

/// The status and the members of a token response.
#[must_use]
pub fn token_response_facts(reply: &Reply) -> Vec<Fact> {
    let mut facts =
        vec![Fact::new("status", reply.status.as_str()), Fact::new("media type", &reply.media_type())];
    if let Ok(Value::Object(members)) = serde_json::from_slice(&reply.body) {
        facts.extend(member_facts(&members));
    }
    facts
}

/// The header and the claims of an id_token.
#[must_use]
pub fn id_token_facts(id_token: &SecretString) -> Vec<Fact> {
    let parts = id_token.expose_secret().split('.').take(2);
    let decoded = parts.filter_map(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let objects = decoded.filter_map(|json| serde_json::from_slice::<Map<String, Value>>(&json).ok());
    objects.flat_map(|members| member_facts(&members)).collect()
}

fn member_facts(members: &Map<String, Value>) -> Vec<Fact> {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    members.iter().take(MOST).map(|(name, value)| Fact::new(name, &plain(value))).collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use serde_json::json;

    use super::*;

    /// Only what is known to do no harm is shown, whatever else a response holds.
    #[test]
    fn secrets_and_personal_values_are_struck_out() {
        let secret = "canary-7391";
        let body = json!({
            "access_token": secret, "refresh_token": secret, "id_token": secret, "patient": secret, "encounter": secret,
            "tenant": secret, "fhirUser": secret, "__vendor": {"x": secret}, "token_type": "Bearer",
            "expires_in": 300, "scope": "launch openid"
        });
        let reply =
            Reply { status: StatusCode::OK, headers: HeaderMap::new(), body: body.to_string().into_bytes() };
        let facts = token_response_facts(&reply);
        assert!(!format!("{facts:?}").contains(secret), "{facts:?}");
        assert!(facts.contains(&Fact("scope".to_owned(), Some("launch openid".to_owned()))));
        assert!(facts.contains(&Fact("patient".to_owned(), None)));
        let claims = URL_SAFE_NO_PAD.encode(
            json!({"iss": "https://ehr.example", "sub": secret, "name": secret, "nonce": secret, "exp": 5})
                .to_string(),
        );
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": "RS256", "kid": "k"}).to_string());
        let facts = id_token_facts(&SecretString::from(format!("{header}.{claims}.{secret}")));
        assert!(!format!("{facts:?}").contains(secret), "{facts:?}");
        assert!(facts.contains(&Fact("iss".to_owned(), Some("https://ehr.example".to_owned()))));
    }

    #[test]
    fn long_and_odd_values_are_cut() {
        for (name, longest) in [("iss", LONGEST), ("scope", LONGEST_SCOPES)] {
            let Fact(named, value) = Fact::new(name, &"x\n".repeat(2000));
            assert_eq!((named.as_str(), value.unwrap().chars().count()), (name, longest + 1));
        }
        assert_eq!(Fact::new(&"n".repeat(1000), "v").0.chars().count(), LONGEST + 1);
        assert!(id_token_facts(&SecretString::from("no.token")).is_empty());
    }
}
