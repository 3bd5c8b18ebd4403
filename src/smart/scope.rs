//! Scopes: parsing, comparison, and the syntaxes of SMART 1.0 and 2.x.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

const SMART_PREFIX: &str = "http://smarthealthit.org/fhir/scopes/";
const OPENID_PREFIX: &str = "http://openid.net/specs/openid-connect-core-1_0#";
/// Letters of the actions, in the order that SMART 2.x requires.
const LETTERS: [char; 5] = ['c', 'r', 'u', 'd', 's'];

/// Syntax of resource scopes: `patient/Patient.read` (1.0) or `patient/Patient.rs` (2.0 and later).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeSyntax {
    /// Determined by the published capabilities; 2.x if the EHR publishes none about scopes.
    #[default]
    Auto,
    /// SMART 1.0.
    V1,
    /// SMART 2.x.
    V2,
}

impl ScopeSyntax {
    /// Returns the syntax to request in: as registered, or else as `published`.
    #[must_use]
    pub fn or_published(self, published: Self) -> Self {
        if self == Self::Auto { published } else { self }
    }
}

/// Scope: a plain one such as `launch`, or one for resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `launch`, `openid`, `fhirUser`, `online_access` and the like.
    Plain(String),
    /// `patient/Observation.rs?category=vital-signs` and the like.
    Resource {
        /// `patient`, `user` or `system`.
        level: String,
        /// A resource type, or `*`.
        resource: String,
        /// Permitted actions.
        access: Access,
        /// Search parameters after the question mark; SMART 2.x only.
        query: Option<String>,
    },
}

/// Set of actions: any of create, read, update, delete, search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access([bool; 5]);

impl Access {
    /// Read a resource by id.
    pub const READ: Self = Self([false, true, false, false, false]);
    /// Update a resource by id.
    pub const UPDATE: Self = Self([false, false, true, false, false]);
    /// Search.
    pub const SEARCH: Self = Self([false, false, false, false, true]);

    /// Whether it includes all actions of `other`.
    #[must_use]
    pub fn includes(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|(have, want)| *have || !want)
    }

    fn with(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] || other.0[at]))
    }

    fn common(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] && other.0[at]))
    }

    /// Returns each of its actions as a set of one.
    pub(super) fn each(self) -> impl Iterator<Item = Self> {
        let one = |at: usize| Self(std::array::from_fn(|other| other == at));
        (0..self.0.len()).filter(move |at| self.0[*at]).map(one)
    }

    /// Parses letters of `cruds` in order, or the words of SMART 1.0, in any letter case.
    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "read" => Some(Self([false, true, false, false, true])),
            "write" => Some(Self([true, false, true, true, false])),
            "*" => Some(Self([true; 5])),
            letters => {
                let mut access = Self::default();
                let mut next = 0;
                for letter in letters.chars() {
                    let at = LETTERS.iter().position(|known| *known == letter)?;
                    if at < next {
                        return None;
                    }
                    access.0[at] = true;
                    next = at + 1;
                }
                (next > 0).then_some(access)
            }
        }
    }

    fn v2(self) -> String {
        LETTERS.iter().zip(self.0).filter_map(|(letter, has)| has.then_some(*letter)).collect()
    }

    fn v1(self) -> &'static str {
        let [create, read, update, delete, search] = self.0;
        match (read || search, create || update || delete) {
            (true, true) => "*",
            (_, false) => "read",
            (false, true) => "write",
        }
    }
}

impl Scope {
    /// Whether it permits `access` to all resources of `other`.
    pub(super) fn covers(&self, other: &Self, access: Access) -> bool {
        match (self, other) {
            (
                Self::Resource { level, resource, access: has, query },
                Self::Resource { level: others_level, resource: others, query: others_query, .. },
            ) => {
                let whole = query.is_none() || query == others_query;
                level == others_level
                    && (resource == "*" || resource == others)
                    && whole
                    && has.includes(access)
            }
            _ => false,
        }
    }

