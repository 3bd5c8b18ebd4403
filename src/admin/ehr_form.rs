//! Form that adds or changes an EHR.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::pages::{Choice, EhrFormPage, Field, FormProblem};
use crate::{
    config::Problems,
    ehrs::{
        Preset, Registration,
        check::message,
        localize_problem,
        settings::{Change, Control, SETTINGS, Setting, Typed, find_setting},
    },
    web::{Lang, Words},
};

/// Fields of the form that adds an EHR, besides kind and secret. The other settings get the defaults of the kind.
const ADD_FIELDS: [&str; 10] = [
    "id",
    "name",
    "fhir_base_url",
    "client_id",
    "issuer",
    "client_auth",
    "allowed_networks",
    "ca_certificates",
    "frame_ancestors",
    "linking",
];
const SECRET: &str = "client_secret";

/// Entries in the form of an EHR. Sealing drops the secret and the CSRF token.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct FormEntries {
    values: BTreeMap<String, String>,
    #[serde(skip)]
    secret: Option<SecretString>,
    #[serde(skip)]
    csrf_token: Option<String>,
    /// Last change of the registration that the form shows, epoch milliseconds.
    seen: Option<i64>,
}

impl FormEntries {
    /// Reads submitted fields. Unknown fields are ignored.
    pub(super) fn read(sent: Vec<(String, String)>) -> Self {
        let mut entries = Self::default();
        for (name, value) in sent {
            match name.as_str() {
                "csrf_token" => entries.csrf_token = Some(value),
                "seen" => entries.seen = value.parse().ok(),
                SECRET => {
                    let value = value.trim();
                    entries.secret = (!value.is_empty()).then(|| value.into());
                }
                "id" | "kind" => drop(entries.values.insert(name, value)),
                other if find_setting(other).is_some() => drop(entries.values.insert(name, value)),
                _ => {}
            }
        }
        entries
    }

    /// Returns the entries for a stored registration that last changed at `updated_at` (epoch milliseconds).
    pub(super) fn of(registration: &Registration, updated_at: i64) -> Self {
        let values = SETTINGS.iter().map(|setting| {
            let lines = registration.setting(setting.name).replace(' ', "\n");
            let value =
                if setting.control == Control::List { lines } else { registration.setting(setting.name) };
            (setting.name.to_owned(), value)
        });
        Self { values: values.collect(), seen: Some(updated_at), ..Self::default() }
    }

    pub(super) fn csrf_token(&self) -> Option<&str> {
        self.csrf_token.as_deref()
    }

    /// Marks the change at `updated_at` as seen, so that submitting the form again replaces it.
    pub(super) fn set_seen(&mut self, updated_at: i64) {
        self.seen = Some(updated_at);
    }

    fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    fn kind(&self) -> Option<Preset> {
        self.value("kind").parse().ok()
    }

    /// Returns the EHR to add, and moves the secret out.
    pub(super) fn typed(&mut self) -> Typed {
        let fields = ADD_FIELDS.into_iter().filter_map(find_setting);
        // An empty choice means the default of the kind.
        let given =
            fields.filter(|setting| setting.name != "client_auth" || !self.value("client_auth").is_empty());
        let settings = given.map(|setting| (setting.name.to_owned(), self.value(setting.name).to_owned()));
        Typed {
            id: self.value("id").trim().to_owned(),
            kind: self.kind(),
            settings: settings.collect(),
            secret: self.secret.take(),
        }
    }

    /// Returns the changes to an EHR, and moves the secret out. Settings that were not submitted stay unchanged.
    pub(super) fn change(&mut self) -> Change {
        let sent = self.values.iter().filter(|(name, _)| find_setting(name).is_some());
        let settings = sent.map(|(name, value)| (name.clone(), value.clone())).collect();
        Change { settings, secret: self.secret.take(), seen: self.seen }
    }
}

