//! HTTP client of one peer: requests, replies, and their limits.

use std::{sync::OnceLock, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use url::{Host, Url};

use super::{
    address::Networks,
    authorities::Authorities,
    client_certificate::ClientCertificate,
    error::Error,
    lane::{Lane, Lanes},
    resolver::{CheckedResolver, Lookup, Resolved, system_lookup},
};

/// Queue, deadline and size limit of one request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Queue to wait in if too many requests run.
    pub lane: Lane,
    /// Longest wait in the queue. The deadline begins after it.
    pub wait: Duration,
    /// Time from the first byte sent to the last byte read.
    pub deadline: Duration,
    /// Largest body after decompression, in bytes.
    pub bytes: usize,
}

impl Limits {
    /// For metadata: 5 seconds, 256 KiB.
    pub const DOCUMENT: Self = Self::new(Lane::SignIn, 5, 5, 256 * 1024);
    /// For optional parts of a page: 2 seconds, 64 KiB.
    pub const EXTRA: Self = Self::new(Lane::Data, 1, 2, 64 * 1024);
    /// For a token exchange: 10 seconds, 256 KiB.
    pub const TOKEN: Self = Self::new(Lane::SignIn, 10, 10, 256 * 1024);
    /// For the patient and the user of a launch: 8 seconds, 4 MiB.
    pub const PERSON: Self = Self { lane: Lane::SignIn, ..Self::FHIR };
    /// For FHIR data: 8 seconds, 4 MiB.
    pub const FHIR: Self = Self::new(Lane::Data, 10, 8, 4 * 1024 * 1024);
    /// For an answer of a terminology server, for which a page waits: 3 seconds, 1 MiB.
    pub const TERMINOLOGY: Self = Self::new(Lane::Data, 1, 3, 1024 * 1024);
    /// For the content of a document: 20 seconds, 14 MiB, which is 10 MiB in base64.
    pub const CONTENT: Self = Self::new(Lane::Data, 10, 20, 14 * 1024 * 1024);
    /// For the delivery of a message: 30 seconds, 1 MiB.
    pub const MESSAGE: Self = Self::new(Lane::Data, 1, 30, 1024 * 1024);
    /// For an object of a store: 60 seconds, 256 MiB.
    pub const OBJECT: Self = Self::new(Lane::Data, 10, 60, 256 * 1024 * 1024);

    const fn new(lane: Lane, wait_seconds: u64, deadline_seconds: u64, bytes: usize) -> Self {
        let (wait, deadline) = (Duration::from_secs(wait_seconds), Duration::from_secs(deadline_seconds));
        Self { lane, wait, deadline, bytes }
    }
}

/// HTTP request.
pub struct Request {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Request {
    /// Returns a GET request.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: None }
    }

    /// Returns a POST request with a body of `content_type`.
    #[must_use]
    pub fn post(url: Url, content_type: &'static str, body: Vec<u8>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { method: Method::POST, url, headers, body: Some(body) }
    }

    /// Returns a PUT request with a body of `content_type`.
    #[must_use]
    pub fn put(url: Url, content_type: &'static str, body: Vec<u8>) -> Self {
        Self { method: Method::PUT, ..Self::post(url, content_type, body) }
    }

    /// Returns a request as another library wrote it. The value of `Authorization` is marked as sensitive.
    #[must_use]
    pub fn of(method: Method, url: Url, mut headers: HeaderMap, body: Vec<u8>) -> Self {
        if let Some(value) = headers.get_mut(header::AUTHORIZATION) {
            value.set_sensitive(true);
        }
        Self { method, url, headers, body: Some(body).filter(|body| !body.is_empty()) }
    }

    /// Returns the URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Adds a header. The value of `Authorization` is marked as sensitive, so that no library logs it.
    #[must_use]
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(name == header::AUTHORIZATION);
        self.headers.insert(name, value);
        self
    }

    /// Adds a header whose value is a secret, so that no library logs it.
    #[must_use]
    pub fn secret_header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.headers.insert(name, value);
        self
    }
}

/// Complete HTTP response.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status. Redirects are not followed and are returned as they are.
    pub status: StatusCode,
    /// Response headers.
    pub headers: HeaderMap,
    /// Decompressed body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Returns the media type without parameters, in lower case; empty if the header is missing.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value =
            self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Returns the body without a byte order mark, which a parser of JSON may ignore (RFC 8259 8.1).
    #[must_use]
    pub fn json(&self) -> &[u8] {
        self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body)
    }

    /// Whether the media type is JSON, plain text or missing, so that the body may be JSON.
    #[must_use]
    pub fn may_be_json(&self) -> bool {
        let media_type = self.media_type();
        media_type.is_empty()
            || media_type == "text/plain"
            || media_type.ends_with("/json")
            || media_type.ends_with("+json")
    }
}

/// HTTP client for one peer.
pub struct Outbound {
    networks: Networks,
    authorities: Authorities,
    certificate: Option<ClientCertificate>,
    lookup: Lookup,
    tls: OnceLock<reqwest::Client>,
    plain: OnceLock<reqwest::Client>,
    pub(super) lanes: Lanes,
}

impl Outbound {
    /// Returns a client that reaches public addresses over TLS, and the given ranges also over plain http.
    #[must_use]
    pub fn new(networks: Networks) -> Self {
        Self {
            networks,
            authorities: Authorities::default(),
            certificate: None,
            lookup: system_lookup(),
            tls: OnceLock::new(),
            plain: OnceLock::new(),
            lanes: Lanes::new(),
        }
    }

