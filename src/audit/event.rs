use serde::Serialize;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A launch ended with an open chart.
    LaunchOpened,
    /// A launch or its callback was refused.
    LaunchRefused,
    /// A person signed in.
    SignedIn,
    /// A person signed out, or was signed out.
    SignedOut,
    /// An EHR identity was linked to an account.
    UserLinked,
    /// An account was made from the EHR's data.
    UserProvisioned,
    /// An administrator invited a person.
    UserInvited,
    /// An account was switched off.
    UserDisabled,
    /// An administrator gave an account another password.
    PasswordChanged,
    /// Another person than the one signed in arrived in the same browser.
    UserSwitch,
    /// Chart data was read from the EHR and shown.
    ChartViewed,
    /// A draft or a referral was shown.
    ReferralViewed,
    /// A draft was saved.
    ReferralSaved,
    /// A draft was thrown away.
    ReferralDiscarded,
    /// A delegate asked a clinician to sign.
    ReferralPrepared,
    /// A referral was submitted.
    ReferralSubmitted,
    /// A delivery ended.
    DeliverySettled,
    /// Something was asked for that this person may not have.
    AccessRefused,
    /// The EHR ended our access to a chart, or gave access to something else.
    AccessEnded,
    /// An EHR registration was added or changed.
    EhrRegistered,
    /// An EHR was suspended, resumed or removed, or our keys there were changed.
    EhrChanged,
    /// An administrator had an EHR asked what it publishes.
    EhrChecked,
}

impl EventKind {
    /// The stored word.
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
            Self::PasswordChanged => "password-changed",
            Self::UserSwitch => "user-switch",
            Self::ChartViewed => "chart-viewed",
            Self::ReferralViewed => "referral-viewed",
            Self::ReferralSaved => "referral-saved",
            Self::ReferralDiscarded => "referral-discarded",
            Self::ReferralPrepared => "referral-prepared",
            Self::ReferralSubmitted => "referral-submitted",
            Self::DeliverySettled => "delivery-settled",
            Self::AccessRefused => "access-refused",
            Self::AccessEnded => "access-ended",
            Self::EhrRegistered => "ehr-registered",
            Self::EhrChanged => "ehr-changed",
            Self::EhrChecked => "ehr-checked",
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused or failed.
    Failure,
}

impl Outcome {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// One event. Only what is known is set.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// How it ended.
    pub outcome: Outcome,
    /// The local user.
    pub user_id: Option<String>,
    /// The EHR identity: issuer and subject.
    pub identity: Option<(String, String)>,
    /// The EHR.
    pub ehr_id: Option<String>,
    /// Whose record, as a keyed hash.
    pub patient_key: Option<String>,
    /// What was touched, such as `referral/…` or the resource types read.
    pub entity: Option<String>,
    /// The id the person sees in the footer.
    pub correlation_id: String,
    /// Why, as a short class; never text from outside that was not cut and is not needed.
    pub detail: Option<String>,
}

impl Event {
    /// An event that ended well.
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

    /// An event that was refused, and why.
    #[must_use]
    pub fn failure(kind: EventKind, correlation_id: &str, why: &str) -> Self {
        Self {
            outcome: Outcome::Failure,
            detail: Some(why.to_owned()),
            ..Self::success(kind, correlation_id)
        }
    }

    /// Sets the local user.
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

    /// Sets whose record it is.
    #[must_use]
    pub fn patient(mut self, patient_key: Option<&str>) -> Self {
        self.patient_key = patient_key.map(str::to_owned);
        self
    }

    /// Sets what was touched.
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
