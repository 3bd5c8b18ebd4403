//! Report of a check, and the data that the EHR's administrator needs.

use url::Url;

use super::line::{Level, Line, Topic};
use crate::{
    config::PublicUrl,
    ehrs::ehr::Ehr,
    smart::{ClientAuth, Endpoints, Issuer, LaunchHandle, ScopeSyntax, build_authorization},
};

/// Report of a check.
pub struct Report {
    /// Id of the EHR.
    pub id: String,
    /// Name of the EHR.
    pub name: String,
    /// FHIR base URL.
    pub base: String,
    /// Last change of its registration, epoch milliseconds.
    pub updated_at: i64,
    /// Lines, by topic.
    pub lines: Vec<Line>,
    /// Data for the administrator of the EHR.
    pub hand_over: HandOver,
}

/// Data that the administrator of an EHR needs to register Passerelle there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Launch URL, the same for every EHR.
    pub launch_url: String,
    /// Redirect URI, one for each EHR.
    pub redirect_uri: String,
    /// Client id of Passerelle.
    pub client_id: String,
    /// Client authentication method.
    pub client_auth: &'static str,
    /// URL of the key set, with `private_key_jwt`.
    pub jwks_url: Option<String>,
    /// Scopes as requested, separated by spaces.
    pub scopes: String,
}

impl Report {
    /// Number of problems.
    #[must_use]
    pub fn problems(&self) -> usize {
        self.count(Level::Problem)
    }

    /// Number of notes.
    #[must_use]
    pub fn notes(&self) -> usize {
        self.count(Level::Note)
    }

    fn count(&self, level: Level) -> usize {
        self.lines.iter().filter(|line| line.level == level).count()
    }
}

/// Collects the data for the administrator of an EHR. Scopes use the SMART 2 syntax unless `endpoints` name another.
#[must_use]
pub fn hand_over(ehr: &Ehr, public_url: &PublicUrl, endpoints: Option<&Endpoints>) -> HandOver {
    let client = &ehr.client;
    let signs = matches!(client.client_auth, ClientAuth::PrivateKeyJwt(_));
    HandOver {
        launch_url: public_url.join("/launch"),
        redirect_uri: client.redirect_uri.clone(),
        client_id: client.client_id.as_str().to_owned(),
        client_auth: client.client_auth.method(),
        jwks_url: signs.then(|| public_url.join(&format!("/jwks/{}.json", ehr.id))),
        scopes: requested_scopes(ehr, endpoints).unwrap_or_default(),
    }
}

/// Builds the `scope` of the authorization request that a launch would send.
fn requested_scopes(ehr: &Ehr, endpoints: Option<&Endpoints>) -> Option<String> {
    let placeholder = placeholder_endpoints(ehr)?;
    let endpoints = Endpoints {
        scope_syntax: endpoints.map_or(ScopeSyntax::V2, |known| known.scope_syntax),
        ..placeholder
    };
    let request =
        build_authorization(&endpoints, &ehr.client, &ehr.client.base, Some(&LaunchHandle::new("x")?))
            .ok()?;
    request.request.parameter("scope")
}

/// Endpoints all at the base URL, to build a request that is not sent.
fn placeholder_endpoints(ehr: &Ehr) -> Option<Endpoints> {
    let base = Url::parse(&ehr.client.base.join("")).ok()?;
    Some(Endpoints {
        authorization: base.clone(),
        token: base.clone(),
        jwks: base.clone(),
        revocation: None,
        introspection: None,
        issuer: Issuer::new(base.as_str()),
        asked_issuer: false,
        callback_names_issuer: false,
        scope_syntax: ScopeSyntax::V2,
        takes_post: false,
        client_auth_methods: Vec::new(),
        client_auth_algs: Vec::new(),
    })
}

/// Lines in the order of their discovery.
#[derive(Default)]
pub(super) struct Lines(Vec<Line>);

impl Lines {
    pub(super) fn push(&mut self, line: Line) {
        self.0.push(line);
    }

    pub(super) fn extend(&mut self, lines: impl IntoIterator<Item = Line>) {
        self.0.extend(lines);
    }

    /// Adds a line unless its topic has a problem already, next to which it would mislead.
    pub(super) fn push_unless_problem(&mut self, line: Line) {
        if !self.has_problem(line.topic) {
            self.push(line);
        }
    }

    pub(super) fn has_problem(&self, topic: Topic) -> bool {
        self.0.iter().any(|line| line.topic == topic && line.level == Level::Problem)
    }

    /// Sorts the lines by topic; within one, by discovery.
    pub(super) fn sorted(mut self) -> Vec<Line> {
        self.0.sort_by_key(|line| line.topic);
        self.0
    }
}
