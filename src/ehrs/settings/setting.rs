use toml::{Table, Value};

use crate::{
    config::Problems,
    ehrs::registration::{Registration, RegistrationProblem},
};

/// A setting of a registration that can be changed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub name: &'static str,
    /// How its value is typed.
    pub control: Control,
}

/// How the value of a setting is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A text; empty is none.
    Text,
    /// A text that has to be there.
    Required,
    /// Several, between blanks or on lines of their own.
    List,
    /// `true` or `false`.
    Flag,
    /// One of these; empty is none.
    Choice(&'static [&'static str]),
}

const fn setting(name: &'static str, control: Control) -> Setting {
    Setting { name, control }
}

/// Every setting, in the order people are asked for them. The id never changes, the secret is never shown; intents,
/// authorities and endpoints agreed on beforehand are written in a file.
pub const SETTINGS: [Setting; 24] = [
    setting("name", Control::Required),
    setting("fhir_base_url", Control::Required),
    setting("aliases", Control::List),
    setting("issuer", Control::Text),
    setting("client_id", Control::Required),
    setting(
        "client_auth",
        Control::Choice(&["client_secret_basic", "client_secret_post", "private_key_jwt"]),
    ),
    setting("basic_encoding", Control::Choice(&["form", "raw"])),
    setting("client_id_in_body", Control::Flag),
    setting("signing_alg", Control::Choice(&["", "RS384", "ES384"])),
    setting("assertion_audience", Control::Text),
    setting("scopes", Control::List),
    setting("scope_syntax", Control::Choice(&["auto", "v1", "v2"])),
    setting("write_orders", Control::Flag),
    setting("introspect", Control::Flag),
    setting("many_clinics", Control::Flag),
    setting("standalone", Control::Flag),
    setting("authorize_by", Control::Choice(&["auto", "get", "post"])),
    setting("nonce_echoed", Control::Flag),
    setting("fhir_user_claim", Control::Choice(&["fhirUser", "profile", "fhiruser"])),
    setting("discover_from_capability_statement", Control::Flag),
    setting("endpoint_origins", Control::List),
    setting("frame_ancestors", Control::List),
    setting("allowed_networks", Control::List),
    setting("linking", Control::Choice(&["link", "provision"])),
];

/// The setting of that name.
#[must_use]
pub fn find_setting(name: &str) -> Option<Setting> {
    SETTINGS.into_iter().find(|setting| setting.name == name)
}

impl Setting {
    fn value(self, text: &str) -> Option<Value> {
        let text = text.trim();
        Some(match self.control {
            Control::List => {
                let parts = text.split_whitespace().map(|part| part.trim_end_matches(','));
                Value::Array(
                    parts.filter(|part| !part.is_empty()).map(|part| part.to_owned().into()).collect(),
                )
            }
            Control::Flag if text == "true" || text == "false" => Value::Boolean(text == "true"),
            Control::Text | Control::Choice(_) | Control::Flag if text.is_empty() => return None,
            Control::Text | Control::Required | Control::Choice(_) | Control::Flag => {
                Value::String(text.to_owned())
            }
        })
    }

    /// Problem of a value that cannot be parsed, and the value its words quote.
    fn problem(self) -> (RegistrationProblem, Option<String>) {
        match self.control {
            Control::Flag => (RegistrationProblem::FlagInvalid, None),
            Control::Choice(choices) => {
                let choices: Vec<&str> =
                    choices.iter().copied().filter(|choice| !choice.is_empty()).collect();
                (RegistrationProblem::ChoiceInvalid, Some(choices.join(", ")))
            }
            Control::List if self.name == "allowed_networks" => (RegistrationProblem::NetworkInvalid, None),
            Control::List | Control::Text | Control::Required => (RegistrationProblem::ValueMissing, None),
        }
    }
}

impl Registration {
    fn table(&self) -> Table {
        Table::try_from(self).unwrap_or_default()
    }

