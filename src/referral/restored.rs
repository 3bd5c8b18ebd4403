//! Restoration of the database from a backup, and a hold on all sending, as users see them.

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{
    error::Error,
    sending::submit_check::{Finding, FindingKind, Submission, SubmitCheck},
    service::Referrals,
};
use crate::{
    db::{self, Db, row_id_time},
    delivery::restored_store::{SendingState, find_restorations, find_sending_state},
};

/// Time for which lists say that the database was restored.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Note above a list: sending is held, or the database was restored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct SendingNote {
    /// Whether all sending is held.
    pub held: bool,
    /// Time of the backup, as text; empty unless the database was restored lately.
    pub restored_from: String,
    /// Time of the restoration, as text; empty unless the database was restored lately.
    pub restored_at: String,
}

impl SendingNote {
    pub(super) fn sample() -> Self {
        let [restored_from, restored_at] = ["1 Sep 2026, 23:00", "2 Sep 2026, 09:14"].map(str::to_owned);
        Self { held: true, restored_from, restored_at }
    }
}

impl Referrals {
    /// Builds the note above a list. Empty as long as messages are sent and the database was not restored lately.
    pub(super) async fn sending_note(&self, lang: &str) -> Result<SendingNote, Error> {
        Ok(self.sending_note_of(find_sending_state(&self.ground.db).await?, lang))
    }

    /// Builds the note above a form or a review. Empty as long as messages are sent.
    pub(super) async fn hold_note(&self, lang: &str) -> Result<SendingNote, Error> {
        let note = self.sending_note(lang).await?;
        Ok(if note.held { note } else { SendingNote::default() })
    }

    /// Builds the note for a state of all sending.
    pub(super) fn sending_note_of(&self, state: SendingState, lang: &str) -> SendingNote {
        let since = (self.ground.clock.now() - SHOWN_FOR).as_millisecond();
        let restored = state.restoration.filter(|restoration| restoration.found_at > since);
        let text = |at| self.readable_time(at, lang);
        SendingNote {
            held: state.held_at.is_some(),
            restored_from: restored.map(|restored| text(restored.data_until)).unwrap_or_default(),
            restored_at: restored.map(|restored| text(restored.found_at)).unwrap_or_default(),
        }
    }

    /// Returns the error of a referral that does not exist: [`Error::Lost`] if it was written after the backup that the
    /// database was restored from.
    pub(super) async fn absent(&self, id: &str) -> Error {
        let Some(written_at) = row_id_time(id) else { return Error::NotFound };
        match find_restorations(&self.ground.db).await {
            Ok(found) if found.iter().any(|restoration| restoration.lost(written_at)) => Error::Lost,
            Ok(_) => Error::NotFound,
            Err(error) => error.into(),
        }
    }
}

/// Asks for confirmation before a draft is sent that was in the backup from which the database was restored: it may have been
/// sent since.
pub struct NotSentSinceBackup;

impl SubmitCheck for NotSentSinceBackup {
    fn check<'a>(
        &'a self,
        db: &'a Db,
        submission: &'a Submission<'a>,
    ) -> BoxFuture<'a, db::Result<Vec<Finding>>> {
        Box::pin(async move {
            let Some(written_at) = row_id_time(submission.referral_id) else { return Ok(Vec::new()) };
            let restorations = find_restorations(db).await?;
            let restored = restorations.into_iter().find(|restoration| written_at < restoration.found_at);
            let finding = restored.map(|restoration| Finding {
                detail: Timestamp::from_millisecond(restoration.data_until).unwrap_or_default().to_string(),
                ..Finding::new("restored", FindingKind::NeedsConfirmation)
            });
            Ok(finding.into_iter().collect())
        })
    }
}
