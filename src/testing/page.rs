use http::HeaderMap;
use url::Url;

use super::SetCookie;

/// One answer, whole.
#[derive(Clone, Debug)]
pub struct Page {
    /// What was asked for.
    pub url: Url,
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: String,
}

impl Page {
    /// A header; empty when it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The cookies it sets.
    #[must_use]
    pub fn set_cookies(&self) -> Vec<SetCookie> {
        SetCookie::all(&self.headers)
    }

    /// Whether it sends the browser elsewhere.
    #[must_use]
    pub fn redirects(&self) -> bool {
        (300..400).contains(&self.status)
    }

    /// Where it redirects to.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn location(&self) -> Url {
        assert!(self.redirects(), "{} is no redirect:\n{}", self.status, self.body);
        self.url.join(self.header("location")).expect("a redirect leads to an address")
    }

    /// What stands between two texts, each time they occur.
    fn between<'a>(&'a self, start: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
        let pieces = self.body.split(start).skip(1);
        pieces.filter_map(move |piece| piece.split_once(end).map(|(inside, _)| inside))
    }

    /// The title, unescaped.
    #[must_use]
    pub fn title(&self) -> String {
        unescaped(self.between("<title>", "</title>").next().unwrap_or_default())
    }

    /// What a person reads, without tags, blanks made one.
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

    /// The token of its first form.
    ///
    /// # Panics
    /// When no form has one.
    #[must_use]
    pub fn csrf_token(&self) -> String {
        let token = self.between("name=\"csrf_token\" value=\"", "\"").next();
        unescaped(token.unwrap_or_else(|| panic!("no form with a token:\n{}", self.body)))
    }

    /// The addresses its forms send to.
    #[must_use]
    pub fn forms(&self) -> Vec<String> {
        self.between("action=\"", "\"").map(unescaped).collect()
    }

    /// The hidden fields of the page, in order.
    #[must_use]
    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        let fields = self.between("<input type=\"hidden\" name=\"", "\">");
        let pairs = fields.filter_map(|field| field.split_once("\" value=\""));
        pairs.map(|(name, value)| (unescaped(name), unescaped(value))).collect()
    }

    /// Whether a correlation id stands where people read it.
    #[must_use]
    pub fn shows(&self, correlation_id: &str) -> bool {
        self.text().contains(correlation_id)
    }
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&#x27;", "'").replace("&#39;", "'").replace("&#x2F;", "/").replace("&amp;", "&")
}
