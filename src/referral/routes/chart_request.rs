use std::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};

use crate::{
    referral::{Error, Referrals, draft::Referral, service::Visit},
    users::SignedIn,
    web::{Error as WebError, ErrorKind, RequestState, Web},
};

/// A request about an open chart: who asks, in which context, and what it takes to answer.
pub(super) struct ChartRequest {
    pub(super) state: RequestState,
    pub(super) referrals: Data<Referrals>,
    pub(super) web: Data<Web>,
    /// The `{context}` of the path.
    pub(super) context_id: String,
    signed_in: SignedIn,
}

impl FromRequest for ChartRequest {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(req, payload))
    }
}

impl ChartRequest {
    fn of(req: &HttpRequest, payload: &mut Payload) -> Result<Self, WebError> {
        let unwired = || WebError::new(ErrorKind::Unexpected, "the app is wired without its parts");
        let signed_in = SignedIn::from_request(req, payload).into_inner()?;
        let state = RequestState::from_request(req, payload).into_inner().map_err(|_| unwired())?;
        Ok(Self {
            state,
            referrals: req.app_data::<Data<Referrals>>().cloned().ok_or_else(unwired)?,
            web: req.app_data::<Data<Web>>().cloned().ok_or_else(unwired)?,
            context_id: part(req, "context")?,
            signed_in,
        })
    }

    /// Checks that one of our own pages of this chart sent it.
    pub(super) fn check_csrf(&self, csrf_token: &str) -> Result<(), WebError> {
        self.web.csrf().check(&self.signed_in.session_id, &self.context_id, csrf_token)
    }

    /// Opens the chart and notes the click.
    pub(super) async fn click(&self) -> Result<Visit, Error> {
        self.referrals.click(&self.state, &self.web, self.signed_in.clone(), &self.context_id).await
    }

    /// The language to answer in, as FHIR writes it.
    pub(super) fn lang(&self) -> &'static str {
        self.state.lang().code()
    }
}

/// A request about a referral in an open chart.
pub(super) struct ReferralRequest {
    asked: ChartRequest,
    /// The `{id}` of the path.
    pub(super) id: String,
}

impl Deref for ReferralRequest {
    type Target = ChartRequest;

    fn deref(&self) -> &ChartRequest {
        &self.asked
    }
}

impl FromRequest for ReferralRequest {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let asked = ChartRequest::of(req, payload);
        ready(asked.and_then(|asked| Ok(Self { asked, id: part(req, "id")? })))
    }
}

impl ReferralRequest {
    /// Opens the chart, notes the click, and finds the referral.
    pub(super) async fn referral(&self) -> Result<(Visit, Referral), Error> {
        let visit = self.click().await?;
        let referral = self.referrals.referral(&visit, &self.id).await?;
        Ok((visit, referral))
    }

    /// The path of the referral.
    pub(super) fn base(&self) -> String {
        format!("/c/{}/referrals/{}", self.context_id, self.id)
    }
}

/// A part of the path; without it the route does not match.
fn part(req: &HttpRequest, name: &str) -> Result<String, WebError> {
    let found = req.match_info().get(name).map(str::to_owned);
    found.ok_or_else(|| WebError::new(ErrorKind::NotFound, "the path lacks an id"))
}
