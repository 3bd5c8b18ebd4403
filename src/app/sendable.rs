//! Check before the start that every form and every service can be sent, so that no clinician finds out on the last page.

use jiff::Timestamp;

use super::{
    attachment_store::check_bucket, errors::with_causes, from_settings, sending::destination_problems,
    terminology::server_peer,
};
use crate::{
    config::{Problems, Settings},
    directory::{self, Directory},
    forms::{self, Form, Library},
};

const FORMS: &str = "forms.folder";
const TERMINOLOGY: &str = "forms.terminology";
const DIRECTORY: &str = "directory.file";
const FIX_FORM: &str = "Correct the form; docs/write-a-form.md describes it.";
const FIX_TERMINOLOGY: &str = "Correct or remove the file.";
const FIX_DIRECTORY: &str = "Correct the file; docs/operate.md describes it.";
/// Channel that `delivery.folder` enables.
const FOLDER: &str = "folder";
/// Channel that is always there.
const FHIR_MESSAGING: &str = "fhir_messaging";

/// Problems of forms that cannot be loaded: every error, with its cause.
pub(super) fn unusable_forms(errors: Vec<forms::Error>) -> Problems {
    let mut problems = Problems::default();
    for error in errors {
        problems.add(FORMS, with_causes(error), FIX_FORM);
    }
    problems
}

/// Problems of a folder of value sets that cannot be loaded: every file, with the reason.
pub(super) fn unusable_terminology(errors: Vec<forms::Error>) -> Problems {
    let mut problems = Problems::default();
    for error in errors {
        problems.add(TERMINOLOGY, with_causes(error), FIX_TERMINOLOGY);
    }
    problems
}

/// Problems of `forms.offered`: ids that no form has.
pub(super) fn unknown_forms(all: &Library, unknown: &[String]) -> Problems {
    let known: Vec<_> = all.list().map(Form::id).collect();
    let fix = format!("Choose among {}; an empty list offers all.", known.join(", "));
    let mut problems = Problems::default();
    for id in unknown {
        problems.add("forms.offered", format!("there is no form \"{id}\""), fix.clone());
    }
    problems
}

/// Problems of a directory that cannot be loaded: every reason of every service.
pub(super) fn unusable_directory(error: directory::Error) -> Problems {
    let mut problems = Problems::default();
    match error {
        directory::Error::Services(reasons) => {
            for reason in reasons {
                problems.add(DIRECTORY, reason, FIX_DIRECTORY);
            }
        }
        error => problems.add(DIRECTORY, with_causes(error), FIX_DIRECTORY),
    }
    problems
}

/// Problems of forms and services of which no referral could be sent.
pub(super) fn unsendable(
    settings: &Settings,
    library: &Library,
    directory: &Directory,
    has_channel: impl Fn(&str) -> bool,
) -> Problems {
    let mut problems = unusable_by_content(library);
    problems.extend(services_without_channel(settings, directory, has_channel));
    problems
}

fn unusable_by_content(library: &Library) -> Problems {
    let mut problems = Problems::default();
    for form in library.list() {
        for error in form.lacks_for_use() {
            problems.add(FORMS, format!("the form {}: {}", form.id(), error.reason()), FIX_FORM);
        }
    }
    problems
}

fn services_without_channel(
    settings: &Settings,
    directory: &Directory,
    has_channel: impl Fn(&str) -> bool,
) -> Problems {
    let mut problems = Problems::default();
    let unknown = |service: &&directory::Service| !has_channel(&service.route.channel);
    let samples = settings.directory.is_none();
    let mut without_folder = false;
    for service in directory.services().filter(unknown) {
        let channel = service.route.channel.as_str();
        if samples && channel == FOLDER {
            without_folder = true;
            continue;
        }
        let fix = if channel == FOLDER {
            "Set delivery.folder, or give the service another endpoint."
        } else {
            "Correct connectionType of its Endpoint, or add the delivery channel."
        };
        problems.add(DIRECTORY, format!("{}: there is no delivery channel {channel}", service.id), fix);
    }
    if without_folder {
        let what =
            "is empty, so that clinicians would be offered fictional services to which nothing can be sent";
        let fix = "Name the file with your services; to try the fictional ones, set delivery.folder.";
        problems.add(DIRECTORY, what, fix);
    }
    problems
}

