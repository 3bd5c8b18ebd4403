//! Token response: tokens, scope, launch context, and the faults of these.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::fixtures;
use crate::demo_ehr::http::misbehave::{cut, pad};
use crate::demo_ehr::launch_options::LaunchContext;
use crate::demo_ehr::oauth::error::{OAuthError, uncached};
use crate::demo_ehr::oauth::grants::{Grant, Tokens};
use crate::demo_ehr::oauth::id_token::id_token;
use crate::demo_ehr::shapes::documents::reshape_tokens;
use crate::demo_ehr::shapes::shape::Shape;
use crate::demo_ehr::state::DemoEhr;

/// Organization for users without one, in a shape that sends an organization in every launch.
const DEFAULT_CLINIC: &str = "Organization/rideau-fht";

/// Builds the token response, with the active fault applied.
pub(super) fn token_response(ehr: &DemoEhr, tokens: &Tokens) -> HttpResponse {
    let Ok(mut body) = without_fault(ehr, tokens) else {
        return OAuthError::server_error("the id_token could not be signed").answer();
    };
    let fault = ehr.fault();
    if let Some(fault) = fault {
        spoil_members(fault, &mut body);
        spoil_context(fault, &mut body, tokens, &ehr.canary());
    }
    for name in ["access_token", "refresh_token", "id_token"] {
        body.get(name)
            .and_then(Value::as_str)
            .into_iter()
            .for_each(|it| ehr.locked().issued_secrets.push(it));
    }
    let mut body = Value::Object(body);
    let text = match fault {
        Some(Fault::TokenTruncated) => cut(&body),
        Some(Fault::TokenDuplicateAccessToken) => {
            body.to_string().replacen('{', r#"{"access_token":"first","#, 1)
        }
        Some(Fault::TokenHugeBody) => {
            pad(&mut body);
            body.to_string()
        }
        _ => body.to_string(),
    };
    uncached(StatusCode::OK, text)
}

fn without_fault(
    ehr: &DemoEhr,
    tokens: &Tokens,
) -> Result<Map<String, Value>, aws_lc_rs::error::Unspecified> {
    let grant = &tokens.grant;
    let mut body = Map::new();
    body.insert("access_token".into(), json!(tokens.access_token));
    body.insert("token_type".into(), json!("Bearer"));
    body.insert("expires_in".into(), json!(grant.token_lifetime(ehr.shape()).as_secs()));
    body.insert("scope".into(), json!(grant.scopes.join(" ")));
    if let Some(refresh_token) = &tokens.refresh_token {
        body.insert("refresh_token".into(), json!(refresh_token));
    }
    let other_user = tokens.refreshed && ehr.plays(Fault::RefreshOtherUser);
    if grant.has_scope("openid") && (!tokens.refreshed || other_user) {
        body.insert("id_token".into(), json!(id_token(ehr, tokens)?));
    }
    body.extend(context(ehr, grant));
    reshape_tokens(ehr, &grant.context, &mut body);
    Ok(body)
}

/// Launch context members of the response.
fn context(ehr: &DemoEhr, grant: &Grant) -> Map<String, Value> {
    let mut context = Map::new();
    let mut put = |name: &str, value: Option<&String>| {
        if let Some(value) = value {
            context.insert(name.to_owned(), json!(value));
        }
    };
    let LaunchContext { patient, encounter, intent, smart_style_url, .. } = &grant.context;
    put("patient", patient.as_ref());
    put("encounter", encounter.as_ref());
    put("intent", intent.as_ref());
    if grant.has_scope("launch") {
        put("smart_style_url", smart_style_url.as_ref());
        let need = grant.context.need_patient_banner.clone();
        context.insert("need_patient_banner".into(), need.unwrap_or(json!(true)));
    }
    if grant.has_scope("launch") || ehr.shape() == Shape::Halo {
        context.extend(organization_context(ehr, grant));
    }
    context
}

/// `fhirContext` and `tenant`: the options of the launch, or by default the organization of the user.
fn organization_context(ehr: &DemoEhr, grant: &Grant) -> Map<String, Value> {
    let own = grant.signed_in().and_then(|account| account.organization);
    let organization = match ehr.shape() {
        Shape::Smart1 => None,
        Shape::Halo if grant.user.is_some() => own.or_else(|| Some(DEFAULT_CLINIC.to_owned())),
        _ => own,
    };
    let fhir_context = organization.as_ref().map(|it| json!([{"reference": it, "type": "Organization"}]));
    let tenant = organization.as_ref().map(|it| it.trim_start_matches("Organization/").to_owned());
    let LaunchContext { fhir_context: chosen_context, tenant: chosen_tenant, .. } = &grant.context;
    let members = [
        ("fhirContext", chosen_context.clone().or(fhir_context)),
        ("tenant", chosen_tenant.clone().or(tenant).map(Value::String)),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn spoil_members(fault: Fault, body: &mut Map<String, Value>) {
    let mut set = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    match fault {
        Fault::TokenAccessTokenWithCrlf => set("access_token", json!("abc\r\nX-Injected: yes")),
        Fault::TokenTypeMac => set("token_type", json!("mac")),
        Fault::TokenTypeLowerCaseBearer => set("token_type", json!("bearer")),
        Fault::TokenExpiresInAsString => set("expires_in", json!("3600")),
        Fault::TokenExpiresInNegative => set("expires_in", json!(-1)),
        Fault::TokenExpiresInHuge => set("expires_in", json!(1e300)),
        Fault::TokenScopeEmpty => set("scope", json!("")),
        Fault::TokenScopeNarrowed => set("scope", json!("launch openid fhirUser")),
        Fault::TokenScopeWithoutMedications => {
            let granted = without_medications(body["scope"].as_str().unwrap_or_default());
            body.insert("scope".into(), json!(granted));
        }
        Fault::TokenScopeWidened => {
            set("scope", json!("launch openid fhirUser user/*.cruds system/*.* patient/*.*"));
        }
        Fault::TokenNeedPatientBannerAsString => set("need_patient_banner", json!("true")),
        Fault::TokenScopeOddForms => {
            let odd = odd_forms(body["scope"].as_str().unwrap_or_default());
            body.insert("scope".into(), json!(odd));
        }
        Fault::TokenExtraMembers => extra_members(body),
        Fault::TokenMissingAccessToken => drop(body.remove("access_token")),
        Fault::TokenMissingTokenType => drop(body.remove("token_type")),
        Fault::TokenMissingIdToken => drop(body.remove("id_token")),
        Fault::TokenExpiresInMissing => drop(body.remove("expires_in")),
        Fault::TokenScopeMissing => drop(body.remove("scope")),
        _ => {}
    }
}

/// Removes medications and allergies from the scopes, and narrows observations to smoking status.
fn without_medications(scope: &str) -> String {
    let kept =
        scope.split(' ').filter(|scope| !["Medication", "Allergy"].iter().any(|it| scope.contains(it)));
    let narrowed = kept.map(|scope| match scope {
        "patient/Observation.rs" => "patient/Observation.rs?code=http://loinc.org|72166-2",
        "patient/*.rs" => "patient/Patient.rs patient/Encounter.rs patient/Condition.rs",
        other => other,
    });
    narrowed.collect::<Vec<_>>().join(" ")
}

/// Rewrites scopes: `Patient.Read` for `Patient.read`, and the URI form of SMART's appendix for all others.
fn odd_forms(scope: &str) -> String {
    let odd = |scope: &str| match scope {
        "openid" => format!("http://openid.net/specs/openid-connect-core-1_0#{scope}"),
        scope if scope.contains(".read") => scope.replace(".read", ".Read"),
        scope => format!("http://smarthealthit.org/fhir/scopes/{scope}"),
    };
    scope.split(' ').map(odd).collect::<Vec<_>>().join(" ")
}

/// Adds members that vendors send, and more.
fn extra_members(body: &mut Map<String, Value>) {
    body.insert("__epic.dstu2.patient".into(), json!("T81lum-5p6QvDR7l6hv7lfE52bAbA2ylWBnv9CZEzNb0B"));
    body.insert("ext_expires_in".into(), json!(0));
    body.insert("state".into(), json!("not-the-state"));
    body.insert("authorization_details".into(), json!([{"type": "smart_on_fhir"}]));
    for number in 0..50 {
        body.insert(format!("extra_{number}"), json!({"number": number, "nothing": null}));
    }
}

fn spoil_context(fault: Fault, body: &mut Map<String, Value>, tokens: &Tokens, canary: &str) {
    let mut set = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    let own = tokens.grant.context.patient.as_deref().unwrap_or_default();
    let (other, others_encounter) = fixtures::other_patient(own);
    match fault {
        Fault::TokenPatientPathTraversal => set("patient", json!("../Practitioner/ngozi-okafor")),
        Fault::TokenPatientDotDot => set("patient", json!("..")),
        Fault::TokenPatientAbsoluteUrlForeign => set("patient", json!(format!("{canary}/Patient/{own}"))),
        Fault::TokenPatientNumber => set("patient", json!(1961)),
        Fault::TokenEncounterOfOtherPatient => set("encounter", json!(others_encounter)),
        Fault::TokenEncounterUnknown => set("encounter", json!("no-such-encounter")),
        Fault::TokenFhirContextStrings => set("fhirContext", json!(["Organization/rideau-fht"])),
        Fault::TokenFhirContextForeignHost => {
            set("fhirContext", json!([{"reference": format!("{canary}/ServiceRequest/1")}]));
        }
        Fault::TokenSmartStyleForeignHost => set("smart_style_url", json!(format!("{canary}/style.json"))),
        Fault::RefreshOtherPatient if tokens.refreshed => set("patient", json!(other)),
        Fault::TokenMissingPatient => drop(body.remove("patient")),
        _ => {}
    }
}
