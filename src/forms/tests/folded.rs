//! Sections that the chart fills completely: folded to their answers, unless anything in them needs the clinician.

use super::*;

fn section(view: FormView, place: &str) -> SectionView {
    view.sections.into_iter().find(|section| section.place == place).unwrap()
}

fn clinic(change: impl FnOnce(&Form, &mut Answers, &mut Chart)) -> SectionView {
    let mut chart = chart();
    let (form, _, mut answers) = prefilled(&chart);
    change(&form, &mut answers, &mut chart);
    let prefill = populate(&form, &chart, &now());
    section(view(&form, &answers, &prefill, &check(&form, &answers, &prefill), "en"), "clinic")
}

#[test]
fn folds_a_section_that_the_chart_fills_completely() {
    let section = clinic(|_, _, _| ());
    let lines: Vec<_> = section.from_chart.iter().map(|line| (&*line.label, &*line.value)).collect();
    assert_eq!(
        lines,
        [
            ("Referring clinician", "Dr. Amélie Okafor"),
            ("Clinic", "Riverside Family Health"),
            ("Clinic phone", "613-555-0199"),
            ("Clinic fax", "613-555-0198"),
        ]
    );
}

#[test]
fn keeps_a_section_open_that_the_clinician_answered() {
    assert!(clinic(|_, answers, _| set(answers, "copy-to", "Dr. Roy")).from_chart.is_empty());
    assert!(clinic(|_, answers, _| set(answers, "clinic-phone", "613-555-0000")).from_chart.is_empty());
    assert!(clinic(|_, answers, _| set(answers, "clinic-fax", "")).from_chart.is_empty());
}

#[test]
fn keeps_a_section_open_whose_source_was_not_loaded() {
    let without = |_: &Form, _: &mut Answers, chart: &mut Chart| {
        chart.insert("user", Source::NotLoaded(NotLoaded::NoAnswer));
    };
    assert!(clinic(without).from_chart.is_empty());
}

#[test]
fn keeps_a_section_open_with_something_to_choose_or_to_answer() {
    let (form, prefill, answers) = prefilled(&chart());
    let page = view(&form, &answers, &prefill, &[], "en");
    for place in ["record", "patient", "referral", "history"] {
        assert!(section(page.clone(), place).from_chart.is_empty(), "{place}");
    }
}

/// The number of questions left is that of the problems "answer is missing".
#[test]
fn counts_required_questions_without_an_answer() {
    let (form, prefill, mut answers) = prefilled(&chart());
    set(&mut answers, "reason", "110467000");
    let outline = outline(&form, &answers, &prefill, &[], "en");
    let problems = check(&form, &answers, &prefill);
    let left: usize = outline.sections().map(|section| outline.left(&section)).sum();
    let missing = problems.iter().filter(|problem| problem.kind == ProblemKind::Required).count();
    assert!(missing > 3, "{problems:?}");
    assert_eq!(left, missing);
}
