//! Numbers that people use for entities of the audit trail, an extension point for the rooms that own the entities.

use futures_util::future::BoxFuture;

use crate::db::Result;

/// Entities of which a part of a number finds no more.
pub const MAX_FOUND: usize = 20;

/// Lookup between an entity, such as `referral/…`, and the number that people use for it, such as `R26-7Q4K-92MD`.
pub trait EntityNumbers: Send + Sync + 'static {
    /// Finds the number of an entity. `None` if it has none, or no longer exists.
    fn find_number<'a>(&'a self, entity: &'a str) -> BoxFuture<'a, Result<Option<String>>>;

    /// Finds the id of the entity with a number, as a person typed it.
    fn find_id<'a>(&'a self, typed: &'a str) -> BoxFuture<'a, Result<Option<String>>>;

    /// Finds the ids of the entities whose number contains a part, as a person typed it: at most
    /// [`MAX_FOUND`], and one more if others follow.
    fn find_ids<'a>(&'a self, typed: &'a str) -> BoxFuture<'a, Result<Vec<String>>>;
}
