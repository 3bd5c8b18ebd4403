use std::net::IpAddr;

use url::{Host, Url};

use super::{
    line::{Line, Topic},
    run::Subject,
};
use crate::egress::{self, ConnectError};

/// Whether a URL leads to an address that the registration allows. Nothing is sent there.
pub(super) async fn reach(subject: &Subject<'_>, url: &Url, topic: Topic) -> Line {
    let host = url.host_str().unwrap_or_default();
    let Ok(found) = subject.ehr.outbound.resolve(url).await else {
        return Line::problem(topic, "address-unusable").with("host", host);
    };
    let mut addresses: Vec<IpAddr> = found.iter().map(|found| found.address).collect();
    addresses.dedup();
    if addresses.is_empty() {
        return Line::problem(topic, "address-unknown").with("host", host);
    }
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let told = |line: Line| line.with("host", host).with("addresses", texts.join(", "));
    if found.iter().any(|found| found.allowed) {
        return told(Line::good(topic, "address-allowed"));
    }
    let code = if url.scheme() == "http" { "address-plain" } else { "address-not-allowed" };
    let line = told(Line::problem(topic, code));
    let ranges: Vec<String> = addresses.into_iter().filter_map(range).collect();
    match ranges.is_empty() {
        true => line.setting("allowed_networks"),
        false => line.add("allowed_networks", &ranges.join(" ")),
    }
}

/// The range of one address that an EHR in one's own network may have. What is offered here is easily taken, so it is
/// not offered for addresses that no server has, such as those of a cloud's own services.
fn range(address: IpAddr) -> Option<String> {
    match address {
        IpAddr::V4(v4) => (v4.is_private() || v4.is_loopback()).then(|| format!("{v4}/32")),
        IpAddr::V6(v6) => (v6.is_unique_local() || v6.is_loopback()).then(|| format!("{v6}/128")),
    }
}

/// Why a document did not come, in plain words.
pub(super) fn no_answer(topic: Topic, document: &str, address: &str, error: &egress::Error) -> Line {
    let url = Url::parse(address).ok();
    let host = url.and_then(|url| url.host().map(|host: Host<&str>| host.to_string())).unwrap_or_default();
    let line = Line::problem(topic, code(error)).with("document", document).with("host", host);
    match error {
        egress::Error::Blocked => line.setting("allowed_networks"),
        _ => line,
    }
}

fn code(error: &egress::Error) -> &'static str {
    match error {
        egress::Error::Blocked => "connect-blocked",
        egress::Error::Url(_) => "connect-url",
        egress::Error::Setup(_) => "connect-setup",
        egress::Error::AtCapacity => "connect-crowded",
        egress::Error::Timeout => "connect-timeout",
        egress::Error::Broken(_) => "connect-broken",
        egress::Error::TooLarge => "connect-too-large",
        egress::Error::Connect(_) => match error.connect_error() {
            Some(ConnectError::Refused) => "connect-refused",
            Some(ConnectError::CertificateExpired) => "connect-expired",
            Some(ConnectError::CertificateNotYetValid) => "connect-not-yet-valid",
            Some(ConnectError::CertificateNameMismatch) => "connect-other-name",
            Some(ConnectError::CertificateUnknownIssuer) => "connect-unknown-issuer",
            Some(ConnectError::CertificateRevoked) => "connect-revoked",
            Some(ConnectError::CertificateInvalid) => "connect-unusable-certificate",
            Some(ConnectError::Tls) => "connect-tls",
            Some(ConnectError::Unreachable) | None => "connect-no-way",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ranges_of_ones_own_network_are_offered() {
        for (address, offered) in [
            ("10.1.2.3", Some("10.1.2.3/32")),
            ("127.0.0.1", Some("127.0.0.1/32")),
            ("fd00::5", Some("fd00::5/128")),
            ("169.254.169.254", None),
            ("0.0.0.0", None),
            ("fe80::1", None),
            ("224.0.0.1", None),
        ] {
            assert_eq!(range(address.parse().unwrap()).as_deref(), offered, "{address}");
        }
    }
}
