use url::Url;

use super::{BasicEncoding, ClientAuthMethod, Registration, Scope};
use crate::{config::Problems, egress::is_private_range, fhir::FhirBaseUrl};

/// Takes a key, what is wrong with its value, and how to put it right.
type Add<'a> = &'a mut dyn FnMut(&str, &str, &str);

impl Registration {
    /// Everything that is wrong with it, each with its key.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        let mut add = |name: &str, what: &str, fix: &str| {
            problems.add(&format!("ehr.{}.{name}", self.id), what, fix);
        };
        self.check_names(&mut add);
        self.check_origins(&mut add);
        self.check_bases(&mut add);
        self.check_client(&mut add);
        self.check_scopes(&mut add);
        self.check_discovery(&mut add);
        problems
    }

    fn check_names(&self, add: Add<'_>) {
        if !is_slug(&self.id) {
            add("id", "is not a slug", "Use 1 to 40 of a-z, 0-9 and hyphens.");
        }
        if self.name.trim().is_empty() {
            add("name", "is empty", "Write the name people know.");
        }
    }

    fn check_origins(&self, add: Add<'_>) {
        for (name, origins) in
            [("frame_ancestors", &self.frame_ancestors), ("endpoint_origins", &self.endpoint_origins)]
        {
            if origins.iter().any(|origin| !is_origin(origin)) {
                let fix = "Write them like https://ehr.example.ca, without a path.";
                add(name, "is not a list of origins", fix);
            }
        }
    }

    fn check_bases(&self, add: Add<'_>) {
        for text in std::iter::once(&self.fhir_base_url).chain(&self.aliases) {
            match FhirBaseUrl::parse(text) {
                Err(error) => {
                    add("fhir_base_url", &error.to_string(), "Write it like https://ehr.example.ca/fhir.");
                }
                Ok(base) if !base.is_https() && self.allowed_networks.is_empty() => {
                    let fix = "Use https, or name its addresses in allowed_networks.";
                    add("fhir_base_url", "is plain http", fix);
                }
                Ok(_) => {}
            }
        }
        if !self.allowed_networks.iter().all(is_private_range) {
            let fix = "Name private ranges, such as 10.20.0.0/16; public addresses need none.";
            add("allowed_networks", "is not within the private address ranges", fix);
        }
        if let Err(what) = self.authorities() {
            let fix = "Put PEM certificates of authorities there, and nothing else.";
            add("ca_certificates", what, fix);
        }
    }

    fn check_client(&self, add: Add<'_>) {
        if self.client_id.trim().is_empty() {
            add("client_id", "is empty", "Write the id the EHR gave you.");
        }
        let signs = self.client_auth == ClientAuthMethod::PrivateKeyJwt;
        if signs && (self.client_secret_file.is_some() || self.client_secret_env.is_some()) {
            let fix = "Take the secret out: private_key_jwt has none.";
            add("client_auth", "is private_key_jwt, and there is a secret", fix);
        }
        if self.write_orders && !signs {
            let fix = "Acting for ourselves needs keys: choose private_key_jwt.";
            add("write_orders", "is true, and client_auth is not private_key_jwt", fix);
        }
        for (name, set) in [
            ("signing_alg", self.signing_alg.is_some()),
            ("assertion_audience", self.assertion_audience.is_some()),
        ] {
            if set && !signs {
                add(name, "is set, and client_auth is not private_key_jwt", "Take it out.");
            }
        }
        if self.basic_encoding == BasicEncoding::Raw && self.client_id.contains(':') {
            add("basic_encoding", "is raw, and client_id has a colon", "Use form: a raw colon ends the id.");
        }
    }

    fn check_scopes(&self, add: Add<'_>) {
        for scope in &self.scopes {
            if let Err(what) = scope.parse::<Scope>() {
                add("scopes", &format!("\"{scope}\": {what}"), "Write it like patient/Patient.rs.");
            }
        }
        for needed in ["launch", "openid", "fhirUser"] {
            if !self.scopes.iter().any(|scope| scope == needed) {
                let fix = "An EHR launch with sign-in needs launch, openid and fhirUser.";
                add("scopes", &format!("{needed} is missing"), fix);
            }
        }
        let asks = |wanted: &str| self.scopes.iter().any(|scope| scope == wanted);
        if asks("online_access") && asks("offline_access") {
            let fix = "Keep online_access, which ends with the clinician's session, unless the EHR takes only the other.";
            add("scopes", "both online_access and offline_access ask for a refresh token", fix);
        }
    }

    fn check_discovery(&self, add: Add<'_>) {
        if self.issuer.is_some() {
            return;
        }
        if self.endpoints.is_some() {
            add("issuer", "is missing", "Static endpoints need the issuer of the id_tokens.");
        }
        if self.discover_from_capability_statement {
            add("issuer", "is missing", "A CapabilityStatement does not say who signs the id_tokens.");
        }
    }
}

/// Whether a text can be the id of an EHR.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
}

/// Scheme and a plain host, as a policy may name it: URLs let a semicolon or a star stand in a host, which would be syntax
/// there.
fn is_origin(text: &str) -> bool {
    let plain = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.[]:".contains(&b));
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.host_str().is_some_and(plain)
            && url.origin().ascii_serialization() == text
    })
}
