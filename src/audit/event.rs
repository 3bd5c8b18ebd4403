//! Audit events.

use serde::Serialize;

/// Kind of an audit event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A launch opened a chart.
    LaunchOpened,
    /// A launch or its callback was refused.
    LaunchRefused,
    /// A user signed in.
    SignedIn,
    /// A user signed out, or was signed out.
    SignedOut,
    /// An EHR identity was linked to an account.
    UserLinked,
    /// An account was created from the EHR's data.
    UserProvisioned,
    /// An administrator invited a user.
    UserInvited,
    /// An account was disabled.
    UserDisabled,
    /// A disabled account was enabled.
    UserEnabled,
    /// The role of an account was changed.
    UserRoleChanged,
    /// The link from an EHR identity to an account was deleted.
    UserUnlinked,
    /// An account got a new one-time code, which replaces earlier ones.
    CodeIssued,
    /// The password of an account was changed.
    PasswordChanged,
    /// The password of an account was deleted, and a one-time code for a new one issued.
    PasswordReset,
    /// Another user than the signed-in one was launched in the same browser.
    UserSwitch,
    /// Chart data was read from the EHR and shown.
    ChartViewed,
    /// A draft or a referral was shown.
    ReferralViewed,
    /// A draft was saved.
    ReferralSaved,
    /// A draft was discarded.
    ReferralDiscarded,
    /// A delegate asked a clinician to sign.
    ReferralPrepared,
    /// A clinician returned a referral to the user who prepared it.
    ReferralReturned,
    /// A referral was submitted.
    ReferralSubmitted,
    /// A delivery ended.
    DeliverySettled,
    /// A user had a message sent again.
    DeliveryRetried,
    /// A delivery with the destination's own words was shown to an administrator.
    DeliveryViewed,
    /// All sending was held.
    DeliveriesHeld,
    /// All sending was released.
    DeliveriesReleased,
    /// The database was found to be restored from a backup.
    DatabaseRestored,
    /// A user marked a referral as sent by fax.
    ReferralFaxed,
    /// A user requested something without permission.
    AccessRefused,
    /// The EHR revoked our access to a chart, or granted access to something else.
    AccessEnded,
    /// An EHR registration was added or changed.
    EhrRegistered,
    /// An EHR was suspended, resumed or removed, or our keys there were changed.
    EhrChanged,
    /// An administrator ran a check of an EHR.
    EhrChecked,
    /// An administrator read the audit trail.
    AuditViewed,
    /// Rows of one kind were removed because their retention is over. Kept for ever.
    RecordsRemoved,
    /// A draft was removed because its retention is over. Kept for ever.
    DraftRemoved,
}

impl EventKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::LaunchOpened,
        Self::LaunchRefused,
        Self::SignedIn,
        Self::SignedOut,
        Self::UserLinked,
        Self::UserProvisioned,
        Self::UserInvited,
        Self::UserDisabled,
        Self::UserEnabled,
        Self::UserRoleChanged,
        Self::UserUnlinked,
        Self::CodeIssued,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::UserSwitch,
        Self::ChartViewed,
        Self::ReferralViewed,
        Self::ReferralSaved,
        Self::ReferralDiscarded,
        Self::ReferralPrepared,
        Self::ReferralSubmitted,
        Self::DeliverySettled,
        Self::DeliveryRetried,
        Self::DeliveryViewed,
        Self::DeliveriesHeld,
        Self::DeliveriesReleased,
        Self::DatabaseRestored,
        Self::ReferralFaxed,
        Self::AccessRefused,
        Self::AccessEnded,
        Self::EhrRegistered,
        Self::EhrChanged,
        Self::EhrChecked,
        Self::AuditViewed,
        Self::RecordsRemoved,
        Self::DraftRemoved,
    ];

    /// Returns the code stored in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LaunchOpened => "launch-opened",
            Self::LaunchRefused => "launch-refused",
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::UserLinked => "user-linked",
            Self::UserProvisioned => "user-provisioned",
            Self::UserInvited => "user-invited",
            Self::UserDisabled => "user-disabled",
            Self::UserEnabled => "user-enabled",
            Self::UserRoleChanged => "user-role-changed",
            Self::UserUnlinked => "user-unlinked",
            Self::CodeIssued => "code-issued",
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::UserSwitch => "user-switch",
            Self::ChartViewed => "chart-viewed",
            Self::ReferralViewed => "referral-viewed",
            Self::ReferralSaved => "referral-saved",
            Self::ReferralDiscarded => "referral-discarded",
            Self::ReferralPrepared => "referral-prepared",
            Self::ReferralReturned => "referral-returned",
            Self::ReferralSubmitted => "referral-submitted",
            Self::DeliverySettled => "delivery-settled",
            Self::DeliveryRetried => "delivery-retried",
            Self::DeliveryViewed => "delivery-viewed",
            Self::DeliveriesHeld => "deliveries-held",
            Self::DeliveriesReleased => "deliveries-released",
            Self::DatabaseRestored => "database-restored",
            Self::ReferralFaxed => "referral-faxed",
            Self::AccessRefused => "access-refused",
            Self::AccessEnded => "access-ended",
            Self::EhrRegistered => "ehr-registered",
            Self::EhrChanged => "ehr-changed",
            Self::EhrChecked => "ehr-checked",
            Self::AuditViewed => "audit-viewed",
            Self::RecordsRemoved => "records-removed",
            Self::DraftRemoved => "draft-removed",
        }
    }
}

