use crate::{
    audit::Audit,
    clock::SharedClock,
    config::PublicUrl,
    db::{Db, Sealer},
    web::Web,
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
    /// Words and pages.
    pub web: Web,
}
