//! What the shapes make of a server's documents: less, or the same in two places.

use serde_json::{Map, Value, json};

use super::DemoEhr;
use super::launch_options::LaunchContext;
use super::random::unguessable;
use super::shape::Shape;

const EXTENSIONS: &str = "http://fhir-registry.smarthealthit.org/StructureDefinition";

/// smart-configuration as this kind of server has it.
pub(super) fn reshape_configuration(ehr: &DemoEhr, document: &mut Value) {
    let missing = ["issuer", "jwks_uri", "grant_types_supported", "code_challenge_methods_supported"];
    if let Some(members) = document.as_object_mut()
        && ehr.shape() == Shape::Epic
    {
        members.retain(|name, _| !missing.contains(&name.as_str()));
    }
}

/// The `security` of the `CapabilityStatement`, given what smart-configuration says.
pub(super) fn security(ehr: &DemoEhr, configuration: &Value) -> Value {
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

/// The token response as this kind of server has it.
pub(super) fn reshape_tokens(ehr: &DemoEhr, context: &LaunchContext, body: &mut Map<String, Value>) {
    if ehr.shape() != Shape::Epic {
        return;
    }
    if let Some(Value::Bool(need)) = body.get("need_patient_banner") {
        let text = need.to_string();
        body.insert("need_patient_banner".into(), json!(text));
    }
    let granted = body.get("scope").and_then(Value::as_str).unwrap_or_default();
    let told = granted.split(' ').filter(|scope| *scope != "fhirUser").map(in_its_own_words);
    let told = told.collect::<Vec<_>>().join(" ");
    body.insert("scope".into(), json!(told));
    body.insert("state".into(), json!(unguessable()));
    if context.patient.is_some() {
        body.insert("__epic.dstu2.patient".into(), json!(unguessable()));
    }
}

/// `user/Encounter.Read` for what was granted as `.read` or `.rs`.
fn in_its_own_words(scope: &str) -> String {
    match scope.rsplit_once('.') {
        Some((what, "read" | "rs")) => format!("{what}.Read"),
        Some((what, "write" | "cud")) => format!("{what}.Write"),
        _ => scope.to_owned(),
    }
}
