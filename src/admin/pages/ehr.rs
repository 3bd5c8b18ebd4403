use serde::Serialize;

use crate::{
    ehrs::{
        Registration, SCOPES,
        settings::{Control, SETTINGS},
    },
    web::Page,
};

/// One EHR: its registration, its launches, and what can be done.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EhrPage {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is paused.
    pub paused: bool,
    /// How its launches went.
    pub launches: Launches,
    /// Its settings.
    pub settings: Vec<Shown>,
    /// What its administrator needs from us.
    pub handed_over: Vec<HandedOver>,
    /// Whether only a check will show how scopes are written.
    pub scopes_are_assumed: bool,
    /// Origins of endpoints that wait to be approved.
    pub waiting: Vec<String>,
    /// Whether we prove ourselves there with keys.
    pub has_keys: bool,
    /// What was just done; empty when nothing was.
    pub notice: String,
}

/// How the launches from an EHR went last.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Launches {
    /// When the last one went well; empty when none did.
    pub opened: String,
    /// When the last one was refused; empty when none was.
    pub refused: String,
    /// Why, as a class of the audit trail.
    pub class: String,
    /// Why, in words.
    pub why: String,
    /// The id that the person saw.
    pub correlation_id: String,
}

/// A setting and its value.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Its name.
    pub name: &'static str,
    /// Its values, one below the other; none where it is not set.
    pub values: Vec<String>,
    /// Start of the messages that say the values; empty where they are shown as they are.
    pub words: String,
}

/// Something that is handed over.
#[derive(Clone, Debug, Serialize)]
pub struct HandedOver {
    /// The end of its label's message.
    pub key: &'static str,
    /// What to copy.
    pub value: String,
}

impl Launches {
    pub(super) fn sample() -> Self {
        Self {
            opened: "14 Sep 2026, 09:30".into(),
            refused: "13 Sep 2026, 16:02".into(),
            class: "id-token".into(),
            why: "The EHR's sign-in did not pass our checks".into(),
            correlation_id: "7Q4K-92MD".into(),
        }
    }
}

/// Settings of a registration, each with its values.
pub(in crate::admin) fn shown(registration: &Registration) -> Vec<Shown> {
    let settings = SETTINGS.into_iter().map(|setting| {
        let text = registration.setting(setting.name);
        let values = match setting.control {
            Control::List => text.split_whitespace().map(str::to_owned).collect(),
            _ if text.is_empty() => Vec::new(),
            _ => vec![text],
        };
        let words = match setting.control {
            Control::Choice(_) => format!("choice-{}", setting.name),
            Control::Flag => "choice-flag".to_owned(),
            Control::Text | Control::Required | Control::List => String::new(),
        };
        Shown { name: setting.name, values, words }
    });
    settings.collect()
}

impl HandedOver {
    pub(super) fn samples() -> Vec<Self> {
        let one = |key, value: &str| Self { key, value: value.to_owned() };
        vec![
            one("launch-url", "https://referrals.example.ca/launch"),
            one("redirect-uri", "https://referrals.example.ca/callback/riverside"),
            one("client-id", "passerelle"),
            one("client-auth", "private_key_jwt"),
            one("jwks-url", "https://referrals.example.ca/jwks/riverside.json"),
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
            launches: Launches::sample(),
            settings: shown(&example),
            handed_over: HandedOver::samples(),
            scopes_are_assumed: true,
            has_keys: true,
            ..Self::default()
        };
        let waiting = vec!["https://auth.ehr.example.ca".to_owned()];
        let notices = Self::NOTICES.map(|notice| Self { notice: notice.to_owned(), ..active.clone() });
        let paused = Self { paused: true, has_keys: false, waiting, launches: Launches::default(), ..active };
        notices.into_iter().chain([paused]).collect()
    }
}

impl EhrPage {
    /// What may just have been done.
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
