//! Reasons for which a form that can be read cannot be used for referrals.

use url::Url;

use super::{error::Error, questionnaire::Form};

/// Greatest length of URL and version, in bytes: an index of the database contains both.
const MAX_NAME: usize = 1_000;

impl Form {
    /// Whether `Questionnaire.code` has a coding with system, code and display, without which no referral can be sent.
    #[must_use]
    pub fn names_its_service(&self) -> bool {
        self.service_codings.iter().any(|coding| {
            let has = |element: &str| coding[element].as_str().is_some_and(|text| !text.trim().is_empty());
            ["system", "code", "display"].into_iter().all(has)
        })
    }

    /// Returns the reasons for which no referral can be made with the form, imported or in the folder.
    #[must_use]
    pub fn lacks_for_use(&self) -> Vec<Error> {
        let mut asks = false;
        self.walk(|item| asks |= item.kind.is_question() && !item.hidden);
        let reasons = [
            (!asks).then_some(Error::NoQuestion),
            (!self.names_its_service()).then_some(Error::NoServiceCode),
        ];
        reasons.into_iter().flatten().collect()
    }

    /// Returns the reasons for which the form cannot be imported anywhere: those for which it cannot be used, and a canonical
    /// URL or a version that is missing or cannot name it.
    #[must_use]
    pub fn lacks_for_import(&self) -> Vec<Error> {
        let missing = |element| Error::Missing { place: "form".to_owned(), element };
        let url = match self.url.as_str() {
            "" => Some(missing("url")),
            url => (!is_canonical(url)).then(|| Error::BadUrl { url: url.to_owned() }),
        };
        let is_version = !self.version.is_empty() && is_plain(&self.version);
        let version = (!is_version).then(|| missing("version"));
        let is_long = self.url.len() + self.version.len() > MAX_NAME;
        let long = is_long.then_some(Error::LongName { most: MAX_NAME });
        [url, version, long].into_iter().flatten().chain(self.lacks_for_use()).collect()
    }
}

/// Whether a URL is absolute and can be followed by `|` and a version: `http` and `https` with a host, or `urn`.
fn is_canonical(url: &str) -> bool {
    let parsed = Url::parse(url).ok().filter(|_| is_plain(url) && !url.contains('#'));
    parsed.is_some_and(|parsed| match parsed.scheme() {
        "http" | "https" => parsed.has_host() && parsed.username().is_empty() && parsed.password().is_none(),
        "urn" => {
            parsed.path().split_once(':').is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty())
        }
        _ => false,
    })
}

/// Whether a text has no `|`, which separates URL and version, and neither blanks nor control characters.
fn is_plain(text: &str) -> bool {
    !text.contains(|letter: char| letter == '|' || letter.is_whitespace() || letter.is_control())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(element: &str, value: Value) -> Vec<&'static str> {
        let mut form = json!({
            "resourceType": "Questionnaire", "url": "https://clinic.example/q", "version": "1",
            "code": [{"system": "urn:s", "code": "c", "display": "d"}], "item": [{"linkId": "a", "type": "string"}]
        });
        form[element] = value;
        Form::parse(&form).unwrap().lacks_for_import().iter().map(Error::code).collect()
    }

    #[test]
    fn refuses_a_form_without_a_question() {
        assert_eq!(with("item", json!([{"linkId": "a", "type": "string"}])), <[&str; 0]>::default());
        let hidden = json!({"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true});
        for items in [
            json!([]),
            json!([{"linkId": "n", "type": "display", "text": "Nothing"}]),
            json!([{"linkId": "g", "type": "group", "item": [{"linkId": "n", "type": "display"}]}]),
            json!([{"linkId": "a", "type": "string", "extension": [hidden]}]),
        ] {
            assert_eq!(with("item", items.clone()), ["no-question"], "{items}");
        }
    }

    #[test]
    fn refuses_a_url_that_names_nothing_everywhere() {
        for url in [
            "https://clinic.example/q",
            "http://clinic.example/fhir/Questionnaire/q?a=b",
            "urn:uuid:0-1",
            "urn:q:1",
        ] {
            assert_eq!(with("url", json!(url)), <[&str; 0]>::default(), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            "foot-clinic",
            "/Questionnaire/q",
            "Questionnaire/q",
            "//clinic.example/q",
            "data:text/html,x",
            "ftp://clinic.example/q",
            "https://",
            "https://clinic.example/q|1",
            "https://clinic.example/q#x",
            "https://clinic.example/a q",
            "https://me@clinic.example/q",
            "urn:",
            "urn:uuid:",
        ] {
            assert_eq!(with("url", json!(url)), ["bad-url"], "{url}");
        }
        assert_eq!(with("url", json!("")), ["missing"]);
        assert_eq!(with("version", json!("1|2")), ["missing"]);
        assert_eq!(
            with("url", json!(format!("https://clinic.example/{}", "q".repeat(1_000)))),
            ["long-name"]
        );
    }
}
