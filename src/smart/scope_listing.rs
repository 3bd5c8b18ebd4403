//! Comparison of requested scopes with the scopes that an EHR lists (`scopes_supported`).

use super::scope::Scope;

/// Returns the requested scopes that the EHR does not list, in their order. A listed scope covers every resource and
/// action it includes, in either syntax. Resource scopes are compared only if the EHR lists any.
#[must_use]
pub fn unlisted_scopes(requested: &[String], listed: &[&str]) -> Vec<String> {
    let known: Vec<Scope> = listed.iter().filter_map(|scope| scope.parse().ok()).collect();
    let lists_resources = known.iter().any(|scope| matches!(scope, Scope::Resource { .. }));
    let is_listed = |text: &str| match text.parse() {
        Ok(Scope::Plain(text)) => listed.contains(&text.as_str()),
        Ok(scope) => !lists_resources || known.iter().any(|other| other.covers_all(&scope)),
        Err(_) => false,
    };
    requested.iter().filter(|scope| !is_listed(scope)).cloned().collect()
}

/// Whether the EHR lists resource scopes in the syntax of SMART 1.0 only.
#[must_use]
pub fn lists_smart_1_only(listed: &[&str]) -> bool {
    let is_resource = |scope: &&&str| matches!(scope.parse(), Ok(Scope::Resource { .. }));
    let mut resources = listed.iter().filter(is_resource).peekable();
    let is_of_smart_1 = |scope: &&str| [".read", ".write", ".*"].iter().any(|end| scope.ends_with(end));
    resources.peek().is_some() && resources.all(is_of_smart_1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unlisted(requested: &[&str], listed: &[&str]) -> Vec<String> {
        let requested: Vec<String> = requested.iter().map(ToString::to_string).collect();
        unlisted_scopes(&requested, listed)
    }

    #[test]
    fn finds_the_requested_scopes_that_are_not_listed() {
        let listed = ["openid", "launch", "patient/*.read", "user/Practitioner.rs"];
        let requested =
            ["openid", "launch/patient", "patient/Patient.rs", "user/Practitioner.r", "user/Task.r"];
        assert_eq!(unlisted(&requested, &listed), ["launch/patient", "user/Task.r"]);
        assert_eq!(unlisted(&["system/ServiceRequest.ru"], &["system/*.rs"]), ["system/ServiceRequest.ru"]);
        assert!(unlisted(&["openid", "patient/Patient.rs"], &["openid"]).is_empty());
    }

    #[test]
    fn recognises_a_list_of_smart_1_scopes() {
        assert!(lists_smart_1_only(&["openid", "patient/*.read", "user/*.*"]));
        assert!(!lists_smart_1_only(&["openid"]));
        assert!(!lists_smart_1_only(&["patient/*.read", "patient/*.rs"]));
    }
}
