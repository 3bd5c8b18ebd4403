//! Kinds of rows that are removed at an age.

use crate::config::RetentionSettings;

/// Kind of rows that are removed at an age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Messages of deliveries that are over.
    SentMessages,
    /// Documents of sent referrals.
    SentDocuments,
    /// Files that persons added to sent referrals.
    SentAttachments,
    /// Drafts that were not changed.
    Drafts,
    /// Discarded drafts.
    DiscardedDrafts,
    /// Audit events, except records of removals.
    AuditEvents,
    /// Traces of launches.
    LaunchTraces,
    /// Used launch attempts.
    LaunchAttempts,
    /// Decided sign-ins.
    SignIns,
    /// Ended sessions with their launch contexts.
    Sessions,
    /// Launch contexts that were never opened.
    UnopenedContexts,
}

impl Kind {
    /// Every kind, in the order of a plan.
    pub const ALL: [Self; 11] = [
        Self::SentMessages,
        Self::SentDocuments,
        Self::SentAttachments,
        Self::Drafts,
        Self::DiscardedDrafts,
        Self::AuditEvents,
        Self::LaunchTraces,
        Self::LaunchAttempts,
        Self::SignIns,
        Self::Sessions,
        Self::UnopenedContexts,
    ];

    /// Kinds that a node removes only if the settings say so. It removes the others every hour.
    pub const KEPT: [Self; 6] = [
        Self::SentMessages,
        Self::SentDocuments,
        Self::SentAttachments,
        Self::Drafts,
        Self::DiscardedDrafts,
        Self::AuditEvents,
    ];

    /// Returns the name, which is the entity of its audit events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SentMessages => "sent-messages",
            Self::SentDocuments => "sent-documents",
            Self::SentAttachments => "sent-attachments",
            Self::Drafts => "drafts",
            Self::DiscardedDrafts => "discarded-drafts",
            Self::AuditEvents => "audit-events",
            Self::LaunchTraces => "launch-traces",
            Self::LaunchAttempts => "launch-attempts",
            Self::SignIns => "sign-ins",
            Self::Sessions => "sessions",
            Self::UnopenedContexts => "unopened-contexts",
        }
    }

    /// Returns the days for which it is kept, or `None` for ever.
    #[must_use]
    pub fn days(self, settings: &RetentionSettings) -> Option<u32> {
        match self {
            Self::SentMessages | Self::SentDocuments | Self::SentAttachments => settings.sent_messages,
            Self::Drafts | Self::DiscardedDrafts => settings.drafts,
            Self::AuditEvents => settings.audit,
            Self::LaunchTraces => Some(settings.traces),
            Self::LaunchAttempts | Self::SignIns | Self::Sessions | Self::UnopenedContexts => {
                Some(settings.sign_ins)
            }
        }
    }
}
