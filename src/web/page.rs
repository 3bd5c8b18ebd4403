use std::{collections::HashMap, sync::Arc};

use actix_web::{HttpResponse, http::StatusCode};
use arc_swap::ArcSwap;
use serde::Serialize;

use super::{
    Chrome, CsrfKey, Error, Lang, Metrics, RequestState, SiteFolder, Templates, Words,
    assets::Assets,
    fragments::{Fragments, Html},
};
use crate::config::PublicUrl;

/// A page: typed content for one template.
pub trait Page: Serialize {
    /// The template, below `templates/`.
    const TEMPLATE: &'static str;

    /// What is rendered already; `pieces` in the template.
    fn pieces(&self) -> &[Html] {
        &[]
    }

    /// Contents for the test that renders every page in both languages.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// What handlers need to answer; one for the whole app.
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
    framing: ArcSwap<Vec<String>>,
}

#[derive(Serialize)]
struct Around<'a> {
    #[serde(flatten)]
    chrome: &'a Chrome,
    correlation_id: &'a str,
    nonce: &'a str,
    other_lang: &'static str,
}

impl Web {
    /// Loads templates, messages and static files.
    ///
    /// # Errors
    /// A sentence that names the file that is wrong.
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

    /// A page with status 200.
    ///
    /// # Errors
    /// When the template asks for what the page does not have.
    pub fn page<P: Page>(
        &self,
        state: &RequestState,
        chrome: &Chrome,
        page: &P,
    ) -> Result<HttpResponse, Error> {
        self.page_with(StatusCode::OK, state, chrome, page)
    }

    /// A page with another status.
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

    /// Says which origins frame this installation at all. With one of them every cookie is made fit for a frame: two
    /// kinds of one cookie in one browser would be two sessions.
    pub fn set_framing(&self, origins: Vec<String>) {
        self.inner.framing.store(Arc::new(origins));
    }

    pub(super) fn is_framed(&self) -> bool {
        !self.inner.framing.load().is_empty()
    }

    /// Lets every EHR that may frame a chart frame this response, unless it was said already who may: for pages that
    /// belong to no chart, show nothing and change nothing, so that a frame says what happened and is not empty.
    pub fn allow_frames(&self, state: &RequestState) {
        state.default_frame_ancestors(&self.inner.framing.load());
    }

    /// A piece of a page, from its own template and smaller pieces.
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
        let rendered = self.inner.templates.render(template, lang, content, pieces, &());
        rendered.map(|html| Html::new(&html)).map_err(Error::unexpected)
    }

    /// A piece that looks the same for everyone: made by `make` the first time and kept. `key` is all that it depends on
    /// besides template and language; handing it in here promises that nothing in it is about a person.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn piece_for_everyone(
        &self,
        template: &'static str,
        lang: Lang,
        key: String,
        make: impl FnOnce() -> Result<Html, Error>,
    ) -> Result<Html, Error> {
        self.inner.fragments.get(template, lang, key, make)
    }

    pub(super) fn render<P: Page>(
        &self,
        state: &RequestState,
        chrome: &Chrome,
        page: &P,
    ) -> Result<String, tera::Error> {
        let lang = state.lang();
        let around = Around {
            chrome,
            correlation_id: state.correlation_id(),
            nonce: state.nonce(),
            other_lang: lang.other().code(),
        };
        self.inner.templates.render(P::TEMPLATE, lang, page, page.pieces(), &around)
    }

    /// Renders a page outside a request, for tests.
    ///
    /// # Errors
    /// As [`Web::page`], as text.
    pub fn render_sample<P: Page>(&self, lang: Lang, page: &P) -> Result<String, String> {
        let state = RequestState::new(lang.code(), "");
        let chrome = Chrome { csrf_token: "sample".into(), ..Chrome::default() };
        self.render(&state, &chrome, page).map_err(|error| error.to_string())
    }

    /// The messages.
    #[must_use]
    pub fn words(&self) -> &Words {
        self.inner.templates.words()
    }

    /// The key of CSRF tokens.
    #[must_use]
    pub fn csrf(&self) -> &CsrfKey {
        &self.inner.csrf
    }

    /// Our own origin.
    #[must_use]
    pub fn public_url(&self) -> &PublicUrl {
        &self.inner.public_url
    }

    /// The counters.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(super) fn assets(&self) -> &Assets {
        &self.inner.assets
    }
}

/// Addresses of static files by their path.
pub(super) type Addresses = HashMap<String, String>;
