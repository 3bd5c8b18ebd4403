//! Invariants of a FHIR base URL and of URLs below it.

use passerelle::fhir::{FhirBaseUrl, Reference};
use url::Url;

/// Asserts one canonical spelling for each base, in which every URL parser sees the same host.
pub fn assert_base(base: &FhirBaseUrl) {
    let canonical = base.canonical();
    assert!(canonical.bytes().all(|b| b.is_ascii_graphic()) && !canonical.ends_with('/'), "{canonical}");
    for spelling in [canonical, base.as_received()] {
        let again = FhirBaseUrl::parse(spelling).expect("what was accepted is accepted again");
        assert_eq!(again, *base);
        assert_eq!(again.canonical(), canonical, "one canonical form");
    }
    let url = under(base, "metadata");
    let (_, rest) = canonical.split_once("://").expect("a base has a scheme");
    let authority = rest.split('/').next().unwrap_or_default();
    let host = url.host_str().expect("a base has a host");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    assert_eq!(authority, format!("{host}{port}"), "the host that is compared is the host that is reached");
}

/// Returns the URL, and asserts that it is below the base and has no query or fragment.
pub fn under(base: &FhirBaseUrl, relative: &str) -> Url {
    let url = Url::parse(&base.join(relative)).expect("an address under a base is a URL");
    let root = Url::parse(base.canonical()).expect("a base is a URL");
    assert_eq!(url.origin(), root.origin());
    assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    assert!(url.query().is_none() && url.fragment().is_none(), "{url}");
    assert_eq!(url.path(), format!("{}/{relative}", root.path().trim_end_matches('/')));
    url
}

/// Asserts that a reference has two plain path segments, in every notation.
pub fn assert_reference(base: &FhirBaseUrl, reference: &Reference) {
    let text = reference.to_string();
    under(base, &text);
    assert_eq!(Reference::new(reference.resource_type(), reference.id()).as_ref(), Some(reference));
    for spelling in [text.clone(), base.join(&text)] {
        assert_eq!(Reference::under(base, &spelling).as_ref(), Some(reference), "{spelling}");
    }
}
