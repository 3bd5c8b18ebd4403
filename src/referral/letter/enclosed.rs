//! Files of a message whose pages follow its letter.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::page::{FileLine, LetterPage};
use crate::{
    delivery::control_store,
    pdf::{self, Enclosed, Enclosure, Unusable},
    referral::{
        draft::Referral,
        error::Error,
        message_view::{MessageView, Piece, attached_contents},
        observer::REFERRAL_SUBJECT,
        service::Referrals,
    },
    web::{Lang, Web},
};

/// Content of each file of each document; `None` for a file without content.
type FileContents = Vec<Vec<Option<Vec<u8>>>>;

/// Largest number of pages of all files behind one letter.
const MAX_PAGES: usize = 400;

impl Referrals {
    /// Reads the files of the message of a letter, and lists them on it: those whose pages follow, and those that are left
    /// out.
    pub(super) async fn enclose(
        &self,
        web: &Web,
        lang: Lang,
        referral: &Referral,
        letter: &mut LetterPage,
    ) -> Result<Vec<Enclosed>, Error> {
        let contents = self.sent_contents(referral).await?;
        let mut enclosed = Vec::new();
        let (mut lines, mut pages) = (Vec::new(), 0);
        for (title, content) in listed(&letter.message, contents) {
            let read = match content {
                Some(bytes) => self.press.read(bytes).await?,
                None => Err(Unusable::Absent),
            };
            let read = read.and_then(|file| match pages + file.pages() {
                all if all > MAX_PAGES => Err(Unusable::TooLong),
                all => {
                    pages = all;
                    Ok(file)
                }
            });
            lines.push(FileLine {
                pages: read.as_ref().map_or(0, Enclosure::pages),
                left_out: read.as_ref().err().map(|why| why.code().to_owned()).unwrap_or_default(),
                title: title.clone(),
            });
            if let Ok(file) = read {
                enclosed.push(Enclosed { caption: caption(web, lang, &title, file.pages()), file });
            }
        }
        letter.files = Some(lines);
        Ok(enclosed)
    }

    /// Content of the files of the message that was sent, by document. Empty if the message was removed.
    async fn sent_contents(&self, referral: &Referral) -> Result<FileContents, Error> {
        let (db, sealer) = (&self.ground.db, &self.ground.sealer);
        let payload = control_store::find_payload(db, sealer, REFERRAL_SUBJECT, &referral.id).await?;
        let Some(payload) = payload else { return Ok(FileContents::new()) };
        // A message has tens of megabytes.
        Ok(spawn_blocking(move || contents(&payload)).await.map_err(|_| pdf::Error::Panic)?)
    }
}

/// Content of the files of a message, as it was sent.
fn contents(payload: &[u8]) -> FileContents {
    let message: Value = serde_json::from_slice(payload).unwrap_or_default();
    let decode = |data: String| STANDARD.decode(data).ok();
    let documents = attached_contents(&message).into_iter();
    documents.map(|files| files.into_iter().map(|data| data.and_then(decode)).collect()).collect()
}

/// Files that the page of a letter names, each with the title of its document and its content.
fn listed(
    message: &MessageView,
    contents: FileContents,
) -> impl Iterator<Item = (Vec<Piece>, Option<Vec<u8>>)> {
    let mut contents = contents.into_iter();
    message.attached.iter().flat_map(move |document| {
        let found = contents.next().unwrap_or_default().into_iter().chain(std::iter::repeat(None));
        // A report without a file, or a document that is sent another way, has no content to miss.
        let sent = document.files.iter().zip(found).filter(|(file, _)| file.kilobytes > 0);
        sent.map(|(_, content)| (document.title.clone(), content))
    })
}

fn caption(web: &Web, lang: Lang, title: &[Piece], pages: usize) -> String {
    let title: String = title.iter().map(|piece| piece.text.as_str()).collect();
    let values = [("title", title.as_str()), ("page", "{page}"), ("pages", &pages.to_string())];
    web.words().message(lang, "letter-caption", &values)
}