    /// Returns the intersection with `other`, or `None` if it is empty. The level of `other` is ignored.
    pub(super) fn common(&self, other: &Self) -> Option<Self> {
        let (
            Self::Resource { level, resource, access, query },
            Self::Resource { resource: others, access: others_access, query: others_query, .. },
        ) = (self, other)
        else {
            return None;
        };
        let resource = match (&**resource, &**others) {
            ("*", one) | (one, "*") => one,
            (one, other) if one == other => one,
            _ => return None,
        };
        // A resource must match both queries, so their parameters are joined.
        let query = match (query, others_query) {
            (Some(one), Some(other)) if one != other => Some(format!("{one}&{other}")),
            (one, other) => one.as_ref().or(other.as_ref()).cloned(),
        };
        let access = access.common(*others_access);
        let scope = Self::Resource { level: level.clone(), resource: resource.to_owned(), access, query };
        (access != Access::default()).then_some(scope)
    }

    /// Whether it permits everything that `other` permits.
    pub(super) fn covers_all(&self, other: &Self) -> bool {
        matches!(other, Self::Resource { access, .. } if self.covers(other, *access))
    }

    /// Returns the actions of both scopes, if they are for the same resources.
    fn same_resources(&mut self, other: &Self) -> Option<(&mut Access, Access)> {
        match (self, other) {
            (
                Self::Resource { level, resource, access, query },
                Self::Resource { level: other_level, resource: others, access: more, query: other_query },
            ) if (&*level, &*resource, &*query) == (other_level, others, other_query) => {
                Some((access, *more))
            }
            _ => None,
        }
    }
}

impl FromStr for Scope {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare =
            text.strip_prefix(SMART_PREFIX).or_else(|| text.strip_prefix(OPENID_PREFIX)).unwrap_or(text);
        let prefixed = bare.starts_with(SMART_PREFIX) || bare.starts_with(OPENID_PREFIX);
        if bare.is_empty() || prefixed || !bare.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\".contains(&b))
        {
            return Err("expected a scope name with at most one prefix and without blanks or quotes");
        }
        let Some((level, rest)) =
            bare.split_once('/').filter(|(level, _)| matches!(*level, "patient" | "user" | "system"))
        else {
            return Ok(Self::Plain(bare.to_owned()));
        };
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (resource, access) =
            rest.split_once('.').ok_or("expected a resource scope such as patient/Patient.rs")?;
        let access = Access::parse(access)
            .ok_or("expected letters of cruds in that order, or read, write or *, after the dot")?;
        Ok(Self::Resource {
            level: level.to_owned(),
            resource: resource.to_owned(),
            access,
            query: query.map(str::to_owned),
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write(self, ScopeSyntax::V2))
    }
}

fn write(scope: &Scope, syntax: ScopeSyntax) -> String {
    match (scope, syntax) {
        (Scope::Plain(text), _) => text.clone(),
        (Scope::Resource { level, resource, access, .. }, ScopeSyntax::V1) => {
            format!("{level}/{resource}.{}", access.v1())
        }
        (Scope::Resource { level, resource, access, query }, _) => {
            let query = query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
            format!("{level}/{resource}.{}{query}", access.v2())
        }
    }
}

/// Returns the shortest equivalent of these scopes: actions on the same resources are joined in one scope, and scopes
/// covered by another one are dropped.
fn shortest(scopes: &[Scope]) -> Vec<Scope> {
    let mut joined: Vec<Scope> = Vec::new();
    for scope in scopes {
        match joined.iter_mut().find_map(|other| other.same_resources(scope)) {
            Some((access, more)) => *access = access.with(more),
            None => joined.push(scope.clone()),
        }
    }
    let covered = |scope: &Scope| joined.iter().any(|other| other != scope && other.covers_all(scope));
    joined.iter().filter(|scope| !covered(scope)).cloned().collect()
}

