//! One request by one user about one open chart: permission, page frame, audit of what is shown.

use super::{
    banner::banner,
    draft::{Referral, Snapshot},
    error::Error,
    lists::store::{self as list_store, ChartKey, Viewer},
    sender::Sender,
    service::Referrals,
    status::Status,
    ticket::Ticket,
};
use crate::{
    audit::{Event, EventKind},
    db::row_id,
    fhir::Demographics,
    forms::{Answers, Form},
    ground::Ground,
    launch::OpenContext,
    smart::Style,
    users::{SignedIn, User, session_store},
    web::{Chrome, Lang, RequestState, Web},
};

/// Age of a session's last recorded activity after which the next click is recorded, in milliseconds.
const TOUCH_INTERVAL_MS: i64 = 60_000;

/// One request by one user about one open chart.
pub(super) struct Visit {
    pub(super) signed_in: SignedIn,
    pub(super) context: OpenContext,
    pub(super) chrome: Chrome,
}

impl Visit {
    /// The user of this request, for queries that select referrals.
    pub(super) fn viewer(&self) -> Viewer<'_> {
        Viewer { user_id: &self.signed_in.user.id, signs: self.signed_in.user.role.may_sign() }
    }

    /// Patient and EHR of the chart.
    pub(super) fn chart_key(&self) -> ChartKey<'_> {
        ChartKey { patient_key: &self.context.patient_key, ehr_id: &self.context.ehr.id }
    }

    /// Path of a referral in this chart.
    pub(super) fn referral_path(&self, id: &str) -> String {
        format!("{}/referrals/{id}", self.context.path())
    }

    /// Path at which the user goes on with a referral: the form of a draft, the review of a referral to sign, and the status
    /// of any other, which waits for another user's signature or was sent.
    pub(super) fn entry_path(&self, referral: &Referral) -> String {
        let path = self.referral_path(&referral.id);
        match referral.status {
            Status::Draft => format!("{path}/edit"),
            Status::ReadyToSign if referral.waits_for(&self.signed_in.user.id) => format!("{path}/review"),
            _ => path,
        }
    }

    /// Returns the input for the clinic of a referral in this chart. `typed` is the name that the review asked for.
    pub(super) fn sender<'a>(
        &'a self,
        form: &'a Form,
        snapshot: &'a Snapshot,
        answers: &'a Answers,
        typed: &'a str,
    ) -> Sender<'a> {
        let Snapshot { chart, prefill, .. } = snapshot;
        let OpenContext { ehr, chart: opened, .. } = &self.context;
        let of_launch = opened.clinic.as_deref().unwrap_or_default();
        let (base, day) = (Some(&ehr.client.base), opened.day());
        Sender { form, chart, prefill, answers, base, day, of_launch, typed }
    }

    /// Begins an audit event about this chart.
    pub(super) fn event(&self, state: &RequestState, kind: EventKind) -> Event {
        Event::success(kind, state.correlation_id())
            .by(&self.signed_in.user.id)
            .at(&self.context.ehr.id)
            .patient(Some(&self.context.patient_key))
    }
}

impl Referrals {
    /// Opens the chart of a request, in the user's language.
    pub(super) async fn visit(
        &self,
        state: &RequestState,
        web: &Web,
        signed_in: SignedIn,
        context_id: &str,
    ) -> Result<Visit, Error> {
        let context = self.launch.context(state, &signed_in, context_id).await?;
        self.visit_to(state, web, signed_in, context)
    }

    /// Begins a visit to a chart that is open already.
    pub(super) fn visit_to(
        &self,
        state: &RequestState,
        web: &Web,
        signed_in: SignedIn,
        context: OpenContext,
    ) -> Result<Visit, Error> {
        apply_language(state, &signed_in);
        if !signed_in.user.role.may_prepare() {
            return Err(Error::NotAllowed);
        }
        let path = context.path();
        let chart = &context.chart;
        let mut banner = banner(context.patient(), &chart.place, state.lang().code(), &self.now());
        banner.slim = !chart.launch_context.need_patient_banner;
        let chrome = Chrome {
            banner: Some(banner),
            style: chart.style.as_ref().map(Style::declarations).unwrap_or_default(),
            signed_in_as: Some(signed_in.user.name.clone()),
            csrf_token: web.csrf().token(&signed_in.session_id, &context.id),
            back: format!("{path}/"),
            session_path: format!("{path}/session"),
            context_path: Some(path),
            own_language_switch: false,
            sending_held: false,
        };
        Ok(Visit { signed_in, context, chrome })
    }

