//! Frames of pages: the markup around the texts of one user, which is rendered once for all users.

use std::hash::Hash;

use actix_web::HttpResponse;
use serde::Serialize;
use tera::TeraResult;

use super::{
    chrome::{Banner, Chrome},
    error::Error,
    fragments::{AtMark, Html, content_key, text_mark},
    lang::Lang,
    page::{Around, Page, Web},
    request::RequestState,
    templates::Content,
};

const BANNER_TEMPLATE: &str = "components/banner.html";
/// Age in the content that the markup of a frame is rendered from. No patient has it, so that a frame which shows it is never
/// used: the age is in the banner.
const MARKED_AGE: i16 = i16::MIN;

/// Page that looks the same for many users, except for texts that it shows as they are.
pub trait FramedPage: Page + Clone + Hash {
    /// Takes the texts that differ between users. Returns whether the rest holds no personal data: only then is its markup
    /// kept for others.
    ///
    /// The template may show a text that is taken, and ask whether there is one, and do nothing else with it.
    fn take_texts(&mut self, texts: &mut Texts) -> bool;
}

/// Texts of one user that were taken from the content of a page, in the order of their marks.
#[derive(Default)]
pub struct Texts(Vec<Taken>);

enum Taken {
    Text(String),
    Html(Html),
}

impl Texts {
    /// Replaces a text by its mark. An empty one stays, since the markup may depend on whether there is a text.
    pub fn take(&mut self, text: &mut String) {
        if !text.is_empty() {
            let mark = text_mark(self.0.len());
            self.0.push(Taken::Text(std::mem::replace(text, mark)));
        }
    }

    /// Returns the mark of a text.
    fn mark(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        self.take(&mut text);
        text
    }

    /// Returns the mark of a fragment, as a fragment.
    fn mark_html(&mut self, html: &Html) -> Html {
        let mark = Html::new(&text_mark(self.0.len()));
        self.0.push(Taken::Html(html.clone()));
        mark
    }
}

impl AtMark for Taken {
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.length(),
            Self::Html(html) => html.length(),
        }
    }

    fn write(&self, html: &mut String) {
        match self {
            Self::Text(text) => text.write(html),
            Self::Html(fragment) => fragment.write(html),
        }
    }
}

impl Chrome {
    /// Takes the texts that differ between users.
    fn take_texts(&mut self, texts: &mut Texts) {
        // Each member is named, so that a new one is not forgotten.
        let Self {
            banner,
            signed_in_as,
            back,
            context_path,
            session_path,
            csrf_token,
            style: _,
            own_language_switch: _,
            sending_held: _,
        } = self;
        if let Some(banner) = banner {
            banner.take_texts(texts);
            banner.age = banner.age.map(|_| MARKED_AGE);
        }
        let known = [signed_in_as, context_path].into_iter().flatten();
        for text in [back, session_path, csrf_token].into_iter().chain(known) {
            texts.take(text);
        }
    }
}

impl Banner {
    /// Takes the texts that differ between patients. The age stays: a message may depend on the number.
    fn take_texts(&mut self, texts: &mut Texts) {
        let Self {
            name,
            initials,
            born,
            age: _,
            gender: _,
            health_number_province: _,
            health_number,
            health_number_version,
            ehr,
            cautions: _,
            stops: _,
            slim: _,
        } = self;
        for text in [name, initials, born, health_number, health_number_version, ehr] {
            texts.take(text);
        }
    }
}

/// Chrome of a banner that is rendered by itself.
#[derive(Serialize)]
struct BannerOnly<'a> {
    banner: &'a Banner,
}

