//! Routes below `/sign-in/{id}`: the page for the state of a pending sign-in, and the user's answers.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::Cookie,
    http::StatusCode,
    web::{self, Data, Form, Path, ServiceConfig},
};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    ChoicePage, ConfirmPage, LinkPage, StayedPage,
    decide::{Proof, Verdict},
};
use crate::{
    launch::{
        error::Error,
        pending::{Pending, WaitsFor},
        service::Launch,
    },
    users::{InvitationCode, SignedIn, start_session},
    web::{Chrome, Error as WebError, RequestState, Web, binding_cookie, expired_cookie, see_other},
};

pub(in crate::launch) fn routes(config: &mut ServiceConfig) {
    let one = web::scope("/{id}")
        .service(web::resource("").route(web::get().to(show)))
        .service(web::resource("/password").route(web::post().to(password)))
        .service(web::resource("/invitation").route(web::post().to(invitation)))
        .service(web::resource("/confirm").route(web::post().to(confirm)))
        .service(web::resource("/stay").route(web::post().to(stay)));
    config.service(web::scope("/sign-in").service(one));
}

/// Returns the path of a pending sign-in.
pub(in crate::launch) fn path(id: &str) -> String {
    format!("/sign-in/{id}")
}

/// Returns the cookie that binds a pending sign-in to its browser.
pub(in crate::launch) fn cookie(id: &str, binding: String) -> Cookie<'static> {
    binding_cookie(cookie_name(id), binding, Pending::LIFETIME_SECONDS)
}

fn cookie_name(id: &str) -> String {
    format!("__Host-pp-{}", id.get(..12).unwrap_or(id))
}

#[derive(Deserialize)]
struct PasswordForm {
    csrf_token: String,
    email: String,
    password: SecretString,
}

#[derive(Deserialize)]
struct InvitationForm {
    csrf_token: String,
    code: String,
}

#[derive(Deserialize)]
struct DecisionForm {
    csrf_token: String,
}

/// Pending sign-in of a request, with its EHR and the current user.
struct Question<'a> {
    id: &'a str,
    binding: String,
    pending: Pending,
    ehr: String,
    /// Path of the chart that opens once it is answered.
    to: String,
    current: Option<SignedIn>,
}

impl<'a> Question<'a> {
    async fn find(
        req: &HttpRequest,
        id: &'a str,
        state: &RequestState,
        session: &Session,
        launch: &Launch,
    ) -> Result<Self, WebError> {
        let binding =
            req.cookie(&cookie_name(id)).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
        let pending = launch.find_pending(id, &binding).await?;
        let ehr = launch.registry().find(&pending.arrival.ehr_id).filter(|ehr| !ehr.suspended);
        let ehr = ehr.ok_or(Error::Suspended)?;
        state.set_frame_ancestors(&ehr.frame_ancestors);
        let to = launch.landing(&pending.context_id, &ehr, &pending.chart.launch_context);
        Ok(Self { id, binding, pending, ehr: ehr.name.clone(), to, current: SignedIn::find(session) })
    }

    fn arrived_as(&self) -> String {
        self.pending.arrival.name().unwrap_or_default()
    }

    fn signed_in(&self) -> String {
        self.current.as_ref().map(|current| current.user.name.clone()).unwrap_or_default()
    }

    fn link_page(&self) -> LinkPage {
        LinkPage {
            path: path(self.id),
            arrived_as: self.arrived_as(),
            ehr: self.ehr.clone(),
            ..LinkPage::default()
        }
    }

    fn chrome(&self, web: &Web) -> Chrome {
        Chrome { csrf_token: web.csrf().token(&self.binding, self.id), ..Chrome::default() }
    }
}

async fn show(
    req: HttpRequest,
    id: Path<String>,
    session: Session,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
) -> Result<HttpResponse, WebError> {
    let question = Question::find(&req, &id, &state, &session, &launch).await?;
    let (chrome, path) = (question.chrome(&web), path(&id));
    let (arrived_as, ehr, signed_in) = (question.arrived_as(), question.ehr.clone(), question.signed_in());
    match &question.pending.waits_for {
        WaitsFor::Account => web.page(&state, &chrome, &question.link_page()),
        WaitsFor::Confirmation { user, .. } => {
            let other = question.current.as_ref().is_some_and(|current| current.user.id != user.id);
            let signs_out = if other { signed_in } else { String::new() };
            web.page(
                &state,
                &chrome,
                &ConfirmPage { path, arrived_as, ehr, account: user.name.clone(), signs_out },
            )
        }
        WaitsFor::Choice { user } => {
            web.page(&state, &chrome, &ChoicePage { path, arrived: user.name.clone(), ehr, signed_in })
        }
    }
}

async fn password(
    req: HttpRequest,
    id: Path<String>,
    session: Session,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
    Form(form): Form<PasswordForm>,
) -> Result<HttpResponse, WebError> {
    let question = Question::find(&req, &id, &state, &session, &launch).await?;
    web.csrf().check(&question.binding, &id, &form.csrf_token)?;
    let again = LinkPage { email: form.email.clone(), wrong: "password".into(), ..question.link_page() };
    let proof = Proof::Password { email: form.email, password: form.password };
    judge(question, proof, again, &state, &launch, &web).await
}

async fn invitation(
    req: HttpRequest,
    id: Path<String>,
    session: Session,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
    Form(form): Form<InvitationForm>,
) -> Result<HttpResponse, WebError> {
    let question = Question::find(&req, &id, &state, &session, &launch).await?;
    web.csrf().check(&question.binding, &id, &form.csrf_token)?;
    let again = LinkPage { wrong: "invitation".into(), ..question.link_page() };
    judge(question, Proof::Invitation(InvitationCode::typed(&form.code)), again, &state, &launch, &web).await
}

async fn judge(
    question: Question<'_>,
    proof: Proof,
    again: LinkPage,
    state: &RequestState,
    launch: &Launch,
    web: &Web,
) -> Result<HttpResponse, WebError> {
    let chrome = question.chrome(web);
    match launch.prove(state, question.id, question.pending, proof).await? {
        Verdict::Proven => Ok(see_other(&path(question.id)).finish()),
        Verdict::Wrong => web.page_with(StatusCode::UNPROCESSABLE_ENTITY, state, &chrome, &again),
        Verdict::Exhausted => {
            let page = LinkPage { exhausted: true, ..again };
            web.page_with(StatusCode::TOO_MANY_REQUESTS, state, &chrome, &page)
        }
    }
}

async fn confirm(
    req: HttpRequest,
    id: Path<String>,
    session: Session,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
    Form(form): Form<DecisionForm>,
) -> Result<HttpResponse, WebError> {
    let question = Question::find(&req, &id, &state, &session, &launch).await?;
    web.csrf().check(&question.binding, &id, &form.csrf_token)?;
    let opened = launch.decide(&state, &id, &question.pending, question.current.as_ref()).await?;
    start_session(&session, &opened)?;
    let mut response = see_other(&question.to);
    Ok(response.cookie(expired_cookie(cookie_name(&id))).finish())
}

async fn stay(
    req: HttpRequest,
    id: Path<String>,
    session: Session,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
    Form(form): Form<DecisionForm>,
) -> Result<HttpResponse, WebError> {
    let question = Question::find(&req, &id, &state, &session, &launch).await?;
    web.csrf().check(&question.binding, &id, &form.csrf_token)?;
    launch.decline(&state, &id, &question.pending, question.current.as_ref()).await?;
    web.page(&state, &Chrome::default(), &StayedPage { signed_in: question.signed_in() })
}
