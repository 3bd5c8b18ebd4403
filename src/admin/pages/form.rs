//! Context of the form that adds or changes an EHR.

use serde::Serialize;

use crate::{
    admin::ehr_form::every_field,
    ehrs::{Preset, Registration, SCOPES},
    web::Page,
};

/// Form that adds or changes an EHR.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EhrFormPage {
    /// Id of the EHR to change; empty to add one.
    pub id: String,
    /// Name of the EHR.
    pub name: String,
    /// Kinds of EHR to choose from; empty to change one.
    pub kinds: Vec<Choice>,
    /// Whether the entries were restored after a sign-in.
    pub kept: bool,
    /// Fields.
    pub fields: Vec<Field>,
    /// Problems, each with its field.
    pub problems: Vec<FormProblem>,
    /// Problem of the secret; empty if there is none.
    pub secret_problem: String,
    /// Last change of the registration, epoch milliseconds; empty to add one.
    pub seen: String,
}

/// Field of the form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Field {
    /// Name of the setting.
    pub name: &'static str,
    /// `text`, `list`, `flag` or `choice`.
    pub control: &'static str,
    /// Current value.
    pub value: String,
    /// Choices.
    pub choices: Vec<Choice>,
    /// Whether a value is required.
    pub required: bool,
    /// Problem of the value; empty if there is none.
    pub problem: String,
}

/// Choice of a field.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Value.
    pub value: String,
    /// Suffix of its message key.
    pub key: String,
    /// Whether the value is chosen.
    pub chosen: bool,
}

/// Problem of the form.
#[derive(Clone, Debug, Serialize)]
pub struct FormProblem {
    /// Name of the field; empty if the problem is about the whole form.
    pub name: String,
    /// Localized text.
    pub text: String,
}

impl Choice {
    /// Returns a choice whose message key ends with its value.
    #[must_use]
    pub fn of(value: &str, chosen: bool) -> Self {
        let key = if value.is_empty() { "none".to_owned() } else { value.replace('.', "-") };
        Self { value: value.to_owned(), key, chosen }
    }

    /// Returns the kinds of EHR, with at most one chosen.
    #[must_use]
    pub fn kinds(chosen: Option<Preset>) -> Vec<Self> {
        Preset::ALL.into_iter().map(|kind| Self::of(kind.name(), chosen == Some(kind))).collect()
    }
}

impl Page for EhrFormPage {
    const TEMPLATE: &'static str = "admin/form.html";

    fn samples() -> Vec<Self> {
        let example =
            Registration::new("riverside", "Riverside", "https://ehr.example.ca/fhir", "us", &SCOPES);
        let mut fields = every_field(&example);
        fields[0].problem = "It is empty.".into();
        let problem = |name: &str| FormProblem { name: name.into(), text: "It is empty.".into() };
        let add =
            Self { kinds: Choice::kinds(Some(Preset::Epic)), fields: fields.clone(), ..Self::default() };
        let wrong = Self {
            problems: vec![problem("name"), problem("client_secret"), problem("")],
            secret_problem: "It is missing.".into(),
            ..add.clone()
        };
        let change = Self {
            id: "riverside".into(),
            name: "Riverside".into(),
            fields,
            seen: "1".into(),
            ..Self::default()
        };
        let kept = Self { kept: true, ..add.clone() };
        vec![add, wrong, change, kept]
    }
}
