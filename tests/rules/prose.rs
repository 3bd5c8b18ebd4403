//! Prose rules: a doc comment begins with a noun or a verb, and no text uses an indefinite pronoun for an actor.

use crate::files::{Tracked, is_a};

/// Question words that no doc comment begins with.
const QUESTION_WORDS: &[&str] = &["What", "Who", "Whose", "Where", "How", "Why", "Which", "As"];

/// Pronouns that hide the actor: client, caller, EHR, clinician, administrator, attacker, receiver.
/// Split in two, so that this file passes its own check.
const PRONOUNS: &[&str] =
    &[concat!("no", "body"), concat!("some", "body"), concat!("any", "body"), concat!("who", "ever")];

const PROSE: &[&str] = &["rs", "md", "toml", "ftl", "sh", "js", "css", "sql", "html", "yaml", "yml"];

/// Folders of data: their words are input, not ours.
const DATA: &[&str] = &["fuzz/corpus/", "tests/fixtures/"];

/// Finds doc comments, `///` and `//!`, that begin with a question word.
pub fn question_words(file: &Tracked) -> Vec<String> {
    if !is_a(&file.path, "rs") {
        return Vec::new();
    }
    let (mut found, mut inside) = (Vec::new(), false);
    for (number, line) in file.text.lines().enumerate() {
        let doc = doc_text(line);
        if let Some(text) = doc.filter(|_| !inside) {
            let word = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            if QUESTION_WORDS.contains(&word) {
                found.push(format!("{}:{}: begins with `{word}`: {text}", file.path, number + 1));
            }
        }
        inside = doc.is_some();
    }
    found
}

fn doc_text(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
    (!text.starts_with('/')).then(|| text.trim())
}

/// Finds indefinite pronouns in comments, names, messages and documents.
pub fn pronouns(file: &Tracked) -> Vec<String> {
    if !PROSE.iter().any(|ending| is_a(&file.path, ending))
        || DATA.iter().any(|folder| file.path.starts_with(folder))
    {
        return Vec::new();
    }
    let lines = file.text.lines().enumerate();
    let pronoun = |line: &str| {
        let mut words = line.split(|c: char| !c.is_alphabetic());
        words
            .find(|word| PRONOUNS.iter().any(|pronoun| word.eq_ignore_ascii_case(pronoun)))
            .map(str::to_owned)
    };
    lines
        .filter_map(|(number, line)| {
            Some(format!("{}:{}: `{}` hides the actor", file.path, number + 1, pronoun(line)?))
        })
        .collect()
}

#[cfg(test)]
fn count(rule: fn(&Tracked) -> Vec<String>, path: &str, text: &str) -> usize {
    rule(&Tracked { path: path.to_owned(), text: text.to_owned() }).len()
}

#[test]
fn catches_a_doc_comment_that_begins_with_a_question_word() {
    for word in QUESTION_WORDS {
        assert_eq!(
            count(question_words, "src/a.rs", &format!("/// {word} it is.\nfn f() {{}}")),
            1,
            "{word}"
        );
        assert_eq!(count(question_words, "src/a.rs", &format!("//! {word}: it is.\n")), 1, "{word}");
    }
    for fine in [
        "/// Returns it.\n/// What follows is the same comment.",
        "/// Asks.\n/// Whether it holds.",
        "// How it is done.",
        "//// What",
        "let x = \"/// What\";",
    ] {
        assert_eq!(count(question_words, "src/a.rs", fine), 0, "{fine}");
    }
    assert_eq!(count(question_words, "docs/a.md", "/// What it is."), 0);
}

#[test]
fn catches_a_pronoun_that_hides_the_actor() {
    for word in PRONOUNS {
        for text in [format!("// {word} asks"), format!("fn {word}_is_asked()"), word.to_uppercase()] {
            assert_eq!(count(pronouns, "src/a.rs", &text), 1, "{text}");
            assert_eq!(count(pronouns, "fuzz/corpus/a.rs", &text), 0, "{text}");
        }
        assert_eq!(count(pronouns, "locales/en/a.ftl", &format!("key = For {word}.")), 1);
        assert_eq!(count(pronouns, "Cargo.lock", word), 0);
    }
    assert_eq!(count(pronouns, "src/a.rs", "// an antibody, and a client"), 0);
}
