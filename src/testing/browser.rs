//! HTTP browser of the tests: cookies, forms, launches.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::{Certificate, Client};
use url::{Url, form_urlencoded};

use super::{Chart, Cookies, Landing, Page, TestEhr};
use crate::{clock::Clock, demo_ehr::LaunchOptions};

/// A request as a page of the app sends it, with the changes that a test needs.
#[derive(Clone, Debug)]
pub struct Sending {
    method: Method,
    to: String,
    headers: Vec<(String, String)>,
    without: Vec<String>,
    body: Option<Vec<u8>>,
}

impl Sending {
    /// Creates a request without a body. `to` is a path of the app, or a URL.
    #[must_use]
    pub fn new(method: Method, to: &str) -> Self {
        Self { method, to: to.to_owned(), headers: Vec::new(), without: Vec::new(), body: None }
    }

    /// Creates a form submission from a page of the app, with `Origin` and `Sec-Fetch-Site` as browsers send them.
    #[must_use]
    pub fn form(to: &str, fields: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let sending = Self { body: Some(body.into_bytes()), ..Self::new(Method::POST, to) };
        sending
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
    }

    /// Creates a form submission with files, each as field, name and content.
    #[must_use]
    pub fn multipart(to: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Self {
        const BOUNDARY: &str = "----boundary-of-a-test";
        let mut body = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (field, name, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let sending = Self { body: Some(body), ..Self::new(Method::POST, to) };
        sending
            .header("content-type", &format!("multipart/form-data; boundary={BOUNDARY}"))
            .header("sec-fetch-site", "same-origin")
    }

    /// Sets a header, replacing one with the same name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes a header that a browser would send.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.without.push(name.to_owned());
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, bytes: Vec<u8>) -> Self {
        self.body = Some(bytes);
        self
    }
}

/// A user's browser: it keeps cookies, does not follow redirects by itself, and sends the headers of browsers.
///
/// A clone has a copy of the cookies: changes in one are not visible in the other.
#[derive(Clone)]
pub struct Browser {
    /// Cookies for the app.
    pub cookies: Cookies,
    client: Client,
    origin: Url,
    port: u16,
}

impl Browser {
    /// Creates a browser for the app at `origin`, which listens on `port` of this machine.
    ///
    /// # Panics
    /// If no HTTP client can be created.
    #[must_use]
    pub fn new(origin: &str, port: u16, clock: Arc<dyn Clock>) -> Self {
        Self {
            cookies: Cookies::new(clock),
            client: client(""),
            origin: Url::parse(origin).expect("an origin"),
            port,
        }
    }

    /// Trusts EHRs with certificates of the CAs in this PEM text.
    ///
    /// # Panics
    /// If the text is not PEM.
    pub fn trust(&mut self, pem: &str) {
        self.client = client(pem);
    }

    /// Switches to the node that listens on `port`, as a load balancer may do at any time.
    pub fn use_port(&mut self, port: u16) {
        self.port = port;
    }

    /// Resolves a path of the app; a URL is returned unchanged.
    fn address(&self, to: &str) -> Url {
        self.origin.join(to).expect("a path or a URL")
    }

    /// Requests a page.
    pub async fn get(&mut self, to: &str) -> Page {
        self.send(Sending::new(Method::GET, to)).await
    }

    /// Submits a form of the app.
    pub async fn post(&mut self, to: &str, fields: &[(&str, &str)]) -> Page {
        self.send(Sending::form(to, fields)).await
    }

