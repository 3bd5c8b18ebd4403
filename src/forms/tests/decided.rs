//! Decisions of a user that hold after a reading that does not have what they are about.

use super::populated::{medications, names, prescription};
use super::*;

const LIST: &str = "medication-list";

/// Returns the chart of these prescriptions: the list of the form, or nothing that was loaded.
fn with(entries: Option<&[(&str, &str)]>) -> Prefill {
    let mut chart = chart();
    let source = match entries {
        None => Source::NotLoaded(NotLoaded::NoAnswer),
        Some(entries) => {
            let all: Vec<Value> = entries.iter().map(|(id, drug)| prescription(id, drug)).collect();
            Source::Loaded { resource: populated::bundle(&all).into(), read_at: now().timestamp() }
        }
    };
    chart.insert("medications", source);
    populate(&form(), &chart, &now())
}

fn chosen(answers: &Answers) -> Vec<String> {
    answers.get(LIST).iter().map(|key| key.replace("ehr:MedicationRequest/", "")).collect()
}

const ALL: [(&str, &str); 3] = [("m1", "Ramipril"), ("m2", "Apixaban"), ("m3", "Digoxin")];

#[test]
fn leaves_out_an_entry_that_was_left_out_before_a_reading_without_it() {
    let form = form();
    let between = [Some(&ALL[..1]), Some(&[]), None];
    for part in between {
        let (full, part) = (with(Some(&ALL)), with(part));
        let mut answers = Answers::from_prefill(&form, &full);
        assert_eq!(chosen(&answers), ["m1", "m2", "m3"]);
        answers.set(LIST, vec!["ehr:MedicationRequest/m1".into(), "ehr:MedicationRequest/m3".into()]);
        answers.refresh(&form, &full, &part);
        let stored = serde_json::to_value(&answers).unwrap();
        let mut answers: Answers = serde_json::from_value(stored).unwrap();
        let fields = answers.get(LIST).iter().map(|text| (format!("a.{LIST}"), text.clone()));
        let fields: Vec<_> = fields.collect();
        answers = Answers::from_fields(&form, fields.into_iter(), "en", Some(&answers));
        answers.refresh(&form, &part, &part);
        answers.refresh(&form, &part, &full);
        assert_eq!(chosen(&answers), ["m1", "m3"], "the one left out stays out, the one lost comes back");
        let copied = with(Some(&[("x7", "Apixaban"), ("x8", "Digoxin"), ("x9", "Ramipril")]));
        answers.refresh(&form, &full, &part);
        answers.refresh(&form, &part, &copied);
        let mut now = chosen(&answers);
        now.sort();
        assert_eq!(now, ["x8", "x9"], "entries with other ids are the same ones");
    }
}

#[test]
fn fills_a_list_that_was_not_changed_after_any_reading() {
    let (form, full, part) = (form(), with(Some(&ALL)), with(Some(&ALL[..1])));
    let mut answers = Answers::from_prefill(&form, &full);
    for (before, after) in [(&full, &part), (&part, &full)] {
        answers.refresh(&form, before, after);
    }
    assert_eq!(chosen(&answers), ["m1", "m2", "m3"]);
    assert!(serde_json::to_value(&answers).unwrap().get("decided").is_none());
}

#[test]
fn leaves_an_emptied_answer_empty_after_a_reading_without_its_value() {
    let (form, full, mut answers) = prefilled(&chart());
    answers.set("weight", Vec::new());
    let mut without = chart();
    without.insert(
        "vitals",
        Source::Loaded { resource: populated::bundle(&[]).into(), read_at: now().timestamp() },
    );
    let without = populate(&form, &without, &now());
    assert_ne!(text(&Answers::from_prefill(&form, &full), "weight"), "");
    answers.refresh(&form, &full, &without);
    answers.refresh(&form, &without, &full);
    assert_eq!(text(&answers, "weight"), "");
    assert_ne!(text(&answers, "height"), "", "what was not emptied is filled again");
}

#[test]
fn leaves_out_a_row_that_was_removed_before_a_reading_without_it() {
    let read = |all: &[(&str, &str)]| {
        let all: Vec<Value> = all.iter().map(|(id, drug)| prescription(id, drug)).collect();
        let (form, chart) = medications(&all);
        populate(&form, &chart, &now())
    };
    let (form, _) = medications(&[]);
    let (full, part) = (read(&ALL), read(&ALL[..1]));
    let mut answers = Answers::from_prefill(&form, &full);
    let second = answers.rows("med")[1].clone();
    answers.change_rows(&form, &full, &RowAction::parse(&format!("remove:med~{second}")).unwrap());
    answers.refresh(&form, &full, &part);
    answers.refresh(&form, &part, &full);
    assert_eq!(names(&answers), ["Ramipril", "Digoxin"]);

    // Copies have other ids.
    let first = answers.rows("med")[0].clone();
    set(&mut answers, &format!("taken~{first}"), "false");
    let copied = read(&[("x7", "Apixaban"), ("x8", "Digoxin"), ("x9", "Ramipril"), ("x1", "Aspirin")]);
    answers.refresh(&form, &full, &copied);
    assert_eq!(
        names(&answers),
        ["Ramipril", "Digoxin", "Aspirin"],
        "no row twice, and none that was removed"
    );
    let first = answers.rows("med")[0].clone();
    assert_eq!(text(&answers, &format!("taken~{first}")), "false");
    let shown = view(&form, &answers, &copied, &[], "en");
    let name = &shown.sections[0].items[0].rows.as_ref().unwrap().rows[0].items[0];
    assert_eq!((name.value.as_str(), name.provenance.kind), ("Ramipril", ProvenanceKind::FromEhr));
}
