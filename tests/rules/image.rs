//! Rule for the image: its build context holds each file that the program includes.

use std::path::{Component, Path, PathBuf};

use crate::source::Source;

const INCLUSIONS: &[&str] = &["include_str!(\"", "include_bytes!(\"", "#[folder = \""];

/// Finds files that the program includes at compile time and that `.dockerignore` leaves out of the build context.
pub fn outside_context(ignore: &str, source: &Source) -> Vec<String> {
    let context: Vec<&str> = ignore.lines().filter_map(|line| line.strip_prefix('!')).collect();
    let in_context = |path: &Path| context.iter().any(|entry| path.starts_with(entry));
    included(source)
        .filter(|(_, path)| !in_context(path))
        .map(|(place, path)| format!("{place}: .dockerignore leaves out {}", path.display()))
        .collect()
}

/// Lists the place of each inclusion outside test code, and the path it names from the root of the repository.
fn included(source: &Source) -> impl Iterator<Item = (String, PathBuf)> {
    let found = INCLUSIONS.iter().flat_map(|marker| {
        source.text.match_indices(marker).map(|(at, found)| (at, &source.text[at + found.len()..], *marker))
    });
    let compiled = |at: usize| !source.is_test_code(at) && !source.text[..at].ends_with("#[doc = ");
    found.filter(move |(at, ..)| compiled(*at)).filter_map(|(at, rest, marker)| {
        let named = rest.split('"').next()?;
        // A folder is named from the root, a file from the source file.
        let folder =
            if marker.starts_with('#') { Path::new("") } else { Path::new(&source.path).parent()? };
        Some((source.place(at), without_parents(&folder.join(named))))
    })
}

fn without_parents(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut resolved, part| {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
        resolved
    })
}

#[test]
fn catches_a_file_that_the_image_lacks() {
    let ignore = "*\n!src\n!docs/there.md\n";
    let text = "include_str!(\"../../docs/there.md\")\ninclude_str!(\"../../docs/gone.md\")\n#[folder = \"locales\"]\n\
                #[cfg(test)]\nmod tests { const OTHER: &str = include_str!(\"../../docs/other.md\"); }\n";
    assert_eq!(
        outside_context(ignore, &Source::new("src/room/page.rs", text)),
        [
            "src/room/page.rs:2: .dockerignore leaves out docs/gone.md",
            "src/room/page.rs:3: .dockerignore leaves out locales"
        ]
    );
}
