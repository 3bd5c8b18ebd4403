//! Response to a search, as the shipped form reads it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use passerelle::{
    fhir::process_search_response,
    forms::{Prefill, ScreenedChart, populate},
};
use passerelle_fuzz::{
    bundle::{assert_same_content, of_another},
    chart::{form, moment, use_form, with_answer},
    ehr,
    json::assert_clean,
    reply::reply,
};
use serde_json::json;
use url::Url;

/// Prefill of the form without any data of the patient.
static EMPTY: LazyLock<Prefill> =
    LazyLock::new(|| populate(form(), &with_answer(&json!({"resourceType": "Bundle"})), &moment()));

fuzz_target!(|data: &[u8]| {
    let Ok(bundle) = process_search_response(&reply(data), &ehr::pinned().base) else { return };
    assert_clean(&bundle);
    let chart = with_answer(&bundle);
    let (prefill, _, response) = use_form(&chart);
    assert_clean(&response);
    let kept = serde_json::to_string(&(&chart, &prefill)).expect("a draft can be kept");
    assert!(serde_json::from_str(&kept).is_ok_and(|again| (chart.clone(), prefill) == again));
    let screened = ScreenedChart::of(&chart, moment().date());
    for query in form().queries() {
        if let Ok(Some(address)) = form().resolve(query, &screened, &moment()) {
            let url = Url::parse(&ehr::pinned().base.join(&address)).expect("a search is a URL");
            assert_eq!(url.path(), format!("/fhir/{}", query.resource_type), "it stays where it belongs");
        }
    }
    let foreign = populate(form(), &with_answer(&of_another(&bundle)), &moment());
    assert_same_content(&foreign, &EMPTY);
});
