//! Typed answers: kept, checked, used in conditions and calculations.

use super::*;

#[test]
fn enables_questions_by_branch_and_keeps_typed_answers() {
    let (form, prefill, mut answers) = prefilled(&chart());
    assert!(!enabled(&form, &answers).contains("symptoms"));
    set(&mut answers, "reason", "29857009");
    set(&mut answers, "ccs", "41334000");
    assert!(enabled(&form, &answers).is_superset(&places(&["symptoms", "onset", "ccs"])));
    set(&mut answers, "reason", "84114007");
    let on = enabled(&form, &answers);
    assert!(on.contains("nyha") && !on.contains("ccs"));
    assert_eq!(text(&answers, "ccs"), "41334000");
    assert!(!respond(&form, &answers, &prefill).to_string().contains("\"ccs\""));
    set(&mut answers, "reason", "110467000");
    assert!(!enabled(&form, &answers).contains("onset"), "an assessment before surgery has no onset");
    set(&mut answers, "rest-pain", "true");
    assert!(enabled(&form, &answers).is_superset(&places(&["emergency", "emergency-done"])));
    let missing: Vec<String> =
        check(&form, &answers, &prefill).into_iter().map(|problem| problem.place).collect();
    assert!(missing.contains(&"emergency-done".to_owned()) && missing.contains(&"surgery".to_owned()));
    assert!(!missing.contains(&"ccs".to_owned()));
}

#[test]
fn refuses_a_routine_referral_with_a_red_flag() {
    let (form, prefill, mut answers) = prefilled(&chart());
    let mut urgency = |red_flag: &str, urgency: &str| {
        set(&mut answers, "suspected-acs", red_flag);
        set(&mut answers, "urgency", urgency);
        calculate(&form, &mut answers, &chart(), &now());
        let problems = check(&form, &answers, &prefill);
        let shown = view(&form, &answers, &prefill, &problems, "fr").problems;
        shown.into_iter().find(|problem| problem.place == "urgency").map(|problem| problem.text)
    };
    assert!(urgency("true", "routine").unwrap().contains("ne peut pas être «\u{a0}Non urgent\u{a0}»"));
    assert_eq!((urgency("true", "urgent"), urgency("false", "routine")), (None, None));
    set(&mut answers, "suspected-acs", "true");
    for (done, asked) in [("sent", false), ("ruled-out", true)] {
        set(&mut answers, "emergency-done", done);
        assert_eq!(enabled(&form, &answers).contains("emergency-ruled-out"), asked, "{done}");
    }
}

/// Contradictions in forms that ship: a warning sign that waits its turn, and "none" beside something.
#[test]
fn refuses_contradictions_in_shipped_forms() {
    let library = Library::built_in().unwrap();
    let found = |id: &str, given: &[(&str, &[&str])], place: &str| {
        let (form, prefill, mut answers) = (library.get(id).unwrap(), Prefill::default(), Answers::default());
        for (question, texts) in given {
            answers.set(question, texts.iter().map(|text| (*text).to_owned()).collect());
        }
        calculate(form, &mut answers, &Chart::new(), &now());
        check(form, &answers, &prefill)
            .into_iter()
            .any(|problem| problem.place == place && problem.kind.blocks())
    };
    let skin = "dermatology-econsult";
    for sign in ["melanoma", "emergency-skin"] {
        assert!(found(skin, &[(sign, &["true"]), ("urgency", &["routine"])], "urgency"), "{sign}");
        assert!(!found(skin, &[(sign, &["true"]), ("urgency", &["asap"])], "urgency"), "{sign}");
    }
    assert!(!found(skin, &[("melanoma", &["false"]), ("urgency", &["routine"])], "urgency"));
    let care = "home-community-care";
    for (start, is_past) in [("2026-09-01", true), ("2030-01-01", false)] {
        assert_eq!(found(care, &[("start-by", &[start])], "start-by"), is_past, "{start}");
    }
    for (form, question, none, other) in [
        (skin, "skin-cancer", "none", "unknown"),
        ("home-community-care", "infection", "none", "mrsa"),
        ("mental-health-intake", "substances", "none", "alcohol"),
        ("home-community-care", "consent-messages", "mail", "phone"),
    ] {
        assert!(found(form, &[(question, &[none, other])], question), "{form} {question}");
        assert!(!found(form, &[(question, &[none])], question), "{form} {question}");
    }
}

