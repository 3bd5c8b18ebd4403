//! Lock-file rule: the fuzz targets, a package with a lock file of its own, use the versions that ship.

use std::collections::HashSet;

const FIX: &str = "cp Cargo.lock fuzz/Cargo.lock, then cargo metadata --manifest-path fuzz/Cargo.toml";

/// Finds dependencies of the app that the fuzz targets do not lock: they would not build offline. They use no optional ones.
pub fn missing(manifest: &str, fuzz: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().expect("the manifest is TOML");
    let locked: HashSet<&str> = packages(fuzz).into_iter().map(|(name, _)| name).collect();
    let dependencies = manifest["dependencies"].as_table().expect("the app has dependencies");
    let is_optional =
        |wanted: &toml::Value| wanted.get("optional").and_then(toml::Value::as_bool).unwrap_or(false);
    let missing =
        dependencies.iter().filter(|(name, wanted)| !is_optional(wanted) && !locked.contains(name.as_str()));
    missing.map(|(name, _)| format!("{name} is missing: {FIX}")).collect()
}

/// Finds packages of the fuzz targets that the app uses in another version.
pub fn drifted(app: &str, fuzz: &str) -> Vec<String> {
    let (app, fuzz) = (packages(app), packages(fuzz));
    let names: HashSet<&str> = app.iter().map(|(name, _)| *name).collect();
    let strange = |package: &&(&str, &str)| names.contains(package.0) && !app.contains(*package);
    let mut found: Vec<String> =
        fuzz.iter().filter(strange).map(|(name, version)| format!("{name} {version}: {FIX}")).collect();
    found.sort();
    found
}

fn packages(lock: &str) -> HashSet<(&str, &str)> {
    lock.split("[[package]]").skip(1).filter_map(package).collect()
}

fn package(text: &str) -> Option<(&str, &str)> {
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim_matches('"'))
    };
    Some((value("name = ")?, value("version = ")?))
}

#[test]
fn catches_a_dependency_that_is_not_locked() {
    let fuzz = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n";
    assert!(missing("[dependencies]\na = \"1\"\n", fuzz).is_empty());
    assert_eq!(missing("[dependencies]\na = \"1\"\nb = { version = \"1\" }\n", fuzz).len(), 1);
    assert!(missing("[dependencies]\nb = { version = \"1\", optional = true }\n", fuzz).is_empty());
}

#[test]
fn catches_another_version() {
    let app =
        "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"a\"\nversion = \"2.0.0\"\n";
    let fuzz = |version: &str| format!("[[package]]\nname = \"a\"\nversion = \"{version}\"\n");
    assert!(drifted(app, &fuzz("1.0.0")).is_empty() && drifted(app, &fuzz("2.0.0")).is_empty());
    assert_eq!(drifted(app, &fuzz("2.0.1")).len(), 1);
    assert!(drifted(app, "[[package]]\nname = \"only-there\"\nversion = \"1.0.0\"\n").is_empty());
}
