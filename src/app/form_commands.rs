//! `passerelle form …`: what is wrong with form files, what has no effect in them, and the forms of this installation.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use clap::Subcommand;

use super::{errors::with_causes, form_changes, form_preview::PreviewArguments};
use crate::{
    admin::Admin,
    catalogue::{Base, Catalogue},
    forms::{Error, Form, Library, Located, RemarkKind, Terminology, line_of, parse_text},
};

/// Commands about forms.
#[derive(Debug, Subcommand)]
pub(super) enum FormsCommand {
    /// Shows a form while it is written, filled from the chart of a simulated patient
    ///
    /// Starts the app beside a simulated EHR on free ports and a temporary database, and prints one address. Its page shows the form,
    /// or its problems with line and fix, and follows the file as it changes. Nothing is stored and nothing is sent from that page;
    /// from the simulated EHR the form can also be filled and sent as a clinician would.
    #[command(
        after_help = "Example:\n  passerelle form preview foot-clinic.json --patient marc-andre --lang fr"
    )]
    Preview(PreviewArguments),
    /// Commands that end with a report
    #[command(flatten)]
    Report(FormCommand),
}

/// Commands about forms that end with a report.
#[derive(Debug, Subcommand)]
pub(super) enum FormCommand {
    /// Reports everything that is wrong with form files, and everything that has no effect; fails if one cannot be imported
    ///
    /// With a configuration, a file is judged as by `form import`: compared with the forms and the directory of the installation.
    /// Without one, it is compared with the forms that ship.
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
    /// Imports forms: new referrals begin with them, without a restart
    ///
    /// Each file is checked as by `form check`. If one is refused, none is imported. A form is known by its url and version: to
    /// change one, raise its version. Drafts and sent referrals stay with the text that they were begun with.
    #[command(after_help = "Example:\n  passerelle form import foot-clinic.json")]
    Import {
        /// Questionnaires as JSON
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Lists all forms: built in, of the folder, imported; offered or not, and why not
    List,
    /// Offers a form for new referrals no more; drafts go on
    #[command(
        after_help = "Example:\n  passerelle form retire 'https://clinic.example.ca/fhir/Questionnaire/foot-clinic|1.0.0'"
    )]
    Retire {
        /// Name of the form, as `form list` prints it
        #[arg(value_name = "URL|VERSION")]
        name: String,
    },
    /// Offers a form again that was retired
    #[command(
        after_help = "Example:\n  passerelle form offer 'https://clinic.example.ca/fhir/Questionnaire/foot-clinic|1.0.0'"
    )]
    Offer {
        /// Name of the form, as `form list` prints it
        #[arg(value_name = "URL|VERSION")]
        name: String,
    },
}

/// Runs a command. Returns its report. `admin` opens the installation, for the commands that need it. Without a configuration, a check
/// does without it.
///
/// # Errors
/// The report, if a form is refused; or the reason why the command failed.
pub(super) async fn run_form(
    command: FormCommand,
    is_configured: bool,
    admin: impl AsyncFnOnce() -> Result<Admin, String>,
) -> Result<String, String> {
    match command {
        FormCommand::Check { files, terminology } => {
            let installed = if is_configured { Some(admin().await) } else { None };
            check(&files, terminology.as_deref(), &Comparison::with(installed)?)
        }
        FormCommand::Suites { folder } => suites(&folder),
        FormCommand::Import { files } => form_changes::import(&admin().await?, &files).await,
        FormCommand::List => Ok(form_changes::list(&admin().await?)),
        FormCommand::Retire { name } => form_changes::retire(&admin().await?, &name).await,
        FormCommand::Offer { name } => form_changes::offer(&admin().await?, &name).await,
    }
}

/// Forms that a file is compared with.
struct Comparison {
    forms: Catalogue,
    /// Sentence about an installation that was not asked; empty if it was.
    limit: String,
}

impl Comparison {
    /// Returns the forms of the installation; without one, or if it cannot be opened, those that ship.
    fn with(installed: Option<Result<Admin, String>>) -> Result<Self, String> {
        let reason = match installed {
            Some(Ok(admin)) => return Ok(Self { forms: admin.forms, limit: String::new() }),
            Some(Err(reason)) => format!("this installation cannot be opened: {reason}"),
            None => "no configuration is named".to_owned(),
        };
        let library = Library::built_in().map_err(all_causes)?;
        let forms = Catalogue::new(Base { library, takes_files: true, ..Base::default() });
        Ok(Self { forms, limit: format!("Compared with the forms that ship only: {reason}.\n") })
    }
}

fn check(files: &[PathBuf], terminology: Option<&Path>, with: &Comparison) -> Result<String, String> {
    let (mut report, mut refused) = (String::new(), 0);
    let terminology = terminology.map(Terminology::load).transpose().map_err(all_causes)?;
    for file in files {
        let text = read(file)?;
        let checked = match &terminology {
            Some(terminology) => with.forms.check_with(&text, file, terminology),
            None => with.forms.check(&text, file),
        };
        match checked {
            Ok(form) => {
                report.push_str(&importable_text(file, &text, &form));
                report.push_str(&cautions_text(&with.forms, &form));
            }
            Err(problems) => {
                refused += 1;
                report.push_str(&refused_text(file, &problems));
            }
        }
    }
    report.push_str(&with.limit);
    let report = report.trim_end().to_owned();
    if refused == 0 { Ok(report) } else { Err(report) }
}

/// Reads a file as text.
pub(super) fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Returns the remarks on a form that can be imported.
fn importable_text(file: &Path, text: &str, form: &Form) -> String {
    let mut report = format!("{}: the form {} can be imported\n", file.display(), form.id());
    for remark in form.remarks() {
        let place = &remark.place;
        let line = line_text(line_of(text, place));
        let _ = writeln!(report, "  {line}{place}: {}", remark.text());
    }
    report
}

