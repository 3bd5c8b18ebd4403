//! Architecture, prose, licence and conformance rules as tests. Each rule has a test beside it that plants a violation
//! and expects it to be caught.

#[path = "rules/code.rs"]
mod code;
#[path = "rules/conformance.rs"]
mod conformance;
#[path = "rules/files.rs"]
mod files;
#[path = "rules/image.rs"]
mod image;
#[path = "rules/import_cycles.rs"]
mod import_cycles;
#[path = "rules/licences.rs"]
mod licences;
#[path = "rules/links.rs"]
mod links;
#[path = "rules/locks.rs"]
mod locks;
#[path = "rules/migrations.rs"]
mod migrations;
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
fn rooms_use_only_permitted_rooms() {
    holds("a room uses a room it may not", &in_rooms(rooms::violations));
}

#[test]
fn crates_are_named_only_in_permitted_places() {
    holds("a crate is named where it may not be", &in_rooms(code::foreign_crates));
}

#[test]
fn mod_files_hold_only_docs_and_declarations() {
    holds("a mod.rs is more than docs and a list", &in_rooms(code::logic_in_mod));
}

#[test]
fn files_of_a_room_have_no_import_cycles() {
    holds("files import each other in a cycle", &import_cycles::import_cycles(&rust_files(root(), "src")));
}

#[test]
fn folders_hold_more_than_one_file() {
    holds("a folder holds one file", &code::thin_folders(&rust_files(root(), "src")));
}

#[test]
fn frozen_migrations_are_not_edited() {
    holds("a frozen migration was edited", &migrations::edited(&files::tracked(root())));
}

#[test]
fn the_image_has_each_included_file() {
    let ignore = std::fs::read_to_string(root().join(".dockerignore")).expect("the file is there");
    let outside = rust_files(root(), "src")
        .iter()
        .flat_map(|source| image::outside_context(&ignore, source))
        .collect::<Vec<_>>();
    holds("the image does not build", &outside);
}

/// X18: input is bound as a parameter, never concatenated into SQL.
#[test]
fn sql_is_literal() {
    holds("SQL is put together at run time", &in_rooms(code::assembled_sql));
}

/// TRQ-07: forbidden code includes every call that disables TLS verification.
#[test]
fn code_contains_nothing_forbidden() {
    holds("forbidden code", &in_all_code(code::forbidden_code));
}

#[test]
fn only_openidconnect_depends_on_rsa() {
    holds("a crate other than openidconnect depends on `rsa`", &licences::stray_rsa(&licences::packages()));
}

#[test]
fn fuzz_targets_lock_the_shipped_versions() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("the file is there");
    let fuzz = read("fuzz/Cargo.lock");
    holds("the fuzz targets build other versions", &locks::drifted(&read("Cargo.lock"), &fuzz));
    holds("the fuzz targets lack a package", &locks::missing(&read("Cargo.toml"), &fuzz));
}

#[test]
fn files_stay_within_the_size_limit() {
    holds("a file is too long", &in_tracked(|file| files::size(file).into_iter().collect()));
}

#[test]
fn files_contain_no_unfinished_work() {
    holds("unfinished work", &in_tracked(files::unfinished));
}

#[test]
fn files_contain_no_foreign_words() {
    holds("a path or note from outside this repository", &in_tracked(files::foreign_words));
}

#[test]
fn doc_comments_begin_with_a_noun_or_a_verb() {
    holds("a doc comment begins with a question word", &in_tracked(prose::question_words));
}

#[test]
fn texts_contain_no_indefinite_pronouns() {
    holds("a pronoun hides the actor", &in_tracked(prose::pronouns));
}

#[test]
fn documented_paths_exist() {
    holds(
        "a document names a path that does not exist",
        &in_tracked(|file| files::missing_paths(root(), file)),
    );
}

#[test]
fn links_and_commands_in_documents_resolve() {
    let tracked = files::tracked(root());
    holds("a link is broken", &links::broken_links(root(), &tracked));
    let commands = links::Commands::of_program(env!("CARGO_BIN_EXE_passerelle"));
    let unknown =
        tracked.iter().flat_map(|file| links::unknown_commands(&commands, file)).collect::<Vec<_>>();
    holds("a document names a command that does not exist", &unknown);
}

#[test]
fn conformance_rows_have_a_test_a_reason_or_wait() {
    holds("conformance", &Conformance::read(root()).violations());
}

/// Run with `PASSERELLE_WRITE=1` to write the page.
#[test]
fn conformance_page_is_current() {
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
