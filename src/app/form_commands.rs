//! `passerelle form …`: what is wrong with form files, and what has no effect in them.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use serde_json::Value;

use super::errors::with_causes;
use crate::forms::{Error, Form, Remark, RemarkKind, Terminology};

/// Commands on form files.
#[derive(Debug, Subcommand)]
pub(super) enum FormCommand {
    /// Reports everything that is wrong with form files, and everything that has no effect; fails if a form is refused
    #[command(after_help = "Example:\n  passerelle form check forms/*.json")]
    Check {
        /// Questionnaires as JSON
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Folder with value sets and code systems as JSON, as forms.terminology
        #[arg(long, value_name = "FOLDER")]
        terminology: Option<PathBuf>,
    },
    /// Counts the forms of a folder that can be used, and the reasons why others are refused
    #[command(after_help = "Example:\n  passerelle form suites published-forms/")]
    Suites {
        /// Folder with Questionnaires as JSON
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
}

/// Runs a command. Returns its report.
///
/// # Errors
/// The report, if a form is refused; or the file that cannot be read.
pub(super) fn run_form(command: FormCommand) -> Result<String, String> {
    match command {
        FormCommand::Check { files, terminology } => check(&files, terminology.as_deref()),
        FormCommand::Suites { folder } => suites(&folder),
    }
}

fn check(files: &[PathBuf], terminology: Option<&Path>) -> Result<String, String> {
    let (mut report, mut refused) = (String::new(), 0);
    let terminology = match terminology {
        Some(folder) => Terminology::load(folder).map_err(all_causes)?,
        None => Terminology::default(),
    };
    for file in files {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let lines = Lines::of(&text);
        let name = file.display();
        match parse(file, &text, &terminology)? {
            Ok(form) => {
                let _ = writeln!(report, "{name}: the form {} can be used", form.id());
                for remark in form.remarks() {
                    let _ = writeln!(report, "  {}", remark_line(&lines, remark));
                }
            }
            Err(errors) => {
                refused += 1;
                let _ = writeln!(report, "{name}: refused, {} to correct", errors.len());
                for error in errors {
                    let line = lines.line_of(error.place());
                    let fix = error.fix();
                    let _ = writeln!(report, "  {line}{}\n      fix: {fix}", with_causes(error));
                }
            }
        }
    }
    let report = report.trim_end().to_owned();
    if refused == 0 { Ok(report) } else { Err(report) }
}

fn remark_line(lines: &Lines<'_>, remark: &Remark) -> String {
    let Remark { place, about, kind } = remark;
    let is_url = about.contains("://");
    let name = about.rsplit('/').next().filter(|_| is_url).unwrap_or(about);
    let what = match kind {
        RemarkKind::NeverHolds => "has an answer that its question cannot have: the condition never holds",
        RemarkKind::OneInitial => "has several values for a question that takes one: the first one is taken",
        RemarkKind::OtherUnit => {
            "has a unit that its question does not have: the question begins without an answer"
        }
        RemarkKind::OptionTwice => "is an option that is written twice: it is shown once",
        RemarkKind::SharedCode => {
            "is the code of options with different texts: the text is sent without the code"
        }
        RemarkKind::SharedLinkId => {
            "is a linkId that another item has too: this note is shown, nothing refers to it"
        }
        RemarkKind::PlainBackslash => {
            "has a pattern with a single backslash, which FHIRPath ignores: it is read as part of the pattern, write it twice"
        }
        RemarkKind::Unchecked => {
            "is not a valid expression: its text is shown beside the question, and not checked"
        }
        RemarkKind::NotFilled => "is not evaluated: the page says that the form does not fill this",
        RemarkKind::NotEvaluated => "is not evaluated: nothing but what fills the form uses it",
        RemarkKind::UnknownOptions => {
            "is a value set whose codes are not all known: the answer is typed as text"
        }
        RemarkKind::NoOptions => "is missing: the answer is typed as text",
        RemarkKind::OtherFiles => "names files that cannot be attached here: JPEG, PNG, WebP and PDF can",
        RemarkKind::Looks => "has no effect: the form looks otherwise and asks the same",
        RemarkKind::Extraction => {
            "is read and not sent: the message contains the answers, and nothing made of them in this way"
        }
        RemarkKind::Note => "is a note to other software",
        RemarkKind::UnknownExtension => "is not known and has no effect",
    };
    format!("{}{place}: {name} {what}", lines.line_of(place))
}

fn all_causes(errors: Vec<Error>) -> String {
    errors.into_iter().map(with_causes).collect::<Vec<_>>().join("\n")
}

fn parse(file: &Path, text: &str, terminology: &Terminology) -> Result<Result<Form, Vec<Error>>, String> {
    let json: Value =
        serde_json::from_str(text).map_err(|error| format!("{} is not JSON: {error}", file.display()))?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Form::parse_with(&json, &name, terminology))
}

/// Lines of the items of a form, by `linkId`.
struct Lines<'t> {
    text: &'t str,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        Self { text }
    }

    /// Returns `line 12, `, or nothing if the item is not found.
    fn line_of(&self, link_id: &str) -> String {
        let wanted = Value::from(link_id).to_string();
        let mut at = self.text.match_indices("\"linkId\"").map(|(at, key)| at + key.len());
        let found = at.find(|at| {
            let value = self.text[*at..].trim_start().strip_prefix(':').map(str::trim_start);
            value.is_some_and(|value| value.starts_with(&wanted))
        });
        found.map(|at| format!("line {}, ", self.text[..at].lines().count())).unwrap_or_default()
    }
}

