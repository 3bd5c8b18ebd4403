//! Proof of an account, and the decision about a pending sign-in.

use secrecy::SecretString;

use crate::{
    audit::{Event, EventKind},
    db::Tx,
    ground::Ground,
    launch::{
        error::{CallbackRefusal, Error, SpentReason},
        linking::store as pending_store,
        opening::ContextToOpen,
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
        pending.waits_for = WaitsFor::Confirmation { user, invitation };
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

    /// Checks that the account was not disabled after it was proven.
    async fn check_enabled(&self, pending: &Pending) -> Result<(), Error> {
        let (WaitsFor::Confirmation { user, .. } | WaitsFor::Choice { user }) = &pending.waits_for else {
            return Ok(());
        };
        match user_store::find_user(&self.ground.db, &user.id).await? {
            Some(user) if user.disabled_at.is_none() => Ok(()),
            _ => Err(Error::Disabled),
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
