//! Command `passerelle ehr check`.

use super::{ehr_set::unknown, error::Error, service::Admin};
use crate::{
    audit::{Event, EventKind},
    ehrs::check::{HandOver, Level, LocalizedLine, Remedy, Report, check_ehr, localize, message},
    web::{Lang, Words},
};

/// Width of the output, in columns.
const MAX_COLUMNS: usize = 100;
/// Columns before the text of a line.
const INDENT_COLUMNS: usize = 10;
/// Columns before the values to hand over.
const VALUE_COLUMNS: usize = 25;
const ENGLISH: Lang = Lang::En;

/// Output of a check.
pub struct Checked {
    /// Lines, verdict, and the values that the EHR's administrator needs.
    pub text: String,
    /// Number of problems.
    pub problems: usize,
}

/// Checks an EHR against its registration.
///
/// # Errors
/// [`Error::Request`] if the EHR is not registered. Problems that are found are not errors.
pub async fn run_check(admin: &Admin, id: &str) -> Result<Checked, Error> {
    let report = check_and_record(admin, id).await?.ok_or_else(|| unknown(id))?;
    Ok(Checked { text: print(&report, admin.web.words()), problems: report.problems() })
}

/// Checks an EHR and records the check, because it sends requests to addresses from the registration. Returns `None` if
/// the EHR is not registered.
pub(super) async fn check_and_record(admin: &Admin, id: &str) -> Result<Option<Report>, Error> {
    let public_url = &admin.public_url;
    let report =
        check_ehr(&admin.ground.db, &*admin.ground.clock, &admin.ground.sealer, public_url, id).await?;
    if report.is_some() {
        let event = Event::success(EventKind::EhrChecked, "command").at(id);
        admin.ground.audit.record_alone(&admin.ground.db, &event).await?;
    }
    Ok(report)
}

fn print(report: &Report, words: &Words) -> String {
    let mut out = format!("{} ({})\n{}\n\n", report.name, report.id, report.base);
    for line in &report.lines {
        out.push_str(&print_line(&report.id, &localize(line, words, ENGLISH)));
    }
    out.push_str(&["\n", &verdict(report, words, ENGLISH), "\n\n"].concat());
    out.push_str(&[&message(words, ENGLISH, "hand-over-title", &[]), "\n"].concat());
    for (key, value) in hand_over_rows(&report.hand_over) {
        let label = message(words, ENGLISH, &format!("hand-over-{key}"), &[]);
        let width = VALUE_COLUMNS - 2;
        out.push_str(&wrapped(&format!("  {label:<width$}"), &value, VALUE_COLUMNS));
    }
    out.trim_end().to_owned()
}

fn print_line(id: &str, line: &LocalizedLine) -> String {
    let level = match line.level {
        Level::Good => "good",
        Level::Note => "note",
        Level::Problem => "PROBLEM",
    };
    let indent = " ".repeat(INDENT_COLUMNS);
    let text = format!("{}: {}", line.topic, line.text);
    let mut out = wrapped(&format!("{level:<INDENT_COLUMNS$}"), &text, INDENT_COLUMNS);
    if !line.fix.is_empty() {
        out.push_str(&wrapped(&indent, &line.fix, INDENT_COLUMNS));
    }
    for command in commands(id, &line.remedies) {
        // Not wrapped, so that it can be copied.
        out.push_str(&[&indent, "$ ", &command, "\n"].concat());
    }
    out
}

/// Returns the commands that apply remedies. Settings are changed in one command, because the registration is validated
/// as a whole.
fn commands(id: &str, remedies: &[Remedy]) -> Vec<String> {
    let (mut settings, mut others) = (Vec::new(), Vec::new());
    for remedy in remedies {
        match remedy {
            Remedy::Set { name, value: Some(value) } => settings.push(format!("{name}={}", quoted(value))),
            Remedy::Set { name, value: None } => settings.push(format!("{name}=…")),
            Remedy::Add { name, value } => settings.push(format!("{name}+={}", quoted(value))),
            Remedy::TrustCa => settings.push("ca_file=FILE".to_owned()),
            Remedy::Approve(origin) => others.push(format!("passerelle ehr approve {id} {origin}")),
            Remedy::Resume => others.push(format!("passerelle ehr resume {id}")),
        }
    }
    let set = (!settings.is_empty()).then(|| format!("passerelle ehr set {id} {}", settings.join(" ")));
    set.into_iter().chain(others).collect()
}

/// Returns the numbers of problems and notes in one or two sentences.
pub(super) fn verdict(report: &Report, words: &Words, lang: Lang) -> String {
    let (problems, notes) = (report.problems(), report.notes());
    let key = if problems == 0 { "check-verdict-good" } else { "check-verdict-problems" };
    let first = message(words, lang, key, &[("problems", problems.to_string())]);
    let second = message(words, lang, "check-verdict-notes", &[("notes", notes.to_string())]);
    format!("{first} {second}").trim_end().to_owned()
}

/// Returns the values to hand over to the EHR's administrator, each with the key of its label: `hand-over-{key}`.
pub(super) fn hand_over_rows(hand_over: &HandOver) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("launch-url", hand_over.launch_url.clone()),
        ("redirect-uri", hand_over.redirect_uri.clone()),
        ("client-id", hand_over.client_id.clone()),
        ("client-auth", hand_over.client_auth.to_owned()),
    ];
    rows.extend(hand_over.jwks_url.clone().map(|url| ("jwks-url", url)));
    rows.push(("grant-types", hand_over.grant_types.clone()));
    rows.push(("scopes", hand_over.scopes.clone()));
    rows
}

/// Quotes a value for a POSIX shell.
fn quoted(value: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@,+%".contains(&b);
    if !value.is_empty() && value.bytes().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Wraps text at [`MAX_COLUMNS`]. The first line begins with `first`, which fills the `indent`; the others are indented.
/// Long words stay whole.
fn wrapped(first: &str, text: &str, indent: usize) -> String {
    let (mut out, mut column) = (first.to_owned(), indent);
    for (at, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if at > 0 && column + 1 + length > MAX_COLUMNS {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if at > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_values_for_the_shell() {
        assert_eq!(quoted("https://ehr.example/fhir"), "https://ehr.example/fhir");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("$(rm -rf ~)'"), r"'$(rm -rf ~)'\'''");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn changes_settings_of_one_line_in_one_command() {
        let set = |name, value: &str| Remedy::Set { name, value: Some(value.to_owned()) };
        let remedies = [set("issuer", "https://x"), set("nonce_echoed", "false"), Remedy::Resume];
        assert_eq!(
            commands("x", &remedies),
            ["passerelle ehr set x issuer=https://x nonce_echoed=false", "passerelle ehr resume x"]
        );
        assert_eq!(commands("x", &[Remedy::TrustCa]), ["passerelle ehr set x ca_file=FILE"]);
    }

    #[test]
    fn wraps_lines_below_their_text() {
        let text = "word ".repeat(40);
        let out = wrapped("good      ", &text, 10);
        assert!(out.lines().all(|line| line.chars().count() <= MAX_COLUMNS), "{out}");
        assert!(out.lines().skip(1).all(|line| line.starts_with("          word")), "{out}");
    }
}