/// Reads forms, directory and destinations, and returns all their problems together. Knows the channels that ship, not those
/// of a vendor.
///
/// # Errors
/// Every problem with its fix.
pub(super) fn check_files(settings: &Settings, now: Timestamp) -> Result<(), Problems> {
    let ships = |channel: &str| match channel {
        FOLDER => settings.delivery.folder.is_some(),
        channel => channel == FHIR_MESSAGING,
    };
    let mut problems = from_settings::forms(settings)
        .map_or_else(|problems| problems, |base| unusable_by_content(&from_settings::offered(&base)));
    let directory = from_settings::directory(settings);
    let of_directory =
        directory.map_or_else(|problems| problems, |it| services_without_channel(settings, &it, ships));
    problems.extend(of_directory);
    problems.extend(destination_problems(settings, now));
    problems.extend(server_peer(settings).err().unwrap_or_default());
    problems.extend(check_bucket(settings).err().unwrap_or_default());
    problems.or(())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::{config::KeysFile, random};

    /// Checks a folder of forms and a directory file, and returns the problems as text.
    fn check(name: &str, forms: &[(&str, &str)], directory: Option<&str>, settings: &str) -> String {
        let folder = std::env::temp_dir().join(format!("passerelle-{name}-{}", random::id()));
        fs::create_dir_all(folder.join("forms")).unwrap();
        KeysFile::write_new(&folder.join("keys.toml")).unwrap();
        for (file, text) in forms {
            fs::write(folder.join("forms").join(file), text).unwrap();
        }
        let quoted = |path: &Path| format!("{:?}", path.to_string_lossy());
        let section = |name: &str, key: &str, path: &Path| format!("[{name}]\n{key} = {}\n", quoted(path));
        let public_url = "[server]\npublic_url = \"https://referrals.example.ca\"\n";
        let mut toml = [public_url, settings, "\n"].concat();
        toml.push_str(&section("keys", "file", &folder.join("keys.toml")));
        if !forms.is_empty() {
            toml.push_str(&section("forms", "folder", &folder.join("forms")));
        }
        if let Some(text) = directory {
            fs::write(folder.join("directory.json"), text).unwrap();
            toml.push_str(&section("directory", "file", &folder.join("directory.json")));
        }
        let checked = check_files(&Settings::from_toml(&toml).unwrap(), Timestamp::UNIX_EPOCH);
        fs::remove_dir_all(&folder).unwrap();
        checked.err().map(|problems| problems.to_string()).unwrap_or_default()
    }

    const FOLDER_SET: &str = "[delivery]\nfolder = \"/tmp/delivered\"";

    #[test]
    fn refuses_the_fictional_services_unless_a_folder_is_set() {
        let found = check("samples", &[], None, "");
        assert!(found.starts_with("1 problem ") && found.contains("fictional services"), "{found}");
        assert_eq!(check("samples", &[], None, FOLDER_SET), "");
    }

    #[test]
    fn reports_every_reason_of_forms_and_directory_at_once() {
        let form = serde_json::json!({
            "resourceType": "Questionnaire", "id": "x", "url": "https://example.ca/x", "version": "1", "title": "X"
        });
        let broken = [("a.json", "{bad"), ("b.json", "{}")];
        let found = check("broken", &broken, Some("[{\"resourceType\":\"HealthcareService\"}]"), FOLDER_SET);
        for reason in
            ["a.json is not JSON: key must be", "b.json", "not a FHIR Questionnaire", "entry 1: it has no id"]
        {
            assert!(found.contains(reason), "{reason}: {found}");
        }
        let found = check("code", &[("x.json", &form.to_string())], None, FOLDER_SET);
        assert!(found.contains("the form x: it has no code with system, code and display"), "{found}");
        assert!(found.contains("the form x: it has no question"), "{found}");
        let found = check("both", &broken[..1], None, "");
        assert!(found.starts_with("2 problems ") && found.contains("fictional services"), "{found}");
    }

    #[test]
    fn refuses_a_terminology_server_without_a_base_url() {
        for (url, fits) in [
            ("https://tx.example.ca/fhir", true),
            ("tx.example.ca", false),
            ("ftp://tx.example.ca/fhir", false),
            ("https://tx.example.ca/fhir?x=1", false),
        ] {
            let settings = format!("{FOLDER_SET}\n[forms]\nterminology_server = \"{url}\"");
            let found = check("server", &[], None, &settings);
            assert_eq!(!found.contains("forms.terminology_server"), fits, "{url}: {found}");
        }
    }

    #[test]
    fn refuses_a_bucket_with_a_ca_file_that_is_none() {
        let file = std::env::temp_dir().join(format!("passerelle-ca-{}", random::id()));
        fs::write(&file, "no certificate").unwrap();
        let bucket = format!(
            "[attachments.s3]\nbucket = \"files\"\nregion = \"ca-central-1\"\naccess_key_id = \"id\"\n\
             secret_access_key_file = {file:?}\nca_file = {file:?}\n"
        );
        let found = check("bucket", &[], None, &format!("{FOLDER_SET}\n{bucket}"));
        fs::remove_file(&file).unwrap();
        assert!(found.starts_with("1 problem ") && found.contains("attachments.s3.ca_file"), "{found}");
    }

    #[test]
    fn refuses_a_service_without_a_channel() {
        let service = |channel: &str| {
            let service = serde_json::json!([{
                "resourceType": "HealthcareService", "id": "clinic", "name": "Clinic",
                "specialty": [{ "coding": [{ "system": "s", "code": "c", "display": "d" }] }],
                "contained": [{
                    "resourceType": "Endpoint", "address": "https://clinic.example.ca/fhir",
                    "connectionType": { "code": channel }
                }]
            }]);
            service.to_string()
        };
        let found = check("channel", &[], Some(&service("fax")), FOLDER_SET);
        assert!(found.contains("clinic: there is no delivery channel fax"), "{found}");
        assert!(check("folder", &[], Some(&service("folder")), "").contains("Set delivery.folder"));
        assert_eq!(check("folder", &[], Some(&service("folder")), FOLDER_SET), "");
        assert_eq!(check("fhir", &[], Some(&service("hl7-fhir-msg")), ""), "");
    }
}
