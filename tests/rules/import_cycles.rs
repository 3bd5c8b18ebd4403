//! Import cycles within a room. A cycle of two files (a parent and its child) is permitted; a larger one has no reading
//! order.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, is_word_byte};

/// Path of a module from the crate root, such as `users`, `session_store`.
type Module = Vec<String>;

/// Files of `src/` by module, and the names they re-export.
struct Tree<'s> {
    files: BTreeMap<Module, &'s Source>,
    exports: BTreeMap<(Module, String), Module>,
}

/// Finds every cycle of more than two files, with the imports that form it.
pub fn import_cycles(sources: &[Source]) -> Vec<String> {
    let tree = Tree::new(sources);
    let imports = tree.imports();
    let reached = |from: &str| {
        let (mut seen, mut pending) = (BTreeSet::new(), vec![from]);
        while let Some(file) = pending.pop() {
            let next =
                imports.iter().filter(|(importer, imported)| importer == &file && !seen.contains(imported));
            let next: Vec<&str> = next.map(|(_, imported)| *imported).collect();
            seen.extend(&next);
            pending.extend(next);
        }
        seen
    };
    let all: BTreeMap<&str, BTreeSet<&str>> =
        imports.iter().map(|(importer, _)| (*importer, reached(importer))).collect();
    let mut found = BTreeSet::new();
    for (file, reached) in &all {
        let back = |other: &&&str| all.get(**other).is_some_and(|reached| reached.contains(file));
        let cycle: BTreeSet<&str> = reached.iter().filter(back).copied().collect();
        if cycle.len() > 2 {
            found.insert(cycle);
        }
    }
    let inside = |cycle: &BTreeSet<&str>| {
        let edges = imports.iter().filter(|(from, to)| cycle.contains(from) && cycle.contains(to));
        edges.map(|(from, to)| format!("{from} imports {to}")).collect::<Vec<_>>().join("\n    ")
    };
    found
        .iter()
        .map(|cycle| format!("an import cycle of {} files:\n    {}", cycle.len(), inside(cycle)))
        .collect()
}

fn module_of(source: &Source) -> Module {
    let inside = source.path.strip_prefix("src/").unwrap_or(&source.path);
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    inside.split('/').map(str::to_owned).collect()
}

impl<'s> Tree<'s> {
    fn new(sources: &'s [Source]) -> Self {
        let code = sources.iter().filter(|source| !source.is_test_code(0));
        let files = code.map(|source| (module_of(source), source)).collect();
        let mut tree = Self { files, exports: BTreeMap::new() };
        for (module, source) in &tree.files {
            for at in source.words("use").filter(|at| is_public(&source.code, *at)) {
                for leaf in leaves(&source.code[at + "use".len()..], &[]) {
                    if let Some(path) = tree.absolute(module, &leaf.path) {
                        tree.exports.insert((module.clone(), leaf.name), path);
                    }
                }
            }
        }
        tree
    }

