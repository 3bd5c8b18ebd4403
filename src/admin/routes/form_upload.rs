//! Body of the form in which an administrator uploads a form, or types its text.

use std::collections::HashMap;

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, web::Payload};
use futures_util::StreamExt as _;

use crate::{
    admin::forms_view::FormText,
    forms::FileProblemView,
    web::{Error as WebError, ErrorKind},
};

/// Largest text of a form, in bytes. Those that ship have 200 KB.
const MAX_TEXT_BYTES: usize = 2_000_000;
/// Largest size of any other field, in bytes.
const MAX_FIELD_BYTES: usize = 4_096;
/// Largest body of which the rest is read past, so that the problem can be answered.
const MAX_BODY_BYTES: usize = 16_000_000;
/// Fields beside the text. The page of a preview posts its answers too, which are read past.
const FIELDS: [&str; 2] = ["csrf_token", "file_name"];

/// Fields of an upload.
pub(super) struct Uploaded {
    fields: HashMap<String, String>,
    /// Text and name of the file that was chosen.
    file: Option<(String, Result<String, &'static str>)>,
    text: Result<String, &'static str>,
}

impl Uploaded {
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Returns the text of the form: that of the file, or else what was typed.
    ///
    /// # Errors
    /// The problem that prevents reading it.
    pub(super) fn form(&mut self) -> Result<FormText, FileProblemView> {
        let problem = |code: &str| {
            let detail = if code == "too-large" {
                format!("{} MB", MAX_TEXT_BYTES / 1_000_000)
            } else {
                String::new()
            };
            FileProblemView { code: code.to_owned(), detail, ..FileProblemView::default() }
        };
        let (file_name, text) = match self.file.take() {
            Some(file) => file,
            None => {
                (self.field("file_name").to_owned(), std::mem::replace(&mut self.text, Ok(String::new())))
            }
        };
        match text {
            Ok(text) if text.trim().is_empty() => Err(problem("empty")),
            Ok(text) => Ok(FormText { text, file_name }),
            Err(code) => Err(problem(code)),
        }
    }
}

/// Reads an upload.
pub(super) async fn read(req: &HttpRequest, payload: Payload) -> Result<Uploaded, WebError> {
    let mut parts = Multipart::new(req.headers(), payload.into_inner());
    let mut uploaded = Uploaded { fields: HashMap::new(), file: None, text: Ok(String::new()) };
    let mut rest = MAX_BODY_BYTES;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| broken())?;
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.content_disposition().and_then(|it| it.get_filename()).map(str::to_owned);
        let is_text = file_name.is_some() || name == "text";
        let content =
            content_of(&mut part, if is_text { MAX_TEXT_BYTES } else { MAX_FIELD_BYTES }, &mut rest).await?;
        match file_name {
            // A field without a chosen file is sent as an empty file without a name.
            Some(file_name) if file_name.is_empty() => {}
            Some(file_name) if name == "file" => uploaded.file = Some((file_name, content)),
            None if is_text => uploaded.text = content,
            None if FIELDS.contains(&name.as_str()) => {
                uploaded.fields.insert(name, content.map_err(|_| broken())?);
            }
            _ => {}
        }
    }
    Ok(uploaded)
}

/// Reads one part as text. Returns the code of the problem if it is too large or no text.
async fn content_of(
    part: &mut Field,
    most: usize,
    rest: &mut usize,
) -> Result<Result<String, &'static str>, WebError> {
    let (mut bytes, mut fits) = (Vec::new(), true);
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| broken())?;
        let too_large = || WebError::new(ErrorKind::TooLarge, "the upload of a form is too large");
        *rest = rest.checked_sub(chunk.len()).ok_or_else(too_large)?;
        fits = fits && bytes.len() + chunk.len() <= most;
        if fits {
            bytes.extend_from_slice(&chunk);
        }
    }
    if !fits {
        return Ok(Err("too-large"));
    }
    Ok(String::from_utf8(bytes).map_err(|_| "not-text"))
}

fn broken() -> WebError {
    WebError::new(ErrorKind::BadRequest, "the upload of a form cannot be read")
}
