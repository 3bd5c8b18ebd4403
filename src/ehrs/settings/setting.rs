//! Names of the settings, the controls they are typed in, and their conversion from and to text.

use toml::{Table, Value};

use crate::{
    config::Problems,
    ehrs::registration::{Registration, RegistrationProblem},
};

/// Setting of a registration that can be changed on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Key in the registration.
    pub name: &'static str,
    /// Form of its value.
    pub control: Control,
}

/// Form of a value, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Text; empty unsets the setting.
    Text,
    /// Text that must not be empty.
    Required,
    /// List, separated by spaces or line breaks; a comma after an element is ignored.
    List,
    /// `true` or `false`.
    Flag,
    /// One of these values; empty unsets the setting.
    Choice(&'static [&'static str]),
    /// Text of several lines; empty unsets the setting.
    Lines,
}

const fn setting(name: &'static str, control: Control) -> Setting {
    Setting { name, control }
}

/// Settings in the order of the admin form. Left out: the id, which never changes; the secret, which is never shown; and
/// intents and static endpoints, which only a registration file sets.
pub const SETTINGS: [Setting; 25] = [
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
    setting("ca_certificates", Control::Lines),
    setting("linking", Control::Choice(&["link", "provision"])),
];

/// Finds a setting by name.
#[must_use]
pub fn find_setting(name: &str) -> Option<Setting> {
    SETTINGS.into_iter().find(|setting| setting.name == name)
}

impl Setting {
    /// Converts typed text to a TOML value. `None` unsets the setting.
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
            Control::Text | Control::Lines | Control::Choice(_) | Control::Flag if text.is_empty() => {
                return None;
            }
            Control::Text | Control::Lines | Control::Required | Control::Choice(_) | Control::Flag => {
                Value::String(text.to_owned())
            }
        })
    }

    /// Problem of a value that cannot be parsed, and the value that its message quotes.
    fn problem(self) -> (RegistrationProblem, Option<String>) {
        match self.control {
            Control::Flag => (RegistrationProblem::FlagInvalid, None),
            Control::Choice(choices) => {
                let choices: Vec<&str> =
                    choices.iter().copied().filter(|choice| !choice.is_empty()).collect();
                (RegistrationProblem::ChoiceInvalid, Some(choices.join(", ")))
            }
            Control::List if self.name == "allowed_networks" => (RegistrationProblem::NetworkInvalid, None),
            Control::List | Control::Text | Control::Lines | Control::Required => {
                (RegistrationProblem::ValueMissing, None)
            }
        }
    }
}

impl Registration {
    fn table(&self) -> Table {
        Table::try_from(self).unwrap_or_default()
    }

    /// Value of a setting as typed: a list separated by spaces, or an empty text if the setting is unset.
    #[must_use]
    pub fn setting(&self, name: &str) -> String {
        match self.table().get(name) {
            Some(Value::Array(parts)) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    /// Returns a copy with one setting as typed. A name that ends in `+` appends to a list.
    ///
    /// # Errors
    /// [`Problems`] if there is no such setting or its value cannot be parsed. Does not check the registration as a whole:
    /// see [`Registration::problems`].
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

    /// Names of the settings in which two registrations differ.
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

    /// Fields that are not set one by one: the id, what is a table, and what a file or the environment brings.
    const EXCLUDED: [&str; 6] =
        ["id", "endpoints", "intents", "ca_file", "client_secret_file", "client_secret_env"];

    /// Returns a registration in which no field is absent. Names every field, so that a new one does not compile until
    /// it is here.
    fn complete() -> Registration {
        let mut complete = full();
        let Registration {
            id: _,
            name: _,
            fhir_base_url: _,
            aliases: _,
            issuer: _,
            client_id: _,
            client_auth: _,
            basic_encoding: _,
            signing_alg: _,
            assertion_audience: _,
            client_id_in_body: _,
            client_secret_file,
            client_secret_env,
            scopes: _,
            scope_syntax: _,
            write_orders: _,
            introspect: _,
            many_clinics: _,
            intents,
            standalone: _,
            authorize_by: _,
            nonce_echoed: _,
            fhir_user_claim: _,
            discover_from_capability_statement: _,
            endpoint_origins: _,
            frame_ancestors: _,
            allowed_networks: _,
            ca_file,
            ca_certificates,
            linking: _,
            endpoints: _,
        } = &mut complete;
        *client_secret_file = Some("s".into());
        *client_secret_env = Some("S".into());
        *intents = [("refer".to_owned(), "form".to_owned())].into();
        *ca_file = Some("c".into());
        *ca_certificates = Some("c".into());
        complete
    }

    /// A new field of a registration becomes a setting, or is excluded.
    #[test]
    fn lists_every_key_of_a_registration() {
        let mut keys: Vec<String> = complete().table().keys().cloned().collect();
        keys.retain(|key| !EXCLUDED.contains(&key.as_str()));
        let mut names = SETTINGS.map(|setting| setting.name.to_owned()).to_vec();
        keys.sort();
        names.sort();
        assert_eq!(keys, names);
    }

    #[test]
    fn accepts_every_shown_value_as_typed() {
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
    fn parses_lists_and_blank_values_leniently() {
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
    fn reports_an_unreadable_value_under_its_key() {
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
