//! [`Ground`]: database, clock, sealer and audit trail, handed on together.

use crate::{
    audit::Audit,
    clock::SharedClock,
    db::{Db, Sealer},
};

/// Dependencies of every room that stores and records. Cheap to clone.
#[derive(Clone)]
pub struct Ground {
    /// Database, SQLite or PostgreSQL.
    pub db: Db,
    /// Source of the current time.
    pub clock: SharedClock,
    /// AEAD for sealed columns.
    pub sealer: Sealer,
    /// Audit trail and its sinks.
    pub audit: Audit,
}

impl Ground {
    /// Returns the same ground, whose audit events name this user and request.
    #[must_use]
    pub fn by(&self, user_id: &str, correlation_id: &str) -> Self {
        Self { audit: self.audit.by(user_id, correlation_id), ..self.clone() }
    }
}
