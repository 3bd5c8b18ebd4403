//! Cookies of a response and of a browser.

use std::{collections::BTreeMap, sync::Arc};

use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// A parsed `Set-Cookie` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// Cookie name.
    pub name: String,
    /// Cookie value.
    pub value: String,
    /// Attributes as they were written, such as `Path=/`, in order.
    pub attributes: Vec<String>,
}

impl SetCookie {
    /// Parses every cookie that a response sets.
    #[must_use]
    pub fn all(headers: &HeaderMap) -> Vec<Self> {
        let texts = headers.get_all(header::SET_COOKIE).into_iter();
        texts.filter_map(|text| Self::parse(text.to_str().ok()?)).collect()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        Some(Self {
            name: name.to_owned(),
            value: value.to_owned(),
            attributes: parts.map(str::to_owned).collect(),
        })
    }

    /// Whether the attribute is present, character by character.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|has| has == attribute)
    }

    /// `Max-Age` in seconds, or `None` for a session cookie.
    #[must_use]
    pub fn max_age(&self) -> Option<i64> {
        let age = self.attributes.iter().find_map(|attribute| attribute.strip_prefix("Max-Age="));
        age.and_then(|seconds| seconds.parse().ok())
    }

    /// Whether it deletes the cookie.
    #[must_use]
    pub fn deletes(&self) -> bool {
        self.max_age().is_some_and(|seconds| seconds <= 0)
    }
}

/// Cookie jar of one browser for the app, with expiry times.
#[derive(Clone)]
pub struct Cookies {
    held: BTreeMap<String, (String, Option<Timestamp>)>,
    clock: Arc<dyn Clock>,
    forgets: bool,
}

impl Cookies {
    /// Creates an empty jar; cookies expire by `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { held: BTreeMap::new(), clock, forgets: true }
    }

    /// Disables expiry, like an attacker who copied the cookies.
    pub fn hoard(&mut self) {
        self.forgets = false;
    }

    pub(super) fn take_from(&mut self, headers: &HeaderMap) {
        for cookie in SetCookie::all(headers) {
            let ends = cookie.max_age().map(|seconds| self.clock.now() + SignedDuration::from_secs(seconds));
            if cookie.deletes() {
                self.held.remove(&cookie.name);
            } else {
                self.held.insert(cookie.name, (cookie.value, ends));
            }
        }
    }

    /// Value of the `Cookie` header, or `None` if the jar is empty.
    pub(super) fn header(&self) -> Option<String> {
        let pairs: Vec<String> = self.alive().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn alive(&self) -> impl Iterator<Item = (&str, &str)> {
        let now = self.clock.now();
        self.held
            .iter()
            .filter(move |(_, (_, ends))| !self.forgets || ends.is_none_or(|ends| ends > now))
            .map(|(name, (value, _))| (name.as_str(), value.as_str()))
    }

    /// Value of a cookie.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.alive().find(|(held, _)| *held == name).map(|(_, value)| value)
    }

    /// Sets a cookie, like an attacker who stole or planted it.
    pub fn set(&mut self, name: &str, value: &str) {
        self.held.insert(name.to_owned(), (value.to_owned(), None));
    }

    /// Removes a cookie.
    pub fn remove(&mut self, name: &str) {
        self.held.remove(name);
    }

    /// Names of the cookies, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.alive().map(|(name, _)| name.to_owned()).collect()
    }
}
