//! A signed referral that has not arrived or may not have: its delivery on the page, and the ways on.

use super::{sent_store, views::DeliveryView, waiting_store};
use crate::{
    audit::Event,
    delivery::{
        Advice,
        control_store::{self, DeliveryRow},
        restored_store::{self, SendingState},
        store::DeliverySubject,
    },
    referral::{
        draft::Referral,
        error::Error,
        observer::REFERRAL_SUBJECT,
        pages::DetailPage,
        service::Referrals,
        status::Status,
        store,
        timeline_store::{self, NewEvent},
    },
    users::User,
};

/// Click of a user on a way on, with the start of its audit event.
pub(in crate::referral) struct Act<'a> {
    pub(in crate::referral) user: &'a User,
    pub(in crate::referral) event: Event,
    pub(in crate::referral) referral: &'a Referral,
}

impl Referrals {
    /// Builds the part of a referral's page about a delivery that failed or is held. `None` if the referral is open, has
    /// arrived, was sent by fax, or was sent only now.
    pub(super) async fn delivery_view(
        &self,
        referral: &Referral,
        lang: &str,
    ) -> Result<Option<DeliveryView>, Error> {
        let state = restored_store::find_sending_state(&self.ground.db).await?;
        if !waits_for_a_person(referral, state) {
            return Ok(None);
        }
        let Some(row) = self.delivery_of(referral).await? else { return Ok(None) };
        let is_pending = row.status == "pending";
        Ok(Some(DeliveryView {
            attempts: row.attempts,
            next: if is_pending { self.next_attempt(row.due_at, lang) } else { String::new() },
            why: why(&row),
            words: row.words(&self.ground.sealer).unwrap_or_default(),
            may_act: false,
            may_double: may_double(&row),
            may_have_arrived: is_pending && row.may_have_arrived_at.is_some(),
            may_copy: false,
            settled_by: String::new(),
            held: if is_pending { held(state).to_owned() } else { String::new() },
        }))
    }

    /// Returns the state of a pending delivery, which changes when an attempt ends. Empty if the delivery is over.
    pub(in crate::referral) async fn progress(&self, referral: &Referral) -> Result<String, Error> {
        if !referral.status.is_moving() {
            return Ok(String::new());
        }
        let due_at = self.delivery_of(referral).await?.map_or(0, |row| row.due_at);
        Ok(format!("{} {due_at}", referral.status.as_str()))
    }

    /// Formats the time at which the message of a referral was removed. Empty if it is kept, or there is none.
    pub(in crate::referral) async fn message_removed(
        &self,
        referral: &Referral,
        lang: &str,
    ) -> Result<String, Error> {
        if referral.status.is_open() {
            return Ok(String::new());
        }
        let removed_at = self.delivery_of(referral).await?.and_then(|row| row.payload_removed_at);
        Ok(removed_at.map(|at| self.readable_time(at, lang)).unwrap_or_default())
    }

