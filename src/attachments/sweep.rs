//! Sweep: deletes objects that no row names.

use futures_util::TryStreamExt as _;

use super::{error::Error, objects::Found, service::Attachments, store};
use crate::db::row_id_time;

/// Age of an object before which its row may still be written, in milliseconds.
const GRACE_MS: i64 = 24 * 3600 * 1000;

impl Attachments {
    /// Deletes objects without a row that are older than a day. Returns their number.
    ///
    /// # Errors
    /// The error of the store or the database. What is deleted stays so.
    pub async fn sweep(&self) -> Result<u64, Error> {
        let before = self.ground.clock.now_ms() - GRACE_MS;
        let (mut found, mut deleted) = (self.objects.list(), 0);
        while let Some(Found { id }) = found.try_next().await? {
            // The id has the time at which it was made. A file with another name is not ours.
            let is_old = row_id_time(&id).is_some_and(|at| at < before);
            if is_old && !store::exists(&self.ground.db, &id).await? {
                self.objects.delete(&id).await?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }
}
