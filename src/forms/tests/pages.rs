//! The view of a form.

use super::*;

pub(super) fn find<'v>(page: &'v FormView, link_id: &str) -> &'v ItemView {
    fn within<'v>(items: &'v [ItemView], link_id: &str) -> Option<&'v ItemView> {
        items.iter().find_map(
            |item| {
                if item.place == link_id { Some(item) } else { within(&item.items, link_id) }
            },
        )
    }
    page.sections.iter().find_map(|section| within(&section.items, link_id)).unwrap()
}

#[test]
fn fills_every_field_of_the_view() {
    let (form, prefill, mut answers) = prefilled(&chart());
    set(&mut answers, "weight", "heavy");
    let problems = check(&form, &answers, &prefill);
    let page = view(&form, &answers, &prefill, &problems, "fr");
    assert_eq!(page.title, "Consultation en cardiologie");
    assert_eq!(page.sections.len(), 11);
    assert_eq!(page.problems.len(), problems.len());
    assert!(page.asked >= 45 && page.asked <= 55, "{}", page.asked);
    assert!(page.from_chart >= 20, "{}", page.from_chart);
    let weight = find(&page, "weight");
    assert_eq!(
        (weight.name.as_str(), weight.id.as_str(), weight.value.as_str()),
        ("a.weight", "f-weight", "heavy")
    );
    assert_eq!(weight.problem.as_ref().unwrap().kind, "not-a-number");
    assert_eq!(weight.described_by, "f-weight.unit f-weight.from f-weight.problem");
    assert_eq!((weight.control, weight.unit.as_str(), weight.input_mode), ("line", "kg", "decimal"));
    assert!(find(&page, "bmi").read_only);
    let ccs = find(&page, "ccs");
    assert!(!ccs.enabled && ccs.conditional && !weight.conditional);
    let problems = find(&page, "problem-list");
    assert_eq!(problems.control, "picker");
    assert_eq!(problems.options[0].cells, ["actif depuis 2014", "consigné le 2 sept. 2026"]);
    assert_eq!(problems.options.iter().map(|option| option.checked).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!((problems.provenance.included, problems.provenance.available), (2, 3));
    let diabetes = find(&page, "diabetes");
    let labels: Vec<&str> = diabetes.options.iter().map(|option| option.label.as_str()).collect();
    assert_eq!((diabetes.control, labels), ("radio", vec!["Oui", "Non"]));
}
