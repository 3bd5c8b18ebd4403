//! Tests of `passerelle form preview`: the program beside its simulated EHR, and a file that changes.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use passerelle::{
    clock::SystemClock,
    testing::{Browser, Page, Scratch, Sending},
};
use serde_json::{Value, json};

use crate::imported_forms::foot;

/// Running preview; stopped when dropped.
struct Preview {
    program: Child,
    browser: Browser,
    path: String,
    file: PathBuf,
    _folder: Scratch,
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.program.kill().expect("the program was running");
        self.program.wait().expect("the program ends");
    }
}

impl Preview {
    fn start(form: &Value) -> Self {
        let folder = Scratch::new();
        let file = folder.path().join("foot.json");
        fs::write(&file, form.to_string()).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_passerelle"))
            .args(["form", "preview", file.to_str().unwrap(), "--patient", "eleonore", "--lang", "fr"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().next().expect("the program prints an address");
        let (origin, path) = url.split_once("/preview").expect("the address of the preview");
        let port = origin.rsplit(':').next().unwrap().parse().unwrap();
        let browser = Browser::new(origin, port, Arc::new(SystemClock));
        Self { program, browser, path: format!("/preview{path}"), file, _folder: folder }
    }

    /// Opens the page until it is as expected.
    async fn opens(&mut self, what: &str, expected: impl Fn(&Page) -> bool) -> Page {
        for _ in 0..1200 {
            let page = self.browser.get(&self.path).await;
            if expected(&page) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("waited two minutes for: {what}");
    }
}

fn with_phone(question: &str) -> Value {
    let mut form = foot("1.0.0", "Préoccupation");
    form["extension"] = json!([{
        "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext",
        "extension": [{"url": "name", "valueCoding": {"code": "patient"}}, {"url": "type", "valueCode": "Patient"}]
    }]);
    form["item"][0]["item"].as_array_mut().unwrap().push(json!({
        "linkId": "phone", "type": "string", "text": question,
        "extension": [{
            "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression",
            "valueExpression": {"language": "text/fhirpath",
                "expression": "%patient.telecom.where(system = 'phone').first().value"}
        }]
    }));
    form
}

/// The form is filled from the chart and follows its file; a file with problems shows them; what was typed stays.
#[actix_web::test]
async fn shows_a_form_filled_and_follows_its_file() {
    let mut preview = Preview::start(&with_phone("Téléphone"));
    let page = preview.opens("the form", |page| page.status == 200).await;
    for part in ["Ceci est un aperçu", "TREMBLAY-SINGH, Éléonore", "1 sur 2", "Téléphone"] {
        assert!(page.text().contains(part), "{part} is not in {}", page.text());
    }
    assert!(page.body.contains("value=\"613-555-0143\""), "{}", page.body);
    assert!(!page.body.contains("name=\"ticket\""), "{}", page.body);

    fs::write(&preview.file, "{\n\"item\": [,]}").unwrap();
    let refused = preview.opens("the problem", |page| page.status == 422).await;
    assert!(
        refused.text().contains("ligne 2") && refused.text().contains("Corrigez le JSON"),
        "{}",
        refused.text()
    );
    let hidden: Vec<_> = page.hidden_fields().into_iter().filter(|(name, _)| name == "state").collect();
    let fields = [
        ("state", hidden[0].1.as_str()),
        ("lang", "fr"),
        ("view", "fr"),
        ("patient", "eleonore"),
        ("a.concern", "ulcère"),
        ("action", "calculate"),
    ];
    let kept = preview.browser.send(Sending::multipart("/preview", &fields, &[])).await;
    assert!(kept.status == 422 && kept.body.contains("value=\"ulcère\""), "{}", kept.body);

    fs::write(&preview.file, with_phone("Numéro de téléphone").to_string()).unwrap();
    let page = preview.opens("the changed form", |page| page.text().contains("Numéro de téléphone")).await;
    assert_eq!(page.status, 200);
    let shown = preview.browser.send(Sending::multipart("/preview", &fields, &[])).await;
    assert!(shown.body.contains("ulcère</textarea>"), "{}", shown.body);
}
