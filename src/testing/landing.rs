//! Responses of one launch.

use url::Url;

use super::Page;

/// All responses of one launch, from `/launch` on.
#[derive(Clone, Debug)]
pub struct Landing {
    /// Launch handle of the EHR.
    pub handle: String,
    /// Responses of `/launch`, of the EHR and of the callback, as far as the launch went.
    pub pages: Vec<Page>,
}

impl Landing {
    /// Last response.
    ///
    /// # Panics
    /// Never: a launch has at least one response.
    #[must_use]
    pub fn last(&self) -> &Page {
        self.pages.last().expect("a launch has at least one response")
    }

    /// Authorization request to which the app redirected.
    ///
    /// # Panics
    /// If it did not redirect.
    #[must_use]
    pub fn authorization(&self) -> Url {
        self.pages[0].location()
    }

    /// Parameter of the authorization request.
    ///
    /// # Panics
    /// Unless there is exactly one with this name.
    #[must_use]
    pub fn asked(&self, name: &str) -> String {
        let found = values(&self.authorization(), name);
        assert_eq!(found.len(), 1, "{name} appears {} times", found.len());
        found[0].clone()
    }

    /// Callback URL to which the EHR redirected, if the launch went so far.
    #[must_use]
    pub fn callback(&self) -> Option<Url> {
        let page = self.pages.get(1)?;
        page.redirects().then(|| page.location())
    }

    /// Parameter of the callback.
    ///
    /// # Panics
    /// If it is missing.
    #[must_use]
    pub fn returned(&self, name: &str) -> String {
        let callback = self.callback().expect("the EHR sent the browser back");
        values(&callback, name).first().expect("the callback has the parameter").clone()
    }

    /// Id of the launch context that was opened.
    ///
    /// # Panics
    /// If none was opened, with the response.
    #[expect(clippy::must_use_candidate, reason = "often called for its panic")]
    pub fn context(&self) -> String {
        self.led_to("c")
    }

    /// Path of the question that was asked, such as `/sign-in/…`.
    ///
    /// # Panics
    /// If none was asked, with the response.
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

    /// Secrets that travelled through the browser and must not be shown, logged or stored in plain text.
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
