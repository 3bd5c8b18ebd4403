use std::{fmt, str::FromStr};

use url::form_urlencoded;

use super::ScopeSyntax;

const SMART_PREFIX: &str = "http://smarthealthit.org/fhir/scopes/";
const OPENID_PREFIX: &str = "http://openid.net/specs/openid-connect-core-1_0#";
const LETTERS: [char; 5] = ['c', 'r', 'u', 'd', 's'];

/// One scope, as registered: a plain one such as `launch`, or one about resources.
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
        /// What may be done.
        access: Access,
        /// What follows the question mark; only 2.x has it.
        query: Option<String>,
    },
}

/// A subset of create, read, update, delete, search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access([bool; 5]);

impl Access {
    /// Reading one resource by id.
    pub const READ: Self = Self([false, true, false, false, false]);
    /// Searching.
    pub const SEARCH: Self = Self([false, false, false, false, true]);

    fn includes(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|(have, want)| *have || !want)
    }

    /// What may be done, one by one.
    fn each(self) -> impl Iterator<Item = Self> {
        let one = |at: usize| Self(std::array::from_fn(|other| other == at));
        (0..self.0.len()).filter(move |at| self.0[*at]).map(one)
    }

    /// `cruds` in order, or the words of 1.0, in any letter case.
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
    /// Whether it opens, to `access`, everything that `other` is about.
    fn covers(&self, other: &Self, access: Access) -> bool {
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
}

impl FromStr for Scope {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare =
            text.strip_prefix(SMART_PREFIX).or_else(|| text.strip_prefix(OPENID_PREFIX)).unwrap_or(text);
        let prefixed = bare.starts_with(SMART_PREFIX) || bare.starts_with(OPENID_PREFIX);
        if bare.is_empty() || prefixed || !bare.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\".contains(&b))
        {
            return Err("a scope has a name, one prefix at most, no blanks and no quotes");
        }
        let Some((level, rest)) =
            bare.split_once('/').filter(|(level, _)| matches!(*level, "patient" | "user" | "system"))
        else {
            return Ok(Self::Plain(bare.to_owned()));
        };
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (resource, access) =
            rest.split_once('.').ok_or("a resource scope reads like patient/Patient.rs")?;
        let access = Access::parse(access)
            .ok_or("what follows the dot is a part of cruds in that order, or read, write, *")?;
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

/// The scopes to ask for, in one syntax, each once. `openid` is left out: the OpenID library adds it.
pub(super) fn request(scopes: &[Scope], syntax: ScopeSyntax) -> Vec<String> {
    let mut written: Vec<String> = Vec::new();
    for scope in scopes {
        // SMART 1.0 cannot say the query, and more than agreed on is not asked for.
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

/// What the EHR granted, read leniently: any order, either syntax, any letter case of the action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant(Vec<Scope>);

impl Grant {
    /// Reads the `scope` of a token response. What it does not understand it leaves out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.split_whitespace().filter_map(|scope| scope.parse().ok()).collect())
    }

    /// The grant when the token response has no `scope`: everything that was asked for (RFC 6749 5.1).
    #[must_use]
    pub fn as_requested(scopes: &[Scope]) -> Self {
        Self(scopes.to_vec())
    }

    /// Whether nothing at all was granted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a search for `resource` with these `parameters`, percent-encoded, was granted and will be complete.
    #[must_use]
    pub fn allows_search(&self, resource: &str, parameters: &str) -> bool {
        self.0.iter().any(|scope| match scope {
            Scope::Resource { resource: granted, access, query, .. } => {
                (granted == resource || granted == "*")
                    && access.includes(Access::SEARCH)
                    && query.as_deref().is_none_or(|query| stays_within(query, parameters))
            }
            Scope::Plain(_) => false,
        })
    }

    /// Whether it opens any data that `other` does not.
    #[must_use]
    pub fn exceeds(&self, other: &Self) -> bool {
        self.0.iter().any(|scope| match scope {
            Scope::Plain(_) => false,
            Scope::Resource { access, .. } => {
                access.each().any(|access| !other.0.iter().any(|theirs| theirs.covers(scope, access)))
            }
        })
    }

    /// Whether `access` to `resource` was granted, for the patient in context or for what the user may see. A scope with
    /// a query opens only a part, so a search under it would look complete and not be.
    #[must_use]
    pub fn allows(&self, resource: &str, access: Access) -> bool {
        self.0.iter().any(|scope| match scope {
            Scope::Plain(_) => false,
            Scope::Resource { query: Some(_), .. } if access != Access::READ => false,
            Scope::Resource { resource: granted, access: has, .. } => {
                (granted == resource || granted == "*") && has.includes(access)
            }
        })
    }
}

/// Whether a search with these parameters finds nothing that a scope with this query leaves out: each of the query's
/// parameters is asked for as well, with no other value.
fn stays_within(query: &str, parameters: &str) -> bool {
    let pairs = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>();
    let asked = pairs(parameters);
    pairs(query).iter().all(|(name, granted)| {
        let mut values = asked.iter().filter(|(asked, _)| asked == name).map(|(_, value)| value).peekable();
        values.peek().is_some() && values.all(|value| value.split(',').all(|value| is_among(value, granted)))
    })
}

/// Whether a value is one of a list, or a code of a system where the list names the code only.
fn is_among(value: &str, granted: &str) -> bool {
    let code = value.rsplit_once('|').map_or(value, |(_, code)| code);
    granted.split(',').any(|granted| granted == value || (!granted.contains('|') && granted == code))
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join(" "))
    }
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

