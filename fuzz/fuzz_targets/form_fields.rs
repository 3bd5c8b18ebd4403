//! Answers to the shipped form, as a browser posts them.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use passerelle::forms::{Answers, Prefill};
use passerelle_fuzz::{
    chart::{form, show, use_form, with_answer},
    json::assert_clean,
};
use serde_json::json;
use url::form_urlencoded;

static PREFILL: LazyLock<Prefill> =
    LazyLock::new(|| use_form(&with_answer(&json!({"resourceType": "Bundle", "type": "searchset"}))).0);

fuzz_target!(|body: &[u8]| {
    let fields = || form_urlencoded::parse(body).map(|(name, text)| (name.into_owned(), text.into_owned()));
    let answers = Answers::from_fields(form(), fields(), "fr", None);
    let kept = serde_json::to_value(&answers).expect("answers can be kept");
    assert_eq!(serde_json::from_value::<Answers>(kept.clone()).ok(), Some(answers.clone()));
    for texts in kept["texts"].as_object().expect("answers are texts by place").values() {
        let texts = texts.as_array().expect("a place has texts");
        assert!(texts.len() <= 200);
        assert!(texts.iter().all(|text| text.as_str().is_some_and(|text| text.chars().count() <= 20_000)));
    }
    assert_clean(&show(&answers, &PREFILL));
});
