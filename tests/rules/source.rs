//! Searchable Rust source: comments and literals blanked, test code and inline modules located.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// Rust source file.
pub struct Source {
    /// Path from the root of the repository, separated by `/`.
    pub path: String,
    /// Original text.
    pub text: String,
    /// Text of the same length, with comments and literals replaced by spaces.
    pub code: String,
    test_items: Vec<Range<usize>>,
    inline_modules: Vec<Range<usize>>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let code = blank(text);
        let test_items = bodies_after(&code, is_test_attribute);
        let inline_modules = bodies_after(&code, is_module_head);
        Self { path: path.to_owned(), text: text.to_owned(), code, test_items, inline_modules }
    }

    /// Returns the room: the folder or file directly under `src/`.
    pub fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
    }

    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    /// Formats an offset as `path:line`.
    pub fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path, self.line(at))
    }

    pub fn is_test_code(&self, at: usize) -> bool {
        let name = self.file_name();
        name == "tests.rs"
            || name.ends_with("_tests.rs")
            || self.path.contains("/tests/")
            || self.test_items.iter().any(|range| range.contains(&at))
    }

    /// Counts the `super` steps from this offset to the crate root.
    pub fn depth(&self, at: usize) -> usize {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let folders = inside.matches('/').count();
        let file = usize::from(!matches!(self.file_name(), "mod.rs" | "lib.rs" | "main.rs"));
        folders + file + self.inline_modules.iter().filter(|range| range.contains(&at)).count()
    }

    /// Offsets of `word` in the code as a whole word.
    pub fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        whole_words(&self.code, word)
    }
}

/// Reads every `.rs` file below `folder`, in path order.
pub fn rust_files(root: &Path, folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root.join(folder), &mut paths);
    paths.sort();
    let relative = |path: &PathBuf| path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
    paths.iter().map(|path| Source::new(&relative(path), &std::fs::read_to_string(path).unwrap())).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

pub fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Offsets of `word` in `text` where neither neighbour is part of a word.
pub fn whole_words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = at.checked_sub(1).map(|i| text.as_bytes()[i]);
        let after = text.as_bytes().get(at + word.len()).copied();
        !before.is_some_and(is_word_byte) && !after.is_some_and(is_word_byte)
    })
}

/// Replaces comments, string and character literals by spaces. Offsets and line ends are unchanged.
fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = at + skip(bytes, at);
        if end == at {
            at += 1;
            continue;
        }
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    String::from_utf8(out).unwrap()
}

/// Returns the length of the comment or literal that starts at this offset, or 0.
fn skip(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    if rest.starts_with(b"//") {
        return rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
    }
    if rest.starts_with(b"/*") {
        return block_comment(rest);
    }
    match rest[0] {
        b'"' => quoted(rest),
        b'r' if at == 0 || !is_word_byte(bytes[at - 1]) || matches!(bytes[at - 1], b'b' | b'c') => raw(rest),
        b'\'' => character(rest),
        _ => 0,
    }
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn raw(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|b| **b == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let close = [b"\"".as_slice(), "#".repeat(hashes).as_bytes()].concat();
    let body = 2 + hashes;
    rest[body..].windows(close.len()).position(|w| w == close).map_or(rest.len(), |p| body + p + close.len())
}

/// Returns the length of a character literal, distinguished from a lifetime by its closing quote.
fn character(rest: &[u8]) -> usize {
    match rest {
        [_, b'\\', ..] => rest.iter().skip(3).position(|b| *b == b'\'').map_or(0, |p| p + 4),
        [_, first, ..] if *first >= 0x80 => {
            rest.iter().take(6).skip(2).position(|b| *b == b'\'').map_or(0, |p| p + 3)
        }
        [_, _, b'\'', ..] => 3,
        _ => 0,
    }
}

/// Ranges of the brace-delimited bodies after each match of `head`. A match followed by `;` has no body.
fn bodies_after(code: &str, head: fn(&str) -> Option<usize>) -> Vec<Range<usize>> {
    let starts = (0..code.len()).filter(|at| code.is_char_boundary(*at));
    starts.filter_map(|at| head(&code[at..]).and_then(|length| body(code, at, at + length))).collect()
}

fn is_test_attribute(rest: &str) -> Option<usize> {
    ["#[cfg(test)]", "#[cfg(all(test"].iter().find(|head| rest.starts_with(**head)).map(|head| head.len())
}

fn is_module_head(rest: &str) -> Option<usize> {
    let name = rest.strip_prefix("mod ")?.trim_start();
    let end = name.bytes().position(|b| !is_word_byte(b))?;
    name[end..].trim_start().starts_with('{').then_some(4)
}

fn body(code: &str, start: usize, from: usize) -> Option<Range<usize>> {
    let bytes = code.as_bytes();
    let open = from + bytes[from..].iter().position(|b| matches!(b, b'{' | b';'))?;
    if bytes[open] == b';' {
        return Some(start..open);
    }
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(start..at);
        }
    }
    Some(start..bytes.len())
}

#[test]
fn blanks_comments_and_literals_without_moving_offsets() {
    let text = "a /* x /* y */ z */ \"q\\\"w\" r#\"raw \" one\"# '\\'' 'é' b'\"' 'life // end\nlast";
    let code = blank(text);
    assert_eq!(code.len(), text.len());
    assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "b", "'life", "last"]);
}

#[test]
fn finds_test_code_and_module_depth() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { x() }\n}\nfn c() {}\n";
    let source = Source::new("src/web/page.rs", text);
    let (inside, outside) = (text.find("x()").unwrap(), text.find("fn c").unwrap());
    assert!(source.is_test_code(inside) && !source.is_test_code(outside));
    assert_eq!((source.depth(inside), source.depth(outside)), (3, 2));
    assert_eq!(source.room(), "web");
}