    /// SCP-01, SCP-02: letters in order, none other.
    #[test]
    fn refuses_letters_out_of_order() {
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

    /// SCP-04, SCP-16, TRS-06: grants as real servers write them.
    #[test]
    fn reads_grants_leniently() {
        let grant = Grant::parse(
            "launch  user/Encounter.Read patient/Patient.read http://smarthealthit.org/fhir/scopes/patient/Observation.rs ???/x",
        );
        assert!(grant.allows("Encounter", Access::READ) && grant.allows("Patient", Access::SEARCH));
        assert!(grant.allows("Observation", Access::SEARCH) && !grant.allows("Condition", Access::READ));
    }

    /// SCP-12, SCP-06: a query is written as registered, and left out of a syntax that cannot say it.
    #[test]
    fn a_query_is_asked_for_in_the_syntax_of_smart_2_only() {
        let narrow = scope("patient/Observation.rs?category=laboratory&status=final");
        assert_eq!(request(std::slice::from_ref(&narrow), ScopeSyntax::V2), [narrow.to_string()]);
        assert!(request(&[narrow], ScopeSyntax::V1).is_empty());
    }

    /// SCP-12: a narrow grant opens the searches that stay within it, and no other.
    #[test]
    fn a_narrow_grant_opens_searches_that_stay_within_it() {
        let grant = Grant::parse("patient/Observation.rs?category=laboratory&status=final,amended");
        let allows = |parameters: &str| grant.allows_search("Observation", parameters);
        for within in [
            "patient=1&category=laboratory&status=final",
            "category=http%3A%2F%2Fterminology.hl7.org%2FCodeSystem%2Fobservation-category%7Claboratory&status=amended,final",
        ] {
            assert!(allows(within), "{within}");
        }
        for beyond in [
            "patient=1",
            "patient=1&category=laboratory",
            "category=laboratory,vital-signs&status=final",
            "category=laboratory&category=vital-signs&status=final",
            "category=laboratory&status=final,cancelled",
            "category=laboratory-other&status=final",
        ] {
            assert!(!allows(beyond), "{beyond}");
        }
        assert!(!grant.allows_search("Condition", "category=laboratory&status=final"));
        let exact = Grant::parse("patient/Observation.rs?category=urn:a|laboratory");
        assert!(!exact.allows_search("Observation", "category=laboratory"), "of any system is more");
        assert!(exact.allows_search("Observation", "category=urn:a|laboratory"));
    }

    /// SCP-05: a scope with a query lets some be read by id, and a search could not say what it left out.
    #[test]
    fn a_scope_with_a_query_does_not_allow_searching() {
        let narrow = "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory";
        let grant = Grant::parse(narrow);
        assert!(!grant.allows("Observation", Access::SEARCH));
        let grant = Grant::parse(&format!("{narrow} patient/Observation.rs"));
        assert!(grant.allows("Observation", Access::SEARCH));
    }

    /// T07: a refresh may open no more than the launch did, in whichever syntax.
    #[test]
    fn a_grant_that_opens_more_exceeds() {
        let exceeds = |mine: &str, theirs: &str| Grant::parse(mine).exceeds(&Grant::parse(theirs));
        let launch = "launch openid patient/Patient.rs patient/Condition.r patient/Condition.s user/*.r";
        for same in ["", launch, "patient/Patient.read", "patient/Condition.rs online_access", "user/Task.r"]
        {
            assert!(!exceeds(same, launch), "{same}");
        }
        for more in
            ["patient/Patient.cruds", "user/Task.rs", "patient/*.r", "system/Patient.r", "patient/Task.read"]
        {
            assert!(exceeds(more, launch), "{more}");
        }
        assert!(exceeds("patient/Observation.rs", "patient/Observation.rs?category=laboratory"));
        assert!(!exceeds("patient/Observation.rs?category=laboratory", "patient/Observation.rs"));
    }
}
