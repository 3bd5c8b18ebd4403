use std::{sync::OnceLock, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use tokio::sync::{Semaphore, SemaphorePermit};
use url::{Host, Url};

use super::{
    address::Networks,
    authorities::Authorities,
    error::Error,
    resolver::{Guard, Lookup, Resolved, system_lookup},
};

/// Requests to one peer at a time. One that answers slowly, or with much, holds up its own launches and no others.
const AT_ONCE: usize = 64;
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// How long and how much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte sent to the last byte read.
    pub deadline: Duration,
    /// Bytes of the body at most, after decompression.
    pub bytes: usize,
}

impl Limits {
    /// For metadata: 5 seconds, 256 KiB.
    pub const DOCUMENT: Self = Self { deadline: Duration::from_secs(5), bytes: 256 * 1024 };
    /// For what a page may do without: 2 seconds, 64 KiB.
    pub const EXTRA: Self = Self { deadline: Duration::from_secs(2), bytes: 64 * 1024 };
    /// For a token exchange: 10 seconds, 256 KiB.
    pub const TOKEN: Self = Self { deadline: Duration::from_secs(10), bytes: 256 * 1024 };
    /// For FHIR data: 8 seconds, 4 MiB.
    pub const FHIR: Self = Self { deadline: Duration::from_secs(8), bytes: 4 * 1024 * 1024 };
    /// For handing over a message: 30 seconds, 1 MiB.
    pub const MESSAGE: Self = Self { deadline: Duration::from_secs(30), bytes: 1024 * 1024 };
}

/// One request.
pub struct Request {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Request {
    /// A GET.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: None }
    }

    /// A POST with a body of `content_type`.
    #[must_use]
    pub fn post(url: Url, content_type: &'static str, body: Vec<u8>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { method: Method::POST, url, headers, body: Some(body) }
    }

    /// A PUT with a body of `content_type`.
    #[must_use]
    pub fn put(url: Url, content_type: &'static str, body: Vec<u8>) -> Self {
        Self { method: Method::PUT, ..Self::post(url, content_type, body) }
    }

    /// Adds a header. A secret value is marked so that nothing below prints it.
    #[must_use]
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(name == header::AUTHORIZATION);
        self.headers.insert(name, value);
        self
    }
}

/// One answer, whole.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status. Redirects come back as they are.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, decompressed.
    pub body: Vec<u8>,
}

impl Reply {
    /// The media type without parameters, lower case; empty when there is none.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value =
            self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Whether the media type promises JSON, or says nothing that contradicts it.
    #[must_use]
    pub fn may_be_json(&self) -> bool {
        let media_type = self.media_type();
        media_type.is_empty()
            || media_type == "text/plain"
            || media_type.ends_with("/json")
            || media_type.ends_with("+json")
    }
}

/// The way out to one peer.
pub struct Outbound {
    networks: Networks,
    authorities: Authorities,
    lookup: Lookup,
    tls: OnceLock<reqwest::Client>,
    plain: OnceLock<reqwest::Client>,
    places: Semaphore,
}

impl Outbound {
    /// A way out that reaches public addresses over TLS, and the given ranges also in plain http.
    #[must_use]
    pub fn new(networks: Networks) -> Self {
        Self {
            networks,
            authorities: Authorities::default(),
            lookup: system_lookup(),
            tls: OnceLock::new(),
            plain: OnceLock::new(),
            places: Semaphore::new(AT_ONCE),
        }
    }

    /// As [`Outbound::new`], where these too may vouch for the peer.
    #[must_use]
    pub fn trusting(self, authorities: Authorities) -> Self {
        Self { authorities, ..self }
    }

    /// As [`Outbound::new`], where names mean what `lookup` says.
    #[cfg(test)]
    pub(super) fn looking_up(networks: Networks, lookup: Lookup) -> Self {
        Self { lookup, ..Self::new(networks) }
    }

    /// Sends one request and reads the whole answer. At most 64 are under way at a time; one that does not get its turn
    /// soon is not sent, so that whatever is sent has its full time.
    ///
    /// # Errors
    /// [`Error::Blocked`], [`Error::Url`] and [`Error::AtCapacity`] before anything is sent; the others as they say.
    pub async fn send(&self, request: Request, limits: Limits) -> Result<Reply, Error> {
        let client = self.client_for(&request.url)?;
        let _place = self.place().await?;
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

    /// A turn, until it is dropped.
    async fn place(&self) -> Result<SemaphorePermit<'_>, Error> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(place);
        }
        let place = tokio::time::timeout(LONGEST_WAIT, self.places.acquire()).await;
        place.ok().and_then(Result::ok).ok_or(Error::AtCapacity)
    }

    fn client_for(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        let guard = self.guard(url)?;
        // An address written as digits never reaches the resolver.
        let allowed = match url.host() {
            Some(Host::Ipv4(address)) => guard.allows(address.into()),
            Some(Host::Ipv6(address)) => guard.allows(address.into()),
            Some(Host::Domain(_)) => true,
            None => return Err(Error::Url("no host")),
        };
        if !allowed {
            return Err(Error::Blocked);
        }
        self.client(guard)
    }

    fn guard(&self, url: &Url) -> Result<Guard, Error> {
        let plain_http = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(Error::Url("not http")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Url("user information"));
        }
        Ok(self.guard_for(plain_http))
    }

    /// The addresses a URL leads to, and which of them this peer may have. Nothing is sent there; none when nobody
    /// knows the name.
    ///
    /// # Errors
    /// [`Error::Url`] when it is not one we connect to.
    pub async fn resolve(&self, url: &Url) -> Result<Vec<Resolved>, Error> {
        let guard = self.guard(url)?;
        Ok(match url.host() {
            Some(Host::Ipv4(address)) => vec![guard.judge(address.into())],
            Some(Host::Ipv6(address)) => vec![guard.judge(address.into())],
            Some(Host::Domain(name)) => match name.parse() {
                Ok(name) => guard.look_up(name).await.unwrap_or_default(),
                Err(_) => Vec::new(),
            },
            None => return Err(Error::Url("no host")),
        })
    }

    /// Builds the TLS client now, so that a machine without CA certificates is found at start.
    ///
    /// # Errors
    /// [`Error::Setup`] when there are none.
    pub fn prepare(&self) -> Result<(), Error> {
        self.client(self.guard_for(false)).map(|_| ())
    }

    fn guard_for(&self, plain_http: bool) -> Guard {
        Guard { networks: self.networks.clone(), plain_http, lookup: Lookup::clone(&self.lookup) }
    }

    fn client(&self, guard: Guard) -> Result<&reqwest::Client, Error> {
        let slot = if guard.plain_http { &self.plain } else { &self.tls };
        if slot.get().is_none() {
            // Two at once build two, and the first stays.
            let _ = slot.set(build(guard, &self.authorities).map_err(Error::Setup)?);
        }
        slot.get().ok_or(Error::Url("no client"))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that makes HTTP clients")]
fn build(guard: Guard, authorities: &Authorities) -> Result<reqwest::Client, reqwest::Error> {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let plain_http = guard.plain_http;
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(Duration::from_secs(3))
        .pool_idle_timeout(Duration::from_secs(50))
        .pool_max_idle_per_host(32)
        .tcp_nodelay(true)
        .user_agent(concat!("passerelle/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(guard);
    builder = if plain_http {
        // No TLS will be spoken, so no certificate store is read.
        builder.tls_certs_only([])
    } else {
        builder
            .https_only(true)
            .min_tls_version(reqwest::tls::Version::TLS_1_2)
            .tls_certs_merge(authorities.certificates())
    };
    builder.build()
}