    /// Resolves a path written in `module` from the crate root. `None` for paths into other crates.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" => {
                let (_, parent) = module.split_last()?;
                match rest.first().is_some_and(|next| next == "super") {
                    true => self.absolute(parent, rest),
                    false => Some([parent, rest].concat()),
                }
            }
            child => {
                let is_child = self.files.contains_key(&[module, &[child.to_owned()]].concat());
                is_child.then(|| [module, path].concat())
            }
        }
    }

    /// Finds the file that defines an item, through re-exports.
    fn defined_in(&self, path: &[String]) -> Option<&'s Source> {
        let mut module = Module::new();
        for (at, segment) in path.iter().enumerate() {
            let deeper = [module.as_slice(), std::slice::from_ref(segment)].concat();
            if self.files.contains_key(&deeper) {
                module = deeper;
            } else if let Some(export) = self.exports.get(&(module.clone(), segment.clone())) {
                return self.defined_in(&[export.as_slice(), &path[at + 1..]].concat());
            } else {
                break;
            }
        }
        self.files.get(&module).copied()
    }

    /// Pairs of files of one room, of which the first imports the second.
    fn imports(&self) -> BTreeSet<(&'s str, &'s str)> {
        let mut imports = BTreeSet::new();
        for (module, source) in self.files.iter().filter(|(_, source)| source.file_name() != "mod.rs") {
            for path in self.named_in(module, source) {
                let Some(imported) = self.defined_in(&path) else { continue };
                let same_room = imported.room() == source.room() && imported.file_name() != "mod.rs";
                if same_room && imported.path != source.path {
                    imports.insert((source.path.as_str(), imported.path.as_str()));
                }
            }
        }
        imports
    }

    /// Lists every path that a file names in `use` statements and elsewhere, from the crate root.
    fn named_in(&self, module: &Module, source: &Source) -> Vec<Module> {
        let mut paths = Vec::new();
        let children = self.files.keys().filter(|file| file.split_last().is_some_and(|(_, up)| up == module));
        let children: Vec<&str> = children.filter_map(|child| child.last()).map(String::as_str).collect();
        for start in ["crate", "super", "self"].into_iter().chain(children) {
            for at in source.words(start).filter(|at| !source.is_test_code(*at)) {
                let code = &source.code[at..];
                // `$crate` in a macro resolves at the place of use.
                let continues = source.code[..at].trim_end().ends_with(['$', ':']);
                if continues || !code[start.len()..].trim_start().starts_with("::") {
                    continue;
                }
                for leaf in leaves(code, &[]) {
                    let Some(path) = self.absolute(module, &leaf.path) else { continue };
                    paths.extend(self.through_hub(source, &path, &leaf.name));
                    paths.push(path);
                }
            }
        }
        paths
    }

    /// Paths that begin with the name of an imported module whose `mod.rs` only re-exports.
    fn through_hub(&self, source: &Source, module: &Module, name: &str) -> Vec<Module> {
        if self.files.get(module).is_none_or(|file| file.file_name() != "mod.rs") {
            return Vec::new();
        }
        let uses = source.words(name).filter(|at| !source.is_test_code(*at));
        let leaves = uses.flat_map(|at| leaves(&source.code[at..], &[]));
        let beyond = leaves.filter(|leaf| leaf.path.len() > 1 && leaf.path[0] == name);
        beyond.map(|leaf| [module.as_slice(), &leaf.path[1..]].concat()).collect()
    }
}

fn is_public(code: &str, at: usize) -> bool {
    let before = code[..at].trim_end();
    before.ends_with("pub") || before.ends_with("pub(crate)") || before.ends_with("pub(super)")
}

/// One path of a `use` tree, and its name in the file.
struct Leaf {
    path: Module,
    name: String,
}

/// Lists the paths of the `use` tree or expression at the start of this code.
fn leaves(code: &str, prefix: &[String]) -> Vec<Leaf> {
    let mut found = Vec::new();
    read_tree(code, prefix, &mut found);
    found
}

/// Adds the paths of a tree such as `a::{b, c::d as e}` and returns its length.
fn read_tree(code: &str, prefix: &[String], found: &mut Vec<Leaf>) -> usize {
    let start = code.len() - code.trim_start().len();
    let rest = &code[start..];
    if rest.starts_with('{') {
        return start + read_group(rest, prefix, found);
    }
    let length = rest.bytes().take_while(|byte| is_word_byte(*byte)).count();
    let (word, after) = rest.split_at(length);
    if length == 0 {
        return code.len();
    }
    let path = if word == "self" && !prefix.is_empty() {
        prefix.to_vec()
    } else {
        [prefix, &[word.to_owned()]].concat()
    };
    let deeper = after.trim_start().strip_prefix("::").map(str::trim_start);
    let deeper =
        deeper.filter(|next| next.starts_with(|c: char| c == '{' || c == '_' || c.is_ascii_alphabetic()));
    if let Some(next) = deeper {
        return code.len() - next.len() + read_tree(next, &path, found);
    }
    let alias = after.trim_start().strip_prefix("as ").map(str::trim_start);
    let alias =
        alias.map(|alias| alias.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or(""));
    let name = alias.map_or_else(|| path.last().cloned().unwrap_or_default(), str::to_owned);
    found.push(Leaf { path, name });
    start + length
}

