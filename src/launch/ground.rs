use crate::{
    audit::Audit,
    clock::SharedClock,
    db::{Db, Sealer},
};

/// What most of this room works with.
#[derive(Clone)]
pub(super) struct Ground {
    pub(super) db: Db,
    pub(super) clock: SharedClock,
    pub(super) sealer: Sealer,
    pub(super) audit: Audit,
}
