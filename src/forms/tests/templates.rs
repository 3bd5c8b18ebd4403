//! The built-in form components, rendered without a script.

use std::collections::BTreeMap;
use std::fs;

use tera::{Context, Kwargs, State, Tera, TeraResult};

use super::*;

/// Returns the messages of a language, with their placeholders: enough to check that a key exists and is used.
fn messages(lang: &str) -> BTreeMap<String, String> {
    let files = fs::read_dir(format!("locales/{lang}")).unwrap();
    let texts: Vec<String> = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let pairs = texts.iter().flat_map(|text| text.lines()).filter_map(|line| line.split_once(" = "));
    pairs.map(|(key, message)| (key.to_owned(), message.to_owned())).collect()
}

fn localize(args: &Kwargs, state: &State<'_>) -> TeraResult<String> {
    let (key, lang) = (args.must_get::<&str>("key")?, state.get::<String>("lang")?.unwrap_or_default());
    let missing = || tera::Error::message(format!("no message {key} in {lang:?}"));
    let mut message = messages(&lang).remove(key).ok_or_else(missing)?;
    for (name, value) in args.iter() {
        message =
            message.replace(&format!("{{ ${} }}", name.as_str().unwrap_or_default()), &value.to_string());
    }
    Ok(message)
}

fn rendered(page: &FormView, lang: &str) -> String {
    let mut tera = Tera::new();
    tera.register_function("t", |args: Kwargs, state: &State<'_>| localize(&args, state));
    let mut sources = vec![
        ("problems.html".to_owned(), "{{ <FormProblems form={content} /> }}".to_owned()),
        ("item.html".to_owned(), "{{ <FormItem item={content} retry={true} /> }}".to_owned()),
        ("section.html".to_owned(), "{{ <FormSection section={content} items={items} /> }}".to_owned()),
    ];
    for entry in fs::read_dir("templates/components/form").unwrap() {
        let path = entry.unwrap().path();
        sources.push((path.to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()));
    }
    tera.add_raw_templates(sources).unwrap();
    let fill = |template: &str, content: &dyn Fn(&mut Context)| {
        let mut context = Context::new();
        context.insert("lang", lang);
        content(&mut context);
        tera.render(template, &context).unwrap()
    };
    let mut html = fill("problems.html", &|context| context.insert("content", page));
    for section in &page.sections {
        let items = section.items.iter();
        let items = items.map(|item| fill("item.html", &|context| context.insert("content", item)));
        let items: Vec<tera::Value> = items.map(|html| tera::Value::safe_string(&html)).collect();
        html += &fill("section.html", &|context| {
            context.insert("content", section);
            context.insert_value("items", items.clone().into());
        });
    }
    html
}

/// Writes the sample to the folder in `FORM_SAMPLE`, for viewing it in a browser.
fn keep(name: &str, html: &str) {
    if let Ok(folder) = std::env::var("FORM_SAMPLE") {
        fs::write(Path::new(&folder).join(name), html).unwrap();
    }
}

fn sample(lang: &str) -> String {
    let mut chart = chart();
    chart.insert("labs", Source::NotLoaded(NotLoaded::NoAnswer));
    chart.insert("medications", Source::NotLoaded(NotLoaded::Refused));
    let (form, prefill, mut answers) = prefilled(&chart);
    set(&mut answers, "concern", "Exertional chest tightness </textarea><script>alert(1)</script> {{ 7*7 }}");
    set(&mut answers, "reason", "29857009");
    set(&mut answers, "rest-pain", "true");
    set(&mut answers, "weight", "heavy");
    answers.set("copy-to", vec!["Dr. \"><img src=x onerror=alert(1)> Roy".to_owned()]);
    calculate(&form, &mut answers, &chart, &now());
    let problems = check(&form, &answers, &prefill);
    rendered(&view(&form, &answers, &prefill, &problems, lang), lang)
}

#[test]
fn renders_in_both_languages_without_anything_active() {
    for lang in ["en", "fr"] {
        let html = sample(lang);
        keep(&format!("sample-{lang}.html"), &html);
        for active in ["<script", "<img", " style=", " onclick", "javascript:", "</textarea><"] {
            assert!(!html.contains(active), "{lang}: {active}");
        }
        assert!(html.contains("{{ 7*7 }}"), "text of a person stays text");
        assert!(!html.replace("{ $count -", "").contains("{ $"), "every value of a message is given");
        assert!(
            !html.contains(" required>") && !html.contains(" required "),
            "a hidden field must not block sending"
        );
    }
}

#[test]
fn labels_every_field_and_uses_every_id_once() {
    let html = sample("en");
    let attributes = |name: &str| -> Vec<String> {
        let start = format!(" {name}=\"");
        html.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let ids = attributes("id");
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!(ids.len(), once.len(), "ids are unique");
    for name in ["for", "aria-describedby", "aria-labelledby"] {
        for id in attributes(name).iter().flat_map(|ids| ids.split(' ')) {
            assert!(
                once.binary_search(&id.to_owned()).is_ok(),
                "{name} refers to {id}, which does not exist"
            );
        }
    }
    assert!(attributes("href").iter().all(|link| once.binary_search(&link[1..].to_owned()).is_ok()));
}

#[test]
fn shows_the_state_of_each_field() {
    let html = sample("en");
    let field = |link_id: &str| {
        let at = html.find(&format!("data-place=\"{link_id}\"")).unwrap();
        let start = html[..at].rfind('<').unwrap();
        let end = html[at..]
            .find("data-place")
            .and_then(|_| html[at + 12..].find("data-place="))
            .map_or(html.len(), |next| at + 12 + next);
        &html[start..end]
    };
    assert!(
        field("ldl").contains("class=\"from missing\"") && field("ldl").contains("the EHR did not respond")
    );
    assert!(field("ldl").contains("name=\"reload\" value=\"ldl\""));
    assert!(
        field("weight").contains("class=\"from edited\"")
            && field("weight").contains("aria-invalid=\"true\"")
    );
    assert!(field("allergy-list").contains("Nothing for this question from the EHR"));
    assert!(field("medication-list").contains("value=\"ehr:without-list\""));
    assert!(field("problem-list").contains("value=\"ehr:Condition/c1\" checked"));
    assert!(field("problem-list").contains("<small><bdi>active since 2014</bdi>"));
    let hidden = |link_id: &str| field(link_id).split('>').next().unwrap().ends_with(" hidden");
    assert!(hidden("nyha") && !hidden("ccs") && !hidden("emergency"));
    assert!(field("bmi").contains(" readonly"));
    assert!(field("emergency").contains("class=\"wide alarm\"") && field("emergency").contains("Emergency"));
}

#[test]
fn has_all_messages_in_both_languages() {
    let (english, french) = (messages("en"), messages("fr"));
    assert_eq!(english.keys().collect::<Vec<_>>(), french.keys().collect::<Vec<_>>());
    let limit = String::new;
    let kinds = [
        ProblemKind::Required,
        ProblemKind::NothingToChoose,
        ProblemKind::ListNotLoaded,
        ProblemKind::NotANumber,
        ProblemKind::NotAWholeNumber,
        ProblemKind::NotADate,
        ProblemKind::NotADateTime,
        ProblemKind::NotYesOrNo,
        ProblemKind::NotAnOption,
        ProblemKind::OnlyOne,
        ProblemKind::TooLong { limit: limit() },
        ProblemKind::TooSmall { limit: limit() },
        ProblemKind::TooLarge { limit: limit() },
    ];
    for kind in kinds {
        let name = json!(kind)["kind"].as_str().unwrap().to_owned();
        assert!(english.contains_key(&format!("form-problem-{name}")), "{name}");
    }
    for reason in [
        "not-granted",
        "not-in-context",
        "refused",
        "not-found",
        "gone",
        "busy",
        "at-capacity",
        "no-answer",
        "invalid",
    ] {
        assert!(serde_json::from_value::<NotLoaded>(json!(reason)).is_ok());
        assert!(english.contains_key(&format!("form-not-loaded-{reason}")), "{reason}");
    }
}