    /// Opens the chart and records activity of the session. For requests that a user makes; what a page requests by
    /// itself uses [`Referrals::visit`] and does not extend the session.
    pub(super) async fn click(
        &self,
        state: &RequestState,
        web: &Web,
        signed_in: SignedIn,
        context_id: &str,
    ) -> Result<Visit, Error> {
        let visit = self.visit(state, web, signed_in, context_id).await?;
        self.record_activity(&visit.signed_in).await?;
        Ok(visit)
    }

    /// Returns the time until the session ends without a further click, in milliseconds.
    pub(super) fn time_left(&self, signed_in: &SignedIn) -> u64 {
        u64::try_from(signed_in.ends_at - self.ground.clock.now_ms()).unwrap_or_default()
    }

    /// Records activity of the session, which then ends later.
    pub(super) async fn record_activity(&self, signed_in: &SignedIn) -> Result<(), Error> {
        let Ground { db, clock, .. } = &self.ground;
        let interval = TOUCH_INTERVAL_MS
            .min(i64::try_from(self.limits.idle.as_millis() / 4).unwrap_or(TOUCH_INTERVAL_MS));
        if clock.now_ms() - signed_in.seen_at > interval {
            session_store::touch_session(db, &**clock, &signed_in.session_id).await?;
        }
        Ok(())
    }

    /// Returns a referral of the chart's patient that the user started or signed, or may sign.
    pub(super) async fn referral(&self, visit: &Visit, id: &str) -> Result<Referral, Error> {
        let Some(found) = self.find_referral(id).await? else {
            return Err(self.absent(id).await);
        };
        if self.may_open(&visit.signed_in.user, &visit.context, &found).await? {
            Ok(found)
        } else {
            Err(Error::NotFound)
        }
    }

    /// Whether a referral is about this chart's patient, and the user started or signed it, or may sign it.
    pub(super) async fn may_open(
        &self,
        user: &User,
        context: &OpenContext,
        referral: &Referral,
    ) -> Result<bool, Error> {
        let chart = Demographics::of(context.patient());
        // A launch has one patient, also one who has no name yet by which another launch could recognize them.
        let is_theirs =
            referral.context_id == context.id || referral.summary.demographics.is_same_person(&chart);
        if referral.patient_key != context.patient_key || !is_theirs {
            return Ok(false);
        }
        let same_ehr = referral.ehr_id == context.ehr.id;
        let may_sign = user.role.may_sign() && same_ehr && referral.status == Status::ReadyToSign;
        let started = referral.user_id == user.id;
        Ok(started || may_sign || list_store::is_mine(&self.ground.db, &referral.id, &user.id).await?)
    }

    /// Records in the audit trail, before the page is sent, that it shows `entity`.
    pub(super) async fn record_view(
        &self,
        state: &RequestState,
        visit: &Visit,
        kind: EventKind,
        entity: String,
    ) -> Result<(), Error> {
        let event = visit.event(state, kind).on(entity);
        Ok(self.ground.audit.record_alone(&self.ground.db, &event).await?)
    }

    /// Records in the audit trail, before the page is sent, that it shows a referral.
    pub(super) async fn record_referral_view(
        &self,
        state: &RequestState,
        visit: &Visit,
        id: &str,
    ) -> Result<(), Error> {
        self.record_view(state, visit, EventKind::ReferralViewed, format!("referral/{id}")).await
    }

    /// Seals the ticket of a page about a draft. `page_id` carries the id of the page over from its last save; `None`
    /// makes a new one.
    pub(super) fn ticket(
        &self,
        visit: &Visit,
        form: &Form,
        referral_id: &str,
        page_id: Option<&str>,
    ) -> String {
        let ticket = Ticket {
            user_id: visit.signed_in.user.id.clone(),
            session_id: visit.signed_in.session_id.clone(),
            context_id: visit.context.id.clone(),
            referral_id: referral_id.to_owned(),
            form_id: form.id().to_owned(),
            form_hash: form.hash().to_owned(),
            page_id: page_id.map_or_else(|| row_id(&*self.ground.clock), str::to_owned),
            made_at: self.ground.clock.now_ms(),
        };
        ticket.seal(&self.tickets)
    }
}

/// Answers in the language that the link asks for, or else in the one that the user chose earlier.
pub(super) fn apply_language(state: &RequestState, signed_in: &SignedIn) {
    if let Some(lang) = signed_in.user.language.as_deref().and_then(|lang| lang.parse::<Lang>().ok()) {
        state.set_lang(state.asked_lang().unwrap_or(lang));
    }
}
