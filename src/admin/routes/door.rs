use actix_session::SessionExt as _;
use actix_web::{
    Error as ActixError, HttpMessage as _, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web::Data,
};

use crate::{
    admin::{Error, Office},
    users::{ADMIN_COOKIE, Administrator, session_store},
    web::RequestState,
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
        let was_here = request.cookie(ADMIN_COOKIE).is_some();
        let to = if was_here { "/admin/sign-in?notice=ended" } else { "/admin/sign-in" };
        let response = HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish();
        return Ok(request.into_response(response));
    };
    if let (Some(lang), Some(state)) = (
        administrator.language.as_deref().and_then(|lang| lang.parse().ok()),
        request.extensions().get::<RequestState>(),
    ) {
        state.set_lang(lang);
    }
    if let Some(office) = request.app_data::<Data<Office>>()
        && office.clock.now_ms() - administrator.seen_at > TOUCH_MS
    {
        let touched =
            session_store::touch_session(&office.db, &*office.clock, &administrator.session_id).await;
        touched.map_err(|error| crate::web::Error::from(Error::from(error)))?;
    }
    request.extensions_mut().insert(administrator);
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}
