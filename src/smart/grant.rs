//! Granted scopes.

use std::fmt;

use url::form_urlencoded;

use super::scope::{Access, Scope};

/// Number of scopes parsed from a grant; the rest is ignored.
const MAX_SCOPES: usize = 300;

/// Scopes granted by the EHR, parsed leniently: any order, either syntax, any letter case of the action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant(Vec<Scope>);

impl Grant {
    /// Parses the `scope` of a token response. Unknown scopes are ignored, as are scopes beyond the limit.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.split_whitespace().take(MAX_SCOPES).filter_map(|scope| scope.parse().ok()).collect())
    }

    /// Returns the grant of a token response without `scope`: everything requested (RFC 6749 5.1).
    #[must_use]
    pub fn as_requested(scopes: &[Scope]) -> Self {
        Self(scopes.to_vec())
    }

    /// Returns the part of this grant that was requested, in either syntax: scopes granted beyond it are ignored. If the
    /// request contains no data scope, as with an EHR that configures scopes for each app, returns the whole grant.
    #[must_use]
    pub fn within(&self, asked: &[Scope]) -> Self {
        if !asked.iter().any(|scope| matches!(scope, Scope::Resource { .. })) {
            return self.clone();
        }
        let common =
            |granted: &Scope| asked.iter().filter_map(|asked| granted.common(asked)).collect::<Vec<_>>();
        Self(self.0.iter().flat_map(common).collect())
    }

    /// Whether no scope was granted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a search for `resource` with these percent-encoded `parameters` is granted and returns complete results.
    #[must_use]
    pub fn allows_search(&self, resource: &str, parameters: &str) -> bool {
        self.searches(resource).any(|query| query.is_none_or(|query| stays_within(query, parameters)))
    }

    /// Whether any search for `resource` is granted, even one restricted by a query.
    #[must_use]
    pub fn allows_some_search(&self, resource: &str) -> bool {
        self.searches(resource).next().is_some()
    }

    /// Returns the granted searches for `resource`: `None` for an unrestricted one, or the query that restricts it.
    fn searches(&self, resource: &str) -> impl Iterator<Item = Option<&str>> {
        self.0.iter().filter_map(move |scope| match scope {
            Scope::Resource { resource: granted, access, query, .. } => {
                let opens = (granted == resource || granted == "*") && access.includes(Access::SEARCH);
                opens.then_some(query.as_deref())
            }
            Scope::Plain(_) => None,
        })
    }

    /// Whether it permits access to data that `other` does not.
    #[must_use]
    pub fn exceeds(&self, other: &Self) -> bool {
        self.0.iter().any(|scope| match scope {
            Scope::Plain(_) => false,
            Scope::Resource { access, .. } => {
                access.each().any(|access| !other.0.iter().any(|theirs| theirs.covers(scope, access)))
            }
        })
    }

    /// Whether unrestricted `access` to `resource` is granted, by a patient or user scope. A scope with a query does not
    /// count: a search under it would look complete without being so.
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

/// Whether a search with these parameters stays within the query of a scope: it repeats each parameter of the query, with
/// no other value.
fn stays_within(query: &str, parameters: &str) -> bool {
    let pairs = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>();
    let asked = pairs(parameters);
    pairs(query).iter().all(|(name, granted)| {
        let mut values = asked.iter().filter(|(asked, _)| asked == name).map(|(_, value)| value).peekable();
        values.peek().is_some() && values.all(|value| value.split(',').all(|value| is_among(value, granted)))
    })
}

