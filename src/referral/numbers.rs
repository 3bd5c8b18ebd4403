//! Numbers of referrals, for the audit trail and the list of deliveries.

use futures_util::future::BoxFuture;

use super::{
    lists::search::{as_number, as_part},
    observer::REFERRAL_SUBJECT,
    store,
    write_back::ORDER_SUBJECT,
};
use crate::{
    audit::EntityNumbers,
    db::{Db, Result},
};

/// Numbers of referrals, for rooms that know only their ids.
pub struct ReferralNumbers {
    /// Database.
    pub db: Db,
}

impl EntityNumbers for ReferralNumbers {
    fn find_number<'a>(&'a self, entity: &'a str) -> BoxFuture<'a, Result<Option<String>>> {
        Box::pin(async move {
            match entity.split_once('/') {
                Some((REFERRAL_SUBJECT | ORDER_SUBJECT, id)) => store::find_number(&self.db, id).await,
                _ => Ok(None),
            }
        })
    }

    fn find_id<'a>(&'a self, typed: &'a str) -> BoxFuture<'a, Result<Option<String>>> {
        Box::pin(async move {
            match as_number(typed) {
                Some(number) => store::find_id(&self.db, &number).await,
                None => Ok(None),
            }
        })
    }

    fn find_ids<'a>(&'a self, typed: &'a str) -> BoxFuture<'a, Result<Vec<String>>> {
        Box::pin(async move {
            if let Some(number) = as_number(typed) {
                return Ok(store::find_id(&self.db, &number).await?.into_iter().collect());
            }
            match as_part(typed) {
                Some(part) => store::find_ids(&self.db, &part).await,
                None => Ok(Vec::new()),
            }
        })
    }
}
