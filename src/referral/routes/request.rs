//! Extractors of the referral pages: app data, signed-in user, open chart, referral.

use std::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, http::header, web::Data};

use crate::{
    referral::{draft::Referral, error::Error, service::Referrals, visit::Visit},
    users::SignedIn,
    web::{Error as WebError, ErrorKind, RequestState, Web},
};

/// Request for a page of this room, with the app data to answer it.
pub(super) struct PageRequest {
    pub(super) state: RequestState,
    pub(super) referrals: Data<Referrals>,
    pub(super) web: Data<Web>,
}

impl FromRequest for PageRequest {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(req, payload))
    }
}

impl PageRequest {
    fn of(req: &HttpRequest, payload: &mut Payload) -> Result<Self, WebError> {
        let missing = || WebError::new(ErrorKind::Unexpected, "app data of the referral pages is missing");
        let state = RequestState::from_request(req, payload).into_inner().map_err(|_| missing())?;
        Ok(Self {
            state,
            referrals: req.app_data::<Data<Referrals>>().cloned().ok_or_else(missing)?,
            web: req.app_data::<Data<Web>>().cloned().ok_or_else(missing)?,
        })
    }
}

impl PageRequest {
    /// Answers with the page that says where a referral is now, under the status of the error; fails with the error if the
    /// referral is where it was.
    pub(super) async fn moved(
        &self,
        visit: Visit,
        id: &str,
        error: WebError,
    ) -> Result<HttpResponse, WebError> {
        let moved = self.referrals.moved_page(&visit, id, self.state.lang().code()).await?;
        let Some(page) = moved else { return Err(error) };
        self.referrals.record_referral_view(&self.state, &visit, id).await?;
        self.web.page_with(error.kind().status(), &self.state, &visit.chrome, &page)
    }
}

/// Request of a signed-in user, in a chart or outside.
pub(super) struct UserRequest {
    page: PageRequest,
    pub(super) signed_in: SignedIn,
}

impl Deref for UserRequest {
    type Target = PageRequest;

    fn deref(&self) -> &PageRequest {
        &self.page
    }
}

impl FromRequest for UserRequest {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(req, payload))
    }
}

impl UserRequest {
    fn of(req: &HttpRequest, payload: &mut Payload) -> Result<Self, WebError> {
        let signed_in = SignedIn::from_request(req, payload).into_inner()?;
        Ok(Self { page: PageRequest::of(req, payload)?, signed_in })
    }

    /// Checks that a page with this CSRF scope, the id of a chart or empty, sent the request.
    pub(super) fn check_csrf(&self, scope: &str, csrf_token: &str) -> Result<(), WebError> {
        self.web.csrf().check(&self.signed_in.session_id, scope, csrf_token)
    }

    /// Opens a chart, for what a page requests by itself.
    pub(super) async fn visit(&self, context_id: &str) -> Result<Visit, Error> {
        self.referrals.visit(&self.state, &self.web, self.signed_in.clone(), context_id).await
    }

    /// Opens a chart and records activity of the session.
    pub(super) async fn click(&self, context_id: &str) -> Result<Visit, Error> {
        self.referrals.click(&self.state, &self.web, self.signed_in.clone(), context_id).await
    }
}

/// Request about an open chart.
pub(super) struct ChartRequest {
    user: UserRequest,
    /// The `{context}` of the path.
    pub(super) context_id: String,
}

impl Deref for ChartRequest {
    type Target = PageRequest;

    fn deref(&self) -> &PageRequest {
        &self.user
    }
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
        Ok(Self { user: UserRequest::of(req, payload)?, context_id: path_part(req, "context")? })
    }

    /// Checks that a page of this chart sent the request.
    pub(super) fn check_csrf(&self, csrf_token: &str) -> Result<(), WebError> {
        self.user.check_csrf(&self.context_id, csrf_token)
    }

    /// Opens the chart and records activity of the session.
    pub(super) async fn click(&self) -> Result<Visit, Error> {
        self.user.click(&self.context_id).await
    }

    /// Returns the language of the answer, as FHIR writes it.
    pub(super) fn lang(&self) -> &'static str {
        self.state.lang().code()
    }
}

/// Request about a referral in an open chart.
pub(super) struct ReferralRequest {
    chart: ChartRequest,
    /// The `{id}` of the path.
    pub(super) id: String,
}

impl Deref for ReferralRequest {
    type Target = ChartRequest;

    fn deref(&self) -> &ChartRequest {
        &self.chart
    }
}

impl FromRequest for ReferralRequest {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let chart = ChartRequest::of(req, payload);
        ready(chart.and_then(|chart| Ok(Self { chart, id: path_part(req, "id")? })))
    }
}

impl ReferralRequest {
    /// Opens the chart, records activity of the session, and returns the referral.
    pub(super) async fn referral(&self) -> Result<(Visit, Referral), Error> {
        let visit = self.click().await?;
        let referral = self.referrals.referral(&visit, &self.id).await?;
        Ok((visit, referral))
    }

    /// Opens the chart without recording activity of the session, and returns the referral: for what a page requests by itself.
    pub(super) async fn looked_at(&self) -> Result<(Visit, Referral), Error> {
        let PageRequest { state, referrals, web } = &***self;
        let visit = referrals.visit(state, web, self.user.signed_in.clone(), &self.context_id).await?;
        let referral = referrals.referral(&visit, &self.id).await?;
        Ok((visit, referral))
    }

    /// Answers with the page that says where the referral is now if a handler refused the request because it is elsewhere.
    pub(super) async fn or_moved(
        &self,
        answer: Result<HttpResponse, WebError>,
    ) -> Result<HttpResponse, WebError> {
        let refused = [ErrorKind::NotFound, ErrorKind::Conflict, ErrorKind::NotAllowed];
        match answer {
            Err(error) if refused.contains(&error.kind()) => {
                let visit = self.click().await?;
                self.moved(visit, &self.id, error).await
            }
            answer => answer,
        }
    }

    /// Path of the referral.
    pub(super) fn path(&self) -> String {
        format!("/c/{}/referrals/{}", self.context_id, self.id)
    }
}

/// Returns a part of the path. Cannot fail for a route that has it.
fn path_part(req: &HttpRequest, name: &str) -> Result<String, WebError> {
    let found = req.match_info().get(name).map(str::to_owned);
    found.ok_or_else(|| WebError::new(ErrorKind::NotFound, "the path has no id"))
}

/// Redirects the browser to a path after a post.
pub(super) fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}
