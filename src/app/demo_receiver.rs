//! Receiver of the demo: the folder of delivered messages, with the files of each message beside it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::delivery::{DeliveryChannel, Envelope, Folder, Outcome};

/// Extensions by media type, the usual one first.
const EXTENSIONS: [(&str, &str); 11] = [
    ("application/pdf", "pdf"),
    ("image/jpeg", "jpg"),
    ("image/jpeg", "jpeg"),
    ("image/png", "png"),
    ("image/tiff", "tif"),
    ("image/tiff", "tiff"),
    ("text/plain", "txt"),
    ("text/html", "html"),
    ("application/rtf", "rtf"),
    ("text/xml", "xml"),
    ("application/xml", "xml"),
];

/// Writes each message like [`Folder`], and its documents as files into `{id}.files`, so that a person can open them. It is the
/// receiving system of the demo, so it confirms.
pub(super) struct DemoReceiver {
    folder: Folder,
    root: PathBuf,
}

impl DemoReceiver {
    /// Returns the receiver of a folder.
    pub(super) fn new(root: &Path) -> Self {
        Self { folder: Folder::new(root), root: root.to_owned() }
    }
}

impl DeliveryChannel for DemoReceiver {
    fn name(&self) -> &'static str {
        self.folder.name()
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let placed = self.folder.deliver(envelope).await;
            if placed != Outcome::Placed {
                return placed;
            }
            if let Err(error) = unpack(&self.root.join(&envelope.destination), envelope) {
                // The message itself has arrived.
                tracing::warn!(cause = %error, "the files of a delivered message could not be written");
            }
            Outcome::Delivered
        })
    }
}

/// Writes the documents of a message as files. The channel has checked that the id and the destination are plain names.
fn unpack(folder: &Path, envelope: &Envelope) -> io::Result<()> {
    let message: Value = serde_json::from_slice(&envelope.payload).unwrap_or_default();
    let resources = message["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let documents = resources.filter(|resource| resource["resourceType"] == "DocumentReference");
    let contents = documents.flat_map(|document| document["content"].as_array().into_iter().flatten());
    let files = contents.filter_map(|content| {
        let file = &content["attachment"];
        let title =
            with_extension(file["title"].as_str().unwrap_or("document"), file["contentType"].as_str());
        Some((title, STANDARD.decode(file["data"].as_str()?).ok()?))
    });
    for (number, (title, bytes)) in files.enumerate() {
        let folder = folder.join(format!("{}.files", envelope.id));
        fs::create_dir_all(&folder)?;
        let plain =
            |letter: char| if letter.is_alphanumeric() || "-_. ".contains(letter) { letter } else { '_' };
        let title: String = title.chars().map(plain).collect();
        fs::write(folder.join(format!("{} {title}", number + 1)), bytes)?;
    }
    Ok(())
}

/// Title of a file with the extension of its type, by which a person can open it. As it is if the type has none here.
fn with_extension(title: &str, content_type: Option<&str>) -> String {
    let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    let extensions =
        EXTENSIONS.iter().filter(|(known, _)| *known == essence).map(|(_, extension)| *extension);
    let extensions: Vec<&str> = extensions.collect();
    let lower = title.to_lowercase();
    match extensions.first() {
        Some(first) if !extensions.iter().any(|one| lower.ends_with(&format!(".{one}"))) => {
            format!("{title}.{first}")
        }
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scratch;

    #[tokio::test]
    async fn writes_the_files_of_a_message_beside_it() {
        let folder = Scratch::new();
        let document = |title: &str, data: Value| {
            let content_type = if title.contains("ECG") { "application/pdf" } else { "image/jpeg" };
            serde_json::json!({ "resource": { "resourceType": "DocumentReference", "content": [
                { "attachment": { "title": title, "contentType": content_type, "data": data } }] } })
        };
        let entries = [
            document("lesion 1.jpg", STANDARD.encode(b"photo").into()),
            document("../../escape", STANDARD.encode(b"x").into()),
            document("without content", Value::Null),
            document("12-lead ECG, 14 September 2026", STANDARD.encode(b"%PDF").into()),
        ];
        let payload = serde_json::json!({ "resourceType": "Bundle", "entry": entries }).to_string();
        let envelope = Envelope {
            id: "m-1".to_owned(),
            destination: "clinic".to_owned(),
            payload: payload.clone().into_bytes(),
            attempt: 1,
        };
        assert_eq!(DemoReceiver::new(folder.path()).deliver(&envelope).await, Outcome::Delivered);
        let read = |name: &str| fs::read(folder.path().join("clinic").join(name)).unwrap();
        assert_eq!(read("m-1.json"), payload.into_bytes());
        assert_eq!(read("m-1.files/1 lesion 1.jpg"), b"photo");
        assert_eq!(read("m-1.files/2 .._.._escape.jpg"), b"x");
        assert_eq!(read("m-1.files/3 12-lead ECG_ 14 September 2026.pdf"), b"%PDF");
        assert_eq!(fs::read_dir(folder.path().join("clinic/m-1.files")).unwrap().count(), 3);
    }
}
