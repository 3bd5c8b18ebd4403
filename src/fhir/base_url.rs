//! Base URL of a FHIR server, and the comparison of two.

use std::fmt;

use url::Url;

/// Base URL of a FHIR server: `iss` of a launch, `aud` of an authorization request.
///
/// Two are equal if they name the same base: scheme and host are compared case-insensitively, default port and trailing
/// slashes are dropped, the rest is compared byte by byte. The received text is kept, because `aud` repeats it exactly.
#[derive(Clone, Debug)]
pub struct FhirBaseUrl {
    received: String,
    canonical: String,
}

/// Reason why a text is not a FHIR base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// The text does not begin with `https://` or `http://`.
    #[error("not an http address")]
    Scheme,
    /// The host is missing, has user information or invalid characters, or has a spelling that URL parsers read
    /// differently.
    #[error("not a plain host")]
    Host,
    /// The path has a query, a fragment, dot segments, encoded slashes or dots, or invalid characters.
    #[error("not a plain path")]
    Path,
    /// The text is longer than 2,048 bytes.
    #[error("too long")]
    Length,
}

/// Longest base URL, in bytes.
const MAX_LENGTH: usize = 2048;

impl FhirBaseUrl {
    /// Parses a base URL.
    ///
    /// # Errors
    /// The part that is not valid. The text is not echoed.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        if text.len() > MAX_LENGTH {
            return Err(BaseUrlError::Length);
        }
        let (scheme, rest) = text.split_once("://").ok_or(BaseUrlError::Scheme)?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => return Err(BaseUrlError::Scheme),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let authority = authority.to_ascii_lowercase();
        let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
        if !is_plain_authority(authority) {
            return Err(BaseUrlError::Host);
        }
        let path = path.trim_end_matches('/');
        if !is_plain_path(path) {
            return Err(BaseUrlError::Path);
        }
        let canonical = format!("{scheme}://{authority}{path}");
        if !is_unambiguous(&canonical) {
            return Err(BaseUrlError::Host);
        }
        Ok(Self { received: text.to_owned(), canonical })
    }

    /// Returns the text exactly as received.
    #[must_use]
    pub fn as_received(&self) -> &str {
        &self.received
    }

    /// Returns the canonical form, which is compared and has no trailing slash.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Whether the scheme is `https`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.canonical.starts_with("https:")
    }

    /// Returns a URL under this base; `relative` has no leading slash.
    #[must_use]
    pub fn join(&self, relative: &str) -> String {
        format!("{}/{relative}", self.canonical)
    }
}

impl PartialEq for FhirBaseUrl {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for FhirBaseUrl {}

impl fmt::Display for FhirBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical)
    }
}

fn is_plain_authority(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or(("", "")),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let host_is_plain = !host.is_empty()
        && !host.starts_with('.')
        && !host.ends_with('.')
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    let port_is_plain = match port.strip_prefix(':') {
        Some(digits) => digits.parse::<u16>().is_ok_and(|port| port > 0),
        None => port.is_empty(),
    };
    host_is_plain && port_is_plain
}

/// Whether the URL parser of the HTTP client keeps the canonical form unchanged, so that the compared host is the one
/// connected to. It reads `0x7f.1` as an address, rewrites `[2001:0db8::1]` and port `0443`, and refuses `[abc]`.
fn is_unambiguous(canonical: &str) -> bool {
    Url::parse(canonical).is_ok_and(|url| url.as_str().trim_end_matches('/') == canonical)
}

fn is_plain_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@%".contains(&b));
    let encoded = lower.contains("%2f") || lower.contains("%2e") || lower.contains("%5c");
    let segments = path.split('/').skip(1).all(|segment| !matches!(segment, "" | "." | ".."));
    plain && !encoded && segments
}

#[cfg(test)]
mod tests {
    use super::*;

    const F: &str = "https://ehr.example.ca/apis/fhir";

    fn same(text: &str) -> bool {
        FhirBaseUrl::parse(text).is_ok_and(|url| url == FhirBaseUrl::parse(F).unwrap())
    }

    /// LCH-06: different spellings of one base.
    #[test]
    fn accepts_the_same_base_in_other_spellings() {
        for text in [
            F,
            "https://ehr.example.ca/apis/fhir/",
            "HTTPS://EHR.Example.ca/apis/fhir",
            "https://ehr.example.ca:443/apis/fhir//",
        ] {
            assert!(same(text), "{text}");
        }
    }

    /// LCH-06, L02, L03: near misses and tricks.
    #[test]
    fn refuses_near_misses() {
        for text in [
            "https://ehr.example.ca.evil.test/apis/fhir",
            "https://ehr.example.ca@evil.test/apis/fhir",
            "https://evil-ehr.example.ca/apis/fhir",
            "https://ehr.example.ca./apis/fhir",
            "https://ehr.example.ca/apis/fhir/../x",
            "https://ehr.example.ca/apis/./fhir",
            "https://ehr.example.ca/apis%2ffhir",
            "https://ehr.example.ca/apis/fhir%2e%2e",
            "https://ehr.example.ca/apis//fhir",
            "https://ehr.example.ca/apis/fhir?x=1",
            "https://ehr.example.ca/apis/fhir#x",
            "https://ehr.example.ca/apis/FHIR",
            "http://ehr.example.ca/apis/fhir",
            "https://ehr.example.ca:8443/apis/fhir",
            "https:/ehr.example.ca/apis/fhir",
            "https://ehr.example.ca/apis/fhir ",
            " https://ehr.example.ca/apis/fhir",
            "https://ehr。example.ca/apis/fhir",
            "https://ehr.example.ca\\@evil.test/apis/fhir",
            "file:///etc/passwd",
            "",
            "https://",
            "https:///apis/fhir",
        ] {
            assert!(!same(text), "{text}");
        }
    }

    /// LCH-06: comparison and connection use the same host.
    #[test]
    fn refuses_hosts_that_parsers_read_differently() {
        for text in [
            "https://0x7f.1/fhir",
            "https://2130706433/fhir",
            "https://127.0.0.01/fhir",
            "https://1.2.3.4.5/fhir",
            "https://[2001:0db8::1]/fhir",
            "https://[abc]/fhir",
            "https://xn--a/fhir",
            "https://ehr.example.ca:0443/fhir",
        ] {
            assert_eq!(FhirBaseUrl::parse(text).err(), Some(BaseUrlError::Host), "{text}");
        }
        for text in
            ["https://127.0.0.1", "http://[2001:db8::1]:8080/fhir", "https://xn--nxasmq6b.example/a%20b"]
        {
            assert_eq!(FhirBaseUrl::parse(text).unwrap().canonical(), text);
        }
    }

    #[test]
    fn keeps_the_received_text() {
        let url = FhirBaseUrl::parse("https://EHR.example.ca/apis/fhir/").unwrap();
        assert_eq!(url.as_received(), "https://EHR.example.ca/apis/fhir/");
        assert_eq!(url.join("Patient/1"), "https://ehr.example.ca/apis/fhir/Patient/1");
    }
}
