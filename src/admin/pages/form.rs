use serde::Serialize;

use crate::{
    admin::ehr_form::every_field,
    ehrs::{Preset, Registration, SCOPES},
    web::Page,
};

/// The form that adds an EHR, or changes one.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EhrFormPage {
    /// Id of the EHR that is changed; empty where one is added.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The kinds of EHR to start from; none where one is changed.
    pub kinds: Vec<Choice>,
    /// Whether it was typed before somebody signed in anew.
    pub kept: bool,
    /// What is asked.
    pub fields: Vec<Field>,
    /// What is wrong, each with its field.
    pub problems: Vec<FormProblem>,
    /// What is wrong with the secret; empty when nothing is.
    pub secret_problem: String,
    /// When the registration that is changed last changed.
    pub seen: String,
}

/// One question.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Field {
    /// Name of the setting.
    pub name: &'static str,
    /// `text`, `list`, `flag` or `choice`.
    pub control: &'static str,
    /// What stands in it.
    pub value: String,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// Whether something has to stand there.
    pub required: bool,
    /// What is wrong with it; empty when nothing is.
    pub problem: String,
}

/// Something that can be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Its value.
    pub value: String,
    /// The end of its message.
    pub key: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Something that is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct FormProblem {
    /// Name of the field; empty where it is about the whole.
    pub name: String,
    /// In words.
    pub text: String,
}

impl Choice {
    /// One of our words: the end of its message is its value.
    #[must_use]
    pub fn of(value: &str, chosen: bool) -> Self {
        let key = if value.is_empty() { "none".to_owned() } else { value.replace('.', "-") };
        Self { value: value.to_owned(), key, chosen }
    }

    /// The kinds of EHR to start from, of which one may be chosen.
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
