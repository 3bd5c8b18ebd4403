//! Drawing of a letter.

use super::page::LetterPage;
use crate::{
    attachments::Attachment,
    pdf::{Paper, Picture},
    referral::{draft::Referral, error::Error, service::Referrals},
    web::{Chrome, RequestState, Web},
};

/// Contents of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::referral) enum Contents {
    /// Letter, with its photos.
    Letter,
    /// Letter, and the pages of all files of the message.
    Fax,
    /// Files of the message behind their list.
    Files,
}

impl Contents {
    /// Reads the name in an address.
    pub(in crate::referral) fn find(name: &str) -> Option<Self> {
        match name {
            "letter" => Some(Self::Letter),
            "fax" => Some(Self::Fax),
            "files" => Some(Self::Files),
            _ => None,
        }
    }

    /// Name of the PDF of a referral with a number.
    pub(in crate::referral) fn file_name(self, number: &str, is_draft: bool) -> String {
        let rest = match self {
            Self::Letter if is_draft => "-draft",
            Self::Letter => "",
            Self::Fax => "-with-files",
            Self::Files => "-files",
        };
        format!("{number}{rest}.pdf")
    }
}

impl Referrals {
    /// Draws the letter of a referral as a PDF.
    pub(in crate::referral) async fn draw_letter(
        &self,
        state: &RequestState,
        web: &Web,
        chrome: &Chrome,
        referral: &Referral,
        mut letter: LetterPage,
        contents: Contents,
    ) -> Result<Vec<u8>, Error> {
        letter.has_letter = contents != Contents::Files;
        let files = match contents {
            Contents::Letter => Vec::new(),
            _ => self.enclose(web, state.lang(), referral, &mut letter).await?,
        };
        // The pages of the files follow, with the photos among them.
        let pictures = match contents {
            Contents::Letter => self.pictures(referral, &letter).await?,
            _ => Vec::new(),
        };
        let html = web.html(state, chrome, &letter).map_err(Error::Template)?;
        Ok(self.press.draw(Paper { html, pictures, files }).await?)
    }

    /// Reads the photos that the page of a letter shows.
    async fn pictures(&self, referral: &Referral, letter: &LetterPage) -> Result<Vec<Picture>, Error> {
        let files = letter.message.attached.iter().flat_map(|document| &document.files);
        let photos = files.filter(|file| !file.path.is_empty() && file.content_type.starts_with("image/"));
        let id = |path: &'_ str| path.rsplit('/').next().map(str::to_owned).unwrap_or_default();
        let paths: Vec<(String, &String)> = photos.map(|file| (id(&file.path), &file.path)).collect();
        let ids: Vec<&str> = paths.iter().map(|(id, _)| id.as_str()).collect();
        let found = self.files(referral, &ids).await?.into_iter();
        let picture = |(attachment, bytes): (Attachment, Vec<u8>)| {
            let (_, source) = paths.iter().find(|(id, _)| *id == attachment.id)?;
            Some(Picture { source: (*source).clone(), bytes })
        };
        Ok(found.filter_map(picture).collect())
    }
}
