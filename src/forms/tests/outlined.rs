//! The outline of a form, compared with its view.

use std::collections::BTreeMap;

use super::*;

/// Returns forms with complete, partial, empty and failed charts, with and without typed answers and problems.
fn pages() -> Vec<(Form, Prefill, Answers, Vec<Problem>)> {
    let mut sparse = chart();
    for (name, reason) in [("labs", NotLoaded::NotGranted), ("vitals", NotLoaded::NoAnswer)] {
        sparse.insert(name, Source::NotLoaded(reason));
    }
    let mut pages = Vec::new();
    for chart in [chart(), sparse, Chart::new()] {
        let (form, prefill, answers) = prefilled(&chart);
        let problems = check(&form, &answers, &prefill);
        pages.push((form.clone(), prefill.clone(), answers.clone(), Vec::new()));
        pages.push((form.clone(), prefill.clone(), answers, problems));
        let mut typed = Answers::default();
        set(&mut typed, "concern", "canary");
        set(&mut typed, "problem-list", "ehr:without-list");
        pages.push((form, prefill, typed, Vec::new()));
    }
    pages
}

#[test]
fn renders_the_same_items_as_the_view() {
    for (form, prefill, answers, problems) in &pages() {
        for lang in ["en", "fr"] {
            let page = view(form, answers, prefill, problems, lang);
            let outline = outline(form, answers, prefill, problems, lang);
            assert_eq!(outline.counts(), (page.asked, page.from_chart));
            assert_eq!(json!(outline.problems()), json!(page.problems));
            let sections = outline.sections().map(|section| {
                let items = section.parts.iter().map(|part| outline.item(part)).collect();
                SectionView { items, ..outline.section(&section) }
            });
            assert_eq!(json!(sections.collect::<Vec<_>>()), json!(page.sections));
        }
    }
}

#[test]
fn gives_equal_keys_only_to_equal_blank_items() {
    let (mut seen, mut blank, mut own) = (BTreeMap::<Vec<u8>, Value>::new(), 0, 0);
    for (form, prefill, answers, problems) in &pages() {
        let outline = outline(form, answers, prefill, problems, "fr");
        for section in outline.sections() {
            let whole = section.parts.iter().all(|part| outline.blank_key(part).is_some());
            assert!(whole || outline.blank_key_of(&section).is_none());
            for part in &section.parts {
                let item = outline.item(part);
                let Some(key) = &outline.blank_key(part) else {
                    own += 1;
                    continue;
                };
                blank += 1;
                assert!(item.is_blank(), "{}", item.place);
                let shown = json!(item);
                assert_eq!(
                    *seen.entry(key.clone()).or_insert_with(|| shown.clone()),
                    shown,
                    "{}",
                    item.place
                );
            }
        }
    }
    assert!(blank > 100 && own > 100 && seen.len() < blank, "{blank} {own} {}", seen.len());
}
