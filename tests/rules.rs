//! The rules of the house, as tests: who may use whom, which crates may be named where, what no file may contain, which
//! test proves which requirement, and under which licences we build. Each rule has a test beside it that plants a fault
//! and sees it caught.

#[path = "rules/circles.rs"]
mod circles;
#[path = "rules/code.rs"]
mod code;
#[path = "rules/conformance.rs"]
mod conformance;
#[path = "rules/files.rs"]
mod files;
#[path = "rules/licences.rs"]
mod licences;
#[path = "rules/links.rs"]
mod links;
#[path = "rules/locks.rs"]
mod locks;
#[path = "rules/prose.rs"]
mod prose;
#[path = "rules/rooms.rs"]
mod rooms;
#[path = "rules/source.rs"]
mod source;

use std::path::Path;

use conformance::Conformance;
use source::{Source, rust_files};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[track_caller]
fn holds(rule: &str, violations: &[String]) {
    assert!(violations.is_empty(), "{rule}:\n  {}\n", violations.join("\n  "));
}

fn in_rooms(rule: fn(&Source) -> Vec<String>) -> Vec<String> {
    rust_files(root(), "src").iter().flat_map(rule).collect()
}

fn in_all_code(rule: fn(&Source) -> Vec<String>) -> Vec<String> {
    let folders = ["src", "tests", "examples", "benches", "fuzz"];
    folders.iter().flat_map(|folder| rust_files(root(), folder)).flat_map(|source| rule(&source)).collect()
}

fn in_tracked(rule: impl Fn(&files::Tracked) -> Vec<String>) -> Vec<String> {
    files::tracked(root()).iter().flat_map(rule).collect()
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    holds("a room uses a room it may not", &in_rooms(rooms::violations));
}

#[test]
fn crates_are_named_only_where_they_may_be() {
    holds("a crate is named where it may not be", &in_rooms(code::foreign_crates));
}

#[test]
fn mod_files_hold_docs_and_a_list() {
    holds("a mod.rs is more than docs and a list", &in_rooms(code::logic_in_mod));
}

#[test]
fn files_of_a_room_import_in_no_circle() {
    holds("files import each other in a circle", &circles::in_open_rooms(rust_files(root(), "src")));
}

#[test]
fn folders_hold_more_than_one_file() {
    holds("a folder holds one file", &code::thin_folders(&rust_files(root(), "src")));
}

/// X18: what somebody sent is bound, never written into a statement.
#[test]
fn sql_is_literal() {
    holds("SQL is put together at run time", &in_rooms(code::assembled_sql));
}

/// TRQ-07: among it is what would switch the checks of TLS off.
#[test]
fn no_forbidden_code() {
    holds("forbidden code", &in_all_code(code::forbidden_code));
}

#[test]
fn rsa_comes_with_openidconnect_alone() {
    holds("the `rsa` crate came in by another way", &licences::stray_rsa(&licences::packages()));
}

#[test]
fn what_is_fuzzed_is_what_ships() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("the file is there");
    let fuzz = read("fuzz/Cargo.lock");
    holds("the fuzz targets build other versions", &locks::drifted(&read("Cargo.lock"), &fuzz));
    holds("the fuzz targets lack a package", &locks::missing(&read("Cargo.toml"), &fuzz));
}

#[test]
fn files_are_of_a_bearable_size() {
    holds("a file is too long", &in_tracked(|file| files::size(file).into_iter().collect()));
}

#[test]
fn nothing_is_put_off() {
    holds("unfinished work", &in_tracked(files::put_off));
}

#[test]
fn files_speak_of_this_project_alone() {
    holds("words from elsewhere", &in_tracked(files::foreign_words));
}

#[test]
fn doc_comments_begin_with_a_noun_or_a_verb() {
    holds("a doc comment begins with a question word", &in_tracked(not_yet_swept(prose::riddles)));
}

#[test]
fn texts_name_the_actor() {
    holds("a pronoun hides the actor", &in_tracked(not_yet_swept(prose::pronouns)));
}

/// Places whose prose is older than these rules. The list only shrinks.
const UNSWEPT: &[&str] =
    &["docs/conformance", "src/admin/", "src/app", "src/ehrs/", "src/smart/", "examples/", "tests/rules"];

fn not_yet_swept(rule: fn(&files::Tracked) -> Vec<String>) -> impl Fn(&files::Tracked) -> Vec<String> {
    move |file| if UNSWEPT.iter().any(|place| file.path.starts_with(place)) { Vec::new() } else { rule(file) }
}

#[test]
fn documented_paths_exist() {
    holds("documents name what is not there", &in_tracked(|file| files::missing_paths(root(), file)));
}

#[test]
fn links_and_commands_in_documents_resolve() {
    let tracked = files::tracked(root());
    holds("a link leads nowhere", &links::broken_links(root(), &tracked));
    let commands = links::Commands::of_program(env!("CARGO_BIN_EXE_passerelle"));
    let unknown =
        tracked.iter().flat_map(|file| links::unknown_commands(&commands, file)).collect::<Vec<_>>();
    holds("a document names a command that does not exist", &unknown);
}

#[test]
fn each_row_of_conformance_has_a_test_or_a_reason_or_waits() {
    holds("conformance", &Conformance::read(root()).violations());
}

/// `PASSERELLE_WRITE=1` writes it.
#[test]
fn the_page_of_conformance_is_current() {
    let (page, file) = (Conformance::read(root()).page(), root().join(conformance::PAGE));
    if std::env::var_os("PASSERELLE_WRITE").is_some() {
        std::fs::write(&file, &page).expect("the page can be written");
    }
    let current = std::fs::read_to_string(file).unwrap_or_default() == page;
    assert!(current, "PASSERELLE_WRITE=1 cargo test --test rules conformance writes {}", conformance::PAGE);
}

#[test]
fn licences_are_accepted() {
    let packages = licences::packages();
    assert!(packages.len() > 100, "cargo metadata lists only {} packages", packages.len());
    holds("a licence is not accepted", &packages.iter().filter_map(licences::refused).collect::<Vec<_>>());
}
