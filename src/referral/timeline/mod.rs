//! What happened to a referral, in steps people read. Table: `referral_events`.

mod store;

pub use store::{find_events, insert_event};
