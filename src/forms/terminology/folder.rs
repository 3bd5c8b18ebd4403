//! Reading of a folder of value sets and code systems.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::super::error::Error;
use super::super::translation::{array, string};
use super::package::{PackageLimits, resources};

/// Deepest folder below the folder of the terminology that is read.
const MAX_DEPTH: usize = 6;

/// Ending of the name of a FHIR package.
const PACKAGE: &str = "tgz";

/// Value sets and code systems by canonical URL. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Terminology {
    value_sets: Arc<BTreeMap<String, Vec<Value>>>,
    code_systems: Arc<BTreeMap<String, Vec<Value>>>,
}

impl Terminology {
    /// Reads every `.json` file and every FHIR package (`.tgz`) of a folder and of the folders in it: value sets, code systems,
    /// and Bundles of these. Other resources are ignored.
    ///
    /// # Errors
    /// The files that cannot be read, or are not JSON.
    pub fn load(folder: &Path) -> Result<Self, Vec<Error>> {
        let (mut terminology, mut errors) = (Self::default(), Vec::new());
        for file in files(folder, 0).map_err(|error| vec![error])? {
            let read = match has_ending(&file, PACKAGE) {
                true => resources(&file, PackageLimits::PUBLISHED),
                false => read(&file).map(|resource| vec![resource]),
            };
            match read {
                Ok(resources) => resources.into_iter().for_each(|resource| terminology.add(resource)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(terminology) } else { Err(errors) }
    }

    /// Adds a resource, if it is one that a terminology has.
    pub fn add(&mut self, resource: Value) {
        let url = string(&resource, "url").map(str::to_owned);
        match (string(&resource, "resourceType"), url) {
            (Some("Bundle"), _) => {
                let entries = array(&resource, "entry").filter_map(|entry| entry.get("resource"));
                entries.cloned().collect::<Vec<_>>().into_iter().for_each(|entry| self.add(entry));
            }
            (Some("ValueSet"), Some(url)) => add(&mut self.value_sets, url, resource),
            (Some("CodeSystem"), Some(url)) => add(&mut self.code_systems, url, resource),
            _ => {}
        }
    }

    /// Finds a value set by its canonical URL, with or without a version. Of several versions, the latest one.
    pub(super) fn value_set(&self, canonical: &str) -> Option<&Value> {
        of_version(&self.value_sets, canonical)
    }

    /// Finds a code system whose concepts are all there.
    pub(super) fn code_system(&self, canonical: &str) -> Option<&Value> {
        of_version(&self.code_systems, canonical)
            .filter(|system| string(system, "content") == Some("complete"))
    }
}

fn add(into: &mut Arc<BTreeMap<String, Vec<Value>>>, url: String, resource: Value) {
    Arc::make_mut(into).entry(url).or_default().push(resource);
}

fn of_version<'t>(all: &'t BTreeMap<String, Vec<Value>>, canonical: &str) -> Option<&'t Value> {
    let (url, version) = canonical.split_once('|').unwrap_or((canonical, ""));
    let is_it = |found: &&Value| version.is_empty() || string(found, "version") == Some(version);
    all.get(url)?.iter().filter(is_it).max_by_key(|found| order(string(found, "version").unwrap_or_default()))
}

/// Order of a version: its parts as numbers, so that 10.0 is later than 9.0, and a text before the number without it, as
/// `1.0.0-ballot`.
fn order(version: &str) -> Vec<(u64, bool, &str)> {
    let part = |part| {
        let digits = str::len(part) - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = part.split_at(digits);
        (number.parse().unwrap_or(0), rest.is_empty(), rest)
    };
    version.split('.').map(part).collect()
}

fn has_ending(file: &Path, ending: &str) -> bool {
    file.extension().is_some_and(|own| own == ending)
}

fn files(folder: &Path, depth: usize) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::File { file: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() && depth < MAX_DEPTH {
            files.extend(self::files(&path, depth + 1)?);
        } else if has_ending(&path, "json") || has_ending(&path, PACKAGE) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<Value, Error> {
    let bytes = fs::read(file).map_err(|source| Error::File { file: file.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|source| Error::NotJson { file: file.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_versions_by_their_numbers() {
        for (earlier, later) in [
            ("9.0.0", "10.0.0"),
            ("1.0.0-ballot", "1.0.0"),
            ("1.0", "1.0.1"),
            ("", "0.1"),
            ("2024-01", "2025-01"),
        ] {
            assert!(order(earlier) < order(later), "{earlier} {later}");
        }
    }

    #[test]
    fn reads_packages_beside_files() {
        use flate2::{Compression, write::GzEncoder};
        use serde_json::json;

        let folder = crate::testing::Scratch::new();
        let set = |name: &str| json!({"resourceType": "ValueSet", "url": format!("urn:{name}")}).to_string();
        fs::write(folder.path().join("a.json"), set("a")).unwrap();
        let mut package = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        let (content, mut header) = (set("b"), tar::Header::new_gnu());
        header.set_size(content.len() as u64);
        package.append_data(&mut header, "package/ValueSet-b.json", content.as_bytes()).unwrap();
        let packed = package.into_inner().unwrap().finish().unwrap();
        fs::write(folder.path().join("some.package-1.0.0.tgz"), &packed).unwrap();
        let terminology = Terminology::load(folder.path()).unwrap();
        assert!(terminology.value_set("urn:a").is_some() && terminology.value_set("urn:b").is_some());
        fs::write(folder.path().join("broken.tgz"), &packed[..packed.len() / 2]).unwrap();
        let errors = Terminology::load(folder.path()).unwrap_err();
        assert!(errors[0].to_string().contains("broken.tgz is refused"), "{}", errors[0]);
    }
}
