//! Settings of the bucket for attachments.

use std::fs;

use ipnet::IpNet;
use secrecy::SecretString;
use url::{Host, Url};

use super::reader::Reader;

/// Settings `attachments.s3.*`: bucket of an S3-compatible store.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// Name of the bucket.
    pub bucket: String,
    /// Base URL of the store, without the bucket.
    pub endpoint: Url,
    /// Region, for the signature of requests.
    pub region: String,
    /// Id of the access key.
    pub access_key_id: String,
    /// Secret of the access key.
    pub secret_access_key: SecretString,
    /// Whether the bucket is in the path of a request, and not in its host.
    pub path_style: bool,
    /// Private address ranges that the store may have.
    pub allowed_networks: Vec<IpNet>,
    /// Certificate authorities in PEM, trusted in addition to those this machine trusts.
    pub ca: Option<String>,
}

impl S3Settings {
    /// Reads the settings. `None` without a bucket, or with a problem.
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let bucket = reader.text("attachments.s3.bucket");
        let region = reader.text("attachments.s3.region");
        let path_style = reader.parsed("attachments.s3.path_style", "true, or false");
        let allowed_networks: Vec<IpNet> = reader.list("attachments.s3.allowed_networks", "10.0.0.0/8");
        let endpoint = reader.text("attachments.s3.endpoint");
        let access_key_id = reader.text("attachments.s3.access_key_id");
        if bucket.is_empty() {
            return None;
        }
        let plain =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter);
        if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(plain) {
            let fix = "Write 3 to 63 small letters, digits, dashes and dots.";
            reader.problems.add("attachments.s3.bucket", "is not the name of a bucket", fix);
        }
        for (key, text) in [("region", &region), ("access_key_id", &access_key_id)] {
            if text.is_empty() {
                let fix = "Write it as the store has it; a store without regions takes us-east-1.";
                reader.problems.add(&format!("attachments.s3.{key}"), "is empty", fix);
            }
        }
        let secret = read_file(reader, "attachments.s3.secret_access_key_file");
        if secret.is_none() && reader.path("attachments.s3.secret_access_key_file").is_none() {
            let fix = "Name a file with the secret of the access key.";
            reader.problems.add("attachments.s3.secret_access_key_file", "is empty", fix);
        }
        let ca = read_file(reader, "attachments.s3.ca_file");
        let endpoint =
            if endpoint.is_empty() { format!("https://s3.{region}.amazonaws.com") } else { endpoint };
        let path_style = path_style?;
        let endpoint = read_endpoint(reader, &endpoint, path_style, &allowed_networks)?;
        let secret_access_key = SecretString::from(secret?.trim());
        Some(Self {
            bucket,
            endpoint,
            region,
            access_key_id,
            secret_access_key,
            path_style,
            allowed_networks,
            ca,
        })
    }
}

/// Reads the base URL of the store: of a host only, and over TLS unless it is in a private range.
fn read_endpoint(reader: &mut Reader, text: &str, path_style: bool, networks: &[IpNet]) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| {
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && is_bare
    });
    let problem = match &url {
        None => Some((
            "is not the base URL of a store",
            "Write it like https://s3.example.ca, without the bucket.",
        )),
        Some(url) if !path_style && !matches!(url.host(), Some(Host::Domain(_))) => Some((
            "has an address, which cannot have a bucket before it",
            "Set attachments.s3.path_style to true.",
        )),
        Some(url) if url.scheme() == "http" && networks.is_empty() => Some((
            "is without TLS",
            "Write https, or name the private range of the store in attachments.s3.allowed_networks.",
        )),
        Some(_) => None,
    };
    if let Some((what, fix)) = problem {
        reader.problems.add("attachments.s3.endpoint", what, fix);
    }
    url.filter(|_| problem.is_none())
}

/// Reads the file that a setting names. `None` if it names none.
fn read_file(reader: &mut Reader, key: &str) -> Option<String> {
    let file = reader.path(key)?;
    fs::read_to_string(&file)
        .map_err(|error| {
            let what = format!("{} cannot be read: {error}", file.display());
            reader.problems.add(key, what, "Check the path and the file permissions.");
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use crate::{config::Settings, testing::Scratch};

    /// Problems of a bucket's settings, as `key: what`.
    fn problems(section: &str) -> Vec<String> {
        let problems = Settings::from_toml(&format!("[attachments.s3]\n{section}\n")).err().unwrap();
        let own = problems.list().iter().filter(|problem| problem.key.starts_with("attachments."));
        own.map(|problem| format!("{}: {}", problem.key, problem.what)).collect()
    }

    #[test]
    fn reports_every_problem_of_a_bucket() {
        let folder = Scratch::new();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "s\n").unwrap();
        let whole = format!(
            "bucket = \"files\"\nregion = \"ca-central-1\"\naccess_key_id = \"id\"\nsecret_access_key_file = {:?}",
            secret.to_string_lossy()
        );
        assert_eq!(problems(""), [""; 0]);
        assert_eq!(problems(&whole), [""; 0]);
        assert_eq!(problems(&format!("{whole}\nendpoint = \"https://s3.example.ca:9000\"")), [""; 0]);
        let range = "path_style = true\nallowed_networks = [\"127.0.0.0/8\"]";
        assert_eq!(problems(&format!("{whole}\nendpoint = \"http://127.0.0.1:9000\"\n{range}")), [""; 0]);
        let found = problems("bucket = \"My Files\"");
        for key in ["bucket", "region", "access_key_id", "secret_access_key_file"] {
            assert!(
                found.iter().any(|problem| problem.starts_with(&format!("attachments.s3.{key}: "))),
                "{found:?}"
            );
        }
        for (endpoint, what) in [
            ("s3.example.ca", "is not the base URL"),
            ("https://s3.example.ca/files", "is not the base URL"),
            ("http://s3.example.ca", "is without TLS"),
            ("https://10.0.0.7", "has an address"),
        ] {
            let found = problems(&format!("{whole}\nendpoint = \"{endpoint}\""));
            assert!(found.len() == 1 && found[0].contains(what), "{endpoint}: {found:?}");
        }
        let both = problems(&format!("{whole}\n[attachments]\nfolder = \"/tmp/files\""));
        assert!(both.len() == 1 && both[0].contains("attachments.s3.bucket"), "{both:?}");
    }
}
