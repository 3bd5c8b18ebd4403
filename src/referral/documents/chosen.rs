//! Resources of the chart that go into the message of a referral.

use serde_json::Value;

use crate::{
    forms::{Form, picked},
    referral::draft::{Referral, Snapshot},
};

/// Resources of the chart that the clinician picked, as read from the EHR.
pub(in crate::referral) fn chosen(form: &Form, referral: &Referral) -> Vec<Value> {
    let sources = form.queries().iter().filter_map(|query| referral.snapshot.resource(&query.name));
    let entries: Vec<&Value> = sources
        .flat_map(|bundle| bundle["entry"].as_array().into_iter().flatten())
        .map(|entry| &entry["resource"])
        .collect();
    let named = |reference: &str| {
        let (resource_type, id) = reference.split_once('/')?;
        entries.iter().find(|entry| entry["resourceType"] == resource_type && entry["id"] == id)
    };
    let mut chosen: Vec<Value> = Vec::new();
    for picked in picked(form, &referral.answers, &referral.snapshot.prefill) {
        if let Some(resource) = named(&picked.reference)
            && !chosen.contains(resource)
        {
            chosen.push((*resource).clone());
        }
    }
    chosen
}

/// All resources that the searches of a form returned.
pub(in crate::referral) fn known(form: &Form, snapshot: &Snapshot) -> Vec<Value> {
    let sources = form.queries().iter().filter_map(|query| snapshot.resource(&query.name));
    let entries = sources.flat_map(|bundle| bundle["entry"].as_array().into_iter().flatten());
    entries.map(|entry| entry["resource"].clone()).collect()
}

/// Resources that searches included beside their matches, such as the Medication of a prescription.
pub(in crate::referral) fn included(form: &Form, snapshot: &Snapshot) -> Vec<Value> {
    let mut included = Vec::new();
    for query in form.queries() {
        let entries = snapshot.resource(&query.name).and_then(|bundle| bundle["entry"].as_array());
        // Some servers leave out `search.mode`: what the search did not ask for was included.
        let is_included = |entry: &&Value| {
            entry["search"]["mode"] == "include"
                || entry["resource"]["resourceType"] != query.resource_type.as_str()
        };
        included
            .extend(entries.into_iter().flatten().filter(is_included).map(|entry| entry["resource"].clone()));
    }
    included
}
