//! Documents that differ between shapes: smart-configuration, `CapabilityStatement`, token response.

use serde_json::{Map, Value, json};

use crate::demo_ehr::launch_options::LaunchContext;
use crate::demo_ehr::random::unguessable;
use crate::demo_ehr::shapes::shape::Shape;
use crate::demo_ehr::state::DemoEhr;

const EXTENSIONS: &str = "http://fhir-registry.smarthealthit.org/StructureDefinition";

/// Adapts smart-configuration to the shape.
pub(in crate::demo_ehr) fn reshape_configuration(ehr: &DemoEhr, document: &mut Value) {
    let missing = ["issuer", "jwks_uri", "grant_types_supported", "code_challenge_methods_supported"];
    if let Some(members) = document.as_object_mut()
        && ehr.shape() == Shape::Epic
    {
        members.retain(|name, _| !missing.contains(&name.as_str()));
    }
}

/// Builds `security` of the `CapabilityStatement` from smart-configuration.
pub(in crate::demo_ehr) fn security(ehr: &DemoEhr, configuration: &Value) -> Value {
    let known: &[&str] = match ehr.shape() {
        Shape::Smart1 => &["authorize", "token"],
        _ => &["authorize", "token", "introspect", "revoke"],
    };
    let uri = |name: &&str| json!({"url": name, "valueUri": ehr.endpoint(name)});
    let uris: Vec<Value> = known.iter().map(uri).collect();
    let mut extensions = vec![json!({"url": format!("{EXTENSIONS}/oauth-uris"), "extension": uris})];
    if ehr.shape() == Shape::Aidbox {
        let capabilities = configuration["capabilities"].as_array().into_iter().flatten();
        let code = |code: &Value| json!({"url": format!("{EXTENSIONS}/capabilities"), "valueCode": code});
        extensions.extend(capabilities.map(code));
    }
    json!({
        "extension": extensions,
        "service": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
            "code": "SMART-on-FHIR"}]}]
    })
}

/// Adapts the token response to the shape.
pub(in crate::demo_ehr) fn reshape_tokens(
    ehr: &DemoEhr,
    context: &LaunchContext,
    body: &mut Map<String, Value>,
) {
    if ehr.shape() != Shape::Epic {
        return;
    }
    if let Some(Value::Bool(need)) = body.get("need_patient_banner") {
        let text = need.to_string();
        body.insert("need_patient_banner".into(), json!(text));
    }
    let granted = body.get("scope").and_then(Value::as_str).unwrap_or_default();
    let rewritten = granted.split(' ').filter(|scope| *scope != "fhirUser").map(epic_syntax);
    let rewritten = rewritten.collect::<Vec<_>>().join(" ");
    body.insert("scope".into(), json!(rewritten));
    body.insert("state".into(), json!(unguessable()));
    if context.patient.is_some() {
        body.insert("__epic.dstu2.patient".into(), json!(unguessable()));
    }
}

/// Rewrites a scope in Epic's syntax: `user/Encounter.Read` for `.read` or `.rs`.
fn epic_syntax(scope: &str) -> String {
    match scope.rsplit_once('.') {
        Some((what, "read" | "rs")) => format!("{what}.Read"),
        Some((what, "write" | "cud")) => format!("{what}.Write"),
        _ => scope.to_owned(),
    }
}
