//! A user's own referrals that match, read in bounded chunks: summaries are sealed, so the database cannot search them.

use super::{
    own_list_store::{self, CHUNK_ROWS, Cursor},
    store::Listed,
};
use crate::referral::{error::Error, service::Referrals};

/// Rows that one request opens at most.
const MAX_OPENED: usize = 5_000;

/// Referrals that match, newest first.
pub(super) struct Scan {
    pub(in crate::referral) rows: Vec<Listed>,
    /// Place at which older referrals begin that were not read; `None` if all were.
    pub(super) unread: Option<Cursor>,
}

impl Referrals {
    /// Reads the referrals that a user started or signed, of one patient or of all, from `after` on, and keeps those that
    /// match.
    pub(super) async fn scan(
        &self,
        user_id: &str,
        patient_key: Option<&str>,
        mut after: Cursor,
        matches: impl Fn(&Listed) -> bool,
    ) -> Result<Scan, Error> {
        let (db, sealer) = (&self.ground.db, &self.ground.sealer);
        let (mut rows, mut opened) = (Vec::new(), 0);
        loop {
            let chunk = own_list_store::find_own_after(db, sealer, user_id, patient_key, &after).await?;
            let (count, last) = (chunk.len(), chunk.last().map(|last| (last.updated_at, last.id.clone())));
            opened += count;
            rows.extend(chunk.into_iter().filter(|listed| matches(listed)));
            let Some((updated_at, id)) = last.filter(|_| count == CHUNK_ROWS) else {
                return Ok(Scan { rows, unread: None });
            };
            after = Cursor { updated_at, id };
            if opened >= MAX_OPENED {
                return Ok(Scan { rows, unread: Some(after) });
            }
        }
    }
}
