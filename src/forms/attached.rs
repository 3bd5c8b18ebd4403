//! Questions of type attachment: what their files may be, and the files that answer them.
//!
//! The answers of a draft name files by id. The files themselves, and what is known of them, are stored elsewhere; the caller
//! sets them whenever it has read the answers.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::words;

/// Media types of files that can be attached. A form may ask for fewer.
pub const ATTACHABLE_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "application/pdf"];

/// Files that a question of type attachment accepts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FileRules {
    /// Accepted media types, among [`ATTACHABLE_TYPES`].
    pub media_types: Vec<String>,
    /// Largest size of a file in bytes, if the form limits it.
    pub max_bytes: Option<u64>,
    /// Largest number of files; 1 if the question does not repeat, `None` for any.
    pub max_files: Option<usize>,
}

/// File that answers a question.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AttachedFile {
    /// Id of the file.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Media type.
    pub content_type: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-1 of the bytes in base64, as FHIR writes it.
    pub hash: String,
    /// Time at which it was added. It says nothing of when a photo was taken.
    pub added_at: Timestamp,
}

/// Files of a page: their addresses and limit.
#[derive(Clone, Debug, Default)]
pub struct FilesShown {
    /// Path below which each file has its id.
    pub path: String,
    /// Largest size of a file in bytes, of this installation; 0 if no file can be added.
    pub max_bytes: u64,
}

impl AttachedFile {
    /// Returns the answer, without the bytes: a message carries them once, in a document with this hash.
    pub(super) fn answer(&self) -> Value {
        json!({ "valueAttachment": {
            "contentType": self.content_type,
            "size": self.size,
            "hash": self.hash,
            "title": self.title,
        } })
    }

    /// Formats name, type and size: `lesion.jpg (JPEG, 245 kB)`.
    pub(super) fn readable(&self, lang: &str) -> String {
        format!("{} ({})", self.title, self.kind_and_size(lang))
    }

    /// Formats type and size: `JPEG, 245 kB`.
    pub(super) fn kind_and_size(&self, lang: &str) -> String {
        format!("{}, {}", type_name(&self.content_type), words::file_size(self.size, lang))
    }

    /// Whether it is a photo.
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.content_type.starts_with("image/")
    }
}

/// Name of a media type for people: `JPEG`, or else the media type itself.
pub(super) fn type_name(media_type: &str) -> &str {
    match media_type {
        "image/jpeg" => "JPEG",
        "image/png" => "PNG",
        "image/webp" => "WebP",
        "application/pdf" => "PDF",
        other => other,
    }
}

impl FileRules {
    /// Keeps the media types among those a form asks for that can be attached; all of them if it asks for none.
    pub(super) fn of(asked: &[String], max_bytes: Option<u64>) -> Self {
        let wanted = |own: &&&str| {
            asked.is_empty()
                || asked.iter().any(|asked| match asked.strip_suffix('*') {
                    Some(range) => own.starts_with(range),
                    None => **own == asked || (asked == "image/jpg" && **own == "image/jpeg"),
                })
        };
        let media_types = ATTACHABLE_TYPES.iter().filter(wanted).map(|own| (*own).to_owned()).collect();
        Self { media_types, max_bytes, max_files: None }
    }

    /// Whether a phone should offer its camera first: the question is for photos only.
    pub(super) fn are_photos(&self) -> bool {
        self.media_types.iter().all(|own| own.starts_with("image/"))
    }

    /// Names of the types for people, joined.
    pub(super) fn type_names(&self) -> String {
        self.media_types.iter().map(|own| type_name(own)).collect::<Vec<_>>().join(", ")
    }
}
