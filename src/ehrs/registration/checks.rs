//! Checks of a registration, all reported together.

use url::Url;

use super::{
    BasicEncoding, ClientAuthMethod, Registration, Scope,
    problem::RegistrationProblem::{self, self as Found},
};
use crate::{
    config::Problems,
    egress::is_private_range,
    fhir::{BaseUrlError, FhirBaseUrl},
};

/// Adds a problem of one setting, with the value its words quote.
type Add<'a> = &'a mut dyn FnMut(&str, RegistrationProblem, Option<&str>);

impl Registration {
    /// Checks the registration and returns every problem, each with its key.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        let mut add = |name: &str, problem: RegistrationProblem, value: Option<&str>| {
            problem.add_to(&mut problems, &format!("ehr.{}.{name}", self.id), value);
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
            add("id", Found::IdNotSlug, None);
        }
        if self.name.trim().is_empty() {
            add("name", Found::NameEmpty, None);
        }
    }

    fn check_origins(&self, add: Add<'_>) {
        for (name, origins) in
            [("frame_ancestors", &self.frame_ancestors), ("endpoint_origins", &self.endpoint_origins)]
        {
            if origins.iter().any(|origin| !is_origin(origin)) {
                add(name, Found::OriginsInvalid, None);
            }
        }
    }

    fn check_bases(&self, add: Add<'_>) {
        for text in std::iter::once(&self.fhir_base_url).chain(&self.aliases) {
            match FhirBaseUrl::parse(text) {
                Err(error) => add("fhir_base_url", problem_of(error), None),
                Ok(base) if !base.is_https() && self.allowed_networks.is_empty() => {
                    add("fhir_base_url", Found::BasePlainHttp, None);
                }
                Ok(_) => {}
            }
        }
        if !self.allowed_networks.iter().all(is_private_range) {
            add("allowed_networks", Found::NetworksNotPrivate, None);
        }
        if let Err(what) = self.authorities() {
            add("ca_certificates", Found::CertificatesUnusable, Some(what));
        }
    }

    fn check_client(&self, add: Add<'_>) {
        if self.client_id.trim().is_empty() {
            add("client_id", Found::ClientIdEmpty, None);
        }
        let signs = self.client_auth == ClientAuthMethod::PrivateKeyJwt;
        if signs && (self.client_secret_file.is_some() || self.client_secret_env.is_some()) {
            add("client_auth", Found::SecretWithKeys, None);
        }
        if self.write_orders && !signs {
            add("write_orders", Found::WriteOrdersWithoutKeys, None);
        }
        for (name, set) in [
            ("signing_alg", self.signing_alg.is_some()),
            ("assertion_audience", self.assertion_audience.is_some()),
        ] {
            if set && !signs {
                add(name, Found::KeysSettingWithoutKeys, Some(name));
            }
        }
        if self.basic_encoding == BasicEncoding::Raw && self.client_id.contains(':') {
            add("basic_encoding", Found::RawEncodingWithColon, None);
        }
    }

    fn check_scopes(&self, add: Add<'_>) {
        for scope in self.scopes.iter().filter(|scope| scope.parse::<Scope>().is_err()) {
            add("scopes", Found::ScopeInvalid, Some(scope));
        }
        let requests = |wanted: &str| self.scopes.iter().any(|scope| scope == wanted);
        for needed in ["launch", "openid", "fhirUser"] {
            if !requests(needed) {
                add("scopes", Found::ScopeMissing, Some(needed));
            }
        }
        if requests("online_access") && requests("offline_access") {
            add("scopes", Found::ScopesBothRefresh, None);
        }
    }

    fn check_discovery(&self, add: Add<'_>) {
        if self.issuer.is_some() {
            return;
        }
        if self.endpoints.is_some() {
            add("issuer", Found::IssuerMissingStatic, None);
        }
        if self.discover_from_capability_statement {
            add("issuer", Found::IssuerMissingStatement, None);
        }
    }
}

fn problem_of(error: BaseUrlError) -> RegistrationProblem {
    match error {
        BaseUrlError::Scheme => Found::BaseScheme,
        BaseUrlError::Host => Found::BaseHost,
        BaseUrlError::Path => Found::BasePath,
        BaseUrlError::Length => Found::BaseTooLong,
    }
}

/// Whether a text is usable as the id of an EHR: 1 to 40 of a-z, 0-9 and hyphens, no leading hyphen.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
}

/// Whether a text is an origin with a plain host. A URL's host may contain `;` and `*`, which are syntax in a
/// Content-Security-Policy.
fn is_origin(text: &str) -> bool {
    let plain = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.[]:".contains(&b));
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.host_str().is_some_and(plain)
            && url.origin().ascii_serialization() == text
    })
}