impl Web {
    /// Renders a page with status 200, as [`Web::page`] does, but renders the markup around its texts only once.
    ///
    /// # Errors
    /// [`ErrorKind::Unexpected`](super::ErrorKind::Unexpected) if the template uses a value that the content does not have.
    pub fn framed_page<P: FramedPage>(
        &self,
        state: &RequestState,
        chrome: &Chrome,
        page: &P,
    ) -> Result<HttpResponse, Error> {
        let html = self.render_framed(state, chrome, page).map_err(Error::unexpected)?;
        Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html))
    }

    /// Renders a page from its frame, if it has one, and otherwise as a whole.
    fn render_framed<P: FramedPage>(
        &self,
        state: &RequestState,
        chrome: &Chrome,
        page: &P,
    ) -> TeraResult<String> {
        let whole = || Ok(String::from_utf8(self.render(state, chrome, page)?)?);
        if !self.templates().are_as_shipped() {
            return whole();
        }
        let (lang, mut texts, mut marked) = (state.lang(), Texts::default(), page.clone());
        let banner = chrome.banner.as_ref().map(|banner| self.banner(lang, banner)).transpose();
        let (Ok(banner), true) = (banner, marked.take_texts(&mut texts)) else { return whole() };
        let mut frame = chrome.clone();
        frame.take_texts(&mut texts);
        let around = Around {
            chrome: &frame,
            correlation_id: &texts.mark(state.correlation_id()),
            nonce: &texts.mark(state.nonce()),
            other_lang: lang.other().code(),
        };
        let banner = banner.map(|banner| texts.mark_html(&banner));
        let pieces: Vec<Html> = page.pieces().iter().map(|piece| texts.mark_html(piece)).collect();
        let key = content_key(&(&marked, &around, pieces.len()));
        let render_marked = || {
            let content =
                Content { page: &marked, chrome: &around, pieces: &pieces, banner: banner.as_ref() };
            String::from_utf8(self.templates().render(P::TEMPLATE, lang, &content).ok()?).ok()
        };
        self.fragments().framed(P::TEMPLATE, lang, key, &texts.0, render_marked, whole)
    }

    /// Renders a fragment as [`Web::piece`] does, but the markup around the smaller fragments only once for equal content, which
    /// must not contain personal data.
    ///
    /// # Errors
    /// [`ErrorKind::Unexpected`](super::ErrorKind::Unexpected) if the template uses a value that the content does not have.
    pub fn piece_around_pieces<T: Serialize + Hash>(
        &self,
        template: &'static str,
        lang: Lang,
        content: &T,
        pieces: &[Html],
    ) -> Result<Html, Error> {
        let render = |pieces: &[Html]| {
            let content = Content { page: content, chrome: &(), pieces, banner: None };
            TeraResult::Ok(String::from_utf8(self.templates().render(template, lang, &content)?)?)
        };
        let marked = || {
            let marks: Vec<Html> = (0..pieces.len()).map(|number| Html::new(&text_mark(number))).collect();
            render(&marks).ok()
        };
        let key = content_key(&(content, pieces.len()));
        let rendered = self.fragments().framed(template, lang, key, pieces, marked, || render(pieces));
        rendered.map(|html| Html::new(&html)).map_err(Error::unexpected)
    }

    /// Renders the banner of a patient by itself.
    fn banner(&self, lang: Lang, banner: &Banner) -> TeraResult<Html> {
        let (mut texts, mut marked) = (Texts::default(), banner.clone());
        marked.take_texts(&mut texts);
        let render = |banner: &Banner| {
            let content = Content { page: &(), chrome: &BannerOnly { banner }, pieces: &[], banner: None };
            let html = self.templates().render(BANNER_TEMPLATE, lang, &content)?;
            TeraResult::Ok(String::from_utf8(html)?)
        };
        let rendered = self.fragments().framed(
            BANNER_TEMPLATE,
            lang,
            content_key(&marked),
            &texts.0,
            || render(&marked).ok(),
            || render(banner),
        );
        rendered.map(|html| Html::new(&html))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{csrf::CsrfKey, files::SiteFolder, metrics::Metrics};
    use super::*;
    use crate::config::{Keys, KeysFile};
    use crate::random;

    #[derive(Clone, Hash, Serialize)]
    struct Greeting {
        name: String,
        notes: Vec<String>,
    }

    impl Page for Greeting {
        const TEMPLATE: &'static str = "greeting.html";

        fn samples() -> Vec<Self> {
            Vec::new()
        }
    }

    impl FramedPage for Greeting {
        fn take_texts(&mut self, texts: &mut Texts) -> bool {
            texts.take(&mut self.name);
            self.notes.is_empty()
        }
    }

    /// Returns a renderer that has a page with this content.
    fn web(content: &str) -> Web {
        web_with(content, &[])
    }

    /// Returns a renderer that has a page with this content, and others in place of those that ship.
    fn web_with(content: &str, replaced: &[(&str, &str)]) -> Web {
        let folder = std::env::temp_dir().join(format!("passerelle-frame-{}", random::id()));
        fs::create_dir_all(folder.join("templates")).unwrap();
        let page =
            format!("{{% extends \"layout.html\" %}}{{% block content %}}{content}{{% endblock content %}}");
        fs::write(folder.join("templates/greeting.html"), page).unwrap();
        for (name, text) in replaced {
            fs::write(folder.join("templates").join(name), text).unwrap();
        }
        KeysFile::write_new(&folder.join("keys.toml")).unwrap();
        let keys = Keys::from_file(&folder.join("keys.toml")).unwrap();
        let public_url = "https://referrals.example.ca".parse().unwrap();
        let site = SiteFolder::new(Some(&folder));
        let web = Web::new(&site, CsrfKey::new(&keys), public_url, Metrics::default()).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        web
    }

    fn chrome_of(name: &str, age: i16) -> Chrome {
        let banner = Banner {
            name: name.to_owned(),
            born: "2 Sep 1950".to_owned(),
            age: Some(age),
            health_number: format!("1234 {age}"),
            ..Banner::default()
        };
        Chrome { banner: Some(banner), csrf_token: name.to_owned(), ..Chrome::default() }
    }

    /// Asserts that the pages of several users are what their template makes of them, in any order.
    fn assert_own_pages(web: &Web) {
        for (lang, name, age) in [
            ("en", "Tremblay", 34),
            ("en", "<b>&\"O'Neil", 1),
            ("fr", "\u{e000}\u{f0000} Gagnon", 1),
            ("en", "", 90),
            ("en", "Okafor", 34),
            ("fr", "Tremblay", 34),
        ] {
            for notes in [Vec::new(), vec![format!("about {name}")]] {
                let state = RequestState::new(lang, "", None);
                let (chrome, page) = (chrome_of(name, age), Greeting { name: name.to_owned(), notes });
                let whole = String::from_utf8(web.render(&state, &chrome, &page).unwrap()).unwrap();
                assert_eq!(web.render_framed(&state, &chrome, &page).unwrap(), whole, "{lang} {name}");
            }
        }
    }

    #[test]
    fn shows_the_texts_of_each_user_in_one_frame() {
        assert_own_pages(&web(
            "<h1>{{ page.name or \"unknown\" }}</h1>{% for note in page.notes %}<p>{{ note }}</p>{% endfor %}",
        ));
    }

    #[test]
    fn keeps_no_frame_of_a_page_that_changes_a_text() {
        assert_own_pages(&web("<h1>{{ page.name | upper }} {{ chrome.banner.age }}</h1>"));
    }

    /// The age that stands for all ages in a frame is below that of the child whose page would be kept first.
    #[test]
    fn keeps_no_frame_of_an_installation_that_replaces_a_template() {
        let page = "{% if chrome.banner.age < 18 %}minor{% endif %}";
        let web = web_with(page, &[("error.html", "replaced")]);
        for (name, age) in [("Okafor", 1), ("Gagnon", 34)] {
            let state = RequestState::new("en", "", None);
            let greeting = Greeting { name: name.to_owned(), notes: Vec::new() };
            let html = web.render_framed(&state, &chrome_of(name, age), &greeting).unwrap();
            assert_eq!(html.contains("minor"), age < 18, "{name}");
        }
    }
}
