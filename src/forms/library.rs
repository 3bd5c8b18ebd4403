//! Forms of an installation: a folder of Questionnaire files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rust_embed::RustEmbed;
use serde_json::Value;

use super::error::Error;
use super::questionnaire::Form;
use super::remark::RemarkKind;
use super::terminology::{Terminology, contain};

/// Forms by id.
#[derive(Clone, Debug, Default)]
pub struct Library {
    forms: BTreeMap<String, Arc<Form>>,
}

#[derive(RustEmbed)]
#[folder = "config/forms"]
struct BuiltIn;

impl Library {
    /// Loads the built-in forms, once for each process.
    ///
    /// # Errors
    /// All errors, each with its file. A test loads the forms, so that a release has none.
    pub fn built_in() -> Result<Self, Vec<Error>> {
        static READ: OnceLock<Library> = OnceLock::new();
        if let Some(library) = READ.get() {
            return Ok(library.clone());
        }
        let (mut forms, mut errors) = (Vec::new(), Vec::new());
        for name in BuiltIn::iter() {
            let data = BuiltIn::get(&name).map(|file| file.data).unwrap_or_default();
            match parse(&data, Path::new(&*name), &Terminology::default()) {
                Ok(form) => forms.push(form),
                Err(all) => errors.extend(all),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let library = Self::from_forms(forms).map_err(|error| vec![error])?;
        Ok(READ.get_or_init(|| library).clone())
    }

    /// Loads every `.json` file of a folder, in order of name.
    ///
    /// # Errors
    /// All errors, each with its file.
    pub fn load(dir: &Path) -> Result<Self, Vec<Error>> {
        Self::load_with(dir, &Terminology::default())
    }

    /// Loads every `.json` file of a folder, in order of name, with the options of value sets that a terminology has.
    ///
    /// # Errors
    /// All errors, each with its file.
    pub fn load_with(dir: &Path, terminology: &Terminology) -> Result<Self, Vec<Error>> {
        let (mut forms, mut errors) = (Vec::new(), Vec::new());
        for file in files(dir).map_err(|error| vec![error])? {
            match read(&file, terminology) {
                Ok(form) => forms.push(form),
                Err(all) => errors.extend(all),
            }
        }
        match Self::from_forms(forms) {
            Ok(library) if errors.is_empty() => return Ok(library),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
        Err(errors)
    }

    /// Returns a library of these Questionnaires, with the options of value sets that a terminology has.
    ///
    /// # Errors
    /// All errors of the first form that has any, or two forms with one id.
    pub fn from_questionnaires(forms: Vec<Value>, terminology: &Terminology) -> Result<Self, Vec<Error>> {
        let mut parsed = Vec::new();
        for form in forms {
            parsed.push(Form::parse_with(&form, "form", terminology)?);
        }
        Self::from_forms(parsed).map_err(|error| vec![error])
    }

    /// Returns a library of these forms.
    ///
    /// # Errors
    /// [`Error::DuplicateForm`] if two forms share an id.
    pub fn from_forms(forms: Vec<Form>) -> Result<Self, Error> {
        let mut library = Self::default();
        for form in forms {
            let id = form.id().to_owned();
            if library.forms.insert(id.clone(), Arc::new(form)).is_some() {
                return Err(Error::DuplicateForm { id });
            }
        }
        Ok(library)
    }

    /// Returns a library of the forms with these ids.
    ///
    /// # Errors
    /// The ids that no form has.
    pub fn only(&self, ids: &[String]) -> Result<Self, Vec<String>> {
        let unknown: Vec<String> = ids.iter().filter(|id| !self.forms.contains_key(*id)).cloned().collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let mut library = self.clone();
        library.forms.retain(|id, _| ids.contains(id));
        Ok(library)
    }

    /// Finds a form by id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Arc<Form>> {
        self.forms.get(id)
    }

    /// Returns all forms in order of id, shared.
    pub fn shared(&self) -> impl Iterator<Item = &Arc<Form>> {
        self.forms.values()
    }

    /// Returns all forms in order of id.
    pub fn list(&self) -> impl Iterator<Item = &Form> {
        self.forms.values().map(Arc::as_ref)
    }
}

impl Form {
    /// Parses a FHIR R4 Questionnaire from a source with a name, with the options of value sets that a terminology has. They
    /// become part of the form.
    ///
    /// # Errors
    /// Every error and unsupported element; see [`Error`].
    pub fn parse_with(json: &Value, name: &str, terminology: &Terminology) -> Result<Self, Vec<Error>> {
        let mut json = json.clone();
        contain(&mut json, terminology);
        let mut form = Self::parse_named(&json, name)?;
        // A value set of the folder that is too large for a list is searched.
        form.remarks.retain(|remark| {
            remark.kind != RemarkKind::UnknownOptions || terminology.searched(&remark.about).is_none()
        });
        Ok(form)
    }
}

fn files(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::File { file: dir.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path, terminology: &Terminology) -> Result<Form, Vec<Error>> {
    let bytes = fs::read(file).map_err(|source| vec![Error::File { file: file.to_owned(), source }])?;
    parse(&bytes, file, terminology)
}

fn parse(bytes: &[u8], file: &Path, terminology: &Terminology) -> Result<Form, Vec<Error>> {
    let json = serde_json::from_slice(bytes);
    let json: Value = json.map_err(|source| vec![Error::NotJson { file: file.to_owned(), source }])?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let in_file = |source| Error::InFile { file: file.to_owned(), source: Box::new(source) };
    Form::parse_with(&json, &name, terminology).map_err(|errors| errors.into_iter().map(in_file).collect())
}
