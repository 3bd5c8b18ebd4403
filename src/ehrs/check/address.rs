//! Findings about the addresses of an EHR: resolution, permitted ranges, connection failures.

use std::net::IpAddr;

use url::{Host, Url};

use super::{
    finding::Finding,
    line::{Line, Remedy, Topic},
    subject::Subject,
};
use crate::egress::{self, ConnectError};

/// Resolves the host of a URL and compares its addresses with the permitted ranges. Sends no request.
pub(super) async fn check_address(subject: &Subject<'_>, url: &Url, topic: Topic) -> Line {
    let host = url.host_str().unwrap_or_default();
    let Ok(found) = subject.ehr.outbound.resolve(url).await else {
        return Line::problem(topic, Finding::AddressUnusable).with("host", host);
    };
    let mut addresses: Vec<IpAddr> = found.iter().map(|found| found.address).collect();
    addresses.dedup();
    if addresses.is_empty() {
        return Line::problem(topic, Finding::AddressUnknown).with("host", host);
    }
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let is_address = !matches!(url.host(), Some(Host::Domain(_)));
    let with_addresses = |line: Line| {
        let line = line.with("host", host).with("addresses", texts.join(", "));
        line.with("is_address", if is_address { "yes" } else { "no" })
    };
    if found.iter().any(|found| found.allowed) {
        return with_addresses(Line::good(topic, Finding::AddressAllowed));
    }
    let finding = if url.scheme() == "http" { Finding::AddressPlain } else { Finding::AddressNotAllowed };
    let line = with_addresses(Line::problem(topic, finding));
    let ranges: Vec<String> = addresses.into_iter().filter_map(private_range).collect();
    match ranges.is_empty() {
        true => line.setting("allowed_networks"),
        false => line.add("allowed_networks", &ranges.join(" ")),
    }
}

/// Range of a single private or loopback address. `None` for others: administrators accept a suggestion easily, and
/// link-local addresses, for example, serve the metadata of a cloud.
fn private_range(address: IpAddr) -> Option<String> {
    match address {
        IpAddr::V4(v4) => (v4.is_private() || v4.is_loopback()).then(|| format!("{v4}/32")),
        IpAddr::V6(v6) => (v6.is_unique_local() || v6.is_loopback()).then(|| format!("{v6}/128")),
    }
}

/// Line for a document that could not be fetched.
pub(super) fn no_answer(topic: Topic, document: &str, address: &str, error: &egress::Error) -> Line {
    let url = Url::parse(address).ok();
    let host = url.and_then(|url| url.host().map(|host: Host<&str>| host.to_string())).unwrap_or_default();
    let line = Line::problem(topic, finding_of(error)).with("document", document).with("host", host);
    match error {
        egress::Error::Blocked => line.setting("allowed_networks"),
        _ if line.finding == Finding::ConnectUnknownIssuer => line.remedy(Remedy::TrustCa),
        _ => line,
    }
}

fn finding_of(error: &egress::Error) -> Finding {
    match error {
        egress::Error::Blocked => Finding::ConnectBlocked,
        egress::Error::Url(_) => Finding::ConnectUrl,
        egress::Error::Setup(_) => Finding::ConnectSetup,
        egress::Error::AtCapacity => Finding::ConnectCrowded,
        egress::Error::Timeout => Finding::ConnectTimeout,
        egress::Error::Broken(_) => Finding::ConnectBroken,
        egress::Error::TooLarge => Finding::ConnectTooLarge,
        egress::Error::Connect(_) => match error.connect_error() {
            Some(ConnectError::Refused) => Finding::ConnectRefused,
            Some(ConnectError::CertificateExpired) => Finding::ConnectExpired,
            Some(ConnectError::CertificateNotYetValid) => Finding::ConnectNotYetValid,
            Some(ConnectError::CertificateNameMismatch) => Finding::ConnectOtherName,
            Some(ConnectError::CertificateUnknownIssuer) => Finding::ConnectUnknownIssuer,
            Some(ConnectError::CertificateRevoked) => Finding::ConnectRevoked,
            Some(ConnectError::CertificateInvalid) => Finding::ConnectUnusableCertificate,
            Some(cause) if cause.is_about_client_certificate() => Finding::ConnectClientCertificate,
            Some(ConnectError::Tls) => Finding::ConnectTls,
            Some(_) | None => Finding::ConnectNoWay,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_private_ranges() {
        for (address, suggested) in [
            ("10.1.2.3", Some("10.1.2.3/32")),
            ("127.0.0.1", Some("127.0.0.1/32")),
            ("fd00::5", Some("fd00::5/128")),
            ("169.254.169.254", None),
            ("0.0.0.0", None),
            ("fe80::1", None),
            ("224.0.0.1", None),
        ] {
            assert_eq!(private_range(address.parse().unwrap()).as_deref(), suggested, "{address}");
        }
    }
}
