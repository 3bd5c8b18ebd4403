//! A small terminology server: `ValueSet/$expand` and `ValueSet/$validate-code` of fictional value sets.
//!
//! It asks for no credentials, as public terminology servers do. The codes are made up, of findings and sites of the body, in
//! English and French.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::fhir::answer::{fhir, outcome, outcome_resource};
use crate::demo_ehr::http::misbehave::{pad, web_page};
use crate::demo_ehr::state::DemoEhr;

/// Base of the canonical URLs.
const BASE: &str = "https://passerelle.example/fhir";
/// Findings: code, English, French.
const FINDINGS: [(&str, &str, &str); 8] = [
    ("pain", "Pain", "Douleur"),
    ("swelling", "Swelling", "Enflure"),
    ("stiffness", "Stiffness", "Raideur"),
    ("weakness", "Weakness", "Faiblesse"),
    ("numbness", "Numbness", "Engourdissement"),
    ("rash", "Rash", "Éruption"),
    ("wound", "Wound", "Plaie"),
    ("lump", "Lump", "Masse"),
];
/// Sites of the body: code, English, French.
const SITES: [(&str, &str, &str); 12] = [
    ("neck", "neck", "cou"),
    ("shoulder", "shoulder", "épaule"),
    ("elbow", "elbow", "coude"),
    ("wrist", "wrist", "poignet"),
    ("hand", "hand", "main"),
    ("chest", "chest", "thorax"),
    ("abdomen", "abdomen", "abdomen"),
    ("back", "back", "dos"),
    ("hip", "hip", "hanche"),
    ("knee", "knee", "genou"),
    ("ankle", "ankle", "cheville"),
    ("foot", "foot", "pied"),
];
/// Sides: code, English, French.
const SIDES: [(&str, &str, &str); 3] =
    [("left", "Left", "Gauche"), ("right", "Right", "Droite"), ("both", "Both", "Les deux")];

/// Code with its texts in English and French.
struct Concept {
    system: String,
    code: String,
    texts: [String; 2],
}

/// Parameters of an operation.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Index of the text in the requested language.
    fn language(&self) -> usize {
        usize::from(self.get("displayLanguage").starts_with("fr"))
    }
}

/// `GET /tx/ValueSet/$expand?url=…&filter=…&count=…&offset=…&displayLanguage=…`.
pub(in crate::demo_ehr) async fn expand(
    request: actix_web::HttpRequest,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    let parameters = Parameters::of(request.query_string());
    let concepts = match concepts(&parameters, &ehr).await {
        Ok(concepts) => concepts,
        Err(other) => return other,
    };
    let (language, filter) = (parameters.language(), parameters.get("filter").to_lowercase());
    let matches = |concept: &&Concept| {
        let text = concept.texts[language].to_lowercase();
        filter.split_whitespace().all(|word| text.contains(word))
    };
    let found: Vec<&Concept> = concepts.iter().filter(matches).collect();
    let number = |name: &str| parameters.get(name).parse::<usize>().ok();
    let count = number("count").filter(|_| ehr.fault() != Some(Fault::TerminologyIgnoresCount));
    let contains: Vec<Value> = found
        .iter()
        .skip(number("offset").unwrap_or(0))
        .take(count.unwrap_or(usize::MAX))
        .map(|it| json!({ "system": it.system, "code": it.code, "display": it.texts[language] }))
        .collect();
    let mut set = json!({
        "resourceType": "ValueSet",
        "url": parameters.get("url"),
        "status": "active",
        "expansion": { "timestamp": "2026-09-01T00:00:00Z", "total": found.len(), "contains": contains },
    });
    if ehr.fault() == Some(Fault::TerminologyHugeBody) {
        pad(&mut set);
    }
    fhir(&set)
}

/// `GET /tx/ValueSet/$validate-code?url=…&system=…&code=…&displayLanguage=…`.
pub(in crate::demo_ehr) async fn validate_code(
    request: actix_web::HttpRequest,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    let parameters = Parameters::of(request.query_string());
    let concepts = match concepts(&parameters, &ehr).await {
        Ok(concepts) => concepts,
        Err(other) => return other,
    };
    let is_it = |it: &&Concept| it.system == parameters.get("system") && it.code == parameters.get("code");
    let mut answer = vec![json!({ "name": "result", "valueBoolean": concepts.iter().any(|it| is_it(&it)) })];
    if let Some(found) = concepts.iter().find(is_it) {
        answer.push(json!({ "name": "display", "valueString": found.texts[parameters.language()] }));
    }
    fhir(&json!({ "resourceType": "Parameters", "parameter": answer }))
}

/// Response of the active fault, or `None` if the request is answered.
async fn play(ehr: &DemoEhr) -> Option<HttpResponse> {
    match ehr.fault()? {
        Fault::TerminologyServerError => {
            Some(outcome(StatusCode::INTERNAL_SERVER_ERROR, "exception", "the terminology is not loaded"))
        }
        slow @ Fault::TerminologySlow => {
            ehr.outlast(slow).await;
            None
        }
        Fault::TerminologyHtml => Some(web_page()),
        Fault::TerminologyWrongResource => {
            Some(fhir(&outcome_resource("information", "informational", "nothing to say")))
        }
        _ => None,
    }
}

/// Codes of the value set that is asked for.
///
/// # Errors
/// The response of the active fault, or that the value set is not known.
async fn concepts(parameters: &Parameters, ehr: &DemoEhr) -> Result<Vec<Concept>, HttpResponse> {
    match play(ehr).await {
        Some(played) => Err(played),
        None => value_set(parameters.get("url")).ok_or_else(|| {
            outcome(StatusCode::NOT_FOUND, "not-found", "this server does not know that value set")
        }),
    }
}

/// Codes of a value set.
fn value_set(url: &str) -> Option<Vec<Concept>> {
    let concept = |system: &str, code: String, texts: [String; 2]| Concept {
        system: format!("{BASE}/CodeSystem/{system}"),
        code,
        texts,
    };
    match url.strip_prefix(BASE)?.strip_prefix("/ValueSet/")? {
        "findings" => {
            let of_finding = |(code, english, french): &(&str, &str, &str)| {
                SITES.map(|(site, english_site, french_site)| {
                    let texts = [format!("{english}, {english_site}"), format!("{french}, {french_site}")];
                    concept("findings", format!("{code}-{site}"), texts)
                })
            };
            Some(FINDINGS.iter().flat_map(of_finding).collect())
        }
        "sides" => {
            let side = |(code, english, french): (&str, &str, &str)| {
                concept("sides", code.to_owned(), [english.to_owned(), french.to_owned()])
            };
            Some(SIDES.map(side).into_iter().collect())
        }
        _ => None,
    }
}
