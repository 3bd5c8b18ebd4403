use secrecy::SecretString;

use crate::{
    audit::{Event, EventKind},
    db::Tx,
    launch::{
        error::{CallbackRefusal, Error, SpentReason},
        linking::store as pending_store,
        opening::Entry,
        pending::{Pending, WaitsFor},
        service::Launch,
        store,
    },
    users::{
        AttemptScope, InvitationCode, NewSession, PasswordAttempt, Permit, SignedIn, User,
        password_store::{clear_password_attempts, count_password_attempt},
        session_store, store as user_store,
    },
    web::RequestState,
};

/// What a person offers to prove that an account is theirs.
pub(super) enum Proof {
    /// E-mail and password.
    Password { email: String, password: SecretString },
    /// An invitation.
    Invitation(InvitationCode),
}

/// How an offer was taken.
pub(super) enum Verdict {
    /// It holds; the confirmation is next.
    Proven,
    /// It does not.
    Wrong,
    /// There were too many tries.
    Exhausted,
}

impl Launch {
    pub(super) async fn find_pending(&self, id: &str, binding: &str) -> Result<Pending, Error> {
        let found = pending_store::find_pending(
            &self.ground.db,
            &*self.ground.clock,
            &self.ground.sealer,
            id,
            binding,
        )
        .await?;
        found.ok_or(Error::Spent(SpentReason::Gone))
    }

    /// Checks what a person offers. Every try counts, right or wrong, and a wrong one is recorded.
    pub(super) async fn prove(
        &self,
        state: &RequestState,
        id: &str,
        mut pending: Pending,
        proof: Proof,
    ) -> Result<Verdict, Error> {
        let place = self.place_for(&proof, &pending)?;
        let mut tx = self.ground.db.begin_write().await?;
        let counted = pending_store::count_try(&mut tx, id).await?;
        let tried = match &proof {
            Proof::Password { email, .. } if counted => {
                count_password_attempt(&mut tx, &*self.ground.clock, email, AttemptScope::Linking).await?
            }
            _ => None,
        };
        tx.commit().await?;
        if !counted {
            if let Some(why) =
                self.refusals.admit(self.ground.clock.now_ms(), &pending.arrival.ehr_id, "too-many-tries")
            {
                self.record_wrong(state, &pending, (&why, None)).await?;
            }
            return Ok(Verdict::Exhausted);
        }
        let Some((user, invitation)) = self.check(proof, place, tried.as_ref()).await? else {
            let rests = tried.filter(PasswordAttempt::locks_out).map(|tried| tried.user_id);
            let why = if rests.is_some() { "account-rests" } else { "wrong-proof" };
            self.record_wrong(state, &pending, (why, rests)).await?;
            return Ok(Verdict::Wrong);
        };
        let mut tx = self.ground.db.begin_write().await?;
        if let Some(right) = &tried {
            clear_password_attempts(&mut tx, right).await?;
        }
        pending.waits_for = WaitsFor::Confirmation { user, invitation };
        pending_store::update_pending(&mut tx, &self.ground.sealer, id, &pending).await?;
        tx.commit().await?;
        Ok(Verdict::Proven)
    }

    /// A place for checking a password, taken before anything is counted. Whoever it is, the EHR vouches for them.
    fn place_for(&self, proof: &Proof, pending: &Pending) -> Result<Option<Permit>, Error> {
        let identity = &pending.arrival.identity;
        let name = format!("{}\0{}", identity.issuer.as_str(), identity.subject);
        let asked = matches!(proof, Proof::Password { .. });
        Ok(asked.then(|| self.passwords.permit_for_known(&name)).transpose()?)
    }

    async fn record_wrong(
        &self,
        state: &RequestState,
        pending: &Pending,
        (why, rests): (&str, Option<String>),
    ) -> Result<(), Error> {
        let identity = &pending.arrival.identity;
        let mut event = Event::failure(EventKind::UserLinked, state.correlation_id(), why)
            .identity(identity.issuer.as_str(), &identity.subject)
            .at(&pending.arrival.ehr_id);
        event.user_id = rests;
        Ok(self.ground.audit.record_alone(&self.ground.db, &event).await?)
    }

    /// The account a proof is good for, and the invitation it came by.
    async fn check(
        &self,
        proof: Proof,
        place: Option<Permit>,
        tried: Option<&PasswordAttempt>,
    ) -> Result<Option<(User, Option<String>)>, Error> {
        let (user_id, invitation) = match proof {
            Proof::Password { password, .. } => {
                let Some(place) = place else { return Ok(None) };
                let right = place.verify(password, tried.map(|tried| tried.stored.clone())).await?;
                (tried.filter(|_| right).map(|tried| tried.user_id.clone()), None)
            }
            Proof::Invitation(code) => {
                let found = user_store::find_invited(
                    &self.ground.db,
                    &*self.ground.clock,
                    &self.ground.sealer,
                    &code,
                )
                .await?;
                (found, Some(code.hash(&self.ground.sealer)))
            }
        };
        let Some(user_id) = user_id else { return Ok(None) };
        let user = user_store::find_user(&self.ground.db, &user_id).await?;
        Ok(user.map(|user| (user, invitation)))
    }

