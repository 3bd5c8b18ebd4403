//! Fault that moves attachments to the canary.

use serde_json::{Value, json};

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
