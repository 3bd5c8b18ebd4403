//! Mutated forms and charts, which must not cause a panic.

use proptest::prelude::*;

use super::*;

/// Replaces the node number `at`, counted depth-first from the root. Returns the remaining count, or `None` if
/// replaced.
fn replace(node: &mut Value, at: usize, by: &Value) -> Option<usize> {
    if at == 0 {
        *node = by.clone();
        return None;
    }
    let children: Vec<&mut Value> = match node {
        Value::Object(object) => object.values_mut().collect(),
        Value::Array(values) => values.iter_mut().collect(),
        _ => Vec::new(),
    };
    children.into_iter().try_fold(at - 1, |left, child| replace(child, left, by))
}

fn size(node: &Value) -> usize {
    1 + match node {
        Value::Object(object) => object.values().map(size).sum(),
        Value::Array(values) => values.iter().map(size).sum::<usize>(),
        _ => 0,
    }
}

fn odd() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(5),
        json!(1e300),
        json!("x"),
        json!(""),
        json!("2026-13-45"),
        json!("\u{202e}\u{0}"),
        json!([]),
        json!([[null]]),
        json!({}),
        json!({"value": "x"}),
        json!({"coding": [{"code": 5}]}),
    ])
}

fn show(form: &Form, chart: &Chart) {
    let prefill = populate(form, chart, &now());
    let mut answers = Answers::from_prefill(form, &prefill);
    calculate(form, &mut answers, chart, &now());
    let problems = check(form, &answers, &prefill);
    let _ = view(form, &answers, &prefill, &problems, "fr");
    let _ = readable(form, &answers, &prefill, "en");
    let _ = respond(form, &answers, &prefill);
    for query in form.queries() {
        let _ = query.resolve(&form.environment(&ScreenedChart::of(chart, now().date()), &now()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn refuses_or_shows_a_mutated_form(at in any::<prop::sample::Index>(), by in odd()) {
        let mut json: Value =
            serde_json::from_str(include_str!("../../../config/forms/cardiology-consult.json")).unwrap();
        let at = at.index(size(&json));
        replace(&mut json, at, &by);
        if let Ok(form) = Form::parse(&json) {
            show(&form, &chart());
        }
    }

    #[test]
    fn shows_a_form_with_a_mutated_chart(changes in prop::collection::vec((any::<prop::sample::Index>(), odd()), 1..6)) {
        let mut json: Value = serde_json::from_str(CHART).unwrap();
        for (at, by) in changes {
            let at = 1 + at.index(size(&json) - 1);
            replace(&mut json, at, &by);
        }
        let mut chart = Chart::new();
        for (name, resource) in json.as_object().unwrap() {
            let read_at = now().timestamp();
            chart.insert(name, Source::Loaded { resource: resource.clone().into(), read_at });
        }
        show(&form(), &chart);
    }
}