    /// Shows referrals whose message was not attempted in time to their senders: no worker runs, or it is busy elsewhere.
    /// Returns their number.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn note_overdue(&self) -> Result<usize, Error> {
        let clock = &*self.ground.clock;
        let now = clock.now_ms();
        if !waiting_store::is_any_overdue(&self.ground.db, now).await? {
            return Ok(0);
        }
        let mut tx = self.ground.db.begin_write().await?;
        let found = waiting_store::note_overdue(&mut tx, now).await?;
        for id in &found {
            let step = NewEvent { referral_id: id, kind: "delivery-waiting", user_id: None, detail: None };
            timeline_store::insert_event(&mut tx, clock, step).await?;
        }
        tx.commit().await?;
        Ok(found.len())
    }

    /// Sends a referral again: the same message with the same id. `confirmed` is needed if a second copy may be processed
    /// as a second referral, and `beside_copy` if a copy of the referral was signed.
    pub(in crate::referral) async fn send_again(
        &self,
        act: Act<'_>,
        confirmed: bool,
        beside_copy: bool,
    ) -> Result<(), Error> {
        let Act { user, event, referral } = act;
        let row = self.failed_delivery(user, referral).await?;
        if may_double(&row) && !confirmed {
            return Err(Error::NotReady);
        }
        if !beside_copy && !self.copies_of(referral, user).await?.is_empty() {
            return Err(Error::NotReady);
        }
        let clock = &*self.ground.clock;
        let mut tx = self.ground.db.begin_write().await?;
        if control_store::retry(&mut tx, clock, &row.id).await?.is_none() {
            return Err(Error::Conflict);
        }
        store::settle(&mut tx, clock, &referral.id, Status::Sending).await?;
        let user_id = Some(user.id.as_str());
        let step = NewEvent { referral_id: &referral.id, kind: "sent-again", user_id, detail: None };
        timeline_store::insert_event(&mut tx, clock, step).await?;
        self.ground.audit.record(&mut tx, &event.on(format!("referral/{}", referral.id))).await?;
        Ok(tx.commit().await?)
    }

    /// Marks a referral as sent by fax. Its message is not attempted again. `with_files` is needed if it has files, which are
    /// no part of the printed page.
    pub(in crate::referral) async fn mark_faxed(&self, act: Act<'_>, with_files: bool) -> Result<(), Error> {
        let Act { user, event, referral } = act;
        self.failed_delivery(user, referral).await?;
        if !with_files && self.has_files(referral).await? {
            return Err(Error::NotReady);
        }
        let clock = &*self.ground.clock;
        let mut tx = self.ground.db.begin_write().await?;
        let subject = DeliverySubject { kind: REFERRAL_SUBJECT.to_owned(), id: referral.id.clone() };
        let withdrawn = control_store::withdraw(&mut tx, clock, &subject).await?;
        if !withdrawn || !store::settle(&mut tx, clock, &referral.id, Status::Faxed).await? {
            return Err(Error::Conflict);
        }
        let user_id = Some(user.id.as_str());
        let step = NewEvent { referral_id: &referral.id, kind: "faxed", user_id, detail: None };
        timeline_store::insert_event(&mut tx, clock, step).await?;
        self.ground.audit.record(&mut tx, &event.on(format!("referral/{}", referral.id))).await?;
        Ok(tx.commit().await?)
    }

    /// Takes the mark as sent by fax back. The referral waits for a person again: nothing is attempted by itself.
    pub(in crate::referral) async fn unmark_faxed(&self, act: Act<'_>) -> Result<(), Error> {
        let Act { user, event, referral } = act;
        if !user.role.may_sign() {
            return Err(Error::NotAllowed);
        }
        let clock = &*self.ground.clock;
        let mut tx = self.ground.db.begin_write().await?;
        let subject = DeliverySubject { kind: REFERRAL_SUBJECT.to_owned(), id: referral.id.clone() };
        let may_have_arrived = control_store::reinstate(&mut tx, &subject).await?.ok_or(Error::Conflict)?;
        let to = if may_have_arrived { Status::Unconfirmed } else { Status::NotDelivered };
        if !store::unmark_faxed(&mut tx, clock, &referral.id, to).await? {
            return Err(Error::Conflict);
        }
        let user_id = Some(user.id.as_str());
        let step = NewEvent { referral_id: &referral.id, kind: "not-faxed", user_id, detail: None };
        timeline_store::insert_event(&mut tx, clock, step).await?;
        self.ground.audit.record(&mut tx, &event.on(format!("referral/{}", referral.id))).await?;
        Ok(tx.commit().await?)
    }

    /// Whether files were sent with a referral.
    async fn has_files(&self, referral: &Referral) -> Result<bool, Error> {
        let record = sent_store::find_record(&self.ground.db, &self.ground.sealer, &referral.id).await?;
        Ok(record.is_some_and(|record| record.in_language("en").message.has_files()))
    }

    /// Returns the delivery of a referral that failed or is attempted again, if the user may act on it.
    pub(super) async fn failed_delivery(
        &self,
        user: &User,
        referral: &Referral,
    ) -> Result<DeliveryRow, Error> {
        if !user.role.may_sign() {
            return Err(Error::NotAllowed);
        }
        let state = restored_store::find_sending_state(&self.ground.db).await?;
        if !waits_for_a_person(referral, state) {
            return Err(Error::Conflict);
        }
        self.delivery_of(referral).await?.ok_or(Error::Conflict)
    }

    async fn delivery_of(&self, referral: &Referral) -> Result<Option<DeliveryRow>, Error> {
        let found = control_store::find_about(&self.ground.db, REFERRAL_SUBJECT, &referral.id).await?;
        Ok(found.into_iter().next())
    }

    /// Formats the time of the next attempt: `10:43` today, otherwise with its date.
    fn next_attempt(&self, at: i64, lang: &str) -> String {
        let next = jiff::Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(self.time_zone.clone());
        let next = next.max(self.now());
        if next.date() == self.now().date() {
            return next.strftime("%H:%M").to_string();
        }
        self.readable_time(next.timestamp().as_millisecond(), lang)
    }
}

/// Whether a user may take back that the referral of a page was sent by fax: its message is kept, so it can be sent again.
pub(in crate::referral) fn may_unmark_faxed(page: &DetailPage, user: &User) -> bool {
    user.role.may_sign() && page.status == Status::Faxed.as_str() && page.message_removed.is_empty()
}

/// Whether another attempt may make a second referral of one: the message may have arrived, and the destination does not
/// recognise duplicates.
fn may_double(row: &DeliveryRow) -> bool {
    row.may_have_arrived_at.is_some() && row.recognises_duplicates == 0
}

/// Whether a person may do something about a signed referral: it failed, or nothing is sent at all.
fn waits_for_a_person(referral: &Referral, state: SendingState) -> bool {
    let is_waiting = referral.status == Status::Sending && state.held_at.is_some();
    is_waiting || referral.status.needs_attention()
}

/// End of the message key `delivery-why-…`; empty before the first attempt.
fn why(row: &DeliveryRow) -> String {
    match row.advice.as_deref().and_then(Advice::find) {
        Some(restored @ Advice::Restored) => restored.code().to_owned(),
        _ => row.outcome.clone().unwrap_or_default(),
    }
}

/// End of the message key `delivery-…` that says why nothing is sent; empty if sending is not held.
fn held(state: SendingState) -> &'static str {
    match state.held_at {
        None => "",
        Some(_) if state.is_held_restored() => "held-restored",
        Some(_) => "held",
    }
}
