use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};

use crate::{
    referral::{Error, Referrals, draft::Referral, service::Visit},
    users::SignedIn,
    web::{Error as WebError, Kind, RequestState, Web},
};

/// A request about an open chart: who asks, in which context, about which referral, and what it takes to answer.
pub(super) struct ChartRequest {
    pub(super) state: RequestState,
    pub(super) referrals: Data<Referrals>,
    pub(super) web: Data<Web>,
    /// The `{context}` of the path.
    pub(super) context_id: String,
    /// The `{id}` of the path; empty where there is none.
    pub(super) id: String,
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
        let unwired = || WebError::new(Kind::Unexpected, "the app is wired without its parts");
        let part = |name: &str| req.match_info().get(name).unwrap_or_default().to_owned();
        let signed_in = SignedIn::from_request(req, payload).into_inner()?;
        let state = RequestState::from_request(req, payload).into_inner().map_err(|_| unwired())?;
        Ok(Self {
            state,
            referrals: req.app_data::<Data<Referrals>>().cloned().ok_or_else(unwired)?,
            web: req.app_data::<Data<Web>>().cloned().ok_or_else(unwired)?,
            context_id: part("context"),
            id: part("id"),
            signed_in,
        })
    }

    /// Checks that one of our own pages of this chart sent it.
    pub(super) fn check(&self, csrf_token: &str) -> Result<(), WebError> {
        self.web.csrf().check(&self.signed_in.session_id, &self.context_id, csrf_token)
    }

    /// Opens the chart and notes the click.
    pub(super) async fn click(&self) -> Result<Visit, Error> {
        self.referrals.click(&self.state, &self.web, self.signed_in.clone(), &self.context_id).await
    }

    /// As [`ChartRequest::click`], with the referral of the path.
    pub(super) async fn referral(&self) -> Result<(Visit, Referral), Error> {
        let visit = self.click().await?;
        let referral = self.referrals.referral(&visit, &self.id).await?;
        Ok((visit, referral))
    }

    /// The path of the referral.
    pub(super) fn base(&self) -> String {
        format!("/c/{}/referrals/{}", self.context_id, self.id)
    }

    /// The language to answer in, as FHIR writes it.
    pub(super) fn lang(&self) -> &'static str {
        self.state.lang().code()
    }
}
