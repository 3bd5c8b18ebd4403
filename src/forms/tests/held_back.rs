//! An EHR that gives less than it has is not taken for one that has nothing.

use super::*;

/// Every mark an EHR may put on what it gives in part.
fn marks() -> Vec<(&'static str, Value)> {
    let label = |code: &str| json!({ "security": [{ "code": code }] });
    let tag = json!({ "tag": [{ "code": "SUBSETTED" }] });
    let bundle = |member: &str, value: Value| {
        let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset" });
        bundle[member] = value;
        bundle
    };
    let remark =
        json!([{ "resource": { "resourceType": "OperationOutcome" }, "search": { "mode": "outcome" } }]);
    vec![
        ("redacted", bundle("meta", label("REDACTED"))),
        ("masked", bundle("meta", label("MASKED"))),
        ("subsetted", bundle("meta", tag)),
        ("a total that did not come", bundle("total", json!(3))),
        ("a next page", bundle("link", json!([{ "relation": "next", "url": "https://ehr.example/fhir/x" }]))),
        ("a remark", bundle("entry", remark)),
    ]
}

fn allergies(resource: Value) -> (ProvenanceKind, bool) {
    let mut chart = chart();
    let Some(Source::Loaded { read_at, .. }) = chart.get("allergies").cloned() else {
        panic!("allergies are loaded")
    };
    chart.insert("allergies", Source::Loaded { resource: resource.into(), read_at });
    let (form, prefill, answers) = prefilled(&chart);
    let page = view(&form, &answers, &prefill, &[], "en");
    let provenance = &pages::find(&page, "allergy-list").provenance;
    (provenance.kind, provenance.more)
}

/// API-06: nothing came, and the EHR says that this is not all: that is not "none".
#[test]
fn what_was_held_back_is_not_none() {
    for (what, bundle) in marks() {
        assert_eq!(allergies(bundle), (ProvenanceKind::NoneInPart, true), "{what}");
    }
    let honest = json!({ "resourceType": "Bundle", "type": "searchset", "total": 0 });
    assert_eq!(allergies(honest), (ProvenanceKind::NoneProvided, false));
}

/// API-06: a list of which one entry is masked, or some did not come, is shown and says that there may be more.
#[test]
fn a_part_of_a_list_says_that_there_may_be_more() {
    let entry = |meta: Value, mode: &str| {
        json!({ "search": { "mode": mode }, "resource": { "resourceType": "AllergyIntolerance", "id": "a1", "meta": meta,
            "patient": { "reference": "Patient/p1" },
            "clinicalStatus": { "coding": [{ "code": "active" }] }, "code": { "text": "Penicillin" } } })
    };
    let bundle = |total: usize, entry: Value| json!({ "resourceType": "Bundle", "type": "searchset", "total": total, "entry": [entry] });
    let masked = json!({ "security": [{ "code": "MASKED" }] });
    for (bundle, more) in [
        (bundle(1, entry(json!({}), "match")), false),
        (bundle(1, entry(masked, "match")), true),
        (bundle(2, entry(json!({}), "match")), true),
        (bundle(1, entry(json!({}), "include")), true),
    ] {
        let said = allergies(bundle.clone());
        assert_eq!(said, (ProvenanceKind::FromEhr, more), "{bundle}");
    }
}
