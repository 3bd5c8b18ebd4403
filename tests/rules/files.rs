//! Rules for every tracked file: a size limit, documented paths that exist, no foreign words, no unfinished work.

use std::path::Path;
use std::process::Command;

use crate::source::whole_words;

const MAX_LINES: usize = 400;
const WARN_LINES: usize = 300;
const TOP_FOLDERS: &[&str] = &[
    ".ci",
    "benches",
    "config",
    "docs",
    "examples",
    "fonts",
    "fuzz",
    "locales",
    "migrations",
    "src",
    "static",
    "templates",
    "tests",
];

/// Tracked text file.
pub struct Tracked {
    pub path: String,
    pub text: String,
}

/// Reads every text file that git tracks or would add.
pub fn tracked(root: &Path) -> Vec<Tracked> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .expect("git lists the tracked files");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let paths = String::from_utf8(listed.stdout).expect("paths are UTF-8");
    let read = |path: &str| {
        Some(Tracked { path: path.to_owned(), text: std::fs::read_to_string(root.join(path)).ok()? })
    };
    paths.split_terminator('\0').filter_map(read).collect()
}

pub fn is_a(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

pub fn size(file: &Tracked) -> Option<String> {
    let source = ["rs", "sh", "js", "html", "sql"].iter().any(|ending| is_a(&file.path, ending));
    let lines = file.text.lines().count();
    if source && (WARN_LINES + 1..=MAX_LINES).contains(&lines) {
        println!("look twice: {} has {lines} lines", file.path);
    }
    (source && lines > MAX_LINES).then(|| format!("{}: {lines} lines, at most {MAX_LINES}", file.path))
}

/// Names from the machines and notes of the authors, meaningless to readers of this repository.
/// Split in two, so that this file passes its own check.
const FOREIGN: &[&str] = &[
    concat!("/", "work"),
    concat!(".", "library"),
    concat!("farm", "-"),
    concat!("house", ".md"),
    concat!("../", "shared"),
];
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

pub fn foreign_words(file: &Tracked) -> Vec<String> {
    let found = |word: &&&str| occurs(&file.text, word);
    FOREIGN
        .iter()
        .filter(found)
        .map(|word| format!("{}: `{word}` is not of this project", file.path))
        .collect()
}

/// `word` where it is not part of a longer name: `src/delivery/worker.rs` or `serve/work` is none.
fn occurs(text: &str, word: &str) -> bool {
    let bytes = text.as_bytes();
    text.match_indices(word).any(|(at, _)| {
        let inner =
            |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'|');
        let open_end = word.ends_with('-') || !inner(bytes.get(at + word.len()));
        open_end && !inner(at.checked_sub(1).and_then(|i| bytes.get(i)))
    })
}

pub fn unfinished(file: &Tracked) -> Vec<String> {
    let found = |word: &&&str| whole_words(&file.text, word).next().is_some();
    UNFINISHED.iter().filter(found).map(|word| format!("{}: `{word}`", file.path)).collect()
}

/// Paths in backticks, in Markdown and in `//!` docs, that are not there.
pub fn missing_paths(root: &Path, file: &Tracked) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        if !is_a(&file.path, "md") && !line.trim_start().starts_with("//!") {
            continue;
        }
        for path in line.split('`').skip(1).step_by(2).filter_map(|quoted| documented_path(root, quoted)) {
            if !root.join(path).exists() && !root.join("src").join(path).exists() {
                found.push(format!("{}:{}: `{path}` does not exist", file.path, number + 1));
            }
        }
    }
    found
}

/// The quoted text as a path of this repository, if it is meant as one: no pattern, no command, a known first folder.
fn documented_path<'a>(root: &Path, quoted: &'a str) -> Option<&'a str> {
    let path = quoted.split([':', '#']).next().unwrap_or(quoted);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-/".contains(&b);
    let (first, _) = path.split_once('/')?;
    let room_file = is_a(path, "rs") && root.join("src").join(first).is_dir();
    (path.bytes().all(plain) && (TOP_FOLDERS.contains(&first) || room_file)).then_some(path)
}

#[cfg(test)]
fn planted(path: &str, text: &str) -> Tracked {
    Tracked { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn catches_a_long_file() {
    let lines = |count: usize| "x\n".repeat(count);
    assert!(size(&planted("src/a.rs", &lines(MAX_LINES + 1))).is_some());
    assert!(size(&planted("src/a.rs", &lines(MAX_LINES))).is_none());
    assert!(size(&planted("Cargo.lock", &lines(MAX_LINES + 1))).is_none());
}

#[test]
fn catches_foreign_words_and_unfinished_work() {
    for word in FOREIGN {
        assert_eq!(foreign_words(&planted("README.md", &format!("see {word} there"))).len(), 1, "{word}");
    }
    assert!(foreign_words(&planted("README.md", &format!("{}/target/x", FOREIGN[0]))).len() == 1);
    for fine in ["src/delivery/worker.rs", "passerelle serve|work", "pharm-1", "serve/work"] {
        assert!(foreign_words(&planted("README.md", fine)).is_empty(), "{fine}");
    }
    for word in UNFINISHED {
        assert_eq!(unfinished(&planted("src/a.rs", &format!("// {word}: later"))).len(), 1, "{word}");
    }
}

#[test]
fn catches_a_documented_path_that_is_not_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let missing = |path: &str, text: &str| missing_paths(root, &planted(path, text)).len();
    assert_eq!(missing("README.md", "see `src/nowhere.rs` and `tests/rules.rs`"), 1);
    assert_eq!(missing("src/web/mod.rs", "//! As in `templates/nowhere.html`.\n// `src/unread.rs`"), 1);
    assert_eq!(missing("src/lib.rs", "//! 1. `forms/nowhere.rs` reads."), 1);
    assert_eq!(
        missing("README.md", "`templates/{room}/{page}.html`, `cargo run -- src/x`, `application/json`"),
        0
    );
    assert_eq!(missing("README.md", "`src/clock.rs:12`, `src/`"), 0);
}