    /// The value of a setting as a person types it, several with blanks between them; empty where there is none.
    #[must_use]
    pub fn setting(&self, name: &str) -> String {
        match self.table().get(name) {
            Some(Value::Array(parts)) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    /// The registration with this setting as typed; after a name with a plus, what is typed is added to a list.
    ///
    /// # Errors
    /// When there is no such setting, or its value cannot be read. Whether the registration is good as a whole, its
    /// `problems` say.
    pub fn with_setting(&self, name: &str, text: &str) -> Result<Self, Problems> {
        if let Some(name) = name.strip_suffix('+') {
            return self.with_setting(name, &format!("{} {text}", self.setting(name)));
        }
        let mut problems = Problems::default();
        let key = format!("ehr.{}.{name}", self.id);
        let Some(setting) = find_setting(name) else {
            let known = SETTINGS.map(|setting| setting.name).join(", ");
            RegistrationProblem::SettingUnknown.add_to(&mut problems, &key, Some(&known));
            return Err(problems);
        };
        let mut table = self.table();
        match setting.value(text) {
            Some(value) => drop(table.insert(name.to_owned(), value)),
            None => drop(table.remove(name)),
        }
        table.try_into::<Self>().map_err(|_| {
            let (problem, value) = setting.problem();
            problem.add_to(&mut problems, &key, value.as_deref());
            problems
        })
    }

    /// The names of the settings in which the two differ.
    #[must_use]
    pub fn differs_in(&self, other: &Self) -> Vec<String> {
        let (one, two) = (self.table(), other.table());
        let mut names: Vec<&String> =
            one.keys().chain(two.keys().filter(|name| !one.contains_key(*name))).collect();
        names.retain(|name| one.get(*name) != two.get(*name));
        names.into_iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smart::{SigningAlg, StaticEndpoints};

    fn full() -> Registration {
        let mut full = Registration::new("x", "X", "https://x.example/fhir", "us", &["launch", "openid"]);
        full.issuer = Some("https://x.example".to_owned());
        full.signing_alg = Some(SigningAlg::Es384);
        full.assertion_audience = Some("https://x.example".to_owned());
        full.endpoints =
            Some(StaticEndpoints { authorization: "a".into(), token: "t".into(), jwks: "j".into() });
        full
    }

    /// A setting that is added later is offered too, or left out here on purpose.
    #[test]
    fn every_key_of_a_registration_is_a_setting() {
        let mut keys: Vec<String> = full().table().keys().cloned().collect();
        keys.retain(|key| key != "id" && key != "endpoints");
        let mut names = SETTINGS.map(|setting| setting.name.to_owned()).to_vec();
        keys.sort();
        names.sort();
        assert_eq!(keys, names);
    }

    #[test]
    fn what_is_shown_is_what_can_be_typed() {
        let full = full();
        for setting in SETTINGS {
            let shown = full.setting(setting.name);
            assert_eq!(full.with_setting(setting.name, &shown).unwrap(), full, "{}", setting.name);
            if let Control::Choice(choices) = setting.control {
                assert!(choices.contains(&shown.as_str()), "{}: {shown}", setting.name);
                for choice in choices {
                    assert_eq!(
                        full.with_setting(setting.name, choice).unwrap().setting(setting.name),
                        *choice
                    );
                }
            }
        }
    }

    #[test]
    fn a_setting_is_typed_as_people_type() {
        let changed = full().with_setting("allowed_networks", " 10.0.0.0/8,\n192.168.0.0/16 ").unwrap();
        assert_eq!(changed.setting("allowed_networks"), "10.0.0.0/8 192.168.0.0/16");
        let more = changed.with_setting("allowed_networks+", "127.0.0.1/32").unwrap();
        assert_eq!(more.setting("allowed_networks"), "10.0.0.0/8 192.168.0.0/16 127.0.0.1/32");
        assert_eq!(full().with_setting("issuer", "  ").unwrap().issuer, None);
        assert!(!full().with_setting("nonce_echoed", "false").unwrap().nonce_echoed);
        assert_eq!(full().with_setting("scopes", "launch").unwrap().differs_in(&full()), ["scopes"]);
        assert_eq!(full().with_setting("issuer", "").unwrap().differs_in(&full()), ["issuer"]);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_key() {
        for (name, text, fix) in [
            ("allowed_networks", "10.0.0.0/99", "10.20.0.0/16"),
            ("client_auth", "password", "client_secret_basic"),
            ("client_auth", "", "private_key_jwt"),
            ("nonce_echoed", "maybe", "true or false"),
            ("id", "other", "client_auth"),
            ("endpoints", "x", "issuer"),
        ] {
            let problems = full().with_setting(name, text).unwrap_err();
            assert_eq!(problems.list()[0].key, format!("ehr.x.{name}"));
            assert!(problems.list()[0].fix.contains(fix), "{problems}");
        }
    }
}
