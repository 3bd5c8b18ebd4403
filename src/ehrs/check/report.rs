//! Report of a check, and the data that the EHR's administrator needs.

use super::line::{Level, Line, Topic};
use crate::{
    config::PublicUrl,
    ehrs::ehr::Ehr,
    smart::{ClientAuth, Endpoints, Scope, ScopeSyntax, requested_scopes, write_scopes},
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
    /// Grant types, separated by spaces.
    pub grant_types: String,
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
    let published = endpoints.map_or(ScopeSyntax::V2, |known| known.scope_syntax);
    HandOver {
        launch_url: public_url.join("/launch"),
        redirect_uri: client.redirect_uri.clone(),
        client_id: client.client_id.as_str().to_owned(),
        client_auth: client.client_auth.method(),
        jwks_url: signs.then(|| public_url.join(&format!("/jwks/{}.json", ehr.id))),
        grant_types: needed_grant_types(ehr).join(" "),
        scopes: needed_scopes(ehr, published).join(" "),
    }
}

/// Returns the scopes that every kind of request to this EHR needs: launches from the EHR, standalone launches, and
/// updates of orders.
pub(super) fn needed_scopes(ehr: &Ehr, published: ScopeSyntax) -> Vec<String> {
    let syntax = ehr.client.scope_syntax.or_published(published);
    let mut scopes = requested_scopes(&ehr.client, syntax, true);
    if ehr.standalone && !scopes.iter().any(|scope| scope == "launch/patient") {
        scopes.push("launch/patient".to_owned());
    }
    if ehr.write_orders {
        scopes.extend(write_scopes(&ehr.backend_scopes, syntax));
    }
    scopes
}

/// Returns the grant types that requests to this EHR need.
pub(super) fn needed_grant_types(ehr: &Ehr) -> Vec<&'static str> {
    let refreshes = |scope: &Scope| matches!(scope, Scope::Plain(text) if ["online_access", "offline_access"].contains(&&**text));
    let mut types = vec!["authorization_code"];
    if ehr.client.scopes.iter().any(refreshes) {
        types.push("refresh_token");
    }
    if ehr.write_orders {
        types.push("client_credentials");
    }
    types
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

    pub(super) fn has(&self, topic: Topic) -> bool {
        self.0.iter().any(|line| line.topic == topic)
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
