use url::Url;

use super::Page;

/// A launch as it went: every answer, from `/launch` on.
#[derive(Clone, Debug)]
pub struct Landing {
    /// The handle of the EHR.
    pub handle: String,
    /// The answers of `/launch`, of the EHR, of the callback, as far as it went.
    pub pages: Vec<Page>,
}

impl Landing {
    /// The last answer.
    ///
    /// # Panics
    /// Never: a launch has at least one answer.
    #[must_use]
    pub fn last(&self) -> &Page {
        self.pages.last().expect("a launch has at least one answer")
    }

    /// The authorization request the app sent the browser away with.
    ///
    /// # Panics
    /// When it did not.
    #[must_use]
    pub fn authorization(&self) -> Url {
        self.pages[0].location()
    }

    /// A parameter of the authorization request.
    ///
    /// # Panics
    /// When there is none of this name, or two.
    #[must_use]
    pub fn asked(&self, name: &str) -> String {
        let found = values(&self.authorization(), name);
        assert_eq!(found.len(), 1, "{name} stands there {} times", found.len());
        found[0].clone()
    }

    /// The address the EHR sent the browser back to, if it came so far.
    #[must_use]
    pub fn callback(&self) -> Option<Url> {
        let page = self.pages.get(1)?;
        page.redirects().then(|| page.location())
    }

    /// A parameter of the callback.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn returned(&self, name: &str) -> String {
        let callback = self.callback().expect("the EHR sent the browser back");
        values(&callback, name).first().expect("the parameter stands there").clone()
    }

    /// The id of the launch context it opened.
    ///
    /// # Panics
    /// When it opened none; it says what happened instead.
    #[expect(clippy::must_use_candidate, reason = "often called for its panic")]
    pub fn context(&self) -> String {
        self.led_to("c")
    }

    /// The path of the question it led to, such as `/sign-in/…`.
    ///
    /// # Panics
    /// When it led elsewhere; it says what happened instead.
    #[must_use]
    pub fn question(&self) -> String {
        format!("/sign-in/{}", self.led_to("sign-in"))
    }

    fn led_to(&self, place: &str) -> String {
        let last = self.last();
        assert_eq!(last.status, 303, "the launch ended here: {} {}", last.title(), last.text());
        let to = last.location();
        let mut parts = to.path_segments().expect("http has paths");
        assert_eq!(parts.next(), Some(place), "the launch led to {to}");
        parts.next().expect("an id follows").to_owned()
    }

    /// What travelled through the browser and must not be shown, logged or stored in clear.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets = vec![self.handle.clone()];
        for page in self.pages.iter().filter(|page| page.redirects()) {
            for (name, value) in page.location().query_pairs() {
                if ["state", "nonce", "code", "launch"].contains(&&*name) && value.len() > 8 {
                    secrets.push(value.into_owned());
                }
            }
        }
        secrets
    }
}

fn values(url: &Url, name: &str) -> Vec<String> {
    url.query_pairs().filter(|(known, _)| known == name).map(|(_, value)| value.into_owned()).collect()
}
