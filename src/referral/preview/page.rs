//! Page of a preview.

use serde::Serialize;

use crate::{
    forms::{Error, FileProblemView, Outline},
    launch::PreviewPatient,
    referral::{form::html::form_html, pages::FormFrame},
    web::{Error as WebError, Html, Lang, Page, PostedField, Web},
};

/// Preview of a form, or the problems of its file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PreviewPage {
    /// Frame around the sections.
    pub form: FormFrame,
    /// Rendered HTML of the sections.
    #[serde(skip)]
    pub pieces: Vec<Html>,
    /// Problems of the file; empty if the form is shown.
    pub problems: Vec<FileProblemView>,
    /// Path that the page posts to.
    pub action: String,
    /// Name of a form of this installation; empty otherwise.
    pub name: String,
    /// Text of a form that was uploaded; empty otherwise.
    pub text: String,
    /// Name of the file that was uploaded; may be empty.
    pub file_name: String,
    /// Sealed answers.
    pub state: String,
    /// Patients whose charts can fill the form.
    pub patients: Vec<PreviewPatient>,
    /// FHIR id of the chosen patient; empty for none.
    pub patient: String,
    /// Name of the chosen patient; empty for none.
    pub patient_name: String,
    /// End of the message key `preview-…`: `filled`, `unfilled` or `not-reached`; empty if the form is not shown.
    pub filled: String,
    /// Answers that were typed, kept while the form cannot be shown.
    pub kept: Vec<PostedField>,
    /// Whether the form has no texts in the language of the page.
    pub lacks_language: bool,
    /// Whether the answers were checked, and none is missing or invalid.
    pub is_complete: bool,
    /// Whether the form asks for files.
    pub files: bool,
    /// Name of the file that is watched; empty if none is.
    pub watched: String,
    /// Identifies the content of the watched file.
    pub version: String,
    /// URL at which the simulated EHR launches the app for the patient; empty if it cannot.
    pub launch_url: String,
}

impl PreviewPage {
    /// Returns the page of a filled form, with nothing that a request would add.
    ///
    /// # Errors
    /// [`ErrorKind::Unexpected`](crate::web::ErrorKind::Unexpected) if a template uses a value that the form does not have.
    pub fn of(web: &Web, lang: Lang, form: &Outline<'_>) -> Result<Self, WebError> {
        let (frame, pieces) = form_html(web, lang, form)?;
        Ok(Self { form: frame, pieces, filled: "filled".to_owned(), ..Self::default() })
    }
}

impl Page for PreviewPage {
    const TEMPLATE: &'static str = "referral/preview.html";

    fn pieces(&self) -> &[Html] {
        &self.pieces
    }

    fn samples() -> Vec<Self> {
        let form = FormFrame { problems: Vec::new(), ..FormFrame::sample() };
        let patient = PreviewPatient { id: "eleonore".into(), name: "TREMBLAY, Éléonore".into() };
        let filled = Self {
            form: form.clone(),
            pieces: vec![Html::literal("<fieldset></fieldset>")],
            action: "/preview".into(),
            state: "sealed".into(),
            patients: vec![patient.clone()],
            patient: patient.id,
            patient_name: patient.name,
            filled: "filled".into(),
            is_complete: true,
            files: true,
            lacks_language: true,
            watched: "foot.json".into(),
            version: "1".into(),
            launch_url: "http://localhost:8081/launch-app?patient=eleonore".into(),
            ..Self::default()
        };
        let uploaded = Self {
            form,
            action: "/admin/forms/preview".into(),
            text: "\n{}".into(),
            file_name: "foot.json".into(),
            filled: "unfilled".into(),
            ..Self::default()
        };
        let named = Self {
            name: "urn:x|1".into(),
            text: String::new(),
            filled: "not-reached".into(),
            ..uploaded.clone()
        };
        let problem = |(at, code): (usize, &&str)| FileProblemView {
            line: at % 3,
            place: if at % 2 == 0 { String::new() } else { "reason".into() },
            code: (*code).to_owned(),
            detail: "version".into(),
        };
        let problems = Error::CODES.iter().enumerate().map(problem).collect();
        let kept = vec![PostedField { name: "a.reason".into(), value: "palpitations".into() }];
        let refused = Self { problems, kept, pieces: Vec::new(), filled: String::new(), ..filled.clone() };
        vec![filled, uploaded, named, refused]
    }
}
