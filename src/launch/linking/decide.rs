//! Proof of an account, and the decision about a pending sign-in.

use secrecy::SecretString;

use crate::{
    audit::{Event, EventKind},
    db::Tx,
    ground::Ground,
    launch::{
        error::{CallbackRefusal, Error, SpentReason},
        linking::store as pending_store,
        opening::{ContextToOpen, link_of, stopped},
        pending::{Pending, WaitsFor},
        service::Launch,
        store,
    },
    users::{
        Arrival, AttemptScope, InvitationCode, NewSession, PasswordAttempt, Permit, SignedIn, User,
        password_store::{clear_password_attempts, count_password_attempt},
        session_store, store as user_store,
    },
    web::RequestState,
};

/// Proof offered by a user that an account is theirs.
pub(super) enum Proof {
    /// E-mail address and password.
    Password { email: String, password: SecretString },
    /// Invitation code.
    Invitation(InvitationCode),
}

/// Result of checking a [`Proof`].
pub(super) enum Verdict {
    /// The proof is valid; the confirmation page is next.
    Proven,
    /// The proof is invalid.
    Wrong,
    /// The limit of tries is exceeded.
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

    /// Checks a proof. Every try counts towards the limit; an invalid proof is audited.
    pub(super) async fn prove(
        &self,
        state: &RequestState,
        id: &str,
        mut pending: Pending,
        proof: Proof,
    ) -> Result<Verdict, Error> {
        let permit = self.permit_for(&proof, &pending)?;
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
            if let Some(reason) =
                self.refusals.admit(self.ground.clock.now_ms(), &pending.arrival.ehr_id, "too-many-tries")
            {
                self.record_wrong(state, &pending, &reason, None).await?;
            }
            return Ok(Verdict::Exhausted);
        }
        let Some((user, invitation)) = self.check(proof, permit, tried.as_ref()).await? else {
            let locked_user_id = tried.filter(PasswordAttempt::locks_out).map(|tried| tried.user_id);
            let reason = if locked_user_id.is_some() { "account-rests" } else { "wrong-proof" };
            self.record_wrong(state, &pending, reason, locked_user_id).await?;
            return Ok(Verdict::Wrong);
        };
        let mut tx = self.ground.db.begin_write().await?;
        if let Some(right) = &tried {
            clear_password_attempts(&mut tx, right).await?;
        }
        let password = tried.map(|right| right.stored);
        pending.waits_for = WaitsFor::Confirmation { user, invitation, password };
        pending_store::update_pending(&mut tx, &self.ground.sealer, id, &pending).await?;
        tx.commit().await?;
        Ok(Verdict::Proven)
    }

    /// Takes a permit for verifying a password, before the try is counted. Uses the queue for users that an EHR has
    /// authenticated.
    fn permit_for(&self, proof: &Proof, pending: &Pending) -> Result<Option<Permit>, Error> {
        let identity = &pending.arrival.identity;
        let name = format!("{}\0{}", identity.issuer.as_str(), identity.subject);
        let asked = matches!(proof, Proof::Password { .. });
        Ok(asked.then(|| self.passwords.permit_for_known(&name)).transpose()?)
    }

    async fn record_wrong(
        &self,
        state: &RequestState,
        pending: &Pending,
        reason: &str,
        locked_user_id: Option<String>,
    ) -> Result<(), Error> {
        let identity = &pending.arrival.identity;
        let mut event = Event::failure(EventKind::UserLinked, state.correlation_id(), reason)
            .identity(identity.issuer.as_str(), &identity.subject)
            .at(&pending.arrival.ehr_id);
        event.user_id = locked_user_id;
        Ok(self.ground.audit.record_alone(&self.ground.db, &event).await?)
    }

    /// Returns the account that a proof is valid for, and the hash of its invitation if it was one.
    async fn check(
        &self,
        proof: Proof,
        permit: Option<Permit>,
        tried: Option<&PasswordAttempt>,
    ) -> Result<Option<(User, Option<String>)>, Error> {
        let (user_id, invitation) = match proof {
            Proof::Password { password, .. } => {
                let Some(permit) = permit else { return Ok(None) };
                let right = permit.verify(password, tried.map(|tried| tried.stored.clone())).await?;
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

    /// Decides a pending sign-in, once: links the account if the user confirmed it, and opens the chart in the same
    /// transaction.
    pub(super) async fn decide(
        &self,
        state: &RequestState,
        id: &str,
        pending: &Pending,
        current: Option<&SignedIn>,
    ) -> Result<NewSession, Error> {
        let (WaitsFor::Confirmation { user, .. } | WaitsFor::Choice { user }) = &pending.waits_for else {
            return Err(Error::Callback(CallbackRefusal::NoAccountProven));
        };
        let mut tx = self.ground.db.begin_write().await?;
        if !pending_store::take_pending(&mut tx, &*self.ground.clock, id).await? {
            return Err(Error::Spent(SpentReason::Decided));
        }
        if !user_store::lock_enabled(&mut tx, &user.id).await? {
            return Err(Error::Disabled);
        }
        if let WaitsFor::Confirmation { invitation, password, .. } = &pending.waits_for {
            self.use_proof(&mut tx, &user.id, invitation.as_deref(), password.as_deref()).await?;
            self.link_proven(&mut tx, state, &pending.arrival, &user.id).await.map_err(stopped)?;
        }
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
        let new = ContextToOpen {
            context_id: &pending.context_id,
            arrival: &pending.arrival,
            chart: &pending.chart,
            tokens: &pending.tokens,
            trace: None,
        };
        let same = current.filter(|current| current.user.id == user.id);
        let opened = self.open_chart_in(tx, state, &new, &user.id, same).await;
        if other.is_some() {
            self.note_ended();
        }
        opened
    }

    /// Uses up the invitation, or checks that the password was not changed after it proved the account. In the transaction
    /// that has locked the account.
    async fn use_proof(
        &self,
        tx: &mut Tx,
        user_id: &str,
        invitation: Option<&str>,
        password: Option<&str>,
    ) -> Result<(), Error> {
        if let Some(hash) = invitation
            && !user_store::take_invitation(tx, &*self.ground.clock, hash).await?
        {
            return Err(Error::Spent(SpentReason::InvitationUsed));
        }
        if let Some(stored) = password
            && !user_store::has_password(tx, user_id, stored).await?
        {
            return Err(Error::Spent(SpentReason::PasswordChanged));
        }
        Ok(())
    }

    /// Links an identity to the account that was proven, unless it was linked or unlinked since it arrived.
    async fn link_proven(
        &self,
        tx: &mut Tx,
        state: &RequestState,
        arrival: &Arrival,
        user_id: &str,
    ) -> Result<(), Error> {
        let since = arrival.arrived_at.as_millisecond();
        user_store::refuse_unlinked(tx, &link_of(arrival, user_id), since).await?;
        match self.link_in(tx, state, arrival, user_id, EventKind::UserLinked).await? {
            true => Ok(()),
            false => Err(Error::Spent(SpentReason::LinkedMeanwhile)),
        }
    }

    /// Ends expired pending sign-ins; their tokens become due for revocation.
    pub async fn end_expired(&self) -> Result<(), Error> {
        for id in pending_store::find_expired(&self.ground.db, &*self.ground.clock).await? {
            let mut tx = self.ground.db.begin_write().await?;
            let taken =
                pending_store::take_expired(&mut tx, &*self.ground.clock, &self.ground.sealer, &id).await?;
            if let Some(pending) = taken {
                self.keep_for_revocation(&mut tx, &pending).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Stores the tokens of a declined or expired sign-in for revocation, in the caller's transaction.
    async fn keep_for_revocation(&self, tx: &mut Tx, pending: &Pending) -> Result<(), Error> {
        let Pending { context_id, arrival, tokens, .. } = pending;
        let Ground { clock, sealer, .. } = &self.ground;
        Ok(store::insert_unopened(tx, &**clock, sealer, context_id, &arrival.ehr_id, tokens).await?)
    }

    /// Declines a pending sign-in: the current user stays signed in, and the tokens become due for revocation.
    pub(super) async fn decline(
        &self,
        state: &RequestState,
        id: &str,
        pending: &Pending,
        current: Option<&SignedIn>,
    ) -> Result<(), Error> {
        let mut tx = self.ground.db.begin_write().await?;
        if pending_store::take_pending(&mut tx, &*self.ground.clock, id).await? {
            self.keep_for_revocation(&mut tx, pending).await?;
        }
        let mut event = Event::failure(EventKind::UserSwitch, state.correlation_id(), "declined");
        event.user_id = current.map(|current| current.user.id.clone());
        self.ground.audit.record(&mut tx, &event.at(&pending.arrival.ehr_id)).await?;
        tx.commit().await?;
        self.note_ended();
        Ok(())
    }
}
