//! The database behind the URL: open, migrate, transactions, ids, times, sealed columns.
//!
//! For: everything that must be the same on SQLite and PostgreSQL, so that stores write one SQL text.
//! Not for: knowing what is stored; each room's `store.rs` does.
//! Times are `BIGINT` epoch milliseconds, ids are text made by us, JSON is `TEXT`.
//!
//! Why SQLite has a pool of one for writing: SQLite lets one writer in at a time and makes the others poll.
//! Waiting for the one connection instead is fair, and those who wait go to the disk together.

mod error;
mod ids;
mod macros;
mod open;
mod seal;
mod sqlite;
mod sqlite_group;
mod sqlite_tx;
mod tx;

pub use error::{Error, Result};
pub use ids::row_id;
pub use open::{Db, Pool};
pub use seal::{Cell, Sealer};
pub use sqlite::{Connection, Connections, Pooled};
pub use sqlite_tx::SqliteTx;
pub use tx::Tx;

pub(crate) use macros::{defer, execute, execute_alone, on, on_tx, row};
