//! PDF documents: kept as they are if they can be read.

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::refusal::RefusalKind;

/// Checks that a PDF can be opened without a password and has a page.
pub(super) fn check(bytes: &[u8]) -> Result<(), RefusalKind> {
    match Pdf::new(bytes.to_vec()) {
        Ok(pdf) if pdf.pages().is_empty() => Err(RefusalKind::Damaged),
        Ok(_) => Ok(()),
        Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) => Err(RefusalKind::Locked),
        Err(_) => Err(RefusalKind::Damaged),
    }
}
