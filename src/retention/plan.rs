//! Plan of a removal: for each kind, the rows that are old enough.

use super::{
    kind::Kind,
    rows,
    service::{DAY_MS, Retention},
};
use crate::db::{Result, Span};

/// Rows of one kind that would be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Kind of rows.
    pub kind: Kind,
    /// Days for which it is kept, or `None` for ever.
    pub days: Option<u32>,
    /// Time before which rows are removed, in epoch milliseconds; 0 if it is kept for ever.
    pub before: i64,
    /// Rows that would be removed.
    pub span: Span,
}

/// Everything that would be removed at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Time of the plan, in epoch milliseconds.
    pub at: i64,
    /// Each kind, with its rows.
    pub planned: Vec<Planned>,
}

impl Retention {
    /// Plans the removal of every kind, and removes nothing.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn plan(&self) -> Result<Plan> {
        self.plan_of(&Kind::ALL).await
    }

    pub(super) async fn plan_of(&self, kinds: &[Kind]) -> Result<Plan> {
        let at = self.ground.clock.now_ms();
        let mut planned = Vec::new();
        for kind in kinds.iter().copied() {
            let days = kind.days(&self.settings);
            let before = days.map_or(0, |days| at - i64::from(days) * DAY_MS);
            let span = match days {
                Some(_) => rows::find(&self.ground, kind, before).await?,
                None => Span::default(),
            };
            planned.push(Planned { kind, days, before, span });
        }
        Ok(Plan { at, planned })
    }
}
