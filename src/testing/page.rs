//! Complete responses of the app.

use http::HeaderMap;
use url::Url;

use super::SetCookie;

/// A complete response.
#[derive(Clone, Debug)]
pub struct Page {
    /// Requested URL.
    pub url: Url,
    /// Status code.
    pub status: u16,
    /// Response headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
    /// Body as bytes.
    pub bytes: Vec<u8>,
}

impl Page {
    /// Value of a header, or an empty text if it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Cookies that the response sets.
    #[must_use]
    pub fn set_cookies(&self) -> Vec<SetCookie> {
        SetCookie::all(&self.headers)
    }

    /// Whether the response is a redirect.
    #[must_use]
    pub fn redirects(&self) -> bool {
        (300..400).contains(&self.status)
    }

    /// Target of the redirect.
    ///
    /// # Panics
    /// If the response is not a redirect.
    #[must_use]
    pub fn location(&self) -> Url {
        assert!(self.redirects(), "{} is not a redirect:\n{}", self.status, self.body);
        self.url.join(self.header("location")).expect("a redirect leads to an address")
    }

    /// Texts between two delimiters, for each occurrence.
    fn between<'a>(&'a self, start: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
        let pieces = self.body.split(start).skip(1);
        pieces.filter_map(move |piece| piece.split_once(end).map(|(inside, _)| inside))
    }

    /// Page title, unescaped.
    #[must_use]
    pub fn title(&self) -> String {
        unescaped(self.between("<title>", "</title>").next().unwrap_or_default())
    }

    /// Readable text, without tags, whitespace collapsed.
    #[must_use]
    pub fn text(&self) -> String {
        let body = self.body.split_once("<body").map_or(self.body.as_str(), |(_, body)| body);
        let mut text = String::new();
        for piece in body.split('<') {
            text.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
            text.push(' ');
        }
        unescaped(&text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// CSRF token of the first form.
    ///
    /// # Panics
    /// If no form has one.
    #[must_use]
    pub fn csrf_token(&self) -> String {
        let token = self.between("name=\"csrf_token\" value=\"", "\"").next();
        unescaped(token.unwrap_or_else(|| panic!("no form with a token:\n{}", self.body)))
    }

    /// Target URLs of the forms.
    #[must_use]
    pub fn forms(&self) -> Vec<String> {
        self.between("action=\"", "\"").map(unescaped).collect()
    }

    /// Names and values of the hidden fields, in order.
    #[must_use]
    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        let fields = self.between("<input type=\"hidden\" name=\"", "\">");
        let pairs = fields.filter_map(|field| field.split_once("\" value=\""));
        pairs.map(|(name, value)| (unescaped(name), unescaped(value))).collect()
    }

    /// Whether the correlation id is visible on the page.
    #[must_use]
    pub fn shows(&self, correlation_id: &str) -> bool {
        self.text().contains(correlation_id)
    }
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&#x27;", "'").replace("&#39;", "'").replace("&#x2F;", "/").replace("&amp;", "&")
}