/// Returns the form that adds an EHR.
pub(super) fn add_page(
    entries: &FormEntries,
    problems: Option<&Problems>,
    words: &Words,
    lang: Lang,
) -> EhrFormPage {
    let problems = localized(problems, words, lang);
    let fields = ADD_FIELDS.into_iter().map(|name| match find_setting(name) {
        Some(setting) => field(setting, entries, &problems, name == "client_auth"),
        None => Field {
            name,
            control: "text",
            value: entries.value(name).to_owned(),
            required: true,
            problem: problem_of(&problems, name),
            ..Field::default()
        },
    });
    EhrFormPage { kinds: Choice::kinds(entries.kind()), ..page(fields.collect(), problems) }
}

/// Returns the form that changes an EHR.
pub(super) fn change_page(
    registration: &Registration,
    entries: &FormEntries,
    problems: Option<&Problems>,
    words: &Words,
    lang: Lang,
) -> EhrFormPage {
    let problems = localized(problems, words, lang);
    let fields = SETTINGS.into_iter().map(|setting| field(setting, entries, &problems, false));
    EhrFormPage {
        id: registration.id.clone(),
        name: registration.name.clone(),
        seen: entries.seen.unwrap_or_default().to_string(),
        ..page(fields.collect(), problems)
    }
}

/// Returns a field for every setting of a stored registration.
pub(super) fn every_field(registration: &Registration) -> Vec<Field> {
    let entries = FormEntries::of(registration, 0);
    SETTINGS.into_iter().map(|setting| field(setting, &entries, &[], setting.name == "client_auth")).collect()
}

impl EhrFormPage {
    /// Reports a concurrent change, with the stored value beside each field that differs.
    pub(super) fn report_conflict(&mut self, stored: &Registration, words: &Words, lang: Lang) {
        let text = message(words, lang, "admin-form-conflict", &[]);
        self.problems.push(FormProblem { name: String::new(), text });
        for field in &mut self.fields {
            let (current, entered) = (stored.setting(field.name), field.value.split_whitespace());
            if !current.split_whitespace().eq(entered) {
                let current =
                    if current.is_empty() { message(words, lang, "admin-not-set", &[]) } else { current };
                field.problem = message(words, lang, "admin-form-theirs", &[("value", current)]);
            }
        }
    }
}

fn page(fields: Vec<Field>, mut problems: Vec<FormProblem>) -> EhrFormPage {
    let secret_problem = problem_of(&problems, SECRET);
    // A problem of a setting without a field is reported for the form as a whole.
    for problem in &mut problems {
        if problem.name != SECRET && !fields.iter().any(|field| field.name == problem.name) {
            problem.name.clear();
        }
    }
    EhrFormPage { fields, problems, secret_problem, ..EhrFormPage::default() }
}

fn localized(problems: Option<&Problems>, words: &Words, lang: Lang) -> Vec<FormProblem> {
    let list = problems.map(Problems::list).unwrap_or_default();
    let name = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    list.iter()
        .map(|problem| FormProblem { name: name(&problem.key), text: localize_problem(problem, words, lang) })
        .collect()
}

fn problem_of(problems: &[FormProblem], name: &str) -> String {
    let texts: Vec<&str> = problems.iter().filter(|it| it.name == name).map(|it| it.text.as_str()).collect();
    texts.join(" ")
}

/// Returns the field of a setting. With `or_default`, its choices include the default of the kind.
fn field(setting: Setting, entries: &FormEntries, problems: &[FormProblem], or_default: bool) -> Field {
    let value = entries.value(setting.name);
    let choices = match setting.control {
        Control::Flag => vec![Choice::of("true", value == "true"), Choice::of("false", value != "true")],
        Control::Choice(choices) => {
            let default = or_default.then_some("").into_iter();
            default.chain(choices.iter().copied()).map(|choice| Choice::of(choice, choice == value)).collect()
        }
        Control::Text | Control::Required | Control::List | Control::Lines => Vec::new(),
    };
    Field {
        name: setting.name,
        control: match setting.control {
            Control::Text | Control::Required => "text",
            Control::List | Control::Lines => "list",
            Control::Flag => "flag",
            Control::Choice(_) => "choice",
        },
        value: value.to_owned(),
        choices,
        required: setting.control == Control::Required,
        problem: problem_of(problems, setting.name),
    }
}