    /// Adds certificate authorities that may issue the certificate of the peer.
    #[must_use]
    pub fn trusting(self, authorities: Authorities) -> Self {
        Self { authorities, ..self }
    }

    /// Sets the certificate that proves who we are.
    #[must_use]
    pub fn identified_by(self, certificate: Option<ClientCertificate>) -> Self {
        Self { certificate, ..self }
    }

    /// Returns the certificate that proves who we are.
    #[must_use]
    pub fn certificate(&self) -> Option<&ClientCertificate> {
        self.certificate.as_ref()
    }

    /// Returns a client that resolves names with `lookup`.
    #[cfg(test)]
    pub(super) fn with_lookup(networks: Networks, lookup: Lookup) -> Self {
        Self { lookup, ..Self::new(networks) }
    }

    /// Sends one request and reads the complete response. A request that gets no permit of its lane in time is not sent, so
    /// every request that is sent has its full deadline.
    ///
    /// # Errors
    /// [`Error::Blocked`], [`Error::Url`] and [`Error::AtCapacity`] before anything is sent; any other variant as it is
    /// documented.
    pub async fn send(&self, request: Request, limits: Limits) -> Result<Reply, Error> {
        let client = self.client_for(&request.url)?;
        let _permit = self.lanes.permit(limits.lane, limits.wait).await?;
        let mut builder =
            client.request(request.method, request.url).headers(request.headers).timeout(limits.deadline);
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let mut response = builder.send().await.map_err(Error::from_reqwest)?;
        if response.content_length().is_some_and(|length| length > limits.bytes as u64) {
            return Err(Error::TooLarge);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Error::from_reqwest)? {
            if body.len() + chunk.len() > limits.bytes {
                return Err(Error::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status: response.status(), headers: std::mem::take(response.headers_mut()), body })
    }

    fn client_for(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        let resolver = self.resolver(url)?;
        // A literal address never reaches the resolver, so it is checked here.
        let allowed = match url.host() {
            Some(Host::Ipv4(address)) => resolver.allows(address.into()),
            Some(Host::Ipv6(address)) => resolver.allows(address.into()),
            Some(Host::Domain(_)) => true,
            None => return Err(Error::Url("no host")),
        };
        if !allowed {
            return Err(Error::Blocked);
        }
        self.client(resolver)
    }

    fn resolver(&self, url: &Url) -> Result<CheckedResolver, Error> {
        let plain_http = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(Error::Url("not http")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Url("user information"));
        }
        Ok(self.resolver_for(plain_http))
    }

    /// Resolves the host of a URL without connecting to it. Empty if the name does not resolve.
    ///
    /// # Errors
    /// [`Error::Url`] if the URL is not one we connect to.
    pub async fn resolve(&self, url: &Url) -> Result<Vec<Resolved>, Error> {
        let resolver = self.resolver(url)?;
        Ok(match url.host() {
            Some(Host::Ipv4(address)) => vec![resolver.judge(address.into())],
            Some(Host::Ipv6(address)) => vec![resolver.judge(address.into())],
            Some(Host::Domain(name)) => match name.parse() {
                Ok(name) => resolver.look_up(name).await.unwrap_or_default(),
                Err(_) => Vec::new(),
            },
            None => return Err(Error::Url("no host")),
        })
    }

    /// Builds the TLS client now, so that missing CA certificates are detected at start.
    ///
    /// # Errors
    /// [`Error::Setup`] if this machine has no CA certificates.
    pub fn prepare(&self) -> Result<(), Error> {
        self.client(self.resolver_for(false)).map(|_| ())
    }

    fn resolver_for(&self, plain_http: bool) -> CheckedResolver {
        CheckedResolver { networks: self.networks.clone(), plain_http, lookup: Lookup::clone(&self.lookup) }
    }

    fn client(&self, resolver: CheckedResolver) -> Result<&reqwest::Client, Error> {
        let slot = if resolver.plain_http { &self.plain } else { &self.tls };
        if slot.get().is_none() {
            // Two concurrent requests may both build a client; the first one is kept.
            let _ = slot
                .set(build(resolver, &self.authorities, self.certificate.as_ref()).map_err(Error::Setup)?);
        }
        slot.get().ok_or(Error::Url("no client"))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that makes HTTP clients")]
fn build(
    resolver: CheckedResolver,
    authorities: &Authorities,
    certificate: Option<&ClientCertificate>,
) -> Result<reqwest::Client, reqwest::Error> {
    // Fails only if a provider is already installed, which is ignored.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let plain_http = resolver.plain_http;
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(Duration::from_secs(3))
        .pool_idle_timeout(Duration::from_secs(50))
        .pool_max_idle_per_host(32)
        .tcp_nodelay(true)
        .user_agent(concat!("passerelle/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(resolver);
    builder = if plain_http {
        // Plain http needs no certificate store.
        builder.tls_certs_only([])
    } else {
        builder
            .https_only(true)
            .min_tls_version(reqwest::tls::Version::TLS_1_2)
            .tls_certs_merge(authorities.certificates())
    };
    if let Some(certificate) = certificate {
        builder = builder.identity(certificate.identity.clone());
    }
    builder.build()
}