#[test]
fn reports_invalid_answers() {
    let (form, prefill, mut answers) = prefilled(&chart());
    let found = |answers: &Answers, link_id: &str| {
        check(&form, answers, &prefill)
            .into_iter()
            .find(|problem| problem.place == link_id)
            .map(|problem| problem.kind)
    };
    set(&mut answers, "reason", "271594007");
    let limit = |text: &str| text.to_owned();
    let cases = [
        ("weight", "heavy", Some(ProblemKind::NotANumber)),
        ("weight", "401", Some(ProblemKind::TooLarge { limit: limit("400") })),
        ("weight", "0.5", Some(ProblemKind::TooSmall { limit: limit("1") })),
        ("weight", "71.5", None),
        ("syncope-episodes", "2.5", Some(ProblemKind::NotAWholeNumber)),
        ("voicemail", "maybe", Some(ProblemKind::NotYesOrNo)),
        ("urgency", "yesterday", Some(ProblemKind::NotAnOption)),
        ("language", "Inuktitut", None),
        ("problem-list", "ehr:Condition/gone", Some(ProblemKind::NotAnOption)),
        ("problem-list", "Typed by hand", None),
        ("concern", "", Some(ProblemKind::Required)),
    ];
    for (link_id, typed, expected) in cases {
        let typed = if typed.is_empty() { Vec::new() } else { vec![typed.to_owned()] };
        answers.set(link_id, typed);
        assert_eq!(found(&answers, link_id), expected, "{link_id} {:?}", answers.get(link_id));
    }
    set(&mut answers, "reason", "110467000");
    set(&mut answers, "surgery-date", "2026-13-45");
    assert_eq!(found(&answers, "surgery-date"), Some(ProblemKind::NotADate));
    set(&mut answers, "surgery-date", "2026-11");
    assert_eq!(found(&answers, "surgery-date"), None);
    set(&mut answers, "concern", &"é".repeat(1_001));
    assert_eq!(found(&answers, "concern"), Some(ProblemKind::TooLong { limit: limit("1000") }));
    answers.set("urgency", vec!["routine".into(), "asap".into()]);
    assert_eq!(found(&answers, "urgency"), Some(ProblemKind::OnlyOne));
}

#[test]
fn calculates_answers_and_clears_them() {
    let (form, _, mut answers) = prefilled(&chart());
    let chart = chart();
    calculate(&form, &mut answers, &chart, &now());
    assert_eq!(text(&answers, "bmi"), "27.1");
    set(&mut answers, "weight", "71.5");
    calculate(&form, &mut answers, &chart, &now());
    assert_eq!(text(&answers, "bmi"), "26.2");
    set(&mut answers, "height", "tall");
    calculate(&form, &mut answers, &chart, &now());
    assert_eq!(text(&answers, "bmi"), "");
}