    /// Links and enters, or enters after a choice: one transaction, once.
    pub(super) async fn decide(
        &self,
        state: &RequestState,
        id: &str,
        pending: &Pending,
        current: Option<&SignedIn>,
    ) -> Result<NewSession, Error> {
        self.check_enabled(pending).await?;
        let mut tx = self.ground.db.begin_write().await?;
        if !pending_store::take_pending(&mut tx, &*self.ground.clock, id).await? {
            return Err(Error::Spent(SpentReason::Decided));
        }
        let user: &User = match &pending.waits_for {
            WaitsFor::Account => return Err(Error::Callback(CallbackRefusal::NoAccountProven)),
            WaitsFor::Confirmation { user, invitation } => {
                if let Some(hash) = invitation
                    && !user_store::take_invitation(&mut tx, &*self.ground.clock, hash).await?
                {
                    return Err(Error::Spent(SpentReason::InvitationUsed));
                }
                if !self.link_in(&mut tx, state, &pending.arrival, &user.id, EventKind::UserLinked).await? {
                    return Err(Error::Spent(SpentReason::LinkedMeanwhile));
                }
                user
            }
            WaitsFor::Choice { user } => user,
        };
        let other = current.filter(|current| current.user.id != user.id);
        if let Some(other) = other {
            session_store::end_session(&mut tx, &*self.ground.clock, &other.session_id).await?;
            store::end_contexts(&mut tx, &*self.ground.clock, &other.session_id).await?;
            let event = Event::success(EventKind::UserSwitch, state.correlation_id()).by(&other.user.id);
            self.ground
                .audit
                .record(&mut tx, &event.at(&pending.arrival.ehr_id).detail("signed out"))
                .await?;
        }
        let entry = Entry {
            context_id: &pending.context_id,
            arrival: &pending.arrival,
            chart: &pending.chart,
            tokens: &pending.tokens,
            trace: None,
        };
        let same = current.filter(|current| current.user.id == user.id);
        let entered = self.enter_in(tx, state, &entry, &user.id, same).await;
        if other.is_some() {
            self.note_ended();
        }
        entered
    }

    /// The account may have been switched off since it was proven.
    async fn check_enabled(&self, pending: &Pending) -> Result<(), Error> {
        let (WaitsFor::Confirmation { user, .. } | WaitsFor::Choice { user }) = &pending.waits_for else {
            return Ok(());
        };
        match user_store::find_user(&self.ground.db, &user.id).await? {
            Some(user) if user.disabled_at.is_none() => Ok(()),
            _ => Err(Error::Disabled),
        }
    }

    /// Ends sign-ins that waited too long for an answer; their tokens are given back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_expired(&self) -> Result<(), Error> {
        for id in pending_store::find_expired(&self.ground.db, &*self.ground.clock).await? {
            let mut tx = self.ground.db.begin_write().await?;
            let taken =
                pending_store::take_expired(&mut tx, &*self.ground.clock, &self.ground.sealer, &id).await?;
            if let Some(pending) = taken {
                self.hand_back(&mut tx, &pending).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Leaves the tokens of a chart that nobody will open to be given back, in the caller's transaction.
    async fn hand_back(&self, tx: &mut Tx, pending: &Pending) -> Result<(), Error> {
        let about = (pending.context_id.as_str(), pending.arrival.ehr_id.as_str());
        Ok(store::insert_unopened(tx, &*self.ground.clock, &self.ground.sealer, about, &pending.tokens)
            .await?)
    }

    /// Throws a pending sign-in away; whoever is signed in stays, and its tokens are given back.
    pub(super) async fn decline(
        &self,
        state: &RequestState,
        id: &str,
        pending: &Pending,
        current: Option<&SignedIn>,
    ) -> Result<(), Error> {
        let mut tx = self.ground.db.begin_write().await?;
        if pending_store::take_pending(&mut tx, &*self.ground.clock, id).await? {
            self.hand_back(&mut tx, pending).await?;
        }
        let mut event = Event::failure(EventKind::UserSwitch, state.correlation_id(), "declined");
        event.user_id = current.map(|current| current.user.id.clone());
        self.ground.audit.record(&mut tx, &event.at(&pending.arrival.ehr_id)).await?;
        tx.commit().await?;
        self.note_ended();
        Ok(())
    }
}