/// Whether a value is in a list, or is a code with a system whose bare code is in the list.
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

    /// SCP-04, SCP-16, TRS-06: grants as real servers write them.
    #[test]
    fn reads_grants_leniently() {
        let grant = Grant::parse(
            "launch  user/Encounter.Read patient/Patient.read http://smarthealthit.org/fhir/scopes/patient/Observation.rs ???/x",
        );
        assert!(grant.allows("Encounter", Access::READ) && grant.allows("Patient", Access::SEARCH));
        assert!(grant.allows("Observation", Access::SEARCH) && !grant.allows("Condition", Access::READ));
    }

    /// SCP-12: a restricted grant permits searches within its query only.
    #[test]
    fn permits_searches_within_a_restricted_grant_only() {
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
        assert!(grant.allows_some_search("Observation") && !grant.allows_some_search("Condition"));
        assert!(Grant::parse("user/*.rs").allows_some_search("Condition"));
        assert!(!Grant::parse("patient/*.r launch").allows_some_search("Condition"));
        let exact = Grant::parse("patient/Observation.rs?category=urn:a|laboratory");
        assert!(
            !exact.allows_search("Observation", "category=laboratory"),
            "a code of any system exceeds the grant"
        );
        assert!(exact.allows_search("Observation", "category=urn:a|laboratory"));
    }

    /// SCP-05: a search under a scope with a query would be silently incomplete.
    #[test]
    fn refuses_unrestricted_search_under_a_scope_with_a_query() {
        let narrow = "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory";
        let grant = Grant::parse(narrow);
        assert!(!grant.allows("Observation", Access::SEARCH));
        let grant = Grant::parse(&format!("{narrow} patient/Observation.rs"));
        assert!(grant.allows("Observation", Access::SEARCH));
    }

    /// TRS-05, TRS-06: requested scopes are kept in either syntax; others are ignored.
    #[test]
    fn ignores_scopes_that_were_not_requested() {
        let within = |granted: &str, asked: &str| {
            let asked: Vec<Scope> = asked.split(' ').map(|scope| scope.parse().unwrap()).collect();
            Grant::parse(granted).within(&asked).to_string()
        };
        let asked = "launch openid patient/Patient.r patient/Condition.rs user/Practitioner.rs";
        for (granted, used) in [
            (
                "launch openid patient/*.cruds",
                "patient/Patient.r patient/Condition.rs patient/Practitioner.rs",
            ),
            ("patient/*.* patient/Task.rs", "patient/Patient.r patient/Condition.rs patient/Practitioner.rs"),
            ("patient/Condition.Read", "patient/Condition.rs"),
            ("http://smarthealthit.org/fhir/scopes/patient/Condition.READ", "patient/Condition.rs"),
            ("user/Patient.read", "user/Patient.r"),
            ("patient/AllergyIntolerance.rs system/Task.cud patient/Patient.cud", ""),
            ("patient/Condition.rs?category=x", "patient/Condition.rs?category=x"),
        ] {
            assert_eq!(within(granted, asked), used, "{granted}");
        }
        assert_eq!(
            within("patient/Task.r patient/Patient.s", "patient/*.read"),
            "patient/Task.r patient/Patient.s"
        );
        let laboratory = "patient/Observation.rs?category=laboratory";
        assert_eq!(within("patient/*.rs", laboratory), laboratory);
        assert_eq!(within(laboratory, laboratory), laboratory);
    }

    /// TRS-05: an EHR that configures scopes for each app needs no data scope in the request.
    #[test]
    fn uses_the_whole_grant_if_no_data_scope_was_requested() {
        let asked = ["launch", "openid", "fhirUser"].map(|scope| scope.parse().unwrap());
        let used = Grant::parse("launch patient/Patient.read user/*.rs").within(&asked);
        assert!(used.allows("Patient", Access::READ) && used.allows_search("Condition", "patient=x"));
    }

    /// F22: an endless list of scopes cannot exhaust memory.
    #[test]
    fn parses_a_bounded_number_of_scopes() {
        let long = format!("{} user/Task.rs", "patient/Patient.rs ".repeat(20_000));
        let grant = Grant::parse(&long);
        assert_eq!(grant.0.len(), MAX_SCOPES);
        assert!(grant.allows("Patient", Access::READ) && !grant.allows("Task", Access::READ));
    }

    /// TRS-05: two restricted scopes permit their intersection only.
    #[test]
    fn intersects_the_queries_of_two_scopes() {
        let asked = "patient/Observation.rs?category=laboratory".parse().unwrap();
        let used = Grant::parse("patient/Observation.rs?status=final").within(&[asked]);
        assert!(used.allows_search("Observation", "category=laboratory&status=final"));
        assert!(!used.allows_search("Observation", "category=laboratory"));
        assert!(!used.allows_search("Observation", "status=final"));
        let asked = "patient/Observation.rs?category=laboratory".parse().unwrap();
        let used = Grant::parse("patient/Observation.rs?category=vital-signs").within(&[asked]);
        for category in ["laboratory", "vital-signs", "laboratory,vital-signs"] {
            assert!(!used.allows_search("Observation", &format!("category={category}")), "{category}");
        }
    }

    /// T07: a refresh may grant no more than the launch did, in either syntax.
    #[test]
    fn detects_a_grant_that_exceeds_another() {
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
