//! Contexts of the pages about forms.

use serde::Serialize;

use crate::{
    catalogue::{Caution, Use},
    forms::{Error, FileProblemView, FileRemarkView, NotExtractedKind, RemarkKind},
    web::Page,
};

/// List of the forms of this installation, with the upload of another one.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormsPage {
    /// Forms, by id, the newest version first.
    pub rows: Vec<FormRow>,
    /// Names of imported forms that cannot be read any more.
    pub unreadable: Vec<String>,
    /// End of the message key `admin-forms-done-…`; empty if nothing was done.
    pub notice: String,
    /// Name of the form that the notice is about.
    pub about: String,
    /// Name of the version that new referrals begin with instead of one that was just retired; empty if there is none.
    pub instead: String,
}

/// Form in the list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormRow {
    /// URL and version, or the id of a form without a URL.
    pub name: String,
    /// Title in the language of the page.
    pub title: String,
    /// Version; may be empty.
    pub version: String,
    /// End of the message key `admin-forms-origin-…`.
    pub origin: &'static str,
    /// Time of the import, in local time; empty unless imported.
    pub imported: String,
    /// Name of the administrator who imported it; empty for a command.
    pub by: String,
    /// End of the message keys `admin-forms-use-…` and `admin-forms-why-…`.
    pub used: &'static str,
    /// Path of its preview.
    pub preview: String,
    /// Path of the page that asks before it is retired.
    pub retire: String,
    /// Whether new referrals begin with it.
    pub is_offered: bool,
    /// Name of the version that is offered once this one is retired; empty if there is none.
    pub then: String,
    /// Time at which it was retired, in local time; empty unless it is.
    pub retired: String,
}

/// Confirmation before a form is retired.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormRetirePage {
    /// URL and version, or the id of a form without a URL.
    pub name: String,
    /// Title in the language of the page, with the version.
    pub title: String,
    /// Whether new referrals begin with it now.
    pub is_offered: bool,
    /// Name of the version with which new referrals begin instead; empty if there is none.
    pub then: String,
}

impl Page for FormRetirePage {
    const TEMPLATE: &'static str = "admin/forms_retire.html";

    fn samples() -> Vec<Self> {
        let name = "https://clinic.example.ca/fhir/Questionnaire/foot-clinic|1.0.0".to_owned();
        let offered = Self { name, title: "Foot clinic 1.0.0".into(), is_offered: true, then: String::new() };
        let then = offered.name.replace("1.0.0", "0.9.0");
        vec![Self { then, ..offered.clone() }, Self { is_offered: false, ..offered.clone() }, offered]
    }
}

/// Form that cannot be imported yet, with its text.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormRefusedPage {
    /// Problems, in the order of the form.
    pub problems: Vec<FileProblemView>,
    /// Text, as it was uploaded or typed.
    pub text: String,
    /// Name of the file; may be empty.
    pub file_name: String,
}

/// Confirmation of an import.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormConfirmPage {
    /// URL and version.
    pub name: String,
    /// Title in the language of the page.
    pub title: String,
    /// Codes of the languages of its texts.
    pub languages: Vec<String>,
    /// Whether it has no translation.
    pub one_language: bool,
    /// Number of questions.
    pub questions: usize,
    /// Whether it asks for files.
    pub files: bool,
    /// Resource types that it reads from the chart.
    pub sources: Vec<String>,
    /// Names of the service that is asked for.
    pub service: Vec<String>,
    /// Cautions: the administrator may have meant something else.
    pub cautions: Vec<FormCaution>,
    /// Parts without an effect.
    pub remarks: Vec<FileRemarkView>,
    /// Name of the form that new referrals begin with until now; empty if there is none.
    pub replaces: String,
    /// Whether it is there already.
    pub is_known: bool,
    /// Text, as it was uploaded or typed.
    pub text: String,
    /// Name of the file; may be empty.
    pub file_name: String,
}

/// Caution about a form that can be imported.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormCaution {
    /// End of the message key `admin-forms-caution-…`.
    pub code: &'static str,
    /// `{ $detail }` of the message: a form or a specialty.
    pub detail: String,
}

/// Codes of what is wrong with an upload before it is read as a form.
pub const UPLOAD_PROBLEMS: [&str; 3] = ["too-large", "not-text", "empty"];

