use super::reader::Reader;

/// Names of the message dialect; guides and versions differ in them, the shape stays.
///
/// Source: Ontario eReferral implementation guide 0.11.1, pages MessageHeader and ServiceRequest.
#[derive(Clone, Debug)]
pub struct MessageSettings {
    /// Start of every `meta.profile`; the resource type follows.
    pub profile_base: String,
    /// Version of the MessageHeader profile, after the bar.
    pub profile_version: String,
    /// System of `MessageHeader.eventCoding`.
    pub event_system: String,
    /// Extension that carries the sender's referral identifier.
    pub referral_identifier_extension: String,
    /// Extension that says how the referral was initiated.
    pub routing_extension: String,
    /// System of the routing code.
    pub routing_system: String,
    /// Routing code of a referral begun by a SMART launch.
    pub routing_code: String,
    /// `ServiceRequest.intent`.
    pub intent: String,
    /// `MessageHeader.source.name`.
    pub source_name: String,
    /// `MessageHeader.source.contact`, an e-mail address; none when empty.
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
