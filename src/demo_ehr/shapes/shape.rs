//! Shapes: kinds of SMART server that the simulated EHR imitates. Each shape follows the observed behaviour of a real
//! product; everything not listed for it is the same as in the plain shape.

use jiff::SignedDuration;
use url::Url;

use crate::demo_ehr::oauth::scopes::{has_wildcard, is_of_smart_1};

/// Kind of SMART server that the EHR imitates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Follows the standard. Faults are defined for this shape.
    #[default]
    Plain,
    /// Like Smile CDR: the issuer has a path of its own, the user's URL is in `profile`, and introspection of an inactive
    /// token is answered 404 with empty members.
    Smile,
    /// Like Aidbox: `/metadata` contains everything that smart-configuration contains, and tokens live ten hours.
    Aidbox,
    /// Like Epic: a sparse smart-configuration, openid-configuration at the FHIR base too, granted scopes in a
    /// syntax of its own, `need_patient_banner` as a string, extra members.
    Epic,
    /// Like Oracle Health: the issuer ends with a slash, tokens live 570 seconds, and scopes with wildcards or in the
    /// syntax of SMART 2 are silently dropped, although the latter are advertised.
    Oracle,
    /// A SMART 1.0 server: endpoints in the `CapabilityStatement` only, HTTP Basic only, scopes of SMART 1.0, no PKCE, no
    /// `tenant`, no `fhirContext`.
    Smart1,
    /// A HALO accelerator: one FHIR base for many clinics, distinguished by `tenant` and `fhirContext`, and the identity
    /// provider under another host name. The launch context can be cleared: see `clear_context`.
    Halo,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Self; 7] =
        [Self::Plain, Self::Smile, Self::Aidbox, Self::Epic, Self::Oracle, Self::Smart1, Self::Halo];

    /// Path of the issuer at the host of the identity provider.
    pub(in crate::demo_ehr) fn issuer_path(self) -> &'static str {
        match self {
            Self::Smile => "/smile/oidc",
            Self::Epic => "/epic/oauth2",
            Self::Oracle => "/auth/",
            _ => "/auth",
        }
    }

    /// Whether openid-configuration is served at `path`.
    pub(in crate::demo_ehr) fn serves_openid_configuration_at(self, path: &str) -> bool {
        let place = path.trim_end_matches("/.well-known/openid-configuration");
        place == self.issuer_path().trim_end_matches('/') || (self == Self::Epic && place == "/fhir")
    }

    /// Default URL of the identity provider. For a HALO accelerator on this machine it is the other name of the machine.
    pub(in crate::demo_ehr) fn default_idp(self, base_url: &Url) -> Url {
        let mut idp = base_url.clone();
        let other = match base_url.host_str() {
            Some("localhost") => "127.0.0.1",
            Some("127.0.0.1") => "localhost",
            _ => return idp,
        };
        if self == Self::Halo && idp.set_host(Some(other)).is_err() {
            return base_url.clone();
        }
        idp
    }

    /// Whether this kind of server grants a scope that the EHR supports.
    pub(in crate::demo_ehr) fn grants(self, scope: &str) -> bool {
        match self {
            Self::Oracle => is_of_smart_1(scope) && !has_wildcard(scope),
            Self::Smart1 => is_of_smart_1(scope),
            _ => true,
        }
    }

    /// Lifetime of an access token from a sign-in.
    pub(in crate::demo_ehr) fn token_lifetime(self) -> SignedDuration {
        match self {
            Self::Aidbox => SignedDuration::from_hours(10),
            Self::Oracle => SignedDuration::from_secs(570),
            _ => SignedDuration::from_hours(1),
        }
    }

    /// Claim with the URL of the signed-in user.
    pub(in crate::demo_ehr) fn user_claim(self) -> &'static str {
        if self == Self::Smile { "profile" } else { "fhirUser" }
    }
}