/// Counts of a folder of forms.
#[derive(Default)]
struct Counts {
    usable: usize,
    /// Forms by reason for which they are refused.
    refused: BTreeMap<String, usize>,
    /// Forms by what has no effect in them.
    remarks: BTreeMap<(RemarkKind, String), usize>,
}

fn suites(folder: &Path) -> Result<String, String> {
    let failed = |error| format!("{}: {error}", folder.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).map_err(failed)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let (mut counts, mut report) = (Counts::default(), String::new());
    for file in &files {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        match parse(file, &text, &Terminology::default())? {
            Ok(form) => counts.add_usable(&form),
            Err(errors) => {
                let reasons = counts.add_refused(&errors);
                let _ = writeln!(report, "refused: {name}: {}", reasons.join("; "));
            }
        }
    }
    let _ = writeln!(report, "\n{} of {} forms can be used", counts.usable, files.len());
    for (reason, forms) in sorted(&counts.refused) {
        let _ = writeln!(report, "{forms:5}  refused: {reason}");
    }
    for ((kind, about), forms) in sorted(&counts.remarks) {
        let _ = writeln!(report, "{forms:5}  {kind:?}: {about}");
    }
    Ok(report.trim_end().to_owned())
}

impl Counts {
    fn add_usable(&mut self, form: &Form) {
        self.usable += 1;
        let mut kinds: Vec<(RemarkKind, String)> = form
            .remarks()
            .iter()
            .map(|remark| (remark.kind, remark.about.rsplit('/').next().unwrap_or_default().to_owned()))
            .collect();
        kinds.sort();
        kinds.dedup();
        for kind in kinds {
            *self.remarks.entry(kind).or_default() += 1;
        }
    }

    /// Adds the reasons of a form, without the names of its items.
    fn add_refused(&mut self, errors: &[Error]) -> Vec<String> {
        let mut reasons: Vec<String> = errors.iter().map(Error::reason).collect();
        reasons.sort();
        reasons.dedup();
        for reason in &reasons {
            *self.refused.entry(reason.clone()).or_default() += 1;
        }
        reasons
    }
}

/// Returns the entries, the most frequent first.
fn sorted<K: Ord>(counts: &BTreeMap<K, usize>) -> Vec<(&K, usize)> {
    let mut sorted: Vec<(&K, usize)> = counts.iter().map(|(key, count)| (key, *count)).collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scratch;

    #[test]
    fn reports_problems_and_remarks_with_their_line() {
        let folder = Scratch::new();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let good = file(
            "good.json",
            "{\"resourceType\": \"Questionnaire\", \"item\": [{\n\"linkId\": \"q\", \"type\": \"string\",\n\
             \"extension\": [{\"url\": \"http://hl7.org/fhir/StructureDefinition/rendering-style\", \"valueString\": \"x\"}]}]}",
        );
        let bad = file(
            "bad.json",
            "{\"resourceType\": \"Questionnaire\", \"item\": [{\n\"linkId\": \"q\",\n\"type\": \"quantum\"},\n\
             {\"linkId\" : \"r\", \"type\": \"question\"}]}",
        );
        let report = run_form(FormCommand::Check { files: vec![good.clone()], terminology: None }).unwrap();
        assert!(report.contains("good can be used\n  line 2, q: rendering-style has no effect"), "{report}");
        let report = run_form(FormCommand::Check { files: vec![good, bad], terminology: None }).unwrap_err();
        for part in
            ["refused, 2 to correct", "line 2, q: the item type quantum", "line 4, r: the item type", "fix: "]
        {
            assert!(report.contains(part), "{part} is not in\n{report}");
        }
        let counts = run_form(FormCommand::Suites { folder: folder.path().to_owned() }).unwrap();
        for part in ["1 of 2 forms can be used", "refused: bad.json: ", "1  Looks: rendering-style"] {
            assert!(counts.contains(part), "{part} is not in\n{counts}");
        }
    }

    #[test]
    fn names_what_is_not_evaluated_and_takes_value_sets_of_a_folder() {
        let folder = Scratch::new();
        let cql = folder.path().join("cql.json");
        fs::write(
            &cql,
            "{\"resourceType\": \"Questionnaire\", \"item\": [{\"linkId\": \"q\", \"type\": \"choice\", \"answerValueSet\": \"urn:v\",\n\
             \"extension\": [{\"url\": \"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression\",\n\
             \"valueExpression\": {\"language\": \"text/cql\", \"expression\": \"Age\"}}]}]}",
        )
        .unwrap();
        let report = run_form(FormCommand::Check { files: vec![cql.clone()], terminology: None }).unwrap();
        for part in
            ["q: initialExpression in the language text/cql is not evaluated", "q: urn:v is a value set"]
        {
            assert!(report.contains(part), "{part} is not in\n{report}");
        }
        let terminology = Scratch::new();
        let set = r#"{"resourceType": "ValueSet", "url": "urn:v", "compose": {"include": [{"system": "urn:s", "concept": [{"code": "a"}]}]}}"#;
        let below = terminology.path().join("package");
        fs::create_dir(&below).unwrap();
        fs::write(below.join("set.json"), set).unwrap();
        let command = |folder: &Path| FormCommand::Check {
            files: vec![cql.clone()],
            terminology: Some(folder.to_owned()),
        };
        let report = run_form(command(terminology.path())).unwrap();
        assert!(report.contains("is not evaluated") && !report.contains("is a value set"), "{report}");
        fs::write(below.join("odd.json"), "{").unwrap();
        assert!(run_form(command(terminology.path())).unwrap_err().contains("odd.json is not JSON"));
    }
}