#[test]
fn reads_fields_and_limits_them() {
    let form = form();
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let long = "x".repeat(30_000);
    let fields = [
        pair("a.concern", "one\r\ntwo\0three"),
        pair("a.weight", "heavy"),
        pair("a.referrer", "Dr.\u{202e} Roy"),
        pair("a.clinic-name", "\u{feff}Lake\u{200b}side\u{2028}Room 2\u{2029}\u{200d}\ré"),
        pair("a.nothing-like-it", "x"),
        pair("csrf_token", "x"),
        pair("a.problem-list", "Typed"),
        pair("a.problem-list", "  "),
        pair("a.problem-list", "ehr:Condition/c1"),
        pair("a.cardiac-history", &long),
    ];
    let answers = Answers::from_fields(&form, fields.into_iter(), "en", None);
    assert_eq!(text(&answers, "concern"), "one\ntwo\u{fffd}three");
    assert_eq!(text(&answers, "weight"), "heavy");
    assert_eq!(text(&answers, "referrer"), "Dr.\u{fffd} Roy");
    assert_eq!(text(&answers, "clinic-name"), "Lakeside\nRoom 2\n\u{200d}\né");
    assert_eq!(answers.get("problem-list"), ["Typed", "ehr:Condition/c1"]);
    assert_eq!(answers.get("cardiac-history")[0].len(), 20_000);
    assert!(answers.get("nothing-like-it").is_empty());
    let sealed = serde_json::to_string(&answers).unwrap();
    assert_eq!(serde_json::from_str::<Answers>(&sealed).unwrap(), answers);
}

#[test]
fn keeps_edited_answers_when_the_chart_is_read_again() {
    let mut failed = chart();
    for name in ["medications", "allergies", "labs"] {
        failed.insert(name, Source::NotLoaded(NotLoaded::NoAnswer));
    }
    let (form, before, mut answers) = prefilled(&failed);
    set(&mut answers, "weight", "71.5");
    set(&mut answers, "referrer", "Dr.  Amélie Okafor");
    set(&mut answers, "hba1c", "6.9");
    set(&mut answers, "medication-list", "Warfarin, by hand");
    set(&mut answers, "allergy-list", "ehr:without-list");
    answers.set("problem-list", vec!["ehr:Condition/c2".into()]);
    let mut again = chart();
    let user = json!({"resourceType": "Practitioner", "id": "dr1", "name": [{"text": "Dr. A. Okafor"}]});
    again.insert("user", Source::Loaded { resource: user.into(), read_at: now().timestamp() });
    let after = populate(&form, &again, &now());
    let changed = answers.refresh(&form, &before, &after);
    let expected = [
        ("weight", "71.5"),
        ("hba1c", "6.9"),
        ("problem-list", "ehr:Condition/c2"),
        ("referrer", "Dr. A. Okafor"),
        ("creatinine", "88"),
        ("anticoagulant", "true"),
        ("medication-list", "Warfarin, by hand; ehr:MedicationRequest/m1; ehr:MedicationRequest/m2"),
        ("allergy-list", ""),
    ];
    for (link_id, value) in expected {
        assert_eq!(text(&answers, link_id), value, "{link_id}");
    }
    assert_eq!(
        changed,
        ["anticoagulant", "creatinine", "egfr", "medication-list", "allergy-list", "referrer"]
    );
    assert_eq!(answers.refresh(&form, &after, &after), [""; 0]);
    let (_, still_failed, mut kept) = prefilled(&failed);
    set(&mut kept, "allergy-list", "ehr:without-list");
    assert_eq!(kept.refresh(&form, &still_failed, &still_failed), [""; 0]);
    assert!(kept.is_without_list("allergy-list"));
}

/// A source that cannot be read again is as it was read before, and says so.
#[test]
fn keeps_an_earlier_reading_with_its_day() {
    let (form, before, mut answers) = prefilled(&chart());
    let mut failed = chart();
    failed.insert("vitals", Source::NotLoaded(NotLoaded::NoAnswer));
    failed.insert("conditions", Source::NotLoaded(NotLoaded::NotGranted));
    failed.keep_from(&chart(), |name| name != "conditions");
    let after = populate(&form, &failed, &now());
    answers.refresh(&form, &before, &after);
    assert_eq!(text(&answers, "weight"), "74.0");
    assert_eq!(text(&answers, "problem-list"), "", "the entries of a list that was not kept are no answers");
    let readings = Readings { before: &before, after: &after, of_readers: &[] };
    let changes = changes(&form, readings, &answers, "en");
    let unread: Vec<&str> =
        changes.iter().filter(|change| change.unread).map(|change| change.label.as_str()).collect();
    assert!(unread.contains(&"Weight") && unread.contains(&"Problems to include"), "{changes:#?}");
    let lines = readable(&form, &answers, &after, "en");
    let weight = lines.iter().find(|line| line.label == "Weight").unwrap();
    assert!(weight.value.ends_with(", as read on 2 Sep 2026)"), "{}", weight.value);
    let kept = kept_answers(&form, &answers, &after, "en").unwrap();
    assert_eq!(kept.read_at.to_string(), "2026-09-02T13:14:30Z");
    assert!(kept.labels.contains(&"Weight".to_owned()) && !kept.labels.contains(&"Diabetes".to_owned()));
    assert_eq!(kept_answers(&form, &answers, &before, "en"), None);
}

