//! Pages: typed content for a template, and the renderer of the whole app.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use actix_web::{HttpResponse, http::StatusCode};
use arc_swap::ArcSwap;
use serde::Serialize;

use super::{
    assets::Assets,
    chrome::Chrome,
    csrf::CsrfKey,
    error::Error,
    files::SiteFolder,
    fragments::{Fragments, Html, content_key},
    lang::Lang,
    metrics::Metrics,
    request::RequestState,
    templates::{Content, Templates},
    words::Words,
};
use crate::config::PublicUrl;

/// Typed content for one template.
pub trait Page: Serialize {
    /// Path of the template below `templates/`.
    const TEMPLATE: &'static str;

    /// Returns fragments that are already rendered; `pieces` in the template.
    fn pieces(&self) -> &[Html] {
        &[]
    }

    /// Returns sample contents for the test that renders every page in both languages.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// Renderer and shared state of all handlers; one for the whole app.
#[derive(Clone)]
pub struct Web {
    inner: Arc<Inner>,
}

struct Inner {
    templates: Templates,
    assets: Assets,
    csrf: CsrfKey,
    public_url: PublicUrl,
    metrics: Metrics,
    fragments: Fragments,
    /// Origins that may frame the pages of each EHR, by its id.
    framing: ArcSwap<HashMap<String, Vec<String>>>,
}

/// Frame of a page, with the values of its request; `chrome` in the template.
#[derive(Hash, Serialize)]
pub(super) struct Around<'a> {
    #[serde(flatten)]
    pub chrome: &'a Chrome,
    pub correlation_id: &'a str,
    pub nonce: &'a str,
    pub other_lang: &'static str,
}

impl Web {
    /// Loads templates, messages and static files.
    ///
    /// # Errors
    /// A message that names the file and its error.
    pub fn new(
        site: &SiteFolder,
        csrf: CsrfKey,
        public_url: PublicUrl,
        metrics: Metrics,
    ) -> Result<Self, String> {
        let assets = Assets::load(site)?;
        let templates = Templates::load(site, assets.addresses())?;
        Ok(Self {
            inner: Arc::new(Inner {
                templates,
                assets,
                csrf,
                public_url,
                metrics,
                fragments: Fragments::default(),
                framing: ArcSwap::default(),
            }),
        })
    }

    /// Renders a page with status 200.
    ///
    /// # Errors
    /// [`ErrorKind::Unexpected`](super::ErrorKind::Unexpected) if the template uses a value that the page does not
    /// have.
    pub fn page<P: Page>(
        &self,
        state: &RequestState,
        chrome: &Chrome,
        page: &P,
    ) -> Result<HttpResponse, Error> {
        self.page_with(StatusCode::OK, state, chrome, page)
    }

    /// Renders a page with another status.
    ///
    /// # Errors
    /// As [`Web::page`].
    pub fn page_with<P: Page>(
        &self,
        status: StatusCode,
        state: &RequestState,
        chrome: &Chrome,
        page: &P,
    ) -> Result<HttpResponse, Error> {
        let html = self.render(state, chrome, page).map_err(Error::unexpected)?;
        Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
    }

    /// Renders a page as text, for a document that is made of it.
    ///
    /// # Errors
    /// As [`Web::page`].
    pub fn html<P: Page>(&self, state: &RequestState, chrome: &Chrome, page: &P) -> Result<String, Error> {
        let html = self.render(state, chrome, page).map_err(Error::unexpected)?;
        String::from_utf8(html).map_err(Error::unexpected)
    }

    /// Sets the origins that may frame the pages of each EHR, by its id. If there is any, every cookie gets the attributes for a
    /// frame: two kinds of one cookie in a browser would be two sessions.
    pub fn set_framing(&self, origins: HashMap<String, Vec<String>>) {
        self.inner.framing.store(Arc::new(origins));
    }

    pub(super) fn is_framed(&self) -> bool {
        self.inner.framing.load().values().any(|origins| !origins.is_empty())
    }

