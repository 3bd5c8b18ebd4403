//! The token response: tokens, scope and launch context; and its faults.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use super::DemoEhr;
use super::clinicians::find_clinician;
use super::fault::Fault;
use super::fixtures;
use super::grants::Grant;
use super::id_token::id_token;
use super::misbehave::{cut, pad};
use super::oauth_error::{OAuthError, uncached};

/// What was just handed out.
pub(super) struct Tokens {
    pub(super) grant: Grant,
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
    pub(super) refreshed: bool,
}

/// The answer, honest or as the fault says.
pub(super) fn token_response(ehr: &DemoEhr, tokens: &Tokens) -> HttpResponse {
    let Ok(mut body) = honest(ehr, tokens) else {
        return OAuthError::server_error("the id_token could not be signed").answer();
    };
    let fault = ehr.fault();
    if let Some(fault) = fault {
        spoil_members(fault, &mut body);
        spoil_context(fault, &mut body, tokens, &ehr.canary());
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

fn honest(ehr: &DemoEhr, tokens: &Tokens) -> Result<Map<String, Value>, aws_lc_rs::error::Unspecified> {
    let grant = &tokens.grant;
    let mut body = Map::new();
    body.insert("access_token".into(), json!(tokens.access_token));
    body.insert("token_type".into(), json!("Bearer"));
    body.insert("expires_in".into(), json!(grant.token_lifetime().as_secs()));
    body.insert("scope".into(), json!(grant.scopes.join(" ")));
    if let Some(refresh_token) = &tokens.refresh_token {
        body.insert("refresh_token".into(), json!(refresh_token));
    }
    let other_user = tokens.refreshed && ehr.plays(Fault::RefreshOtherUser);
    if grant.has_scope("openid") && (!tokens.refreshed || other_user) {
        body.insert("id_token".into(), json!(id_token(ehr, tokens)?));
    }
    body.extend(context(grant));
    Ok(body)
}

/// The launch context, as far as there is one.
fn context(grant: &Grant) -> Map<String, Value> {
    let mut context = Map::new();
    let mut put = |name: &str, value: Option<&String>| {
        if let Some(value) = value {
            context.insert(name.to_owned(), json!(value));
        }
    };
    put("patient", grant.patient.as_ref());
    put("encounter", grant.encounter.as_ref());
    put("intent", grant.intent.as_ref());
    if grant.has_scope("launch") {
        context.insert("need_patient_banner".into(), json!(true));
        if let Some(organization) = organization_of(grant) {
            context
                .insert("fhirContext".into(), json!([{"reference": organization, "type": "Organization"}]));
            context.insert("tenant".into(), json!(organization.trim_start_matches("Organization/")));
        }
    }
    context
}

/// The organization of the clinician who is signed in.
fn organization_of(grant: &Grant) -> Option<&'static str> {
    grant.user.as_deref().and_then(find_clinician)?.organization
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

/// `Patient.Read` for `Patient.read`, and the URI form of SMART's appendix for everything else.
fn odd_forms(scope: &str) -> String {
    let odd = |scope: &str| match scope {
        "openid" => format!("http://openid.net/specs/openid-connect-core-1_0#{scope}"),
        scope if scope.contains(".read") => scope.replace(".read", ".Read"),
        scope => format!("http://smarthealthit.org/fhir/scopes/{scope}"),
    };
    scope.split(' ').map(odd).collect::<Vec<_>>().join(" ")
}

/// What vendors add, and more.
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
    let own = tokens.grant.patient.as_deref().unwrap_or_default();
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