    /// Sends a request, and keeps the cookies of the response.
    ///
    /// # Panics
    /// If there is no response.
    pub async fn send(&mut self, sending: Sending) -> Page {
        let url = self.address(&sending.to);
        let ours = url.origin() == self.origin.origin();
        let mut address = url.clone();
        if ours {
            address.set_ip_host([127, 0, 0, 1].into()).expect("http has hosts");
            address.set_port(Some(self.port)).expect("http has ports");
            // If the app's URL is https, this is the connection behind the proxy.
            address.set_scheme("http").expect("http is like https");
        }
        let mut request =
            self.client.request(sending.method.clone(), address).headers(self.headers(&sending, ours));
        if let Some(body) = sending.body {
            request = request.body(body);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{url}: {error}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if ours {
            self.cookies.take_from(&headers);
        }
        let body = response.bytes().await.unwrap_or_default();
        Page { url, status, headers, body: String::from_utf8_lossy(&body).into_owned(), bytes: body.to_vec() }
    }

    fn headers(&self, sending: &Sending, ours: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut set = |name: &str, value: &str| {
            let name: HeaderName = name.parse().expect("a header name");
            headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header value"));
        };
        set("accept-language", "en-CA");
        if ours {
            set("host", &self.origin[url::Position::BeforeHost..url::Position::AfterPort]);
            if let Some(cookies) = self.cookies.header() {
                set("cookie", &cookies);
            }
            if !matches!(sending.method, Method::GET | Method::HEAD) {
                set("origin", &self.origin.origin().ascii_serialization());
            }
        }
        for (name, value) in &sending.headers {
            set(name, value);
        }
        for name in &sending.without {
            headers.remove(name);
        }
        debug_assert!(headers.contains_key(header::ACCEPT_LANGUAGE) || !sending.without.is_empty());
        headers
    }

    /// Plays a launch from the click in the EHR up to the URL it leads to, which is not opened.
    ///
    /// # Panics
    /// If there is no response. A refusal is a [`Landing`] like any other.
    pub async fn launch(&mut self, ehr: &TestEhr, patient: &str, practitioner: &str) -> Landing {
        let landing = self.begin(ehr, patient, practitioner).await;
        match landing.callback() {
            Some(callback) => self.finish(landing, callback.as_str()).await,
            None => landing,
        }
    }

    /// Plays a launch up to the response of the EHR; the callback is not opened.
    ///
    /// # Panics
    /// As [`Browser::launch`].
    pub async fn begin(&mut self, ehr: &TestEhr, patient: &str, practitioner: &str) -> Landing {
        let handle = ehr.new_launch(practitioner, Some(patient), None, None);
        self.begin_at(&ehr.fhir_base_url(), &handle).await
    }

    /// Plays a launch with options, like [`Browser::launch`].
    ///
    /// # Panics
    /// As [`Browser::launch`].
    pub async fn launch_with(&mut self, ehr: &TestEhr, options: LaunchOptions) -> Landing {
        let handle = ehr.new_launch_with(options);
        let landing = self.begin_at(&ehr.fhir_base_url(), &handle).await;
        match landing.callback() {
            Some(callback) => self.finish(landing, callback.as_str()).await,
            None => landing,
        }
    }

    /// Plays a launch with this `iss` and handle, like [`Browser::begin`].
    ///
    /// # Panics
    /// As [`Browser::launch`].
    pub async fn begin_at(&mut self, iss: &str, handle: &str) -> Landing {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("iss", iss), ("launch", handle)])
            .finish();
        let mut pages = vec![self.get(&format!("/launch?{query}")).await];
        if pages[0].redirects() {
            let authorize = pages[0].location();
            pages.push(self.get(authorize.as_str()).await);
        }
        Landing { handle: handle.to_owned(), pages }
    }

    /// Opens the callback of a started launch.
    ///
    /// # Panics
    /// As [`Browser::launch`].
    pub async fn finish(&mut self, mut landing: Landing, callback: &str) -> Landing {
        landing.pages.push(self.get(callback).await);
        landing
    }

    /// Reads an open launch context from the tests' own page.
    ///
    /// # Panics
    /// If the context is not open in this browser, with the response.
    pub async fn chart(&mut self, context: &str) -> Chart {
        let page = self.get(&format!("/c/{context}/test")).await;
        serde_json::from_str(&page.body)
            .unwrap_or_else(|_| panic!("no chart: {} {}", page.status, page.text()))
    }

    /// Opens the page that a launch led to.
    ///
    /// # Panics
    /// If it led to none.
    pub async fn open(&mut self, landing: &Landing) -> Page {
        let to = landing.last().location();
        self.get(to.as_str()).await
    }
}

fn client(authorities: &str) -> Client {
    // Fails only if a provider is installed already, which is fine.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let authorities = Certificate::from_pem_bundle(authorities.as_bytes()).expect("PEM");
    #[expect(clippy::disallowed_methods, reason = "a browser is not the app's way out")]
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        // A server may close an idle connection at the moment at which a request takes it.
        .pool_max_idle_per_host(0)
        .tls_certs_only(authorities)
        .build();
    client.expect("an HTTP client")
}
