//! FHIR packages as registries publish them: a gzipped tar file with one resource in each `package/*.json`.
//!
//! Nothing is written to the disk. A package is refused as a whole if it has a name that leaves its folder, a link, or more
//! than the limits: a part of a package would look like all of it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde_json::Value;
use tar::{Archive, EntryType};

use super::super::error::Error;

/// Limits of one package.
#[derive(Clone, Copy, Debug)]
pub(super) struct PackageLimits {
    /// Largest number of files.
    pub(super) files: usize,
    /// Largest size of one file, in bytes.
    pub(super) file_bytes: u64,
    /// Largest size of all files, in bytes, with what tar adds to them.
    pub(super) bytes: u64,
}

impl PackageLimits {
    /// Limits for packages such as `hl7.fhir.r4.core`, which has about 5,000 files of 150 MiB together.
    pub(super) const PUBLISHED: Self =
        Self { files: 50_000, file_bytes: 64 * 1024 * 1024, bytes: 512 * 1024 * 1024 };
}

/// Type of a resource.
#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "resourceType", default)]
    resource_type: String,
}

/// Reads the value sets and code systems of a package.
pub(super) fn resources(file: &Path, limits: PackageLimits) -> Result<Vec<Value>, Error> {
    let opened = File::open(file).map_err(|source| Error::File { file: file.to_owned(), source })?;
    unpacked(opened, limits).map_err(|why| Error::Package { file: file.to_owned(), why })
}

fn unpacked(packed: impl Read, limits: PackageLimits) -> Result<Vec<Value>, String> {
    // A byte more than the limit, so that the end of the reader is not taken for the end of the package.
    let mut archive = Archive::new(MultiGzDecoder::new(packed).take(limits.bytes + 1));
    let (mut found, mut files, mut bytes) = (Vec::new(), 0, 0_u64);
    let unreadable =
        |error: io::Error| format!("it is no gzipped tar file, or larger than the limit: {error}");
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        files += 1;
        bytes = bytes.saturating_add(entry.size());
        if files > limits.files {
            return Err(format!("it has more than {} files", limits.files));
        }
        if entry.size() > limits.file_bytes || bytes > limits.bytes {
            return Err(format!("{name} is too large: {} bytes", entry.size()));
        }
        if !is_inside(&name) {
            return Err(format!("the name {name:?} leaves the folder of the package"));
        }
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous if is_resource(&name) => {}
            EntryType::Symlink | EntryType::Link => return Err(format!("{name} is a link")),
            _ => continue,
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(unreadable)?;
        let not_json = |error: serde_json::Error| format!("{name} is not JSON: {error}");
        let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&content);
        let typed: Typed = serde_json::from_slice(content).map_err(not_json)?;
        if matches!(typed.resource_type.as_str(), "ValueSet" | "CodeSystem") {
            found.push(serde_json::from_slice(content).map_err(not_json)?);
        }
    }
    Ok(found)
}

/// Whether a name stays in the folder of the package, on every operating system.
fn is_inside(name: &str) -> bool {
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    !name.contains(['\\', ':', '\0']) && Path::new(name).components().all(is_plain)
}

/// Whether a file is a resource of the package: not its description, its index, an example or a file of the publisher.
fn is_resource(name: &str) -> bool {
    let file = name.strip_prefix("./").unwrap_or(name).strip_prefix("package/");
    let is_json = |file: &str| Path::new(file).extension().is_some_and(|ending| ending == "json");
    file.is_some_and(|file| {
        !file.contains('/') && !file.starts_with('.') && file != "package.json" && is_json(file)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};
    use serde_json::json;
    use tar::{Builder, Header};

    use super::*;

    const LIMITS: PackageLimits = PackageLimits { files: 5, file_bytes: 4_096, bytes: 16_384 };

    fn entry(kind: EntryType, name: &str, content: &[u8]) -> (Header, Vec<u8>) {
        let mut header = Header::new_gnu();
        // `set_path` refuses what these tests are about.
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        (header, content.to_vec())
    }

    fn file(name: &str, content: &Value) -> (Header, Vec<u8>) {
        entry(EntryType::Regular, name, content.to_string().as_bytes())
    }

    fn packed(entries: Vec<(Header, Vec<u8>)>) -> Vec<u8> {
        let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (header, content) in entries {
            builder.append(&header, content.as_slice()).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn set(url: &str) -> Value {
        json!({"resourceType": "ValueSet", "url": url})
    }

    #[test]
    fn reads_the_value_sets_and_code_systems_of_a_package() {
        let package = packed(vec![
            file("package/package.json", &json!({"name": "a.b", "version": "1.0.0"})),
            file("package/ValueSet-a.json", &set("urn:a")),
            file("./package/CodeSystem-b.json", &json!({"resourceType": "CodeSystem", "url": "urn:b"})),
            file("package/example/ValueSet-c.json", &set("urn:c")),
            file("package/StructureDefinition-d.json", &json!({"resourceType": "StructureDefinition"})),
        ]);
        let urls: Vec<_> = unpacked(&*package, LIMITS).unwrap().iter().map(|it| it["url"].clone()).collect();
        assert_eq!(urls, ["urn:a", "urn:b"]);
    }

    #[test]
    fn refuses_packages_with_a_reason() {
        let many = (0..6).map(|number| file(&format!("package/{number}.json"), &json!({}))).collect();
        let zeros = vec![b' '; 5_000];
        let small = || entry(EntryType::Regular, "package/a.json", &[b' '; 4_000]);
        for (package, reason) in [
            (packed(vec![file("package/../../a.json", &set("urn:a"))]), "leaves the folder"),
            (packed(vec![file("/etc/a.json", &set("urn:a"))]), "leaves the folder"),
            (packed(vec![file("..\\a.json", &set("urn:a"))]), "leaves the folder"),
            (packed(vec![entry(EntryType::Symlink, "package/a.json", b"")]), "is a link"),
            (packed(vec![entry(EntryType::Regular, "package/a.json", b"{")]), "package/a.json is not JSON"),
            (packed(many), "more than 5 files"),
            (packed(vec![entry(EntryType::Regular, "package/a.json", &zeros)]), "is too large"),
            (packed((0..5).map(|_| small()).collect()), "is not JSON"),
            (b"PK\x03\x04".to_vec(), "no gzipped tar file"),
        ] {
            let why = unpacked(&*package, LIMITS).unwrap_err();
            assert!(why.contains(reason), "{why}");
        }
    }

    /// The name of a file may be a member of the tar file itself, which is read into memory before the entry is known.
    #[test]
    fn reads_no_more_than_the_limit_of_a_decompression_bomb() {
        let mut header = Header::new_gnu();
        header.set_path("././@LongLink").unwrap();
        header.set_entry_type(EntryType::GNULongName);
        header.set_size(64 * 1024 * 1024);
        header.set_cksum();
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(header.as_bytes()).unwrap();
        for _ in 0..64 {
            packer.write_all(&vec![b'a'; 1024 * 1024]).unwrap();
        }
        let bomb = packer.finish().unwrap();
        assert!(bomb.len() < 128 * 1024, "{}", bomb.len());
        let why = unpacked(&*bomb, LIMITS).unwrap_err();
        assert!(why.contains("larger than the limit"), "{why}");
    }
}
