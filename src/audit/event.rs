//! Audit events.

use serde::Serialize;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $code:literal,)+) => {
        /// Kind of an audit event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum EventKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// Returns the code stored in the database.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)+
                }
            }
        }
    };
}

kinds! {
    /// A launch opened a chart.
    LaunchOpened = "launch-opened",
    /// A launch or its callback was refused.
    LaunchRefused = "launch-refused",
    /// A user signed in.
    SignedIn = "signed-in",
    /// A user signed out, or was signed out.
    SignedOut = "signed-out",
    /// An EHR identity was linked to an account.
    UserLinked = "user-linked",
    /// An account was created from the EHR's data.
    UserProvisioned = "user-provisioned",
    /// An administrator invited a user.
    UserInvited = "user-invited",
    /// An account was disabled.
    UserDisabled = "user-disabled",
    /// A disabled account was enabled.
    UserEnabled = "user-enabled",
    /// The role of an account was changed.
    UserRoleChanged = "user-role-changed",
    /// The link from an EHR identity to an account was deleted.
    UserUnlinked = "user-unlinked",
    /// An account got a new one-time code, which replaces earlier ones.
    CodeIssued = "code-issued",
    /// The password of an account was changed.
    PasswordChanged = "password-changed",
    /// The password of an account was deleted, and a one-time code for a new one issued.
    PasswordReset = "password-reset",
    /// Another user than the signed-in one was launched in the same browser.
    UserSwitch = "user-switch",
    /// Chart data was read from the EHR and shown.
    ChartViewed = "chart-viewed",
    /// A draft or a referral was shown.
    ReferralViewed = "referral-viewed",
    /// A draft was saved.
    ReferralSaved = "referral-saved",
    /// A draft was discarded.
    ReferralDiscarded = "referral-discarded",
    /// A delegate asked a clinician to sign.
    ReferralPrepared = "referral-prepared",
    /// A clinician returned a referral to the user who prepared it.
    ReferralReturned = "referral-returned",
    /// The user who prepared a referral took it back from signature.
    ReferralTakenBack = "referral-taken-back",
    /// A referral was submitted.
    ReferralSubmitted = "referral-submitted",
    /// A delivery ended.
    DeliverySettled = "delivery-settled",
    /// A user had a message sent again.
    DeliveryRetried = "delivery-retried",
    /// A delivery with the destination's own words was shown to an administrator.
    DeliveryViewed = "delivery-viewed",
    /// All sending was held.
    DeliveriesHeld = "deliveries-held",
    /// All sending was released.
    DeliveriesReleased = "deliveries-released",
    /// The database was found to be restored from a backup.
    DatabaseRestored = "database-restored",
    /// A user marked a referral as sent by fax.
    ReferralFaxed = "referral-faxed",
    /// A user took back that a referral was sent by fax.
    ReferralNotFaxed = "referral-not-faxed",
    /// A user closed a referral that a copy replaces.
    ReferralReplaced = "referral-replaced",
    /// A user requested something without permission.
    AccessRefused = "access-refused",
    /// The EHR revoked our access to a chart, or granted access to something else.
    AccessEnded = "access-ended",
    /// An EHR registration was added or changed.
    EhrRegistered = "ehr-registered",
    /// An EHR was suspended, resumed or removed, or our keys there were changed.
    EhrChanged = "ehr-changed",
    /// An administrator ran a check of an EHR.
    EhrChecked = "ehr-checked",
    /// An administrator imported a form.
    FormImported = "form-imported",
    /// An administrator retired a form: no new referral begins with it.
    FormRetired = "form-retired",
    /// An administrator offered a form again.
    FormOffered = "form-offered",
    /// An administrator read the audit trail.
    AuditViewed = "audit-viewed",
    /// Rows of one kind were removed because their retention is over. Kept for ever.
    RecordsRemoved = "records-removed",
    /// A draft was removed because its retention is over. Kept for ever.
    DraftRemoved = "draft-removed",
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
