//! Fields that the review page posts.

use std::collections::BTreeSet;

use crate::referral::{draft::Referral, error::Error, service::Referrals, visit::Visit};

/// Fields of the review page.
#[derive(Default)]
pub(super) struct ReviewPost {
    pub(super) csrf_token: String,
    pub(super) revision: i64,
    /// Ids of the findings that the user confirmed.
    pub(super) findings: Vec<String>,
    /// Whether Enter pressed the default button of the page.
    pub(super) only_check: bool,
    /// Keys of the checked parts of the patient's chart data; `None` if the page showed none.
    pub(super) shares: Option<BTreeSet<String>>,
    /// Account of the clinician who is named to sign, or `any`; empty if none was chosen.
    pub(super) signer: String,
    /// Name of the clinic that it comes from.
    pub(super) clinic: String,
    /// Remark with which the referral is returned.
    pub(super) remark: String,
}

impl ReviewPost {
    pub(super) fn parse(body: &str) -> Self {
        let mut posted = Self { revision: -1, ..Self::default() };
        for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
            match &*name {
                "csrf_token" => posted.csrf_token = value.into_owned(),
                "revision" => posted.revision = value.parse().unwrap_or(-1),
                "confirm" => posted.findings.push(value.into_owned()),
                "signer" => posted.signer = value.into_owned(),
                "clinic" => posted.clinic = value.into_owned(),
                "remark" => posted.remark = value.into_owned(),
                "check" => posted.only_check = true,
                "shares" => drop(posted.shares.get_or_insert_default()),
                "share" => drop(posted.shares.get_or_insert_default().insert(value.into_owned())),
                _ => {}
            }
        }
        posted
    }

    /// Returns the checked parts if they are another choice than the stored one.
    pub(super) fn changed_shares(
        &self,
        referrals: &Referrals,
        visit: &Visit,
        referral: &Referral,
    ) -> Result<Option<&BTreeSet<String>>, Error> {
        let Some(keys) = &self.shares else { return Ok(None) };
        Ok(referrals.changes_sharing(visit, referral, keys)?.then_some(keys))
    }
}
