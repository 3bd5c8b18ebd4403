use actix_session::SessionExt as _;
use actix_web::{
    Error as ActixError, HttpMessage as _,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    middleware::Next,
    web::{Data, Form},
};

use super::{form::Sent, sign_in::ask};
use crate::{
    admin::{
        ehr_form::Answers,
        error::Error,
        pages::SignInPage,
        resume::{KeptForm, seal_place},
        service::Admin,
    },
    users::{ADMIN_COOKIE, Administrator, session_store},
    web::{Error as WebError, ErrorKind, RequestState, see_other},
};

/// How old a click may be before the next one is noted; more often would only write more.
const TOUCH_MS: i64 = 60_000;

/// Lets nobody show these pages in a frame, error pages included.
///
/// # Errors
/// Those of what comes after.
pub async fn never_framed(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, ActixError> {
    if let Some(state) = request.extensions().get::<RequestState>() {
        state.set_frame_ancestors(&[]);
    }
    next.call(request).await
}

/// Lets administrators in, and sends everybody else to where they sign in. Who it is was read a moment ago: a role that
/// was lost, an account that is off or a session that is over ends here.
pub(super) async fn administrators_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, ActixError> {
    let Some(administrator) = Administrator::find(&request.get_session()) else {
        return turn_away(request).await;
    };
    if let (Some(lang), Some(state)) = (
        administrator.language.as_deref().and_then(|lang| lang.parse().ok()),
        request.extensions().get::<RequestState>(),
    ) {
        state.set_lang(lang);
    }
    if let Some(admin) = request.app_data::<Data<Admin>>()
        && admin.ground.clock.now_ms() - administrator.seen_at > TOUCH_MS
    {
        let touched =
            session_store::touch_session(&admin.ground.db, &*admin.ground.clock, &administrator.session_id)
                .await;
        touched.map_err(|error| WebError::from(Error::from(error)))?;
    }
    request.extensions_mut().insert(administrator);
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

/// Leads to where administrators sign in, and back to here afterwards. What somebody typed whose session ended meanwhile
/// goes with them, sealed.
async fn turn_away(mut request: ServiceRequest) -> Result<ServiceResponse, ActixError> {
    let was_here = request.cookie(ADMIN_COOKIE).is_some();
    let Some(admin) = request.app_data::<Data<Admin>>().cloned() else {
        return Err(unwired().into());
    };
    if was_here && request.method() == Method::POST {
        let page = late_page(&admin, &mut request).await;
        let state = request.extensions().get::<RequestState>().cloned().ok_or_else(unwired)?;
        let response = ask(StatusCode::UNAUTHORIZED, request.request(), &state, &admin, &page)?;
        return Ok(request.into_response(response));
    }
    let place = Some(request.path()).filter(|_| request.method() == Method::GET);
    let kept = place.and_then(|path| seal_place(&admin, path));
    let query = [was_here.then(|| "notice=ended".to_owned()), kept.map(|kept| format!("kept={kept}"))];
    let query: Vec<String> = query.into_iter().flatten().collect();
    let to = format!("/admin/sign-in?{}", query.join("&"));
    Ok(request.into_response(see_other(to.trim_end_matches('?')).finish()))
}

/// The page for somebody who sent a form too late.
async fn late_page(admin: &Admin, request: &mut ServiceRequest) -> SignInPage {
    let path = request.path().to_owned();
    let form = kept_form(&path, request).await.and_then(|kept| kept.seal(admin));
    let keeps_form = form.is_some();
    let kept = form.or_else(|| seal_place(admin, page_of(&path))).unwrap_or_default();
    SignInPage { notice: "ended".into(), kept, keeps_form, ..SignInPage::default() }
}

/// What was typed, where it is worth keeping.
async fn kept_form(path: &str, request: &mut ServiceRequest) -> Option<KeptForm> {
    let id = match path {
        "/admin/add" => None,
        other => Some(other.strip_prefix("/admin/ehrs/")?.strip_suffix("/change")?.to_owned()),
    };
    let Form(sent) = request.extract::<Form<Sent>>().await.ok()?;
    Some(KeptForm { id, answers: Answers::read(sent) })
}

/// The page on which a button stands that sends here.
fn page_of(path: &str) -> &str {
    let id = path.strip_prefix("/admin/ehrs/").and_then(|rest| rest.split('/').next());
    id.map_or("/admin", |id| &path[.."/admin/ehrs/".len() + id.len()])
}

fn unwired() -> WebError {
    WebError::new(ErrorKind::Unexpected, "the app is wired without its parts")
}
