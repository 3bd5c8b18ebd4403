//! Middleware that every request passes: checks, error pages, security headers.

use std::time::Duration;

use actix_web::{
    Error as ActixError, HttpMessage as _, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use tracing::Instrument as _;

use super::{
    chrome::Chrome,
    cookies,
    error::{Error, ErrorKind},
    error_page::ErrorPage,
    kept_post::{Keeping, KeptPost},
    page::Web,
    request::{RequestState, is_multipart},
    unread_body::HeldBody,
};

/// Time after which a request is answered with an error.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);
/// Time for a request with files: a phone on a slow connection sends some megabytes each minute.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(5);
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Wraps every request: correlation id, host and origin check, timeout, error pages, security headers, log.
///
/// # Errors
/// An error that already carries its rendered page, or the error of a lower layer that fails without a request.
pub async fn guard<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, ActixError> {
    let duplicates = cookies::drop_duplicates(request.headers_mut());
    let state = RequestState::of(request.headers(), request.query_string());
    request.extensions_mut().insert(state.clone());
    let web = request.app_data::<Data<Web>>().cloned();
    let web = web.ok_or_else(|| Error::new(ErrorKind::Unexpected, "the app has no `Web` in its data"))?;
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    let method = request.method().clone();
    // A root span of our own, without the query and the values in the path.
    let span = tracing::info_span!("request", %method, route, correlation_id = state.correlation_id());
    let checked = check(&request, &web);
    let keeping = Keeping::of(&request);
    let body = HeldBody::of(&mut request, Keeping::max_bytes(keeping.as_ref()));
    let patience = if is_multipart(request.headers()) { UPLOAD_TIMEOUT } else { REQUEST_TIMEOUT };
    let answered = async {
        match checked {
            Ok(()) => tokio::time::timeout(patience, next.call(request))
                .await
                .unwrap_or_else(|_| Err(Error::new(ErrorKind::Busy, "the request took too long").into())),
            Err(error) => Err(error.into()),
        }
    }
    .instrument(span.clone())
    .await;
    let kept = match (keeping, &body) {
        (Some(keeping), Some(body)) if status_of(&answered).is_server_error() => keeping.read(body).await,
        _ => None,
    };
    if let Some(lang) = kept.as_ref().and_then(|kept| kept.lang()?.parse().ok()) {
        state.set_lang(lang);
    }
    let _entered = span.enter();
    let exchange = Exchange { state, web: &web, method, route, duplicates, body, kept };
    exchange.finish(answered)
}

fn status_of<B>(answered: &Result<ServiceResponse<B>, ActixError>) -> StatusCode {
    match answered {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    }
}

/// Parts of a request that its response needs.
struct Exchange<'a> {
    state: RequestState,
    web: &'a Web,
    method: Method,
    route: String,
    duplicates: Vec<String>,
    body: Option<HeldBody>,
    /// The post, if it failed and can be repeated.
    kept: Option<KeptPost>,
}

impl Exchange<'_> {
    fn finish<B: MessageBody + 'static>(
        mut self,
        answered: Result<ServiceResponse<B>, ActixError>,
    ) -> Result<ServiceResponse, ActixError> {
        let status = status_of(&answered);
        let kept = self.kept.take();
        let Self { state, web, .. } = &self;
        web.metrics().count_request(&self.method, &self.route, status);
        tracing::info!(status = status.as_u16(), "answered");
        match answered {
            Ok(response) if is_plain_error(&response) => {
                let kind = response
                    .response()
                    .error()
                    .map_or(ErrorKind::of_status(status), |error| describe(error, status));
                let mut page = error_page(web, state, &self.page_of(kind, kept), status);
                for cookie in response.headers().get_all(header::SET_COOKIE) {
                    page.headers_mut().append(header::SET_COOKIE, cookie.clone());
                }
                Ok(response.into_response(self.complete(page)))
            }
            Ok(response) => {
                let (request, response) = response.map_into_boxed_body().into_parts();
                Ok(ServiceResponse::new(request, self.complete(response)))
            }
            Err(error) => {
                let kind = describe(&error, status);
                let page = error_page(web, state, &self.page_of(kind, kept), status);
                Err(InternalError::from_response("answered with a page", self.complete(page)).into())
            }
        }
    }

    fn page_of(&self, kind: ErrorKind, kept: Option<KeptPost>) -> ErrorPage {
        ErrorPage { kind, kept, undone: kind == ErrorKind::SignedOut && self.method == Method::POST }
    }

    /// Adds what every response has.
    fn complete(self, mut response: HttpResponse) -> HttpResponse {
        complete(response.headers_mut(), &self.state, self.web, &self.duplicates);
        match self.body {
            Some(body) => body.until_sent(response),
            None => response,
        }
    }
}

