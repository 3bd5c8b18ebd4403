use url::Url;

use super::line::{Level, Line, Topic};
use crate::{
    config::PublicUrl,
    ehrs::ehr::Ehr,
    smart::{ClientAuth, Endpoints, Issuer, LaunchHandle, ScopeSyntax, build_authorization},
};

/// Everything a check found.
pub struct Report {
    /// Id of the EHR.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its FHIR base.
    pub base: String,
    /// When its registration last changed, epoch milliseconds.
    pub updated_at: i64,
    /// What was found, topic by topic.
    pub lines: Vec<Line>,
    /// What the EHR's administrator needs.
    pub hand_over: HandOver,
}

/// What the administrator of an EHR needs to register us there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The launch URL, the same for every EHR.
    pub launch_url: String,
    /// The redirect URI.
    pub redirect_uri: String,
    /// Our id there.
    pub client_id: String,
    /// How we prove who we are.
    pub client_auth: &'static str,
    /// Where our keys are published, if we have some there.
    pub jwks_url: Option<String>,
    /// The scopes, as they will be asked for.
    pub scopes: String,
}

impl Report {
    /// How many lines are problems.
    #[must_use]
    pub fn problems(&self) -> usize {
        self.count(Level::Problem)
    }

    /// How many lines are notes.
    #[must_use]
    pub fn notes(&self) -> usize {
        self.count(Level::Note)
    }

    fn count(&self, level: Level) -> usize {
        self.lines.iter().filter(|line| line.level == level).count()
    }
}

/// What the EHR's administrator needs. Where it is not known how the EHR writes scopes, they are written as in SMART 2.
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
        scopes: scopes_asked_for(ehr, endpoints).unwrap_or_default(),
    }
}

/// The `scope` of the authorization request that a launch would send.
fn scopes_asked_for(ehr: &Ehr, endpoints: Option<&Endpoints>) -> Option<String> {
    let unknown = unknown_endpoints(ehr)?;
    let endpoints =
        Endpoints { scope_syntax: endpoints.map_or(ScopeSyntax::V2, |known| known.scope_syntax), ..unknown };
    let request =
        build_authorization(&endpoints, &ehr.client, &ehr.client.base, Some(&LaunchHandle::new("x")?))
            .ok()?;
    request.request.parameter("scope")
}

fn unknown_endpoints(ehr: &Ehr) -> Option<Endpoints> {
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

/// Lines as they are found, and whether one of a topic is a problem already.
#[derive(Default)]
pub(super) struct Lines(Vec<Line>);

impl Lines {
    pub(super) fn push(&mut self, line: Line) {
        self.0.push(line);
    }

    pub(super) fn extend(&mut self, lines: impl IntoIterator<Item = Line>) {
        self.0.extend(lines);
    }

    /// Adds a line unless its topic has a problem already, beside which it would mislead.
    pub(super) fn push_unless_problem(&mut self, line: Line) {
        if !self.has_problem(line.topic) {
            self.push(line);
        }
    }

    pub(super) fn has_problem(&self, topic: Topic) -> bool {
        self.0.iter().any(|line| line.topic == topic && line.level == Level::Problem)
    }

    /// Topic by topic, in the order in which they were found.
    pub(super) fn sorted(mut self) -> Vec<Line> {
        self.0.sort_by_key(|line| line.topic);
        self.0
    }
}
