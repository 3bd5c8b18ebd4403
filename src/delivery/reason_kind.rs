//! Classes of reasons that this room gives for an outcome.
//!
//! A class is found again by its text, which is what the log has and what rows of earlier versions hold: pages can show a
//! reason in the reader's language whenever it was stored. A class of a vendor's channel has no kind.

use crate::{egress::ConnectError, error_codes::error_codes};

error_codes! {
    /// Class of a reason; the end of the message key `delivery-reason-{code}`.
    pub enum ReasonKind {
        Interrupted = "interrupted", "interrupted";
        SendingHeld = "sending-held", "sending was held";
        Restored = "restored", "the database was restored from a backup";
        Status = "status", "status";
        OkWithStatus = "ok-with-status", "ok with status";
        TransientError = "transient-error", "transient error";
        FatalError = "fatal-error", "fatal error";
        NoKnownCode = "no-known-code", "the response has no known code";
        HasIt = "has-it", "the destination says it has it";
        AsksForRetry = "asks-for-retry", "the destination asks for a retry";
        Redirects = "redirects", "the endpoint redirects";
        WantsCredentials = "wants-credentials", "the destination wants credentials";
        WantsOtherCertificate = "wants-other-certificate", "the destination requires another client certificate";
        OtherMessage = "other-message", "the response is about another message";
        Refused = "refused", "refused";
        NotFhirJson = "not-fhir-json", "the response is not FHIR JSON";
        ConfirmsNothing = "confirms-nothing", "the response confirms nothing";
        AddressNotAllowed = "address-not-allowed", "the endpoint's address is not allowed";
        NotAUrl = "not-a-url", "the endpoint is not a URL";
        NoTls = "no-tls", "TLS cannot be set up on this node";
        AtCapacity = "at-capacity", "too many concurrent requests";
        NoConnection = "no-connection", "no connection";
        NoConnectionToDestination = "no-connection-to-destination", "no connection to the destination";
        NoConnectionToTokenEndpoint = "no-connection-to-token-endpoint", "no connection to the token endpoint";
        NoCompleteResponse = "no-complete-response", "no complete response";
        Undecryptable = "undecryptable", "this node cannot decrypt the stored message";
        NoChannel = "no-channel", "this node does not have the channel";
        ChannelPanicked = "channel-panicked", "the channel panicked";
        ChannelTimedOut = "channel-timed-out", "the channel timed out";
        CertificateNotYetValid = "certificate-not-yet-valid", "our client certificate is not valid before";
        CertificateExpired = "certificate-expired", "our client certificate expired at";
        TokenEndpointFails = "token-endpoint-fails", "the token endpoint fails";
        TokenEndpointSilent = "token-endpoint-silent", "the token endpoint does not answer";
        TokenAddressNotAllowed = "token-address-not-allowed", "the address of the token endpoint is not allowed";
        NoToken = "no-token", "the token endpoint gives us no token";
        SecretUnusable = "secret-unusable", "the secret of the destination does not fit into a header";
        BadFileName = "bad-file-name", "the message id or the destination is not a valid file name";
        FileNotWritten = "file-not-written", "the file could not be written";
    }
}

impl From<ReasonKind> for String {
    fn from(kind: ReasonKind) -> Self {
        kind.to_string()
    }
}

/// Part of a class of this room: a text with a code, and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonPart<'c> {
    /// End of the message key `delivery-reason-{code}`.
    pub code: &'static str,
    /// Text that follows, the same in every language: a status, codes of issues, a time; may be empty.
    pub rest: &'c str,
}

/// Returns the parts of a class, such as `status 401` and `the destination wants credentials`. Empty if it is not of this room.
#[must_use]
pub fn reason_parts(class: &str) -> Vec<ReasonPart<'_>> {
    let Some(first) = part(class) else { return Vec::new() };
    let is_status = first.code == ReasonKind::Status.code();
    let second = if is_status { first.rest.split_once(", ") } else { first.rest.split_once(": ") };
    match second.and_then(|(rest, second)| Some((rest, part(second)?))) {
        Some((rest, second)) => vec![ReasonPart { rest, ..first }, second],
        None => vec![first],
    }
}

/// Returns the longest known text at the beginning of a class.
fn part(class: &str) -> Option<ReasonPart<'_>> {
    let kinds = ReasonKind::ALL.iter().map(|kind| (kind.code(), kind.to_string()));
    let known = kinds.chain(ConnectError::ALL.iter().map(|cause| (cause.code(), cause.to_string())));
    let begins = known.filter_map(|(code, text)| Some((code, class.strip_prefix(text.as_str())?)));
    let whole = begins.filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', ':', ',']));
    whole.min_by_key(|(_, rest)| rest.len()).map(|(code, rest)| ReasonPart { code, rest })
}

#[cfg(test)]
mod tests {
    use super::{super::restored_store::RESTORED, *};

    #[test]
    fn finds_the_parts_of_every_class() {
        let parts = |class: &str| {
            let parts = reason_parts(class);
            parts
                .into_iter()
                .map(|part| format!("{}[{}]", part.code, part.rest))
                .collect::<Vec<_>>()
                .join(" ")
        };
        for kind in ReasonKind::ALL {
            assert_eq!(parts(&kind.to_string()), format!("{}[]", kind.code()));
        }
        assert_eq!(parts(RESTORED), "restored[]");
        for (class, found) in [
            ("status 422 (value)", "status[ 422 (value)]"),
            (
                "status 401, the destination wants credentials (login)",
                "status[ 401] wants-credentials[ (login)]",
            ),
            (
                "no connection to the destination: the TLS handshake failed",
                "no-connection-to-destination[] peer-tls-failed[]",
            ),
            ("the file could not be written: permission denied", "file-not-written[: permission denied]"),
            (
                "our client certificate expired at 2026-09-14T13:30:00Z",
                "certificate-expired[ 2026-09-14T13:30:00Z]",
            ),
            ("the token endpoint gives us no token (invalid_client)", "no-token[ (invalid_client)]"),
            ("refusedly", ""),
            ("the fax line is busy", ""),
        ] {
            assert_eq!(parts(class), found, "{class}");
        }
    }

    #[test]
    fn has_a_text_for_every_class_in_both_languages() {
        let files = [include_str!("../../locales/en/admin.ftl"), include_str!("../../locales/fr/admin.ftl")];
        let causes = ConnectError::ALL.iter().map(|cause| cause.code());
        for code in ReasonKind::ALL.iter().map(|kind| kind.code()).chain(causes) {
            let key = format!("\ndelivery-reason-{code} = ");
            assert!(files.iter().all(|file| file.contains(&key)), "{key}");
        }
    }
}