fn read_group(group: &str, prefix: &[String], found: &mut Vec<Leaf>) -> usize {
    let (mut depth, mut start) = (0_usize, 1);
    for (at, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && byte == b',') {
            read_tree(&group[start..at], prefix, found);
            start = at + 1;
        }
        if depth == 0 {
            return at + 1;
        }
    }
    group.len()
}

#[cfg(test)]
fn count(files: &[(&str, &str)]) -> usize {
    import_cycles(&files.iter().map(|(path, text)| Source::new(path, text)).collect::<Vec<_>>()).len()
}

#[cfg(test)]
const HUB: (&str, &str) =
    ("src/forms/mod.rs", "mod a; mod b; mod c;\npub use a::A;\npub use b::{B, f as g};\npub use c::*;");

#[test]
fn catches_a_cycle_of_three_files() {
    let (a, b) = ("use super::b::B; struct A;", "use super::c::C; struct B;");
    for (a, b, c) in [
        (a, b, "use super::a::A;"),
        (a, b, "use super::{\n    a::{\n        A,\n    },\n};"),
        (a, b, "use super::A;"),
        (a, b, "use crate::{clock::Clock, forms::{A, other}};"),
        (a, b, "fn f() { crate::forms::A::new() }"),
        (a, b, "fn f() { super::a::g() }"),
        (a, b, "use super::a; fn f() { a::g() }"),
        ("use super::{clock, g as h};", b, "use super::a::A as Other;"),
        (
            "use super::g;",
            "use super::{self as hub}; fn f() { hub::c::x() }",
            "use super::super::forms::a::A;",
        ),
    ] {
        let files = [HUB, ("src/forms/a.rs", a), ("src/forms/b.rs", b), ("src/forms/c.rs", c)];
        assert_eq!(count(&files), 1, "{a} | {b} | {c}");
    }
}

#[test]
fn catches_a_cycle_through_folders() {
    let files = [
        ("src/forms/mod.rs", "mod parts; mod form;"),
        ("src/forms/form.rs", "use super::parts; fn f() { parts::Part::new() }"),
        ("src/forms/parts/mod.rs", "mod one; mod two;\npub use one::Part;"),
        ("src/forms/parts/one.rs", "use super::two::Two;"),
        ("src/forms/parts/two.rs", "use super::super::form::Form;"),
    ];
    assert_eq!(count(&files), 1);
    let files = [
        ("src/forms/mod.rs", "mod form;\npub use form::Form;"),
        ("src/forms/form.rs", "mod one; mod two; fn f() { one::f() }"),
        ("src/forms/form/one.rs", "use super::two::Two;"),
        ("src/forms/form/two.rs", "use super::Form;"),
    ];
    assert_eq!(count(&files), 1);
}

#[test]
fn permits_layers_and_pairs() {
    for (a, b, c) in [
        ("use super::b::B;", "use super::c::C;", "use crate::clock::Clock;"),
        ("use super::b::B;", "use super::a::A;", "use super::a::A; use super::b::B;"),
        ("use super::b::B;", "use super::c::C;", "// super::a::A"),
        ("use super::b::B;", "use super::c::C;", "#[cfg(test)]\nmod tests { use super::super::a::A; }"),
        ("use super::b::B;", "use super::c::C;", "use serde::a; use other::super_a; pub(super) struct A;"),
    ] {
        let files = [HUB, ("src/forms/a.rs", a), ("src/forms/b.rs", b), ("src/forms/c.rs", c)];
        assert_eq!(count(&files), 0, "{a} | {b} | {c}");
    }
    let rooms = [
        ("src/a.rs", "use crate::b::B;"),
        ("src/b.rs", "use crate::c::C;"),
        ("src/c.rs", "use crate::a::A;"),
    ];
    assert_eq!(count(&rooms), 0, "another rule refuses import cycles between rooms");
}
