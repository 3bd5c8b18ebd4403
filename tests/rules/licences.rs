//! Licence rule: every dependency has an accepted licence. Advisory rule: only openidconnect may depend on `rsa`.

use std::process::Command;

use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};

/// Accepted licences. No copyleft: a vendor links the library into their own product.
const ACCEPTED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "ISC",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "BSL-1.0",
    "Unicode-3.0",
    "CDLA-Permissive-2.0",
];
const ACCEPTED_EXCEPTIONS: &[&str] = &["LLVM-exception"];

/// Package of the dependency tree, from `cargo metadata`.
pub struct Package {
    pub name: String,
    pub version: String,
    pub licence: Option<String>,
    pub used_by: Vec<String>,
}

/// Lists every package that a Linux build of the app uses, including tests and build scripts.
pub fn packages() -> Vec<Package> {
    let out = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(out.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&out.stderr));
    read(&serde_json::from_slice(&out.stdout).expect("cargo metadata gives JSON"))
}

fn read(metadata: &Value) -> Vec<Package> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let all = metadata["packages"].as_array().unwrap();
    let name_of =
        |id: &Value| all.iter().find(|package| package["id"] == *id).map(|package| text(&package["name"]));
    let uses = |node: &Value, id: &Value| node["dependencies"].as_array().unwrap().contains(id);
    let used_by = |id: &Value| {
        nodes.iter().filter(|node| uses(node, id)).filter_map(|node| name_of(&node["id"])).collect()
    };
    let resolved = |package: &&Value| nodes.iter().any(|node| node["id"] == package["id"]);
    all.iter()
        .filter(resolved)
        .filter(|package| package["name"] != env!("CARGO_PKG_NAME"))
        .map(|package| Package {
            name: text(&package["name"]),
            version: text(&package["version"]),
            licence: package["license"].as_str().map(str::to_owned),
            used_by: used_by(&package["id"]),
        })
        .collect()
}

pub fn refused(package: &Package) -> Option<String> {
    let named = format!("{} {}", package.name, package.version);
    let Some(licence) = &package.licence else {
        return Some(format!("{named}: no licence expression"));
    };
    match Expression::parse_mode(licence, ParseMode::LAX) {
        Err(why) => Some(format!("{named}: `{licence}` cannot be read: {}", why.reason)),
        Ok(expression) if expression.evaluate(accepted) => None,
        Ok(_) => Some(format!("{named}: `{licence}` is not accepted")),
    }
}

fn accepted(requirement: &LicenseReq) -> bool {
    let id = requirement.license.id().map(|id| id.name);
    let addition = requirement.addition.as_ref().map(ToString::to_string);
    id.is_some_and(|id| ACCEPTED.contains(&id))
        && addition.is_none_or(|exception| ACCEPTED_EXCEPTIONS.contains(&exception.as_str()))
}

/// Finds packages other than openidconnect that depend on `rsa` (RUSTSEC-2023-0071: private-key operations leak timing,
/// no fixed version). openidconnect only verifies signatures with it.
pub fn stray_rsa(packages: &[Package]) -> Vec<String> {
    let rsa = packages.iter().filter(|package| package.name == "rsa");
    let strays = |package: &Package| {
        package.used_by.iter().filter(|user| *user != "openidconnect").cloned().collect::<Vec<_>>()
    };
    rsa.flat_map(strays)
        .map(|user| format!("`{user}` uses the `rsa` crate; only openidconnect may, to verify"))
        .collect()
}

#[cfg(test)]
fn planted(name: &str, licence: Option<&str>, used_by: &str) -> Package {
    Package {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        licence: licence.map(str::to_owned),
        used_by: vec![used_by.to_owned()],
    }
}

#[test]
fn catches_a_licence_that_is_not_accepted() {
    let refuses = |licence: Option<&str>| refused(&planted("x", licence, "y")).is_some();
    let bad = [
        "GPL-3.0-or-later",
        "MIT AND GPL-2.0",
        "AGPL-3.0",
        "Apache-2.0 WITH Classpath-exception-2.0",
        "Own words",
        "MPL-2.0",
    ];
    for licence in bad {
        assert!(refuses(Some(licence)), "{licence}");
    }
    assert!(refuses(None));
    for licence in [
        "MIT/Apache-2.0",
        "GPL-2.0 OR MIT",
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        "MIT AND (ISC OR GPL-2.0)",
    ] {
        assert!(!refuses(Some(licence)), "{licence}");
    }
}

#[test]
fn catches_another_user_of_rsa() {
    for user in ["jsonwebtoken", env!("CARGO_PKG_NAME")] {
        assert_eq!(stray_rsa(&[planted("rsa", Some("MIT"), user)]).len(), 1, "{user}");
    }
    assert_eq!(stray_rsa(&[planted("rsa", Some("MIT"), "openidconnect")]).len(), 0);
}