/// Returns the scopes to request, in one syntax and without duplicates. Excludes `openid`, which the OpenID library adds.
#[must_use]
pub fn request(scopes: &[Scope], syntax: ScopeSyntax) -> Vec<String> {
    let mut written: Vec<String> = Vec::new();
    for scope in &shortest(scopes) {
        // SMART 1.0 cannot express the query, and a scope without it would request more than was registered.
        if syntax == ScopeSyntax::V1 && matches!(scope, Scope::Resource { query: Some(_), .. }) {
            continue;
        }
        let text = write(scope, syntax);
        if text != "openid" && !written.contains(&text) {
            written.push(text);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        text.parse().unwrap()
    }

    /// SCP-01, SCP-05, AUT-05: one syntax, no duplicates.
    #[test]
    fn writes_one_syntax() {
        let scopes =
            ["launch", "openid", "fhirUser", "patient/Patient.rs", "patient/Patient.read", "user/Task.cud"]
                .map(scope);
        assert_eq!(
            request(&scopes, ScopeSyntax::V2),
            ["launch", "fhirUser", "patient/Patient.rs", "user/Task.cud"]
        );
        assert_eq!(
            request(&scopes, ScopeSyntax::V1),
            ["launch", "fhirUser", "patient/Patient.read", "user/Task.write"]
        );
    }

    /// SCP-13: the shortest equivalent scopes are requested, never more than registered.
    #[test]
    fn requests_the_shortest_equivalent_scopes() {
        let shortest = |scopes: &[&str], syntax| {
            let scopes: Vec<Scope> = scopes.iter().copied().map(scope).collect();
            request(&scopes, syntax).join(" ")
        };
        for (scopes, v2, v1) in [
            (
                &["patient/Patient.r", "launch", "patient/Patient.s"][..],
                "patient/Patient.rs launch",
                "patient/Patient.read launch",
            ),
            (&["user/Task.r", "user/Task.cud", "user/Task.s"], "user/Task.cruds", "user/Task.*"),
            (&["patient/Patient.rs", "patient/*.rs", "patient/Task.r"], "patient/*.rs", "patient/*.read"),
            (
                &["patient/Task.cud", "patient/*.rs"],
                "patient/Task.cud patient/*.rs",
                "patient/Task.write patient/*.read",
            ),
            (
                &["user/Patient.r", "patient/Patient.s"],
                "user/Patient.r patient/Patient.s",
                "user/Patient.read patient/Patient.read",
            ),
        ] {
            assert_eq!(shortest(scopes, ScopeSyntax::V2), v2, "{scopes:?}");
            assert_eq!(shortest(scopes, ScopeSyntax::V1), v1, "{scopes:?}");
        }
        let part = "patient/Observation.rs?category=laboratory";
        assert_eq!(shortest(&[part, "patient/Observation.rs"], ScopeSyntax::V2), "patient/Observation.rs");
        let other = "patient/Observation.rs?category=vital-signs";
        assert_eq!(shortest(&[part, other], ScopeSyntax::V2), format!("{part} {other}"));
        let searched = "patient/Observation.s?category=laboratory";
        let read = "patient/Observation.r?category=laboratory";
        assert_eq!(shortest(&[searched, read], ScopeSyntax::V2), part);
    }

    /// SCP-01, SCP-02: letters out of order, other letters, malformed scopes.
    #[test]
    fn refuses_malformed_scopes() {
        for text in [
            "patient/Patient.sr",
            "patient/Patient.dus",
            "patient/Patient.rr",
            "patient/Patient.",
            "patient/Patient",
            "a b",
            "",
            "http://smarthealthit.org/fhir/scopes/",
            "http://smarthealthit.org/fhir/scopes/http://smarthealthit.org/fhir/scopes/launch",
        ] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
    }

    /// SCP-12, SCP-06: a scope with a query is requested as registered, or not at all in a syntax without queries.
    #[test]
    fn requests_scopes_with_a_query_in_smart_2_only() {
        let narrow = scope("patient/Observation.rs?category=laboratory&status=final");
        assert_eq!(request(std::slice::from_ref(&narrow), ScopeSyntax::V2), [narrow.to_string()]);
        assert!(request(&[narrow], ScopeSyntax::V1).is_empty());
    }
}