#[test]
fn never_keeps_a_reading_of_another_patient_resource() {
    let mut failed = chart();
    let other = json!({ "resourceType": "Patient", "id": "copy2" });
    let read_at = "2026-12-01T13:14:30Z".parse().unwrap();
    failed.insert("patient", Source::Loaded { resource: other.into(), read_at });
    failed.insert("vitals", Source::NotLoaded(NotLoaded::NoAnswer));
    failed.keep_from(&chart(), |_| true);
    assert_eq!(failed.get("vitals"), Some(&Source::NotLoaded(NotLoaded::NoAnswer)));
    let (form, before, mut answers) = prefilled(&chart());
    answers.refresh(&form, &before, &populate(&form, &failed, &now()));
    assert_eq!(text(&answers, "weight"), "", "nothing old is an answer of today");
}

/// An item with a value from the chart or a typed answer is never cached for all users.
#[test]
fn items_with_personal_data_are_not_blank() {
    let (form, prefill, answers) = prefilled(&chart());
    let blank = |answers: &Answers, prefill: &Prefill, link_id: &str| {
        let shown = view(&form, answers, prefill, &[], "en");
        let mut items = shown.sections.iter().flat_map(|section| &section.items);
        items.find(|item| item.place == link_id).unwrap().is_blank()
    };
    let none = (Answers::default(), Prefill::default());
    for link_id in ["concern", "weight", "problem-list", "urgency"] {
        assert!(blank(&none.0, &none.1, link_id), "{link_id}");
    }
    for link_id in ["weight", "problem-list", "documents"] {
        assert!(!blank(&answers, &prefill, link_id), "{link_id} came from the chart");
        assert!(!blank(&none.0, &prefill, link_id), "{link_id} was emptied, and the chart still shows");
    }
    let mut typed = Answers::default();
    typed.set("concern", vec!["canary".to_owned()]);
    typed.set("urgency", vec!["routine".to_owned()]);
    assert!(!blank(&typed, &none.1, "concern") && !blank(&typed, &none.1, "urgency"));
}

/// b01: a comma is a decimal sign in French, and ambiguous in English.
#[test]
fn reads_numbers_as_the_language_of_the_page_writes_them() {
    let form = form();
    for (lang, typed, kept, problem) in [
        ("en", "1,200", "1,200", true),
        ("en", "1200", "1200", false),
        ("en", "71.5", "71.5", false),
        ("en", "71,5", "71,5", true),
        ("en", "1 200", "1200", false),
        ("en", "7 1", "7 1", true),
        ("fr-CA", "71,5", "71.5", false),
        ("fr-CA", "1\u{202f}200,5", "1200.5", false),
        ("fr", "1,200.5", "1,200.5", true),
        ("fr", "71.5", "71.5", false),
        ("", "71,5", "71,5", true),
    ] {
        let fields = [("a.nt-probnp".to_owned(), typed.to_owned())];
        let answers = Answers::from_fields(&form, fields.into_iter(), lang, None);
        assert_eq!(text(&answers, "nt-probnp"), kept, "{lang} {typed}");
        let problems = check(&form, &answers, &Prefill::default());
        let found = problems.iter().any(|it| it.place == "nt-probnp" && it.kind == ProblemKind::NotANumber);
        assert_eq!(found, problem, "{lang} {typed}");
    }
}
