//! Operations on the user's account and session: language and signing out.

use super::{error::Error, service::Referrals};
use crate::{
    audit::{Event, EventKind},
    launch::store as launch_store,
    users::{SignedIn, session_store, store as user_store},
    web::{Lang, RequestState},
};

impl Referrals {
    /// Stores the language that the user chose.
    pub(super) async fn remember_language(&self, signed_in: &SignedIn, lang: Lang) -> Result<(), Error> {
        let mut tx = self.ground.db.begin_write().await?;
        user_store::update_language(&mut tx, &signed_in.user.id, lang.code()).await?;
        Ok(tx.commit().await?)
    }

    /// Stores the language if `action` is that of the form's own language switch: `language-fr`. Returns whether it was.
    pub(super) async fn switch_language(&self, signed_in: &SignedIn, action: &str) -> Result<bool, Error> {
        let Some(lang) = action.strip_prefix("language-").and_then(|lang| lang.parse::<Lang>().ok()) else {
            return Ok(false);
        };
        self.remember_language(signed_in, lang).await?;
        Ok(true)
    }

    /// Ends the session and its launch contexts.
    pub(super) async fn end_session(&self, state: &RequestState, signed_in: &SignedIn) -> Result<(), Error> {
        let mut tx = self.ground.db.begin_write().await?;
        session_store::end_session(&mut tx, &*self.ground.clock, &signed_in.session_id).await?;
        launch_store::end_contexts(&mut tx, &*self.ground.clock, &signed_in.session_id).await?;
        let event = Event::success(EventKind::SignedOut, state.correlation_id()).by(&signed_in.user.id);
        self.ground.audit.record(&mut tx, &event.at(&signed_in.ehr_id)).await?;
        tx.commit().await?;
        self.launch.note_ended();
        Ok(())
    }
}
