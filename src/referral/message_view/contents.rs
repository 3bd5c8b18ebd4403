//! Contents of the files of a message.

use serde_json::Value;

use super::entry::attachments;

/// Returns the content of each file of each document of a message in Base64, in the order in which its view has them.
/// `None` for a file without content.
pub(in crate::referral) fn attached_contents(message: &Value) -> Vec<Vec<Option<String>>> {
    let entries = message["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let data = |attachment: &Value| attachment["data"].as_str().map(str::to_owned);
    let documents = entries.filter(|resource| is_document(resource));
    documents.map(|document| attachments(document).map(data).collect()).collect()
}

/// Whether a resource is a document of a message.
pub(super) fn is_document(resource: &Value) -> bool {
    matches!(resource["resourceType"].as_str(), Some("DocumentReference" | "DiagnosticReport" | "Media"))
}
