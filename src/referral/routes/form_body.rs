//! Body of a form: fields, and files if it has any.

use actix_multipart::{Field, Multipart};
use actix_web::{FromRequest as _, HttpRequest, web};
use futures_util::StreamExt as _;

use crate::{
    attachments::{RefusalKind, Upload},
    referral::{form::posted::Posted, service::Referrals},
    web::{Error as WebError, ErrorKind, Limits, is_multipart},
};

/// Times the largest total of files that are read before a body is refused: text that follows them is kept.
const READ_FACTOR: u64 = 4;
/// Largest text of a preview, in bytes: a form, and answers to it.
const MAX_PREVIEW_BYTES: usize = 4_000_000;
/// Longest name of a field or file, in bytes.
const MAX_NAME_BYTES: usize = 1_000;

/// Rest of what may be read of one body.
struct Budget {
    /// Bytes of files that may be kept in memory.
    kept: u64,
    /// Bytes that may be read at all.
    read: u64,
    /// Bytes of text.
    text: usize,
    /// Largest size of one file.
    file: u64,
    /// Whether files are kept; otherwise they are read past, for the text behind them.
    keeps_files: bool,
}

/// Reads the body of a form. Of files, at most as much as a referral may have is held in memory.
pub(super) async fn read(
    req: &HttpRequest,
    payload: web::Payload,
    referrals: &Referrals,
    keeps_files: bool,
) -> Result<Posted, WebError> {
    read_with(req, payload, referrals, keeps_files, Limits::FORM).await
}

/// Reads the body of a preview, which may carry the text of a form. Files are read past.
pub(super) async fn read_preview(
    req: &HttpRequest,
    payload: web::Payload,
    referrals: &Referrals,
) -> Result<Posted, WebError> {
    read_with(req, payload, referrals, false, MAX_PREVIEW_BYTES).await
}

async fn read_with(
    req: &HttpRequest,
    payload: web::Payload,
    referrals: &Referrals,
    keeps_files: bool,
    most_text: usize,
) -> Result<Posted, WebError> {
    let mut payload = payload.into_inner();
    if !is_multipart(req.headers()) {
        let body = String::from_request(req, &mut payload).await.map_err(|error| {
            let kind = match error.as_response_error().status_code().as_u16() {
                413 => ErrorKind::TooLarge,
                _ => ErrorKind::BadRequest,
            };
            WebError::new(kind, "the body of a form cannot be read")
        })?;
        return Ok(Posted::parse(&body));
    }
    let attachments = referrals.attachments();
    let mut budget = Budget {
        kept: attachments.max_referral_bytes(),
        read: attachments.max_referral_bytes() * READ_FACTOR,
        text: most_text,
        file: attachments.max_file_bytes(),
        keeps_files,
    };
    let (mut posted, mut parts) = (Posted::default(), Multipart::new(req.headers(), payload));
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| broken(&error))?;
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.content_disposition().and_then(|it| it.get_filename()).map(str::to_owned);
        if name.len() > MAX_NAME_BYTES {
            return Err(WebError::new(ErrorKind::BadRequest, "the name of a field is too long"));
        }
        match file {
            None => posted.take(&name, budget.text_of(&mut part).await?),
            Some(file) => {
                let content = budget.file_of(&mut part).await?;
                // A field without a chosen file is sent as an empty file without a name.
                if !(file.is_empty() && content.as_ref().is_ok_and(Vec::is_empty)) {
                    posted.take_file(&name, Upload { name: file, content });
                }
            }
        }
    }
    Ok(posted)
}

impl Budget {
    async fn text_of(&mut self, part: &mut Field) -> Result<String, WebError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|error| broken(&error))?;
            let rest = self.text.checked_sub(chunk.len());
            self.text = rest.ok_or_else(|| WebError::new(ErrorKind::TooLarge, "too much text in a form"))?;
            bytes.extend_from_slice(&chunk);
        }
        String::from_utf8(bytes).map_err(|_| WebError::new(ErrorKind::BadRequest, "a field is not UTF-8"))
    }

    async fn file_of(&mut self, part: &mut Field) -> Result<Result<Vec<u8>, RefusalKind>, WebError> {
        let mut content = if self.keeps_files { Ok(Vec::new()) } else { Err(RefusalKind::NotSaved) };
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|error| broken(&error))?;
            let length = chunk.len() as u64;
            let rest = self.read.checked_sub(length);
            self.read = rest.ok_or_else(|| WebError::new(ErrorKind::TooLarge, "the files are too large"))?;
            let Ok(bytes) = &mut content else { continue };
            if bytes.len() as u64 + length > self.file {
                self.kept += bytes.len() as u64;
                content = Err(RefusalKind::TooLarge);
            } else if let Some(rest) = self.kept.checked_sub(length) {
                self.kept = rest;
                bytes.extend_from_slice(&chunk);
            } else {
                self.kept += bytes.len() as u64;
                content = Err(RefusalKind::TooMuch);
            }
        }
        Ok(content)
    }
}

fn broken(error: &actix_multipart::MultipartError) -> WebError {
    tracing::debug!(cause = %error, "the body of a form with files cannot be read");
    WebError::new(ErrorKind::BadRequest, "the body of a form with files cannot be read")
}
