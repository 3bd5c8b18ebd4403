//! Loading of a directory file.

use std::{fs, path::Path};

use serde_json::Value;

use super::{error::Error, search::Directory, service::Service};

const BUILT_IN: &str = include_str!("../../config/directory.json");

/// Loads a directory file.
///
/// # Errors
/// [`Error::Services`] with every service that cannot be used; [`Error::Read`] or [`Error::Json`] for the file.
pub fn load_file(file: &Path) -> Result<Directory, Error> {
    read(&fs::read_to_string(file)?)
}

/// Loads the built-in samples: fictional services in Ontario and Quebec.
///
/// # Errors
/// As [`load_file`]; a test loads them.
pub fn load_built_in() -> Result<Directory, Error> {
    read(BUILT_IN)
}

fn read(text: &str) -> Result<Directory, Error> {
    let json: Value = serde_json::from_str(text)?;
    let entries: Vec<&Value> = match &json {
        Value::Array(items) => items.iter().collect(),
        bundle => bundle["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]).collect(),
    };
    let (mut services, mut problems) = (Vec::<Service>::new(), Vec::new());
    for (index, resource) in entries.into_iter().enumerate() {
        if resource["resourceType"] != "HealthcareService" || resource["active"] == false {
            continue;
        }
        let named = resource["id"].as_str().map_or_else(|| format!("entry {}", index + 1), str::to_owned);
        match Service::read(resource) {
            Ok(service) if services.iter().any(|other| other.id == service.id) => {
                problems.push(format!("{named}: another service has the same id"));
            }
            Ok(service) => services.push(service),
            Err(reasons) => problems.extend(reasons.iter().map(|reason| format!("{named}: {reason}"))),
        }
    }
    if services.is_empty() && problems.is_empty() {
        problems.push("it has no active HealthcareService".to_owned());
    }
    if problems.is_empty() { Ok(Directory::new(services)) } else { Err(Error::Services(problems)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Error, read};

    fn reasons(services: &serde_json::Value) -> Vec<String> {
        match read(&services.to_string()) {
            Err(Error::Services(reasons)) => reasons,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn reports_every_reason_of_every_service() {
        let endpoint = json!({ "resourceType": "Endpoint", "connectionType": { "code": "folder" } });
        let coding = json!({ "system": "http://snomed.info/sct", "code": "394579002" });
        let found = reasons(&json!([
            { "resourceType": "HealthcareService", "id": "bare", "name": "Bare" },
            {
                "resourceType": "HealthcareService", "id": "without-display", "name": "Clinic",
                "specialty": [{ "coding": [coding] }], "contained": [endpoint]
            },
            { "resourceType": "HealthcareService" },
        ]));
        assert_eq!(
            found,
            [
                "bare: it has no specialty with system, code and display",
                "bare: it has no contained Endpoint",
                "without-display: it has no specialty with system, code and display",
                "entry 3: it has no id",
                "entry 3: it has no name",
                "entry 3: it has no specialty with system, code and display",
                "entry 3: it has no contained Endpoint",
            ]
        );
    }

    #[test]
    fn refuses_a_directory_without_services() {
        assert_eq!(reasons(&json!([])), ["it has no active HealthcareService"]);
        assert_eq!(reasons(&json!({ "resourceType": "Bundle" })), ["it has no active HealthcareService"]);
    }
}