/// Whether a response is an error without a page.
fn is_plain_error<B: MessageBody>(response: &ServiceResponse<B>) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error())
        && !response.headers().contains_key(header::CONTENT_TYPE)
        || response.response().error().is_some()
}

/// Logs an error once, and returns the kind of its page.
fn describe(error: &ActixError, status: StatusCode) -> ErrorKind {
    match error.as_error::<Error>() {
        Some(error) if error.kind().status().is_server_error() => {
            tracing::error!(kind = ?error.kind(), code = error.code(), cause = error.chain(), "refused");
            error.kind()
        }
        Some(error) => {
            tracing::warn!(kind = ?error.kind(), code = error.code(), cause = error.chain(), "refused");
            error.kind()
        }
        None => {
            // An error of another library may quote the request, so only its status is logged.
            tracing::warn!(status = status.as_u16(), "refused by a layer below");
            ErrorKind::of_status(status)
        }
    }
}

fn error_page(web: &Web, state: &RequestState, page: &ErrorPage, status: StatusCode) -> HttpResponse {
    web.allow_frames(state);
    let mut response = HttpResponse::build(status);
    if page.kind == ErrorKind::Busy {
        response.insert_header((header::RETRY_AFTER, HeaderValue::from_static("5")));
    }
    match web.render(state, &Chrome::default(), page) {
        Ok(html) => response.content_type("text/html; charset=utf-8").body(html),
        Err(error) => {
            tracing::error!(%error, "the error page could not be rendered");
            response.content_type("text/plain; charset=utf-8").body(state.correlation_id().to_owned())
        }
    }
}

/// Checks that the host is ours, and that a state-changing request was sent by one of our pages.
fn check(request: &ServiceRequest, web: &Web) -> Result<(), Error> {
    let is_probe = request.path().starts_with("/health/");
    let host = text(request.headers(), &header::HOST);
    if !is_probe && host.is_none_or(|host| !host.eq_ignore_ascii_case(web.public_url().authority())) {
        return Err(Error::new(ErrorKind::Host, "the host is not ours"));
    }
    // Our ids contain no NUL, and PostgreSQL refuses it.
    if request.path().contains("%00") {
        return Err(Error::new(ErrorKind::NotFound, "a path with a NUL"));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let site = text(request.headers(), &SEC_FETCH_SITE);
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(Error::new(ErrorKind::Forged, "another site sent this"));
    }
    match text(request.headers(), &header::ORIGIN) {
        Some(origin) if origin == web.public_url().origin() => Ok(()),
        // Under our referrer policy a form of our own page has this origin. Sec-Fetch-Site proves that it is ours.
        Some("null") if site == Some("same-origin") => Ok(()),
        Some(_) => Err(Error::new(ErrorKind::Forged, "another origin sent this")),
        None => Ok(()),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

fn complete(headers: &mut HeaderMap, state: &RequestState, web: &Web, duplicates: &[String]) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; img-src 'self'; connect-src 'self'; \
         form-action {1}; base-uri 'none'; frame-ancestors {2}",
        state.nonce(),
        state.form_action(),
        state.frame_ancestors()
    );
    // A file that is not a page of ours has a stricter one.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::try_from(policy)
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(header::PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=()");
    if web.public_url().origin().starts_with("https:") {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    cookies::complete(headers, web.is_framed(), duplicates);
}
