//! Entries and paging links of search Bundles.

use serde_json::{Value, json};

use crate::demo_ehr::fhir::document_faults::spoil_documents;
use crate::demo_ehr::state::DemoEhr;

/// Query parameter of `next` links: how many matches to skip.
pub(super) const OFFSET: &str = "_offset";

/// Builds an entry; `mode` is `match` or `include`.
pub(super) fn entry(ehr: &DemoEhr, resource: &Value, mode: &str) -> Value {
    let name = |member: &str| resource[member].as_str().unwrap_or_default();
    let full_url = format!("{}/{}/{}", ehr.fhir_base_url(), name("resourceType"), name("id"));
    let mut resource = resource.clone();
    spoil_documents(ehr, &mut resource);
    json!({"fullUrl": full_url, "resource": resource, "search": {"mode": mode}})
}
