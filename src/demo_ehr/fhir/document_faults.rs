//! Faults of documents: attachments elsewhere, content that is missing, forbidden, too large or damaged.

use actix_web::{HttpResponse, http::StatusCode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::answer::{bytes, outcome, versioned};
use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::state::DemoEhr;

/// Moves attachment URLs to the canary if `DocumentsOnForeignHost` is active.
pub(super) fn spoil_documents(ehr: &DemoEhr, resource: &mut Value) {
    if ehr.fault() != Some(Fault::DocumentsOnForeignHost) {
        return;
    }
    let canary = ehr.canary();
    let send_away = |attachment: &mut Value| {
        if let Some(url) = attachment["url"].as_str() {
            attachment["url"] = json!(format!("{canary}/fhir/{url}"));
        }
    };
    let contents =
        resource["content"].as_array_mut().into_iter().flatten().map(|content| &mut content["attachment"]);
    contents.for_each(send_away);
    resource["presentedForm"].as_array_mut().into_iter().flatten().for_each(send_away);
}

/// Answers the read of a Binary if a fault of documents is active.
pub(super) fn spoiled_content(ehr: &DemoEhr, binary: &Value) -> Option<HttpResponse> {
    let with_data = |data: Vec<u8>| {
        let mut binary = binary.clone();
        binary["data"] = json!(STANDARD.encode(data));
        versioned(StatusCode::OK, &binary)
    };
    Some(match ehr.fault()? {
        Fault::DocumentsForbidden => {
            outcome(StatusCode::FORBIDDEN, "forbidden", "documents are not released to apps")
        }
        Fault::DocumentsMissing => {
            outcome(StatusCode::NOT_FOUND, "not-found", "the archive has no such file")
        }
        Fault::DocumentsTooLarge => with_data(vec![b'%'; 11 << 20]),
        Fault::DocumentsDamaged => with_data(b"%PDF-1.7 damaged".to_vec()),
        Fault::DocumentsAsBytes => bytes(binary),
        _ => return None,
    })
}