/// Returns a sample of every problem of a form file.
#[must_use]
pub fn problem_samples() -> Vec<FileProblemView> {
    let codes = Error::CODES.iter().chain(&UPLOAD_PROBLEMS).enumerate();
    let sample = |(at, code): (usize, &&str)| FileProblemView {
        line: at % 3,
        place: if at % 2 == 0 { String::new() } else { "reason".into() },
        code: (*code).to_owned(),
        detail: "version".into(),
    };
    codes.map(sample).collect()
}

impl Page for FormsPage {
    const TEMPLATE: &'static str = "admin/forms.html";

    fn samples() -> Vec<Self> {
        let row = |used: Use, origin: &'static str| FormRow {
            name: "https://clinic.example.ca/fhir/Questionnaire/foot-clinic|1.0.0".into(),
            title: "Foot clinic".into(),
            version: "1.0.0".into(),
            retire: "/admin/forms/retire?form=urn:foot".into(),
            preview: "/admin/forms/preview?form=urn%3Ax%7C1".into(),
            origin,
            imported: if origin == "imported" { "14 Sep 2026, 09:30".into() } else { String::new() },
            by: if used == Use::Offered { "Ada Administrator".into() } else { String::new() },
            used: used.code(),
            is_offered: used.is_offered(),
            then: if used == Use::Offered { "urn:x|0.9.0".into() } else { String::new() },
            retired: if used == Use::Retired { "15 Sep 2026, 09:30".into() } else { String::new() },
        };
        let rows: Vec<FormRow> = Use::ALL
            .into_iter()
            .map(|used| row(used, "imported"))
            .chain([row(Use::Offered, "built-in"), row(Use::NotListed, "folder")])
            .collect();
        let about = "https://clinic.example.ca/fhir/Questionnaire/foot-clinic|1.0.0".to_owned();
        let notices = ["imported", "known", "retired", "retired-instead", "offered", "unchanged"];
        let noted = |notice: &&str| Self {
            rows: rows.clone(),
            unreadable: vec![about.clone()],
            notice: (*notice).into(),
            about: about.clone(),
            instead: if *notice == "retired-instead" { "urn:x|0.9.0".into() } else { String::new() },
        };
        notices.iter().map(noted).chain([Self::default()]).collect()
    }
}

impl Page for FormRefusedPage {
    const TEMPLATE: &'static str = "admin/forms_refused.html";

    fn samples() -> Vec<Self> {
        let all = Self { problems: problem_samples(), text: "\n<b>{".into(), file_name: "foot.json".into() };
        vec![
            Self { problems: all.problems[..1].to_vec(), text: String::new(), file_name: String::new() },
            all,
        ]
    }
}

impl Page for FormConfirmPage {
    const TEMPLATE: &'static str = "admin/forms_confirm.html";

    fn samples() -> Vec<Self> {
        let remark = |code: &str, reason: &'static str| FileRemarkView {
            line: 12,
            place: "reason".into(),
            name: "rendering-style".into(),
            code: code.into(),
            reason,
        };
        let of_kinds = RemarkKind::ALL.iter().map(|kind| remark(kind.code(), ""));
        let not_made = NotExtractedKind::ALL.iter().map(|kind| remark("not-made", kind.code()));
        let caution = |code| FormCaution { code, detail: "Podiatrist".into() };
        let full = Self {
            name: "https://clinic.example.ca/fhir/Questionnaire/foot-clinic|1.0.0".into(),
            title: "Foot clinic".into(),
            languages: vec!["en".into(), "fr".into(), "iu".into()],
            questions: 12,
            files: true,
            sources: vec!["Condition".into(), "Observation".into()],
            service: vec!["Podiatrist".into()],
            cautions: Caution::CODES.map(caution).into(),
            remarks: of_kinds.chain(not_made).collect(),
            replaces: "https://clinic.example.ca/fhir/Questionnaire/foot-clinic|0.9.0".into(),
            text: "{}".into(),
            file_name: "foot.json".into(),
            ..Self::default()
        };
        let plain = Self { one_language: true, title: "Foot clinic".into(), ..Self::default() };
        vec![plain, Self { is_known: true, ..full.clone() }, full]
    }
}
