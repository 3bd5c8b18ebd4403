//! Requests to a terminology server.

use http::{HeaderValue, header};
use url::Url;

use super::concept::{Asked, Concept};
use crate::egress::Request;

const ACCEPT: HeaderValue = HeaderValue::from_static("application/fhir+json");

/// Returns the request for the codes of a value set.
pub(super) fn build_expand(base: &Url, asked: &Asked) -> Option<Request> {
    let mut url = operation(base, "$expand")?;
    let (value_set, version) = asked.value_set.split_once('|').unwrap_or((&asked.value_set, ""));
    let mut query = url.query_pairs_mut();
    query.append_pair("url", value_set);
    if !version.is_empty() {
        query.append_pair("valueSetVersion", version);
    }
    if !asked.filter.is_empty() {
        query.append_pair("filter", &asked.filter);
    }
    query.append_pair("count", &asked.count.to_string());
    query.append_pair("displayLanguage", &asked.lang);
    query.append_pair("activeOnly", "true");
    drop(query);
    Some(Request::get(url).header(header::ACCEPT, ACCEPT))
}

/// Returns the request whether a code belongs to a value set.
pub(super) fn build_validate(base: &Url, value_set: &str, code: &Concept, lang: &str) -> Option<Request> {
    let mut url = operation(base, "$validate-code")?;
    let (value_set, version) = value_set.split_once('|').unwrap_or((value_set, ""));
    let mut query = url.query_pairs_mut();
    query.append_pair("url", value_set);
    if !version.is_empty() {
        query.append_pair("valueSetVersion", version);
    }
    query.append_pair("system", &code.system);
    query.append_pair("code", &code.code);
    query.append_pair("displayLanguage", lang);
    drop(query);
    Some(Request::get(url).header(header::ACCEPT, ACCEPT))
}

/// Returns the URL of an operation on value sets, below the base URL.
fn operation(base: &Url, name: &str) -> Option<Url> {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut().ok()?.pop_if_empty().extend(["ValueSet", name]);
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_requests_below_the_base_url() {
        let asked = Asked {
            value_set: "urn:v|2".to_owned(),
            filter: "cœur & co".to_owned(),
            count: 25,
            lang: "fr".to_owned(),
        };
        for base in ["https://tx.example/r4", "https://tx.example/r4/"] {
            let base: Url = base.parse().unwrap();
            assert_eq!(
                build_expand(&base, &asked).unwrap().url().as_str(),
                "https://tx.example/r4/ValueSet/$expand?url=urn%3Av&valueSetVersion=2&filter=c%C5%93ur+%26+co&count=25\
                 &displayLanguage=fr&activeOnly=true"
            );
            let code = Concept { system: "urn:s".into(), code: "a b".into(), ..Concept::default() };
            assert_eq!(
                build_validate(&base, "urn:v", &code, "en").unwrap().url().as_str(),
                "https://tx.example/r4/ValueSet/$validate-code?url=urn%3Av&system=urn%3As&code=a+b&displayLanguage=en"
            );
        }
    }
}
