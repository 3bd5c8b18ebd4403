//! Scopes: which are granted, and which interactions they permit. Supports the syntax of SMART 1 and of SMART 2.

/// FHIR interaction with a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo_ehr) enum Interaction {
    Read,
    Search,
    Update,
}

/// Patients whose data a request may access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo_ehr) enum Reach {
    /// All patients: `user/` scopes, since every clinician here may see every patient, and `system/` scopes.
    All,
    /// The patient in context only.
    Patient,
}

/// Scopes, in the syntax of SMART 2, for a client that reads all data of the charts.
pub const SCOPES: [&str; 15] = [
    "launch",
    "openid",
    "fhirUser",
    "patient/Patient.rs",
    "patient/Encounter.rs",
    "patient/Condition.rs",
    "patient/MedicationRequest.rs",
    "patient/AllergyIntolerance.rs",
    "patient/Observation.rs",
    "patient/DiagnosticReport.rs",
    "patient/DocumentReference.rs",
    "patient/Binary.r",
    "user/Practitioner.rs",
    "user/PractitionerRole.rs",
    "user/Organization.rs",
];

const PLAIN: [&str; 7] =
    ["launch", "launch/patient", "launch/encounter", "openid", "fhirUser", "online_access", "offline_access"];

/// Filters the requested scopes to those that this EHR grants, in the same order and syntax.
/// Unknown scopes (other levels, finer-grained ones) are dropped, as real servers do.
pub(in crate::demo_ehr) fn granted(requested: &str, known_types: &[&str]) -> Vec<String> {
    let is_known = |it: ResourceScope| !it.is_for_servers() && it.is_known(known_types);
    once_each(requested, |scope| PLAIN.contains(&scope) || ResourceScope::parse(scope).is_some_and(is_known))
}

/// Filters the scopes of a backend service. Returns `None` if any of them is not a `system/` scope.
pub(super) fn granted_to_server(requested: &str, known_types: &[&str]) -> Option<Vec<String>> {
    let is_known = |scope: &str| ResourceScope::parse(scope).is_some_and(|it| it.is_known(known_types));
    let all_of_system = words(requested).all(|scope| scope.starts_with("system/"));
    all_of_system.then(|| once_each(requested, is_known))
}

fn words(scopes: &str) -> impl Iterator<Item = &str> {
    scopes.split(' ').filter(|scope| !scope.is_empty())
}

fn once_each(requested: &str, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut granted: Vec<String> = Vec::new();
    for scope in words(requested).filter(|scope| wanted(scope)) {
        if !granted.iter().any(|earlier| earlier == scope) {
            granted.push(scope.to_owned());
        }
    }
    granted
}

/// Widest reach that `scopes` permit for `interaction` on `resource_type`, or `None`.
pub(in crate::demo_ehr) fn reach(
    scopes: &[String],
    resource_type: &str,
    interaction: Interaction,
) -> Option<Reach> {
    let fitting = scopes.iter().filter_map(|scope| ResourceScope::parse(scope));
    let mut fitting = fitting.filter(|scope| scope.allows(resource_type, interaction)).peekable();
    fitting.peek()?;
    Some(if fitting.all(|scope| scope.level == "patient") { Reach::Patient } else { Reach::All })
}

/// Whether a scope is valid in SMART 1.0; scopes without a resource type are the same in both versions.
pub(in crate::demo_ehr) fn is_of_smart_1(scope: &str) -> bool {
    ResourceScope::parse(scope).is_none_or(|scope| matches!(scope.actions, "read" | "write" | "*"))
}

/// Whether a scope has a wildcard for the resource type or the actions.
pub(in crate::demo_ehr) fn has_wildcard(scope: &str) -> bool {
    ResourceScope::parse(scope).is_some_and(|scope| scope.resource_type == "*" || scope.actions == "*")
}

struct ResourceScope<'a> {
    level: &'a str,
    resource_type: &'a str,
    actions: &'a str,
}

impl<'a> ResourceScope<'a> {
    fn parse(scope: &'a str) -> Option<Self> {
        let (level, rest) = scope.split_once('/')?;
        let (resource_type, actions) = rest.split_once('.')?;
        let well_formed = matches!(level, "patient" | "user" | "system") && is_action(actions);
        well_formed.then_some(Self { level, resource_type, actions })
    }

    fn is_for_servers(&self) -> bool {
        self.level == "system"
    }

    fn is_known(&self, known_types: &[&str]) -> bool {
        self.resource_type == "*" || known_types.contains(&self.resource_type)
    }

    fn allows(&self, resource_type: &str, interaction: Interaction) -> bool {
        let (letter, in_words) = match interaction {
            Interaction::Read => ('r', "read"),
            Interaction::Search => ('s', "read"),
            Interaction::Update => ('u', "write"),
        };
        let action = match self.actions {
            actions @ ("read" | "write" | "*") => actions == in_words || actions == "*",
            letters => letters.contains(letter),
        };
        action && (self.resource_type == "*" || self.resource_type == resource_type)
    }
}

/// Whether `actions` is `read`, `write`, `*`, or an ordered subset of `cruds`.
fn is_action(actions: &str) -> bool {
    if matches!(actions, "read" | "write" | "*") {
        return true;
    }
    let mut rest = "cruds".chars();
    !actions.is_empty() && actions.chars().all(|letter| rest.any(|known| known == letter))
}
