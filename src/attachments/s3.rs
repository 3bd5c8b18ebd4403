//! Objects in a bucket of an S3-compatible store, through `egress`.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use http::{HeaderValue, header};
use http_body_util::BodyExt as _;
use object_store::{
    ClientOptions, RetryConfig,
    aws::AmazonS3Builder,
    client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService},
};
use secrecy::ExposeSecret as _;
use url::Url;

use super::error::Error;
use crate::{
    config::S3Settings,
    egress::{self, Limits, Outbound, Request},
};

/// Number of times that a request is sent again, and the time after which it is not: a page waits for it.
const RETRIES: usize = 2;
const RETRY_TIME: Duration = Duration::from_secs(15);

/// Returns the store that a bucket is. Nothing is sent yet.
pub(super) fn bucket(
    settings: &S3Settings,
    outbound: Arc<Outbound>,
) -> Result<Arc<dyn object_store::ObjectStore>, Error> {
    let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_TIME, ..RetryConfig::default() };
    let store = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_endpoint(endpoint(settings))
        .with_virtual_hosted_style_request(!settings.path_style)
        .with_access_key_id(&settings.access_key_id)
        .with_secret_access_key(settings.secret_access_key.expose_secret())
        // Not every store deletes several objects with one request.
        .with_disable_bulk_delete(true)
        .with_retry(retry)
        .with_http_connector(Connector(outbound))
        .build()?;
    Ok(Arc::new(store))
}

/// Returns the base URL of the bucket's requests: in virtual-hosted style, its name is part of the host.
fn endpoint(settings: &S3Settings) -> String {
    let mut url = settings.endpoint.clone();
    if !settings.path_style
        && let Some(host) = url.host_str()
    {
        let with_bucket = format!("{}.{host}", settings.bucket);
        // A host that cannot have a name before it, such as an address, is refused by the settings.
        let _ = url.set_host(Some(&with_bucket));
    }
    url.as_str().trim_end_matches('/').to_owned()
}

/// Way out of the library: every request goes through `egress`.
#[derive(Clone)]
struct Connector(Arc<Outbound>);

impl fmt::Debug for Connector {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

/// Answer of a request, as the library's trait wants it.
type Answer<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for Connector {
    fn call<'service, 'answer>(&'service self, request: HttpRequest) -> Answer<'answer>
    where
        'service: 'answer,
        Self: 'answer,
    {
        Box::pin(self.send(request))
    }
}

impl Connector {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string());
        let url = url.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let body = body.collect().await?.to_bytes().to_vec();
        let mut request = Request::of(parts.method, url, parts.headers, body);
        // The length of what is read is that of the object.
        request = request.header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let reply = self.0.send(request, Limits::OBJECT).await;
        let reply = reply.map_err(|error| HttpError::new(kind_of(&error), error))?;
        let mut response = HttpResponse::new(reply.body.into());
        *response.status_mut() = reply.status;
        *response.headers_mut() = reply.headers;
        Ok(response)
    }
}

fn kind_of(error: &egress::Error) -> HttpErrorKind {
    match error {
        egress::Error::Timeout => HttpErrorKind::Timeout,
        egress::Error::Connect(_) | egress::Error::AtCapacity => HttpErrorKind::Connect,
        _ => HttpErrorKind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(endpoint: &str, path_style: bool) -> S3Settings {
        S3Settings {
            bucket: "files".to_owned(),
            endpoint: Url::parse(endpoint).unwrap(),
            region: "ca-central-1".to_owned(),
            access_key_id: "id".to_owned(),
            secret_access_key: "secret".into(),
            path_style,
            allowed_networks: Vec::new(),
            ca: None,
        }
    }

    #[test]
    fn names_the_bucket_in_the_host_or_in_the_path() {
        for (given, path_style, wanted) in [
            ("https://s3.example.ca", false, "https://files.s3.example.ca"),
            ("https://s3.example.ca:9000/", false, "https://files.s3.example.ca:9000"),
            ("https://s3.example.ca/", true, "https://s3.example.ca"),
            ("http://10.0.0.7:9000", true, "http://10.0.0.7:9000"),
        ] {
            assert_eq!(endpoint(&settings(given, path_style)), wanted);
        }
    }
}
