//! Settings of attachments.

use std::path::PathBuf;

use super::{reader::Reader, s3::S3Settings};

const MEGABYTE: u64 = 1_000_000;

/// Settings `attachments.*`: files that persons add to referrals.
#[derive(Clone, Debug)]
pub struct AttachmentSettings {
    /// Folder for the sealed files, if not the default.
    pub folder: Option<PathBuf>,
    /// Bucket for the sealed files, instead of a folder.
    pub s3: Option<S3Settings>,
    /// Largest size of one file, in bytes.
    pub max_file_bytes: u64,
    /// Largest size of all files of a referral, in bytes.
    pub max_referral_bytes: u64,
    /// Largest number of files of a referral.
    pub max_files: u64,
    /// Largest number of pixels of a photo.
    pub max_pixels: u64,
    /// Virus scanner: `host:port` or the path of a socket.
    pub clamd: Option<String>,
}

impl AttachmentSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut millions = |key: &str, most: u32| u64::from(reader.integer(key, 1..=most)) * MEGABYTE;
        let max_file_bytes = millions("attachments.file_megabytes", 100);
        let max_referral_bytes = millions("attachments.referral_megabytes", 500);
        let max_pixels = millions("attachments.megapixels", 200);
        if max_referral_bytes < max_file_bytes {
            let fix = "Write at least attachments.file_megabytes.";
            reader.problems.add("attachments.referral_megabytes", "is smaller than one file may be", fix);
        }
        let (folder, s3) = (reader.path("attachments.folder"), S3Settings::read(reader));
        if folder.is_some() && s3.is_some() {
            let fix = "Leave one of the two empty.";
            reader.problems.add("attachments.s3.bucket", "is set beside attachments.folder", fix);
        }
        Self {
            folder,
            s3,
            max_file_bytes,
            max_referral_bytes,
            max_files: reader.integer("attachments.files", 1..=100).into(),
            max_pixels,
            clamd: read_clamd(reader),
        }
    }
}

fn read_clamd(reader: &mut Reader) -> Option<String> {
    let address = reader.text("attachments.clamd");
    if address.is_empty() || address.starts_with('/') {
        return Some(address).filter(|address| !address.is_empty());
    }
    let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port);
    if port.and_then(|port| port.parse::<u16>().ok()).is_none() {
        let fix = "Write it like 127.0.0.1:3310 or /run/clamav/clamd.ctl, or leave it empty.";
        reader.problems.add("attachments.clamd", "is neither host:port nor the path of a socket", fix);
        return None;
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use crate::config::Settings;

    /// Problems of a section `attachments`, as `key: problem fix`.
    fn problems(section: &str) -> Vec<String> {
        let problems = Settings::from_toml(&format!("[attachments]\n{section}\n")).err().unwrap();
        let own = problems.list().iter().filter(|problem| problem.key.starts_with("attachments."));
        own.map(|problem| format!("{}: {} {}", problem.key, problem.what, problem.fix)).collect()
    }

    #[test]
    fn reports_all_problems_with_their_fix() {
        let found = problems("file_megabytes = 0\nfiles = 101\nmegapixels = \"x\"\nclamd = \"scanner\"");
        assert_eq!(
            found,
            [
                "attachments.file_megabytes: is out of range Write a whole number from 1 to 100.",
                "attachments.megapixels: is out of range Write a whole number from 1 to 200.",
                "attachments.files: is out of range Write a whole number from 1 to 100.",
                "attachments.clamd: is neither host:port nor the path of a socket Write it like 127.0.0.1:3310 or \
                 /run/clamav/clamd.ctl, or leave it empty.",
            ]
        );
        let found = problems("file_megabytes = 30\nreferral_megabytes = 20");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("smaller than one file"), "{found:?}");
        for clamd in ["", "127.0.0.1:3310", "[::1]:3310", "/run/clamav/clamd.ctl"] {
            assert_eq!(problems(&format!("clamd = {clamd:?}")), Vec::<String>::new(), "{clamd}");
        }
    }
}
