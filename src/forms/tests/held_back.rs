//! Incomplete sources, which must not be shown as empty.

use super::*;

/// Returns every mark of an incomplete source.
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

/// API-06: an empty result that is marked as incomplete.
#[test]
fn does_not_report_none_for_an_incomplete_source() {
    for (what, bundle) in marks() {
        assert_eq!(allergies(bundle), (ProvenanceKind::NoneInPart, true), "{what}");
    }
    let honest = json!({ "resourceType": "Bundle", "type": "searchset", "total": 0 });
    assert_eq!(allergies(honest), (ProvenanceKind::NoneProvided, false));
}

/// API-06: a list with a masked entry, or with fewer entries than its total.
#[test]
fn shows_that_an_incomplete_list_may_have_more() {
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
        let shown = allergies(bundle.clone());
        assert_eq!(shown, (ProvenanceKind::FromEhr, more), "{bundle}");
    }
}
