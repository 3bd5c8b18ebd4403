//! Assertions about refused launches and error pages.

use super::{Landing, Page, TestApp};
use crate::{
    users::SESSION_COOKIE,
    web::{ErrorKind, Lang, SiteFolder, Words},
};

/// Headers of every response, with exact values; the content security policy is checked separately.
pub const SECURITY_HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

impl Page {
    /// Asserts that every security header is present, and which sites may frame the page.
    ///
    /// # Panics
    /// If a header is missing.
    pub fn assert_guarded(&self, frame_ancestors: &str) {
        let at = format!("{} {}", self.status, self.url);
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(self.header(name), value, "{name} at {at}");
        }
        let policy = self.header("content-security-policy");
        let directives =
            ["default-src 'none'", "script-src 'nonce-", "base-uri 'none'", "form-action 'self'"];
        for directive in directives {
            assert!(policy.contains(directive), "{directive} is missing at {at}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{at}: {policy}");
        let ancestors = policy.split("frame-ancestors ").nth(1);
        assert_eq!(ancestors, Some(frame_ancestors), "{at}: {policy}");
    }

    /// Asserts that the page is the error page of this kind.
    ///
    /// # Panics
    /// If it is another page.
    pub fn assert_says(&self, kind: ErrorKind) {
        let slug = serde_json::to_value(kind).expect("a kind has a name");
        let key = format!("error-{}-title", slug.as_str().expect("a text"));
        let words = Words::load(&SiteFolder::new(None)).expect("the messages load");
        let title = words.say(Lang::En, &key);
        assert_eq!((self.status, self.title()), (kind.status().as_u16(), title), "{}", self.text());
    }
}

impl TestApp {
    /// Asserts everything that must hold after a refused launch: the page, the headers, one audit event of `class`
    /// with the id on the page, a cause in the log, no session, nothing stored, nothing leaked.
    ///
    /// # Panics
    /// If any of it does not hold.
    pub async fn assert_refused(&self, landing: &Landing, kind: ErrorKind, class: &str) {
        let page = landing.last();
        page.assert_says(kind);
        page.assert_guarded("'none'");
        for cookie in landing.pages.iter().flat_map(Page::set_cookies) {
            assert_ne!(cookie.name, SESSION_COOKIE, "a refused launch starts no session");
        }
        let events = self.audit_events().await;
        let failures: Vec<_> = events.iter().filter(|event| event.outcome == "failure").collect();
        assert_eq!(failures.len(), 1, "one refusal, one event: {failures:?}");
        let event = failures[0];
        assert_eq!((event.event.as_str(), event.detail.as_deref()), ("launch-refused", Some(class)));
        assert!(page.shows(&event.correlation_id), "the page shows its reference");
        assert!(events.iter().all(|event| event.event == "ehr-registered" || event.outcome == "failure"));
        for table in ["users", "user_links", "sessions", "launch_contexts", "pending_sign_ins"] {
            assert_eq!(self.count(table).await, 0, "{table} after a refused launch");
        }
        let log = self.logged();
        let mut lines = log.lines().filter(|line| line.contains(&event.correlation_id));
        assert!(
            lines.any(|line| line.contains("refused") && line.contains("cause=")),
            "the log has the cause: {}",
            event.correlation_id
        );
        self.assert_nothing_leaked(landing, &event.correlation_id).await;
    }

    /// Asserts that the next launch, by another user in another browser, works: a refusal leaves nothing behind.
    ///
    /// # Panics
    /// If it does not.
    pub async fn assert_heals(&self) {
        self.ehr().set_fault(None);
        // Keys are refetched at most once a minute.
        self.advance(jiff::SignedDuration::from_secs(61));
        let mut browser = self.browser();
        let landing = browser.launch(self.ehr(), "eleonore", "ngozi-okafor").await;
        let chart = browser.chart(&landing.context()).await;
        assert_eq!((chart.patient.as_str(), chart.practitioner.as_str()), ("eleonore", "ngozi-okafor"));
    }
}
