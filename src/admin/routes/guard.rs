//! Guards of the administrators' pages.

use actix_session::SessionExt as _;
use actix_web::{
    Error as ActixError, HttpMessage as _,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    middleware::Next,
    web::{Data, Form},
};

use super::{form::Fields, sign_in::sign_in_page, visit::SendingHeld};
use crate::{
    admin::{
        ehr_form::FormEntries,
        error::Error,
        pages::SignInPage,
        resume::{InterruptedForm, seal_return_path},
        service::Admin,
    },
    delivery::restored_store::{SendingState, find_sending_state},
    users::{ADMIN_COOKIE, Administrator, session_store},
    web::{Error as WebError, ErrorKind, RequestState, see_other},
};

/// Interval at which activity of a session is stored, which limits writes.
const TOUCH_INTERVAL_MS: i64 = 60_000;

/// Forbids framing of these pages, including error pages.
///
/// # Errors
/// Those of the next service.
pub async fn never_framed(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, ActixError> {
    if let Some(state) = request.extensions().get::<RequestState>() {
        state.set_frame_ancestors(&[]);
    }
    next.call(request).await
}

/// Lets administrators in and redirects other requests to the sign-in. The session middleware read account and session for
/// this request, so a lost role, a disabled account or an ended session takes effect at once.
pub(super) async fn administrators_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, ActixError> {
    let Some(administrator) = Administrator::find(&request.get_session()) else {
        return redirect_to_sign_in(request).await;
    };
    if let (Some(lang), Some(state)) = (
        administrator.language.as_deref().and_then(|lang| lang.parse().ok()),
        request.extensions().get::<RequestState>(),
    ) {
        state.set_lang(state.asked_lang().unwrap_or(lang));
    }
    if let Some(admin) = request.app_data::<Data<Admin>>()
        && admin.ground.clock.now_ms() - administrator.seen_at > TOUCH_INTERVAL_MS
    {
        let touched =
            session_store::touch_session(&admin.ground.db, &*admin.ground.clock, &administrator.session_id)
                .await;
        touched.map_err(|error| WebError::from(Error::from(error)))?;
    }
    let held = match request.app_data::<Data<Admin>>() {
        Some(admin) => find_sending_state(&admin.ground.db).await,
        None => Ok(SendingState::default()),
    };
    let held = held.map_err(|error| WebError::from(Error::from(error)))?.held_at.is_some();
    request.extensions_mut().insert(SendingHeld(held));
    request.extensions_mut().insert(administrator);
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

/// Redirects to the sign-in, which returns to the requested page. Entries of a form whose session has ended are sealed into
/// the sign-in page.
async fn redirect_to_sign_in(mut request: ServiceRequest) -> Result<ServiceResponse, ActixError> {
    let had_session = request.cookie(ADMIN_COOKIE).is_some();
    let Some(admin) = request.app_data::<Data<Admin>>().cloned() else {
        return Err(unwired().into());
    };
    if had_session && request.method() == Method::POST {
        let page = session_ended_page(&admin, &mut request).await;
        let state = request.extensions().get::<RequestState>().cloned().ok_or_else(unwired)?;
        let response = sign_in_page(StatusCode::UNAUTHORIZED, request.request(), &state, &admin, &page)?;
        return Ok(request.into_response(response));
    }
    let path = Some(request.path()).filter(|_| request.method() == Method::GET);
    let kept = path.and_then(|path| seal_return_path(&admin, path));
    let query = [had_session.then(|| "notice=ended".to_owned()), kept.map(|kept| format!("kept={kept}"))];
    let query: Vec<String> = query.into_iter().flatten().collect();
    let target = format!("/admin/sign-in?{}", query.join("&"));
    Ok(request.into_response(see_other(target.trim_end_matches('?')).finish()))
}

/// Returns the sign-in page for a form that was submitted after its session had ended.
async fn session_ended_page(admin: &Admin, request: &mut ServiceRequest) -> SignInPage {
    let path = request.path().to_owned();
    let form = interrupted_form(&path, request).await.and_then(|form| form.seal(admin));
    let keeps_form = form.is_some();
    let kept = form.or_else(|| seal_return_path(admin, page_of_button(&path))).unwrap_or_default();
    SignInPage { notice: "ended".into(), kept, keeps_form, ..SignInPage::default() }
}

/// Reads the entries of the form for an EHR, or returns `None` for any other form.
async fn interrupted_form(path: &str, request: &mut ServiceRequest) -> Option<InterruptedForm> {
    let id = match path {
        "/admin/add" => None,
        other => Some(other.strip_prefix("/admin/ehrs/")?.strip_suffix("/change")?.to_owned()),
    };
    let Form(fields) = request.extract::<Form<Fields>>().await.ok()?;
    Some(InterruptedForm { id, entries: FormEntries::read(fields) })
}

/// Returns the page with the button that posts to `path`.
fn page_of_button(path: &str) -> &str {
    let page = ["/admin/ehrs/", "/admin/users/"].into_iter().find_map(|list| {
        let id = path.strip_prefix(list)?.split('/').next()?;
        Some(&path[..list.len() + id.len()])
    });
    let forms = || path.starts_with("/admin/forms/").then_some("/admin/forms");
    page.or_else(|| (path == "/admin/password").then_some(path)).or_else(forms).unwrap_or("/admin")
}

fn unwired() -> WebError {
    WebError::new(ErrorKind::Unexpected, "Admin or RequestState is not in the app data")
}
