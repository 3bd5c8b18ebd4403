//! Receiver of the demo: the folder of delivered messages, with the files of each message beside it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::delivery::{DeliveryChannel, Envelope, Folder, Outcome};

/// Writes each message like [`Folder`], and its documents as files into `{id}.files`, so that a person can open them.
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
            let delivered = self.folder.deliver(envelope).await;
            if delivered == Outcome::Delivered
                && let Err(error) = unpack(&self.root.join(&envelope.destination), envelope)
            {
                // The message itself has arrived.
                tracing::warn!(cause = %error, "the files of a delivered message could not be written");
            }
            delivered
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
        Some((file["title"].as_str().unwrap_or("document"), STANDARD.decode(file["data"].as_str()?).ok()?))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scratch;

    #[tokio::test]
    async fn writes_the_files_of_a_message_beside_it() {
        let folder = Scratch::new();
        let document = |title: &str, data: Value| {
            serde_json::json!({ "resource": { "resourceType": "DocumentReference", "content": [
                { "attachment": { "title": title, "data": data } }] } })
        };
        let entries = [
            document("lesion 1.jpg", STANDARD.encode(b"photo").into()),
            document("../../escape", STANDARD.encode(b"x").into()),
            document("without content", Value::Null),
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
        assert_eq!(read("m-1.files/2 .._.._escape"), b"x");
        assert_eq!(fs::read_dir(folder.path().join("clinic/m-1.files")).unwrap().count(), 2);
    }
}
