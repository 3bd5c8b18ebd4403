//! Questions of type attachment.

use std::collections::BTreeMap;

use super::*;
use crate::forms::attached_files;

const CORE: &str = "http://hl7.org/fhir/StructureDefinition";

fn mime(types: &[&str]) -> Vec<Value> {
    let one = |it: &&str| json!({"url": format!("{CORE}/mimeType"), "valueCode": it});
    types.iter().map(one).collect()
}

fn item(extra: &Value) -> Value {
    let mut item = json!({"linkId": "photos", "type": "attachment", "text": "Photos"});
    item.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    item
}

fn parsed(items: &[Value]) -> Result<Form, Vec<Error>> {
    Form::parse(&json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "item": items}))
}

fn file(id: &str, size: u64) -> AttachedFile {
    AttachedFile {
        id: id.to_owned(),
        title: format!("{id}.jpg"),
        content_type: "image/jpeg".to_owned(),
        size,
        hash: "2jmj7l5rSw0yVb/vlWAYkK/YBwk=".to_owned(),
        added_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn with_files(form: &Form, places: &[(&str, &[AttachedFile])]) -> Answers {
    let mut answers = Answers::default();
    let files: BTreeMap<_, _> =
        places.iter().map(|(place, files)| ((*place).to_owned(), files.to_vec())).collect();
    answers.set_files(form, files);
    answers
}

#[test]
fn reads_the_types_and_sizes_that_a_form_asks_for() {
    let rules = |extra: Value| {
        let form = parsed(&[item(&extra)]).unwrap();
        (form.file_rules(&Answers::default(), "photos").unwrap(), form.remarks().len())
    };
    let (any, remarks) = rules(json!({}));
    assert_eq!(
        (any.media_types, any.max_bytes, any.max_files, remarks),
        (ATTACHABLE_TYPES.map(str::to_owned).to_vec(), None, Some(1), 0)
    );
    let size = json!({"url": format!("{CORE}/maxSize"), "valueDecimal": 5_242_880.0});
    let extension = [mime(&["image/*", "audio/*"]), vec![size]].concat();
    let (photos, remarks) = rules(json!({"extension": extension, "repeats": true}));
    assert_eq!(photos.media_types, ["image/jpeg", "image/png", "image/webp"]);
    assert_eq!((photos.max_bytes, photos.max_files, remarks), (Some(5_242_880), None, 1));
    let (jpg, _) = rules(json!({"extension": mime(&["image/jpg"])}));
    assert_eq!(jpg.media_types, ["image/jpeg"]);
}

#[test]
fn refuses_questions_whose_files_cannot_be_attached() {
    let refused = |extra: Value| parsed(&[item(&extra)]).unwrap_err()[0].to_string();
    assert!(refused(json!({"extension": mime(&["audio/mpeg", "text/plain"])})).contains("audio/mpeg"));
    let size = json!([{"url": format!("{CORE}/maxSize"), "valueDecimal": 5}]);
    assert!(refused(json!({"extension": size})).contains("bytes"));
}

#[test]
fn answers_with_the_files_that_are_stored_and_nothing_posted() {
    let form = parsed(&[item(&json!({"required": true, "repeats": true}))]).unwrap();
    let prefill = Prefill::default();
    let problem = |answers: &Answers| check(&form, answers, &prefill).into_iter().next().map(|it| it.kind);
    assert_eq!(problem(&Answers::default()), Some(ProblemKind::Required));
    let stored = with_files(
        &form,
        &[("photos", &[file("one", 244_001), file("two", 1_350_000)]), ("gone", &[file("x", 1)])],
    );
    assert_eq!((problem(&stored), stored.get("photos")), (None, &["one".to_owned(), "two".to_owned()][..]));
    let posted = [("a.photos".to_owned(), "made-up".to_owned())];
    let saved = Answers::from_fields(&form, posted.into_iter(), "en", Some(&stored));
    assert_eq!(saved, stored);
    let lines = |lang| readable(&form, &saved, &prefill, lang)[0].value.clone();
    assert_eq!(lines("en"), "one.jpg (JPEG, 245\u{a0}kB); two.jpg (JPEG, 1.4\u{a0}MB)");
    assert!(lines("fr").ends_with("1,4\u{a0}Mo)"), "{}", lines("fr"));
    let response = respond(&form, &saved, &prefill);
    assert_eq!(
        response["item"][0]["answer"][0]["valueAttachment"],
        json!({
            "contentType": "image/jpeg", "size": 244_001, "hash": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "title": "one.jpg"
        })
    );
    let ids: Vec<_> = attached_files(&form, &saved).into_iter().map(|file| file.id.as_str()).collect();
    assert_eq!(ids, ["one", "two"]);
    // The stored answers hold ids only.
    let kept: Answers = serde_json::from_value(serde_json::to_value(&saved).unwrap()).unwrap();
    assert_eq!((kept.files("photos"), kept.get("photos").len()), (&[][..], 2));
}

#[test]
fn counts_files_and_compares_their_size_with_a_newer_form() {
    let problem = |extra: Value, sizes: &[u64]| {
        let form = parsed(&[item(&extra)]).unwrap();
        let files: Vec<_> = sizes.iter().enumerate().map(|(at, size)| file(&at.to_string(), *size)).collect();
        let answers = with_files(&form, &[("photos", &files)]);
        check(&form, &answers, &Prefill::default()).into_iter().next().map(|it| it.kind)
    };
    let occurs = json!({"repeats": true, "extension": [
        {"url": format!("{CORE}/questionnaire-minOccurs"), "valueInteger": 2},
        {"url": format!("{CORE}/questionnaire-maxOccurs"), "valueInteger": 3},
        {"url": format!("{CORE}/maxSize"), "valueDecimal": 2000},
    ]});
    assert_eq!(problem(occurs.clone(), &[1]), Some(ProblemKind::TooFew { limit: "2".into() }));
    assert_eq!(problem(occurs.clone(), &[1; 4]), Some(ProblemKind::TooMany { limit: "3".into() }));
    assert_eq!(problem(occurs.clone(), &[1, 2001]), Some(ProblemKind::FileTooLarge { limit: "2000".into() }));
    assert_eq!(problem(occurs, &[1, 2000]), None);
    assert_eq!(problem(json!({}), &[1, 1]), Some(ProblemKind::OnlyOne));
}

#[test]
fn loses_the_files_of_a_row_that_is_removed_and_sends_none_of_a_disabled_question() {
    let row = json!({"linkId": "lesion", "type": "group", "repeats": true, "text": "Lesion", "item": [item(&json!({}))]});
    let has = json!({"linkId": "has", "type": "boolean", "text": "Has"});
    let extra = json!({"linkId": "other", "enableWhen": [{"question": "has", "operator": "=", "answerBoolean": true}]});
    let form = parsed(&[row, has, item(&extra)]).unwrap();
    let mut answers = Answers::default();
    answers.set_rows("lesion", vec!["r1".to_owned(), "r2".to_owned()]);
    let files = [("photos~r1", "a"), ("photos~r2", "b"), ("other", "c")];
    let files = files.map(|(place, id)| (place.to_owned(), vec![file(id, 1)]));
    answers.set_files(&form, BTreeMap::from(files));
    let sent = |answers: &Answers| {
        attached_files(&form, answers).into_iter().map(|file| file.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(sent(&answers), ["a", "b"], "an answer to a disabled question is kept, not sent");
    answers.change_rows(&form, &Prefill::default(), &RowAction::parse("remove:lesion~r1").unwrap());
    assert_eq!(sent(&answers), ["b"]);
    assert!(!answers.all_files().any(|file| file.id == "a"));
    set(&mut answers, "has", "true");
    assert_eq!(sent(&answers), ["b", "c"]);
}

#[test]
fn shows_files_and_a_field_for_more() {
    let form = parsed(&[item(&json!({"extension": mime(&["image/*"])}))]).unwrap();
    let prefill = Prefill::default();
    let shown = |answers: &Answers| {
        let files = FilesShown { path: "/c/x/referrals/1/attachments".into(), max_bytes: 10_000_000 };
        let outline = outline(&form, answers, &prefill, &[], "en").with_files(files);
        let item = outline.file_items().remove(0);
        assert_eq!((item.control, item.is_blank()), ("files", answers.get("photos").is_empty()));
        item.files.unwrap()
    };
    let none = shown(&Answers::default());
    assert_eq!(
        (none.accept.as_str(), none.photos, none.can_add),
        ("image/jpeg,image/png,image/webp", true, true)
    );
    assert_eq!((none.name.as_str(), none.types.as_str()), ("file.photos", "JPEG, PNG, WebP"));
    assert_eq!((none.max_size.as_str(), none.max_bytes), ("10\u{a0}MB", 10_000_000));
    let one = shown(&with_files(&form, &[("photos", &[file("one", 1)])]));
    assert_eq!((one.can_add, one.files[0].path.as_str()), (false, "/c/x/referrals/1/attachments/one"));
}
