//! Requirement ids cited in the doc comments of tests.

use std::collections::HashSet;

use crate::source::Source;

/// Requirement id in a doc comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    pub id: String,
    /// Place of the comment: `path:line`.
    pub place: String,
    /// Test below the comment; `None` if the item is not a test.
    pub test: Option<Test>,
}

/// Test by file and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    pub path: String,
    pub name: String,
}

/// Lists all citations, file by file, from top to bottom. Ids outside the doc comments of tests are not citations.
pub fn citations(sources: &[Source]) -> Vec<Citation> {
    let makers = Makers::of(sources);
    sources.iter().flat_map(|source| in_file(source, &makers)).collect()
}

/// Macros that define tests, each with the test names passed to it.
struct Makers {
    macros: HashSet<String>,
    given: HashSet<String>,
}

impl Makers {
    fn of(sources: &[Source]) -> Self {
        let mut makers = Self { macros: HashSet::new(), given: HashSet::new() };
        for block in sources.iter().flat_map(blocks).filter(|block| block.text.contains("test]")) {
            makers.macros.extend(block.head.strip_prefix("macro_rules! ").map(str::to_owned));
        }
        for block in sources.iter().flat_map(blocks).filter(|block| makers.macros.contains(block.name())) {
            makers.given.extend(words(block.text).map(str::to_owned));
        }
        makers
    }
}

/// Text of a macro's body: from `head {` at the beginning of a line to the next `}` at the beginning of a line.
struct Block<'s> {
    head: &'s str,
    text: &'s str,
}

impl Block<'_> {
    fn name(&self) -> &str {
        self.head.trim_end_matches('!')
    }
}

fn blocks(source: &Source) -> impl Iterator<Item = Block<'_>> {
    let heads = source.code.match_indices(" {\n").filter_map(|(at, _)| {
        let head = &source.code[source.code[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        let is_macro = head.ends_with('!') || head.starts_with("macro_rules! ");
        let end = at + source.code[at..].find("\n}")?;
        is_macro.then(|| Block { head, text: &source.code[at..end] })
    });
    heads.filter(|block| !block.head.starts_with(' '))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// Doc comment and attributes read so far above an item.
#[derive(Default)]
struct Head<'s> {
    docs: Vec<(usize, &'s str)>,
    is_test: bool,
}

fn in_file(source: &Source, makers: &Makers) -> Vec<Citation> {
    let (mut found, mut head, mut in_maker, mut at) = (Vec::new(), Head::default(), false, 0);
    for line in source.text.split_inclusive('\n') {
        let (begins, text) = (at, line.trim());
        at += line.len();
        if let Some(doc) = text.strip_prefix("///") {
            head.docs.push((begins, doc));
            continue;
        }
        if text.starts_with("#[") {
            head.is_test |= text.ends_with("test]");
            continue;
        }
        match line.trim_end() {
            "}" => in_maker = false,
            opens => {
                in_maker |= opens.strip_suffix("! {").is_some_and(|name| makers.macros.contains(name));
            }
        }
        let item = std::mem::take(&mut head);
        let name = test_name(text, item.is_test, in_maker, makers);
        if name.is_some() || source.path.starts_with("tests/") || source.is_test_code(begins) {
            found.extend(cited(source, &item, name));
        }
    }
    found
}

/// Returns the name of the test that begins on this line, if any.
fn test_name<'l>(line: &'l str, is_test: bool, in_maker: bool, makers: &Makers) -> Option<&'l str> {
    if let Some((_, after)) = line.split_once("fn ") {
        let name = words(after).next()?;
        return (is_test || makers.given.contains(name)).then_some(name);
    }
    let (name, _) = line.split_once(':').filter(|_| in_maker)?;
    words(name).next().filter(|word| *word == name)
}

fn cited(source: &Source, head: &Head<'_>, name: Option<&str>) -> Vec<Citation> {
    let test = name.map(|name| Test { path: source.path.clone(), name: name.to_owned() });
    let cite = |at: usize, id: String| Citation { id, place: source.place(at), test: test.clone() };
    head.docs.iter().flat_map(|(at, doc)| ids(doc).into_iter().map(|id| cite(*at, id))).collect()
}

/// Lists the ids in a line. A range, two dots between its first id and its last number, is expanded.
fn ids(doc: &str) -> Vec<String> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let mut found = Vec::new();
    for word in doc.split(|c| !part(c)).map(|word| word.trim_end_matches('.')) {
        let (first, last) = word.split_once("..").unwrap_or((word, ""));
        let Some((group, from)) = id(first) else { continue };
        match if last.is_empty() { Some(from) } else { number(last) } {
            Some(to) => found.extend((from..=to).map(|number| format!("{group}{number:02}"))),
            None => found.push(word.to_owned()),
        }
    }
    found
}

/// Splits an id into its group, with the hyphen if it has one, and its number.
fn id(word: &str) -> Option<(&str, u8)> {
    let (group, digits) = word.split_at_checked(word.len().checked_sub(2)?)?;
    let letters = group.strip_suffix('-').unwrap_or(group);
    let fits = match group.len() - letters.len() {
        0 => letters.len() == 1,
        _ => (3..=4).contains(&letters.len()),
    };
    (fits && letters.bytes().all(|b| b.is_ascii_uppercase())).then_some((group, number(digits)?))
}

fn number(digits: &str) -> Option<u8> {
    (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

#[test]
fn reads_ids_and_ranges() {
    for (doc, expected) in [
        (" AUT-01, C01: so.", vec!["AUT-01", "C01"]),
        (" IDT-02..04, AUT-13.", vec!["IDT-02", "IDT-03", "IDT-04", "AUT-13"]),
        (" OIDF-01. The end is F23.", vec!["OIDF-01", "F23"]),
        (" AUT-01..x: a slip is an id that no table has.", vec!["AUT-01..x"]),
        (" RS256, SHA-256, P-384, UTF-8, `R26-7Q4K`, RFC 9207 2.4, ab-01, A1, A001.", vec![]),
    ] {
        assert_eq!(ids(doc), expected, "{doc}");
    }
}

#[test]
fn finds_every_kind_of_test() {
    let macros = "macro_rules! refuses {\n    ($n:ident) => {\n        #[actix_web::test]\n    };\n}\n";
    let used = "refuses! {\n    /// T04: so.\n    refuses_it: Fault, Kind;\n    elsewhere: also_a_test;\n}\n";
    let plain = "/// C01: so,\n/// and C02.\n#[actix_web::test]\nasync fn plain() {}\n";
    let listed = "/// L01.\npub async fn also_a_test(engine: Engine) {}\n";
    let none = "/// F01: help.\nfn helper() {}\n\nstruct S {\n    /// F02.\n    field: u8,\n}\n";
    let product =
        "/// F03 as a word.\nfn f() {}\n#[cfg(test)]\nmod tests {\n/// F04.\n#[test]\nfn u() {}\n}\n";
    let sources = [
        Source::new("tests/app/macros.rs", macros),
        Source::new("tests/app/a.rs", &format!("{used}{plain}{listed}{none}")),
        Source::new("src/smart/a.rs", product),
    ];
    let found: Vec<(String, Option<String>)> =
        citations(&sources).into_iter().map(|it| (it.id, it.test.map(|test| test.name))).collect();
    let expected = [
        ("T04", Some("refuses_it")),
        ("C01", Some("plain")),
        ("C02", Some("plain")),
        ("L01", Some("also_a_test")),
        ("F01", None),
        ("F02", None),
        ("F04", Some("u")),
    ];
    assert_eq!(found, expected.map(|(id, name)| (id.to_owned(), name.map(str::to_owned))));
}