/// Outcome of an audited action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The action succeeded.
    Success,
    /// The action was refused or failed.
    Failure,
}

impl Outcome {
    /// Returns the code stored in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// Audit event. Unknown fields are `None`.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// Kind of event.
    pub kind: EventKind,
    /// Whether the action succeeded.
    pub outcome: Outcome,
    /// Id of the local account.
    pub user_id: Option<String>,
    /// EHR identity: issuer and subject.
    pub identity: Option<(String, String)>,
    /// Id of the EHR.
    pub ehr_id: Option<String>,
    /// Patient whose record it is about, as a keyed hash.
    pub patient_key: Option<String>,
    /// Affected entity, such as `referral/…` or the resource types that were read.
    pub entity: Option<String>,
    /// Correlation id, which the user sees in the footer of the page.
    pub correlation_id: String,
    /// Reason as a short class. Text from outside only if it is needed, and truncated.
    pub detail: Option<String>,
}

impl Event {
    /// Returns an event of a successful action.
    #[must_use]
    pub fn success(kind: EventKind, correlation_id: &str) -> Self {
        Self {
            kind,
            outcome: Outcome::Success,
            user_id: None,
            identity: None,
            ehr_id: None,
            patient_key: None,
            entity: None,
            correlation_id: correlation_id.to_owned(),
            detail: None,
        }
    }

    /// Returns an event of a refused or failed action, with its reason.
    #[must_use]
    pub fn failure(kind: EventKind, correlation_id: &str, why: &str) -> Self {
        Self {
            outcome: Outcome::Failure,
            detail: Some(why.to_owned()),
            ..Self::success(kind, correlation_id)
        }
    }

    /// Sets the local account.
    #[must_use]
    pub fn by(mut self, user_id: &str) -> Self {
        self.user_id = Some(user_id.to_owned());
        self
    }

    /// Sets the EHR identity.
    #[must_use]
    pub fn identity(mut self, issuer: &str, subject: &str) -> Self {
        self.identity = Some((issuer.to_owned(), subject.to_owned()));
        self
    }

    /// Sets the EHR.
    #[must_use]
    pub fn at(mut self, ehr_id: &str) -> Self {
        self.ehr_id = Some(ehr_id.to_owned());
        self
    }

    /// Sets the patient whose record it is about.
    #[must_use]
    pub fn patient(mut self, patient_key: Option<&str>) -> Self {
        self.patient_key = patient_key.map(str::to_owned);
        self
    }

    /// Sets the affected entity.
    #[must_use]
    pub fn on(mut self, entity: impl Into<String>) -> Self {
        self.entity = Some(entity.into());
        self
    }

    /// Sets a short detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
