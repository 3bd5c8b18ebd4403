//! The kinds of SMART server there are. Each shape is a server a client meets in the world, as far as its ways could be
//! seen from outside; what is not said here it does as the plain one.

use jiff::SignedDuration;
use url::Url;

use super::scopes::{has_wildcard, is_of_smart_1};

/// What kind of SMART server the EHR is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// As the standard has it. Faults are made for this one.
    #[default]
    Plain,
    /// Like Smile CDR: the issuer has a path of its own, the user's URL is in `profile`, and asking about a dead token
    /// is answered 404 with empty texts.
    Smile,
    /// Like Aidbox: `/metadata` says all that smart-configuration says, and tokens live ten hours.
    Aidbox,
    /// Like Epic: a sparse smart-configuration, openid-configuration at the FHIR base too, granted scopes in words of
    /// its own, `need_patient_banner` as a text, members nobody asked for.
    Epic,
    /// Like Oracle Health: the issuer ends with a slash, tokens live 570 seconds, and scopes with wildcards or in the
    /// syntax of SMART 2 are left out without a word, although the latter are advertised.
    Oracle,
    /// A server of SMART 1.0: endpoints in the `CapabilityStatement` alone, HTTP Basic alone, the scopes of its time,
    /// neither PKCE nor `tenant` nor `fhirContext`.
    Smart1,
    /// A HALO accelerator: one FHIR base for many clinics, which `tenant` and `fhirContext` tell apart, and the identity
    /// provider under another host name. What a launch brought can be gone: see `clear_context`.
    Halo,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 7] =
        [Self::Plain, Self::Smile, Self::Aidbox, Self::Epic, Self::Oracle, Self::Smart1, Self::Halo];

    /// What the issuer is called at the host of the identity provider.
    pub(super) fn issuer_path(self) -> &'static str {
        match self {
            Self::Smile => "/smile/oidc",
            Self::Epic => "/epic/oauth2",
            Self::Oracle => "/auth/",
            _ => "/auth",
        }
    }

    /// Where openid-configuration is served.
    pub(super) fn serves_openid_configuration_at(self, path: &str) -> bool {
        let place = path.trim_end_matches("/.well-known/openid-configuration");
        place == self.issuer_path().trim_end_matches('/') || (self == Self::Epic && place == "/fhir")
    }

    /// Where the identity provider is, when nobody says so: a HALO accelerator on this machine goes by its other name.
    pub(super) fn default_idp(self, base_url: &Url) -> Url {
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

    /// Whether a scope that could be granted is.
    pub(super) fn grants(self, scope: &str) -> bool {
        match self {
            Self::Oracle => is_of_smart_1(scope) && !has_wildcard(scope),
            Self::Smart1 => is_of_smart_1(scope),
            _ => true,
        }
    }

    /// How long an access token lives that somebody signed in for.
    pub(super) fn token_lifetime(self) -> SignedDuration {
        match self {
            Self::Aidbox => SignedDuration::from_hours(10),
            Self::Oracle => SignedDuration::from_secs(570),
            _ => SignedDuration::from_hours(1),
        }
    }

    /// The claim that says who is signed in.
    pub(super) fn user_claim(self) -> &'static str {
        if self == Self::Smile { "profile" } else { "fhirUser" }
    }
}
