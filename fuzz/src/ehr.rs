//! The EHR that sends the fuzzed input, with three registrations.

use std::sync::LazyLock;

use jiff::Timestamp;
use passerelle::{
    fhir::FhirBaseUrl,
    smart::{
        AuthorizeBy, BasicEncoding, ClientAuth, ClientId, ClientRegistration, FhirUserClaim, Issuer,
        ScopeSyntax,
    },
};
use secrecy::SecretString;

pub const ISSUER: &str = "https://ehr.example.ca/oauth2";
pub const CLIENT: &str = "passerelle";
pub const NONCE: &str = "n-0S6_WzA2Mj";
pub const ACCESS_TOKEN: &str = "SlAV32hkKG";
/// Current time of every target.
pub const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

const SCOPES: [&str; 7] = [
    "launch",
    "openid",
    "fhirUser",
    "online_access",
    "patient/Patient.rs",
    "patient/Condition.rs",
    "patient/Observation.rs?category=laboratory",
];

/// Registrations: with a pinned issuer; without one and with POST; without TLS in a private network.
pub fn registrations() -> &'static [ClientRegistration] {
    static ALL: LazyLock<Vec<ClientRegistration>> = LazyLock::new(|| {
        let by_post = registration("https://ehr.example.ca/fhir", None);
        vec![
            registration("https://ehr.example.ca/fhir", Some(ISSUER)),
            ClientRegistration { authorize_by: AuthorizeBy::Post, ..by_post },
            registration("http://10.20.0.1:8080/api/FHIR/R4/", None),
        ]
    });
    &ALL
}

/// First registration, with a pinned issuer.
pub fn pinned() -> &'static ClientRegistration {
    &registrations()[0]
}

pub fn base(text: &str) -> FhirBaseUrl {
    FhirBaseUrl::parse(text).expect("the bases here are good ones")
}

fn registration(base_url: &str, issuer: Option<&str>) -> ClientRegistration {
    ClientRegistration {
        base: base(base_url),
        issuer: issuer.map(Issuer::new),
        client_id: ClientId::new(CLIENT),
        client_auth: ClientAuth::Basic(SecretString::from("s3cret"), BasicEncoding::Form),
        client_id_in_body: false,
        redirect_uri: "https://app.example.ca/callback/riverside".to_owned(),
        scopes: SCOPES.iter().map(|scope| scope.parse().expect("the scopes here are good ones")).collect(),
        scope_syntax: ScopeSyntax::Auto,
        authorize_by: AuthorizeBy::Auto,
        nonce_echoed: true,
        fhir_user_claim: FhirUserClaim::FhirUser,
        discover_from_capability_statement: true,
        introspect: true,
        endpoints: None,
    }
}
