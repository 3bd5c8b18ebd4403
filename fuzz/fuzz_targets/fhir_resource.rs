//! Resource of a read: patient, user, encounter.
#![no_main]

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use passerelle::fhir::{Error, PatientView, Reference, age_on, name_on, process_read_response};
use passerelle_fuzz::{
    ehr,
    json::{assert_clean, is_clean},
    reply::reply,
};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let reply = reply(data);
    let sent: Value = serde_json::from_slice(reply.json()).unwrap_or_default();
    let text = |name: &str| sent[name].as_str().unwrap_or_default();
    let Some(asked) = Reference::new(text("resourceType"), text("id")) else { return };
    let other = Reference::new("Patient", "another-one").expect("it is a reference");
    let strange = process_read_response(&reply, &other, &ehr::pinned().base);
    assert!(strange.is_err() || asked == other, "another resource than the one asked for");
    let Ok(resource) = process_read_response(&reply, &asked, &ehr::pinned().base) else { return };
    assert!(matches!(strange, Err(Error::Mismatch)) || asked == other);
    assert_clean(&resource);
    let name = name_on(&resource, date(2026, 9, 21));
    for shown in [name.for_chart(), name.for_letter()] {
        assert!(is_clean(&shown) && shown.trim() == shown, "{shown:?}");
    }
    assert_view(&PatientView::on(&resource, date(2026, 9, 21)), &asked);
});

fn assert_view(view: &PatientView, asked: &Reference) {
    assert_eq!(view.id, asked.id());
    assert!(["", "male", "female", "other", "unknown"].contains(&&*view.gender), "{}", view.gender);
    let digits = view.birth_date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    assert!(digits && [0, 4, 7, 10].contains(&view.birth_date.len()), "{}", view.birth_date);
    let age = age_on(&view.birth_date, date(2026, 9, 21));
    assert!(age.is_none_or(|age| (0..=226).contains(&age)));
    if let Some(number) = &view.health_number {
        let letters = number.province.bytes().all(|b| b.is_ascii_lowercase());
        assert!(letters && [0, 2].contains(&number.province.len()), "{}", number.province);
        assert!(!number.value.is_empty() && number.value.trim() == number.value);
    }
}