    /// Allows the EHR of the browser's last launch to frame this response, unless the response already has its frame
    /// ancestors. For pages without patient data, such as error pages, which would otherwise be an empty frame.
    pub fn allow_frames(&self, state: &RequestState) {
        let framing = self.inner.framing.load();
        if let Some(origins) = state.framed_by().and_then(|ehr| framing.get(ehr)) {
            state.default_frame_ancestors(origins);
        }
    }

    /// Renders a fragment from its own template and smaller fragments.
    ///
    /// # Errors
    /// As [`Web::page`].
    pub fn piece<T: Serialize>(
        &self,
        template: &str,
        lang: Lang,
        content: &T,
        pieces: &[Html],
    ) -> Result<Html, Error> {
        let content = Content { page: content, chrome: &(), pieces, banner: None };
        let rendered = self.inner.templates.render(template, lang, &content);
        rendered.and_then(Html::of_bytes).map_err(Error::unexpected)
    }

    /// Returns a fragment that is the same for every user from the cache, rendered by `make` on a miss. `key` must
    /// contain everything it depends on besides template and language, and the fragment must not contain personal data.
    ///
    /// # Errors
    /// The error of `make`.
    pub fn piece_for_everyone(
        &self,
        template: &'static str,
        lang: Lang,
        key: Vec<u8>,
        make: impl FnOnce() -> Result<Html, Error>,
    ) -> Result<Html, Error> {
        self.inner.fragments.get(template, lang, key, make)
    }

    /// Renders a fragment in which [`text_mark`](super::text_mark) stands for each of the `texts`, and writes them, escaped, in
    /// their places. The markup around them is rendered once for all content with the same `look`, which must contain everything
    /// that it depends on besides template and language, the texts by their marks.
    ///
    /// # Errors
    /// As [`Web::page`].
    pub fn piece_around<T: Serialize>(
        &self,
        template: &'static str,
        lang: Lang,
        look: &impl Hash,
        content: &T,
        texts: &[String],
    ) -> Result<Html, Error> {
        let make = || -> tera::TeraResult<String> {
            let content = Content { page: content, chrome: &(), pieces: &[], banner: None };
            Ok(String::from_utf8(self.inner.templates.render(template, lang, &content)?)?)
        };
        self.inner.fragments.around(template, lang, content_key(look), texts, make).map_err(Error::unexpected)
    }

    pub(super) fn render<P: Page>(
        &self,
        state: &RequestState,
        chrome: &Chrome,
        page: &P,
    ) -> Result<Vec<u8>, tera::Error> {
        let lang = state.lang();
        let around = Around {
            chrome,
            correlation_id: state.correlation_id(),
            nonce: state.nonce(),
            other_lang: lang.other().code(),
        };
        let content = Content { page, chrome: &around, pieces: page.pieces(), banner: None };
        self.inner.templates.render(P::TEMPLATE, lang, &content)
    }

    /// Renders a page outside a request, for tests.
    ///
    /// # Errors
    /// The message of the template engine.
    pub fn render_sample<P: Page>(&self, lang: Lang, page: &P) -> Result<String, String> {
        let state = RequestState::new(lang.code(), "", None);
        let chrome = Chrome { csrf_token: "sample".into(), ..Chrome::default() };
        let html = self.render(&state, &chrome, page).map_err(|error| error.to_string())?;
        String::from_utf8(html).map_err(|error| error.to_string())
    }

    /// Returns the localized messages.
    #[must_use]
    pub fn words(&self) -> &Words {
        self.inner.templates.words()
    }

    /// Returns the key of CSRF tokens.
    #[must_use]
    pub fn csrf(&self) -> &CsrfKey {
        &self.inner.csrf
    }

    /// Returns our own origin.
    #[must_use]
    pub fn public_url(&self) -> &PublicUrl {
        &self.inner.public_url
    }

    /// Returns the metrics.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(super) fn assets(&self) -> &Assets {
        &self.inner.assets
    }

    pub(super) fn templates(&self) -> &Templates {
        &self.inner.templates
    }

    pub(super) fn fragments(&self) -> &Fragments {
        &self.inner.fragments
    }
}

/// Addresses of static files, by path below `static/`.
pub(super) type Addresses = HashMap<String, String>;
