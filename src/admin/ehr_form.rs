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

/// What is asked where an EHR is added, besides its kind and the secret; the rest begins as the kind has it.
const ASKED: [&str; 9] = [
    "id",
    "name",
    "fhir_base_url",
    "client_id",
    "issuer",
    "client_auth",
    "allowed_networks",
    "frame_ancestors",
    "linking",
];
const SECRET: &str = "client_secret";

/// What an administrator typed into the form of an EHR. Sealed and opened again, it has lost what is of this moment only:
/// the secret and the token.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Answers {
    values: BTreeMap<String, String>,
    #[serde(skip)]
    secret: Option<SecretString>,
    #[serde(skip)]
    csrf_token: Option<String>,
    seen: Option<i64>,
}

impl Answers {
    /// What was sent. Names that nobody asked for are left out; the secret goes where it is not shown again.
    pub(super) fn read(sent: Vec<(String, String)>) -> Self {
        let mut answers = Self::default();
        for (name, value) in sent {
            match name.as_str() {
                "csrf_token" => answers.csrf_token = Some(value),
                "seen" => answers.seen = value.parse().ok(),
                SECRET => {
                    let value = value.trim();
                    answers.secret = (!value.is_empty()).then(|| value.into());
                }
                "id" | "kind" => drop(answers.values.insert(name, value)),
                other if find_setting(other).is_some() => drop(answers.values.insert(name, value)),
                _ => {}
            }
        }
        answers
    }

    /// A registration as it stands there, last changed then.
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

    /// Whoever sends the page once more has been told what happened meanwhile.
    pub(super) fn has_seen(&mut self, updated_at: i64) {
        self.seen = Some(updated_at);
    }

    fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    fn kind(&self) -> Option<Preset> {
        self.value("kind").parse().ok()
    }

    /// An EHR to add. The secret is handed over with it.
    pub(super) fn typed(&mut self) -> Typed {
        let asked = ASKED.into_iter().filter_map(find_setting);
        // Nothing chosen is what is usual for the kind.
        let given =
            asked.filter(|setting| setting.name != "client_auth" || !self.value("client_auth").is_empty());
        let settings = given.map(|setting| (setting.name.to_owned(), self.value(setting.name).to_owned()));
        Typed {
            id: self.value("id").trim().to_owned(),
            kind: self.kind(),
            settings: settings.collect(),
            secret: self.secret.take(),
        }
    }

    /// What to change of an EHR; what was not sent stays. The secret is handed over with it.
    pub(super) fn change(&mut self) -> Change {
        let sent = self.values.iter().filter(|(name, _)| find_setting(name).is_some());
        let settings = sent.map(|(name, value)| (name.clone(), value.clone())).collect();
        Change { settings, secret: self.secret.take(), seen: self.seen }
    }
}

/// The form that adds an EHR.
pub(super) fn add_page(
    answers: &Answers,
    problems: Option<&Problems>,
    words: &Words,
    lang: Lang,
) -> EhrFormPage {
    let told = localized(problems, words, lang);
    let fields = ASKED.into_iter().map(|name| match find_setting(name) {
        Some(setting) => field(setting, answers, &told, name == "client_auth"),
        None => Field {
            name,
            control: "text",
            value: answers.value(name).to_owned(),
            required: true,
            problem: problem_of(&told, name),
            ..Field::default()
        },
    });
    EhrFormPage { kinds: Choice::kinds(answers.kind()), ..page(fields.collect(), told) }
}

/// The form that changes an EHR.
pub(super) fn change_page(
    registration: &Registration,
    answers: &Answers,
    problems: Option<&Problems>,
    words: &Words,
    lang: Lang,
) -> EhrFormPage {
    let told = localized(problems, words, lang);
    let fields = SETTINGS.into_iter().map(|setting| field(setting, answers, &told, false));
    EhrFormPage {
        id: registration.id.clone(),
        name: registration.name.clone(),
        seen: answers.seen.unwrap_or_default().to_string(),
        ..page(fields.collect(), told)
    }
}

/// Every question about a registration, as it stands there.
pub(super) fn every_field(registration: &Registration) -> Vec<Field> {
    let answers = Answers::of(registration, 0);
    SETTINGS.into_iter().map(|setting| field(setting, &answers, &[], setting.name == "client_auth")).collect()
}

impl EhrFormPage {
    /// Says that somebody else was faster, and beside each field that differs what stands there now.
    pub(super) fn say_conflict(&mut self, stored: &Registration, words: &Words, lang: Lang) {
        let text = message(words, lang, "admin-form-conflict", &[]);
        self.problems.push(FormProblem { name: String::new(), text });
        for field in &mut self.fields {
            let (now, typed) = (stored.setting(field.name), field.value.split_whitespace());
            if !now.split_whitespace().eq(typed) {
                let now = if now.is_empty() { message(words, lang, "admin-not-set", &[]) } else { now };
                field.problem = message(words, lang, "admin-form-theirs", &[("value", now)]);
            }
        }
    }
}

fn page(fields: Vec<Field>, mut told: Vec<FormProblem>) -> EhrFormPage {
    let secret_problem = problem_of(&told, SECRET);
    // A problem of something that is not asked here is about the whole.
    for problem in &mut told {
        if problem.name != SECRET && !fields.iter().any(|field| field.name == problem.name) {
            problem.name.clear();
        }
    }
    EhrFormPage { fields, problems: told, secret_problem, ..EhrFormPage::default() }
}

fn localized(problems: Option<&Problems>, words: &Words, lang: Lang) -> Vec<FormProblem> {
    let list = problems.map(Problems::list).unwrap_or_default();
    let name = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    list.iter()
        .map(|problem| FormProblem { name: name(&problem.key), text: localize_problem(problem, words, lang) })
        .collect()
}

fn problem_of(told: &[FormProblem], name: &str) -> String {
    let texts: Vec<&str> = told.iter().filter(|it| it.name == name).map(|it| it.text.as_str()).collect();
    texts.join(" ")
}

/// A question about a setting; with `or_usual`, nothing need be chosen.
fn field(setting: Setting, answers: &Answers, told: &[FormProblem], or_usual: bool) -> Field {
    let value = answers.value(setting.name);
    let choices = match setting.control {
        Control::Flag => vec![Choice::of("true", value == "true"), Choice::of("false", value != "true")],
        Control::Choice(choices) => {
            let usual = or_usual.then_some("").into_iter();
            usual.chain(choices.iter().copied()).map(|choice| Choice::of(choice, choice == value)).collect()
        }
        Control::Text | Control::Required | Control::List => Vec::new(),
    };
    Field {
        name: setting.name,
        control: match setting.control {
            Control::Text | Control::Required => "text",
            Control::List => "list",
            Control::Flag => "flag",
            Control::Choice(_) => "choice",
        },
        value: value.to_owned(),
        choices,
        required: setting.control == Control::Required,
        problem: problem_of(told, setting.name),
    }
}
