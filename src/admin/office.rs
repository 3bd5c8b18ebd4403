use crate::{
    audit::Audit,
    clock::SharedClock,
    config::PublicUrl,
    db::{Db, Sealer},
};

/// What every command works with.
pub struct Office {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: SharedClock,
    /// What seals columns.
    pub sealer: Sealer,
    /// The audit trail.
    pub audit: Audit,
    /// Where the app is reached.
    pub public_url: PublicUrl,
}