/// Returns the cautions about a form that can be imported, each on a line.
pub(super) fn cautions_text(forms: &Catalogue, form: &Form) -> String {
    let mut lines = String::new();
    for caution in forms.cautions(form) {
        let _ = writeln!(lines, "  caution: {caution}");
    }
    lines
}

/// Returns the problems of a form that is refused, each with its line and fix.
pub(super) fn refused_text(file: &Path, problems: &[Located]) -> String {
    let mut report = format!("{}: refused, {} to correct\n", file.display(), problems.len());
    for Located { line, error } in problems {
        let line = line_text(*line);
        let _ = writeln!(report, "  {line}{}\n      fix: {}", with_causes(error), error.fix());
    }
    report
}

/// Returns `line 12, `, or nothing without a line.
fn line_text(line: Option<usize>) -> String {
    line.map(|line| format!("line {line}, ")).unwrap_or_default()
}

fn all_causes(errors: Vec<Error>) -> String {
    errors.into_iter().map(with_causes).collect::<Vec<_>>().join("\n")
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
        let text = read(file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        match parse_text(&text, file, &Terminology::default()) {
            Ok(form) => counts.add_usable(&form),
            Err(problems) => {
                let reasons = counts.add_refused(&problems);
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
    fn add_refused(&mut self, problems: &[Located]) -> Vec<String> {
        let mut reasons: Vec<String> = problems.iter().map(|problem| problem.error.reason()).collect();
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

    /// Beginning of a form that can be imported, up to its items.
    const IMPORTABLE: &str = "{\"resourceType\": \"Questionnaire\", \"url\": \"urn:test:q\", \"version\": \"1\", \
        \"code\": [{\"system\": \"urn:s\", \"code\": \"c\", \"display\": \"d\"}], ";

    /// Runs a command that needs no installation.
    fn checked(command: FormCommand) -> Result<String, String> {
        let run = run_form(command, false, async || Err("no installation is needed".to_owned()));
        futures_util::FutureExt::now_or_never(run).expect("nothing is waited for")
    }

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
            &format!(
                "{IMPORTABLE}\"item\": [{{\n\"linkId\": \"q\", \"type\": \"string\",\n\
                 \"extension\": [{{\"url\": \"http://hl7.org/fhir/StructureDefinition/rendering-style\", \"valueString\": \"x\"}}]}}]}}"
            ),
        );
        let bad = file(
            "bad.json",
            "{\"resourceType\": \"Questionnaire\", \"item\": [{\n\"linkId\": \"q\",\n\"type\": \"quantum\"},\n\
             {\"linkId\" : \"r\", \"type\": \"question\"}]}",
        );
        let report = checked(FormCommand::Check { files: vec![good.clone()], terminology: None }).unwrap();
        assert!(
            report.contains("good can be imported\n  line 2, q: rendering-style has no effect"),
            "{report}"
        );
        assert!(
            report.ends_with("Compared with the forms that ship only: no configuration is named."),
            "{report}"
        );
        let report = checked(FormCommand::Check { files: vec![good, bad], terminology: None }).unwrap_err();
        for part in
            ["refused, 2 to correct", "line 2, q: the item type quantum", "line 4, r: the item type", "fix: "]
        {
            assert!(report.contains(part), "{part} is not in\n{report}");
        }
        let counts = checked(FormCommand::Suites { folder: folder.path().to_owned() }).unwrap();
        for part in ["1 of 2 forms can be used", "refused: bad.json: ", "1  Looks: rendering-style"] {
            assert!(counts.contains(part), "{part} is not in\n{counts}");
        }
    }

    #[test]
    fn refuses_by_a_check_what_an_import_refuses() {
        let folder = Scratch::new();
        let path = folder.path().join("empty.json");
        fs::write(&path, "{\"resourceType\": \"Questionnaire\", \"url\": \"javascript:alert(1)\"}").unwrap();
        let shipped = "config/forms/mri-requisition.json";
        let copy = folder.path().join("copy.json");
        let text = fs::read_to_string(shipped).unwrap().replace("MRI", "CT");
        fs::write(&copy, text).unwrap();
        let report = checked(FormCommand::Check { files: vec![path, copy], terminology: None }).unwrap_err();
        for part in [
            "refused, 4 to correct",
            "its url \"javascript:alert(1)\" is not absolute",
            "version is missing",
            "no question",
            "no code with",
            "mri-requisition|1",
            "which ships with Passerelle",
        ] {
            assert!(report.contains(part), "{part} is not in\n{report}");
        }
        checked(FormCommand::Check { files: vec![shipped.into()], terminology: None }).unwrap();
    }

    #[test]
    fn names_what_is_not_evaluated_and_takes_value_sets_of_a_folder() {
        let folder = Scratch::new();
        let cql = folder.path().join("cql.json");
        fs::write(
            &cql,
            format!(
                "{IMPORTABLE}\"item\": [{{\"linkId\": \"q\", \"type\": \"choice\", \"answerValueSet\": \"urn:v\",\n\
                 \"extension\": [{{\"url\": \"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression\",\n\
                 \"valueExpression\": {{\"language\": \"text/cql\", \"expression\": \"Age\"}}}}]}}]}}"
            ),
        )
        .unwrap();
        let report = checked(FormCommand::Check { files: vec![cql.clone()], terminology: None }).unwrap();
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
        let report = checked(command(terminology.path())).unwrap();
        assert!(report.contains("is not evaluated") && !report.contains("is a value set"), "{report}");
        fs::write(below.join("odd.json"), "{").unwrap();
        assert!(checked(command(terminology.path())).unwrap_err().contains("odd.json is not JSON"));
    }
}
