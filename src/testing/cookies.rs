use std::{collections::BTreeMap, sync::Arc};

use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// One `Set-Cookie` header, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
    /// The attributes as they were written, such as `Path=/`, in order.
    pub attributes: Vec<String>,
}

impl SetCookie {
    /// Every cookie that a response sets.
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

    /// Whether an attribute stands there, word for word.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|has| has == attribute)
    }

    /// Seconds until it goes away; none when it lives as long as the browser.
    #[must_use]
    pub fn max_age(&self) -> Option<i64> {
        let age = self.attributes.iter().find_map(|attribute| attribute.strip_prefix("Max-Age="));
        age.and_then(|seconds| seconds.parse().ok())
    }

    /// Whether it takes a cookie away.
    #[must_use]
    pub fn deletes(&self) -> bool {
        self.max_age().is_some_and(|seconds| seconds <= 0)
    }
}

/// The cookies one browser holds for the app, and when each goes.
#[derive(Clone)]
pub struct Cookies {
    held: BTreeMap<String, (String, Option<Timestamp>)>,
    clock: Arc<dyn Clock>,
    forgets: bool,
}

impl Cookies {
    /// An empty jar; cookies age by `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { held: BTreeMap::new(), clock, forgets: true }
    }

    /// From now on no cookie goes away by age: what somebody who copied them would have.
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

    /// The `Cookie` header; none when there is nothing to send.
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

    /// The value of a cookie.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.alive().find(|(held, _)| *held == name).map(|(_, value)| value)
    }

    /// Puts a cookie in, as somebody who stole or planted it would.
    pub fn set(&mut self, name: &str, value: &str) {
        self.held.insert(name.to_owned(), (value.to_owned(), None));
    }

    /// Takes a cookie out.
    pub fn remove(&mut self, name: &str) {
        self.held.remove(name);
    }

    /// Names of the cookies, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.alive().map(|(name, _)| name.to_owned()).collect()
    }
}
