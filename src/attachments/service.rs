//! `Attachments`: takes files in, reads them back, and deletes them.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use super::{
    document,
    error::Error,
    file_name,
    file_type::FileType,
    objects::Objects,
    picture::{self, Picture},
    refusal::{Refusal, RefusalKind},
    scanner::{Scanned, Scanner},
    store::{Attachment, NewAttachment},
};
use crate::{config::AttachmentSettings, db::row_id, ground::Ground, random};

/// Photos that are decoded at the same time in one process: each may take hundreds of megabytes.
const MAX_DECODED: usize = 2;
/// Longest time for which an upload waits for others to be decoded.
const DECODE_PATIENCE: Duration = Duration::from_secs(30);

/// Files that persons add to referrals. Cheap to clone.
#[derive(Clone)]
pub struct Attachments {
    pub(super) ground: Ground,
    pub(super) objects: Objects,
    settings: AttachmentSettings,
    scanner: Option<Scanner>,
    permits: Arc<Semaphore>,
}

/// File as a browser sent it.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Name that the browser sent.
    pub name: String,
    /// Content, or the reason why it was not read.
    pub content: Result<Vec<u8>, RefusalKind>,
}

/// Limits of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Accepted media types, of which one may be a range such as `image/*`; none for any.
    pub media_types: Vec<String>,
    /// Largest size in bytes, if the form has one.
    pub max_bytes: Option<u64>,
}

impl Attachments {
    /// Returns the service for files in this place.
    #[must_use]
    pub fn new(ground: Ground, objects: Objects, settings: AttachmentSettings) -> Self {
        let scanner = settings.clamd.as_deref().map(Scanner::parse);
        Self { ground, objects, settings, scanner, permits: Arc::new(Semaphore::new(MAX_DECODED)) }
    }

    /// Asks a store that is elsewhere whether it can be used, and logs a change.
    pub async fn check_store(&self) {
        self.objects.check().await;
    }

    /// Whether the store is elsewhere, and the last request to it failed.
    #[must_use]
    pub fn store_fails(&self) -> bool {
        self.objects.is_failing()
    }

    /// Largest size of one file, in bytes.
    #[must_use]
    pub fn max_file_bytes(&self) -> u64 {
        self.settings.max_file_bytes
    }

    /// Largest size of all files of a referral, in bytes.
    #[must_use]
    pub fn max_referral_bytes(&self) -> u64 {
        self.settings.max_referral_bytes
    }

    /// Largest number of files of a referral.
    #[must_use]
    pub fn max_files(&self) -> u64 {
        self.settings.max_files
    }

    /// Checks a file, cleans it, and writes its object. The caller inserts the row, or drops the result: then the sweep deletes
    /// the object.
    ///
    /// # Errors
    /// [`Refusal`] with the reason for the person.
    pub async fn take_in(&self, upload: Upload, limits: &Limits) -> Result<NewAttachment, Refusal> {
        let shown = file_name::shown(&upload.name);
        let refused = |kind, limit| Refusal { name: shown.clone(), kind, limit };
        let most = limits.max_bytes.unwrap_or(u64::MAX).min(self.settings.max_file_bytes);
        let bytes = match upload.content {
            Ok(bytes) if bytes.len() as u64 <= most => bytes,
            Ok(_) | Err(RefusalKind::TooLarge) => return Err(refused(RefusalKind::TooLarge, most)),
            Err(kind) => return Err(refused(kind, self.settings.max_referral_bytes)),
        };
        let given = FileType::of(&bytes).map_err(|kind| refused(kind, 0))?;
        if !given.is_among(&limits.media_types) {
            return Err(refused(RefusalKind::OtherType, 0));
        }
        self.scan(&bytes).await.map_err(|kind| refused(kind, 0))?;
        let Picture { file_type, bytes } = self.cleaned(given, bytes).await.map_err(|kind| {
            let limit = if kind == RefusalKind::TooManyPixels { self.settings.max_pixels } else { 0 };
            refused(kind, limit)
        })?;
        // A photo may grow when it is encoded again: the limit of one file is that of the file that was given.
        let new = NewAttachment {
            id: row_id(&*self.ground.clock),
            name: file_name::clean(&upload.name, file_type),
            content_type: file_type.media_type().to_owned(),
            size: bytes.len() as u64,
            sha256: STANDARD.encode(digest(&SHA256, &bytes)),
            hash: STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &bytes)),
            key: random::bytes(),
        };
        match self.objects.put(&new.id, &new.key, &bytes).await {
            Ok(()) => Ok(new),
            Err(error) => {
                tracing::error!(
                    cause = &error as &dyn std::error::Error,
                    "an attachment could not be stored"
                );
                Err(refused(RefusalKind::NotStored, 0))
            }
        }
    }

    async fn scan(&self, bytes: &[u8]) -> Result<(), RefusalKind> {
        let Some(scanner) = &self.scanner else { return Ok(()) };
        match scanner.scan(bytes).await {
            Ok(Scanned::Clean) => Ok(()),
            Ok(Scanned::Found(signature)) => {
                tracing::warn!(signature, "the scanner refused an attachment");
                Err(RefusalKind::Infected)
            }
            Err(error) => {
                tracing::error!(cause = %error, "an attachment could not be scanned");
                Err(RefusalKind::NotScanned)
            }
        }
    }

    /// Encodes a photo again, or checks a document, on a thread that may block.
    async fn cleaned(&self, file_type: FileType, bytes: Vec<u8>) -> Result<Picture, RefusalKind> {
        let permit = timeout(DECODE_PATIENCE, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else { return Err(RefusalKind::Busy) };
        let max_pixels = self.settings.max_pixels;
        let cleaning = spawn_blocking(move || {
            let _permit = permit;
            match file_type {
                FileType::Pdf => document::check(&bytes).map(|()| Picture { file_type, bytes }),
                _ => picture::encode_again(&bytes, max_pixels),
            }
        });
        cleaning.await.unwrap_or_else(|error| {
            tracing::error!(cause = %error, "an attachment could not be decoded");
            Err(RefusalKind::Damaged)
        })
    }

    /// Reads the bytes of a file. `None` if they are missing or damaged.
    ///
    /// # Errors
    /// [`Error::Objects`] if the store does not answer.
    pub async fn read(&self, attachment: &Attachment) -> Result<Option<Vec<u8>>, Error> {
        let found = self.objects.find(&attachment.id, &attachment.key).await?;
        Ok(found.filter(|bytes| STANDARD.encode(digest(&SHA256, bytes)) == attachment.sha256))
    }

    /// Writes the bytes of a file a second time, for another referral. `None` if they are missing or damaged.
    ///
    /// # Errors
    /// [`Error::Objects`] if the store does not answer.
    pub async fn copy(&self, attachment: &Attachment) -> Result<Option<NewAttachment>, Error> {
        let Some(bytes) = self.read(attachment).await? else { return Ok(None) };
        let new = NewAttachment {
            id: row_id(&*self.ground.clock),
            name: attachment.name.clone(),
            content_type: attachment.content_type.clone(),
            size: attachment.size,
            sha256: attachment.sha256.clone(),
            hash: attachment.hash.clone(),
            key: random::bytes(),
        };
        self.objects.put(&new.id, &new.key, &bytes).await?;
        Ok(Some(new))
    }

    /// Deletes the object of a file whose row is gone. A failure is logged: the sweep tries again.
    pub async fn forget(&self, id: &str) {
        if let Err(error) = self.objects.delete(id).await {
            tracing::warn!(cause = &error as &dyn std::error::Error, "an object could not be deleted yet");
        }
    }
}
