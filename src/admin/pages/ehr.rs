//! Context of the page of one EHR.

use serde::Serialize;

use crate::{
    ehrs::{
        Registration, SCOPES,
        settings::{Control, SETTINGS},
    },
    web::Page,
};

/// Page of one EHR: registration, last launches and actions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EhrPage {
    /// Id of the EHR.
    pub id: String,
    /// Name of the EHR.
    pub name: String,
    /// Whether the EHR is suspended.
    pub suspended: bool,
    /// Last successful and last refused launch.
    pub launches: LastLaunches,
    /// Settings with their values.
    pub settings: Vec<SettingRow>,
    /// Values that the EHR's administrator needs to register us.
    pub hand_over: Vec<HandOverRow>,
    /// Whether the scope syntax is unknown until a check.
    pub scopes_are_assumed: bool,
    /// Origins of endpoints that are pending approval.
    pub pending_origins: Vec<String>,
    /// Whether we authenticate with client keys.
    pub has_keys: bool,
    /// Notice of the last action, one of [`EhrPage::NOTICES`]; empty if there was none.
    pub notice: String,
}

/// Last launches from an EHR.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LastLaunches {
    /// Time of the last successful launch; empty if there was none.
    pub opened: String,
    /// Days for which audit events, from which these are read, are kept; 0 for ever.
    pub audit_days: u32,
    /// Time of the last refused launch; empty if there was none.
    pub refused: String,
    /// Class of the refusal, from the audit trail.
    pub class: String,
    /// Localized text of the class.
    pub reason: String,
    /// Correlation id of the refused launch, as shown to the user.
    pub correlation_id: String,
}

/// Setting and its values.
#[derive(Clone, Debug, Serialize)]
pub struct SettingRow {
    /// Name.
    pub name: &'static str,
    /// Values; empty if not set.
    pub values: Vec<String>,
    /// Prefix of the message keys of the values; empty if they are shown verbatim.
    pub words: String,
}

/// Value for the EHR's administrator.
#[derive(Clone, Debug, Serialize)]
pub struct HandOverRow {
    /// Key of the label: `hand-over-{key}`.
    pub key: &'static str,
    /// Value to copy.
    pub value: String,
}

impl LastLaunches {
    pub(super) fn sample() -> Self {
        Self {
            opened: "14 Sep 2026, 09:30".into(),
            refused: "13 Sep 2026, 16:02".into(),
            audit_days: 0,
            class: "id-token".into(),
            reason: "The EHR's sign-in did not pass our checks".into(),
            correlation_id: "7Q4K-92MD".into(),
        }
    }
}

/// Returns the settings of a registration with their values.
pub(in crate::admin) fn setting_rows(registration: &Registration) -> Vec<SettingRow> {
    let settings = SETTINGS.into_iter().map(|setting| {
        let text = registration.setting(setting.name);
        let values = match setting.control {
            Control::List => text.split_whitespace().map(str::to_owned).collect(),
            _ if text.is_empty() => Vec::new(),
            Control::Lines => text.lines().map(str::to_owned).collect(),
            _ => vec![text],
        };
        let words = match setting.control {
            Control::Choice(_) => format!("choice-{}", setting.name),
            Control::Flag => "choice-flag".to_owned(),
            Control::Text | Control::Required | Control::List | Control::Lines => String::new(),
        };
        SettingRow { name: setting.name, values, words }
    });
    settings.collect()
}

impl HandOverRow {
    pub(super) fn samples() -> Vec<Self> {
        let one = |key, value: &str| Self { key, value: value.to_owned() };
        vec![
            one("launch-url", "https://referrals.example.ca/launch"),
            one("redirect-uri", "https://referrals.example.ca/callback/riverside"),
            one("client-id", "passerelle"),
            one("client-auth", "private_key_jwt"),
            one("jwks-url", "https://referrals.example.ca/jwks/riverside.json"),
            one("grant-types", "authorization_code refresh_token"),
            one("scopes", "launch openid fhirUser patient/Patient.r"),
        ]
    }
}

impl Page for EhrPage {
    const TEMPLATE: &'static str = "admin/ehr.html";

    fn samples() -> Vec<Self> {
        let example =
            Registration::new("riverside", "Riverside", "https://ehr.example.ca/fhir", "us", &SCOPES);
        let active = Self {
            id: "riverside".into(),
            name: "Riverside Family Health EMR".into(),
            launches: LastLaunches::sample(),
            settings: setting_rows(&example),
            hand_over: HandOverRow::samples(),
            scopes_are_assumed: true,
            has_keys: true,
            ..Self::default()
        };
        let pending_origins = vec!["https://auth.ehr.example.ca".to_owned()];
        let notices = Self::NOTICES.map(|notice| Self { notice: notice.to_owned(), ..active.clone() });
        let suspended = Self {
            suspended: true,
            has_keys: false,
            pending_origins,
            launches: LastLaunches::default(),
            ..active
        };
        notices.into_iter().chain([suspended]).collect()
    }
}

impl EhrPage {
    /// Possible notices, keys of `admin-done-{notice}`.
    pub const NOTICES: [&'static str; 9] = [
        "added",
        "changed",
        "conflict",
        "unchanged",
        "suspended",
        "resumed",
        "approved",
        "rotated",
        "replaced",
    ];
}
