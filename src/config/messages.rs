//! Settings of the message dialect.

use super::reader::Reader;

/// Names used by the message dialect. They differ between implementation guides and versions; the structure does not.
///
/// Source: Ontario eReferral implementation guide 0.11.1, pages MessageHeader and ServiceRequest.
#[derive(Clone, Debug)]
pub struct MessageSettings {
    /// Prefix of every `meta.profile`, followed by the resource type.
    pub profile_base: String,
    /// Version of the MessageHeader profile, after the `|`.
    pub profile_version: String,
    /// System of `MessageHeader.eventCoding`.
    pub event_system: String,
    /// URL of the extension with the sender's referral identifier.
    pub referral_identifier_extension: String,
    /// URL of the extension for how the referral was initiated.
    pub routing_extension: String,
    /// System of the routing code.
    pub routing_system: String,
    /// Routing code of a referral started by a SMART launch.
    pub routing_code: String,
    /// `ServiceRequest.intent`.
    pub intent: String,
    /// `MessageHeader.source.name`.
    pub source_name: String,
    /// E-mail address for `MessageHeader.source.contact`; left out if empty.
    pub support_email: String,
}

impl MessageSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            profile_base: reader.text("messages.profile_base"),
            profile_version: reader.text("messages.profile_version"),
            event_system: reader.text("messages.event_system"),
            referral_identifier_extension: reader.text("messages.referral_identifier_extension"),
            routing_extension: reader.text("messages.routing_extension"),
            routing_system: reader.text("messages.routing_system"),
            routing_code: reader.text("messages.routing_code"),
            intent: reader.text("messages.intent"),
            source_name: reader.text("messages.source_name"),
            support_email: reader.text("messages.support_email"),
        }
    }
}
