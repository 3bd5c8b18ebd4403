//! Proof that the review shows what is sent: every leaf of a delivered message that a person can read is on its page.

use passerelle::testing::{Page, TestApp};
use serde_json::Value;

use crate::{
    documents::{confirmations, send_confirmed},
    form::Cardiology as _,
    referral::{delivered, follow, form_of, to_summary},
};

/// Elements whose leaves are not for people, each with the reason.
const NOT_READABLE: [(&str, &str); 12] = [
    ("id", "made by us for this message"),
    ("fullUrl", "address of an entry within the message"),
    ("reference", "address of an entry within the message, whose name is shown"),
    ("url", "name of an extension, or of a file that is within the message"),
    ("system", "name of a code system or of a numbering system"),
    ("meta", "profiles of the guide; labels are shown"),
    ("resourceType", "type of the entry, shown in words"),
    ("data", "content of a file, whose type and size are shown"),
    ("linkId", "name of a question, whose text is shown"),
    ("questionnaire", "address of the form, whose title is shown"),
    ("userSelected", "whether a code was picked by hand in the EHR"),
    ("hash", "checksum of a file"),
];
/// Codes of FHIR that the page writes in other words.
const CODES: [(&str, &str); 10] = [
    ("true", "yes"),
    ("false", "no"),
    ("asap", "as soon as possible, before urgent"),
    ("stat", "immediately"),
    ("both", "postal and physical"),
    ("temp", "temporary"),
    ("old", "no longer in use"),
    ("instance", "one place"),
    ("add-service-request", "new referral"),
    ("smart-launch", "launched from the ehr"),
];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Leaf of a message: its path, and its text.
struct Leaf {
    path: Vec<String>,
    text: String,
}

fn collect(value: &Value, path: &mut Vec<String>, found: &mut Vec<Leaf>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, found)),
        Value::Object(members) => {
            for (name, member) in members {
                path.push(name.clone());
                collect(member, path, found);
                path.pop();
            }
        }
        Value::Null => {}
        Value::String(text) => found.push(Leaf { path: path.clone(), text: text.clone() }),
        other => found.push(Leaf { path: path.clone(), text: other.to_string() }),
    }
}

impl Leaf {
    fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.path.iter().any(|part| part == name)
    }

    /// Whether a person can read it.
    fn is_readable(&self) -> bool {
        let excepted = NOT_READABLE.iter().any(|(name, _)| match *name {
            "system" => self.name() == "system" && self.text.contains(':'),
            "meta" => self.has("meta") && self.name() == "profile",
            name => self.name() == name,
        });
        // The page shows the short text of a question, and the option that was chosen instead of its code.
        let is_of_question = self.has("item") && (self.name() == "text" || self.name() == "code");
        // The code of a unit is its other spelling.
        let is_unit =
            self.name() == "code" && self.path.iter().rev().nth(1).is_some_and(|it| is_quantity(it));
        !excepted && !is_of_question && !is_unit
    }

    /// Texts of which the page must show one.
    fn shown(&self) -> Vec<String> {
        let code = CODES.iter().find(|(code, _)| *code == self.text).map(|(_, words)| (*words).to_owned());
        let date = date_of(&self.text);
        [Some(self.text.clone()), Some(self.text.replace('-', " ")), code, date]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn is_quantity(element: &str) -> bool {
    let quantities =
        ["valueQuantity", "low", "high", "onsetAge", "doseQuantity", "numerator", "denominator", "quantity"];
    quantities.contains(&element)
}

/// `2 Sep 2026` of a date or date-time.
fn date_of(text: &str) -> Option<String> {
    let mut parts = text.split('T').next()?.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some(format!("{} {month} {year}", day.parse::<u8>().ok()?))
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn missing(message: &Value, page: &Page) -> Vec<String> {
    let mut leaves = Vec::new();
    for entry in message["entry"].as_array().unwrap() {
        let kind = entry["resource"]["resourceType"].as_str().unwrap().to_owned();
        collect(&entry["resource"], &mut vec![kind], &mut leaves);
    }
    let readable: Vec<&Leaf> = leaves.iter().filter(|leaf| leaf.is_readable()).collect();
    assert!(readable.len() > 300, "a rich message: {} leaves", readable.len());
    let shown = plain(&page.text());
    let is_shown = |leaf: &&&Leaf| {
        if leaf.has("note") && leaf.has("ServiceRequest") && leaf.name() == "text" {
            // The note is the answers, line by line; the page has headings and labels of its own for them.
            let lines = leaf.text.lines().filter(|line| !line.trim().is_empty());
            let on_page = |line: &str| match line.strip_prefix("- ") {
                Some(item) => plain(item),
                None => plain(&line.trim_end_matches(':').replacen(": ", " ", 1)),
            };
            return lines.into_iter().all(|line| shown.contains(&on_page(line)));
        }
        leaf.shown().iter().any(|text| shown.contains(&plain(text)))
    };
    let missing = readable.iter().filter(|leaf| !is_shown(leaf));
    missing.map(|leaf| format!("{}: {}", leaf.path.join("."), leaf.text)).collect()
}

/// The proof can fail: a leaf that the page lacks is found, whatever element it is in.
fn finds_what_is_missing(message: &Value, page: &Page) {
    let mut planted = message.clone();
    planted["entry"][2]["resource"]["unheardOf"] =
        serde_json::json!([{ "inside": { "text": "canary of the walk" } }]);
    assert_eq!(missing(&planted, page).len(), 1);
}

/// Everything of the richest chart is picked, and every part of the patient is sent.
#[actix_web::test]
async fn shows_every_leaf_of_the_message_that_a_person_can_read() {
    for patient in ["eleonore", "marc-andre"] {
        let app = TestApp::start().await;
        let mut browser = app.browser();
        let mut form = form_of(&app, &mut browser, patient, "ngozi-okafor").await;
        form.complete("Everything, a < b > c").set("a.interpreter", "true");
        form.set("a.interpreter-language", "Punjabi").set("a.phone", "613-555-9999");
        for list in ["a.documents", "a.problem-list", "a.medication-list", "a.allergy-list"] {
            form.choose_all(list);
        }
        let summary = to_summary(&mut browser, &form).await;
        let keys: Vec<String> = (summary.body.split("name=\"share\" value=\"").skip(1))
            .map(|part| part.split('"').next().unwrap().replace("&#x27;", "'"))
            .collect();
        let revision = summary.body.split_once("name=\"revision\" value=\"").unwrap().1;
        let revision = revision.split('"').next().unwrap();
        let token = summary.csrf_token();
        let mut fields = vec![("csrf_token", token.as_str()), ("revision", revision)];
        fields.extend(keys.iter().map(|key| ("share", key.as_str())));
        let changed = browser.post(&summary.url.path().replace("/review", "/sharing"), &fields).await;
        let summary = follow(&mut browser, &changed).await;
        let sent = send_confirmed(&mut browser, &summary, &confirmations(&summary)).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        app.deliver().await;
        let message = delivered(&app).remove(0);
        assert_eq!(missing(&message, &summary), Vec::<String>::new(), "{patient}: the review");
        finds_what_is_missing(&message, &summary);
        let page = follow(&mut browser, &sent).await;
        assert_eq!(missing(&message, &page), Vec::<String>::new(), "{patient}: the page of what was sent");
    }
}
