use super::{ehr_set::unknown, error::Error, service::Admin};
use crate::{
    audit::{Event, EventKind},
    ehrs::check::{HandOver, Level, LocalizedLine, Remedy, Report, check_ehr, localize, message},
    web::{Lang, Words},
};

/// Columns of a terminal that most have.
const WIDTH: usize = 100;
/// Where the text of a line begins.
const INDENT: usize = 10;
const ENGLISH: Lang = Lang::En;

/// What a check came to, as it is printed.
pub struct Checked {
    /// The lines, the verdict, and what the EHR's administrator needs.
    pub text: String,
    /// How many lines are problems.
    pub problems: usize,
}

/// Checks an EHR against its registration.
///
/// # Errors
/// When there is no such EHR, or the database fails. Problems that are found are no error.
pub async fn run_check(admin: &Admin, id: &str) -> Result<Checked, Error> {
    let report = checked(admin, id).await?.ok_or_else(|| unknown(id))?;
    Ok(Checked { text: print(&report, admin.web.words()), problems: report.problems() })
}

/// Asks the EHR, and records that it was asked: a check goes where the registration says.
pub(super) async fn checked(admin: &Admin, id: &str) -> Result<Option<Report>, Error> {
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
        out.push_str(&wrapped(&format!("  {label:<23}"), &value, 25));
    }
    out.trim_end().to_owned()
}

fn print_line(id: &str, told: &LocalizedLine) -> String {
    let level = match told.level {
        Level::Good => "good",
        Level::Note => "note",
        Level::Problem => "PROBLEM",
    };
    let mut out = wrapped(&format!("{level:<INDENT$}"), &format!("{}: {}", told.topic, told.text), INDENT);
    if !told.fix.is_empty() {
        out.push_str(&wrapped(&" ".repeat(INDENT), &told.fix, INDENT));
    }
    for remedy in &told.remedies {
        let command = match remedy {
            Remedy::Set { name, value: Some(value) } => {
                format!("passerelle ehr set {id} {name}={}", quoted(value))
            }
            Remedy::Set { name, value: None } => format!("passerelle ehr set {id} {name}=…"),
            Remedy::Add { name, value } => format!("passerelle ehr set {id} {name}+={}", quoted(value)),
            Remedy::Approve(origin) => format!("passerelle ehr approve {id} {origin}"),
            Remedy::Resume => format!("passerelle ehr resume {id}"),
        };
        // Not wrapped: it is there to be copied.
        out.push_str(&[&" ".repeat(INDENT), "$ ", &command, "\n"].concat());
    }
    out
}

/// How many problems and notes there are, in a sentence or two.
pub(super) fn verdict(report: &Report, words: &Words, lang: Lang) -> String {
    let (problems, notes) = (report.problems(), report.notes());
    let key = if problems == 0 { "check-verdict-good" } else { "check-verdict-problems" };
    let first = message(words, lang, key, &[("problems", problems.to_string())]);
    let second = message(words, lang, "check-verdict-notes", &[("notes", notes.to_string())]);
    format!("{first} {second}").trim_end().to_owned()
}

/// What is handed over, each with the end of its message's key.
pub(super) fn hand_over_rows(hand_over: &HandOver) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("launch-url", hand_over.launch_url.clone()),
        ("redirect-uri", hand_over.redirect_uri.clone()),
        ("client-id", hand_over.client_id.clone()),
        ("client-auth", hand_over.client_auth.to_owned()),
    ];
    rows.extend(hand_over.jwks_url.clone().map(|url| ("jwks-url", url)));
    rows.push(("scopes", hand_over.scopes.clone()));
    rows
}

/// A value as a shell takes it.
fn quoted(value: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@,+%".contains(&b);
    if !value.is_empty() && value.bytes().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Words after a beginning, in lines that go on below the first one's text. Long words stay whole.
fn wrapped(beginning: &str, text: &str, indent: usize) -> String {
    let (mut out, mut column) = (beginning.to_owned(), indent);
    for (at, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if at > 0 && column + 1 + length > WIDTH {
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
    fn a_value_is_one_word_for_the_shell() {
        assert_eq!(quoted("https://ehr.example/fhir"), "https://ehr.example/fhir");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("$(rm -rf ~)'"), r"'$(rm -rf ~)'\'''");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn lines_go_on_below_their_text() {
        let text = "word ".repeat(40);
        let out = wrapped("good      ", &text, 10);
        assert!(out.lines().all(|line| line.chars().count() <= WIDTH), "{out}");
        assert!(out.lines().skip(1).all(|line| line.starts_with("          word")), "{out}");
    }
}
