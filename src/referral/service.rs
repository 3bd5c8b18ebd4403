use std::sync::Arc;

use jiff::{Zoned, tz::TimeZone};

use super::{
    Error, SubmitCheck,
    chrome::banner,
    draft::Referral,
    lists::store::{self as list_store, Viewer},
    store,
    ticket::Ticket,
};
use crate::{
    audit::{Event, EventKind},
    config::{MessageSettings, SessionSettings},
    db::{Sealer, row_id},
    directory::Directory,
    forms::{Form, Library},
    ground::Ground,
    launch::{Launch, OpenContext},
    smart::Style,
    users::{SignedIn, User, session_store},
    web::{Chrome, Lang, RequestState, Web},
};

/// How old a click may be before the next one is noted; more often would only write more.
const TOUCH_MS: i64 = 60_000;

/// Everything the referral pages need; one for the whole app.
#[derive(Clone)]
pub struct Referrals {
    pub(super) ground: Ground,
    pub(super) tickets: Sealer,
    pub(super) launch: Launch,
    pub(super) forms: Arc<Library>,
    pub(super) directory: Directory,
    pub(super) messages: Arc<MessageSettings>,
    pub(super) checks: Arc<Vec<Box<dyn SubmitCheck>>>,
    pub(super) time_zone: TimeZone,
    pub(super) limits: SessionSettings,
}

/// What the referral pages are put together from.
pub struct Parts {
    /// Database, clock, sealer and audit trail.
    pub ground: Ground,
    /// AEAD for tickets, which travel through the browser.
    pub tickets: Sealer,
    /// Open charts and their sessions.
    pub launch: Launch,
    /// The forms.
    pub forms: Library,
    /// The destinations.
    pub directory: Directory,
    /// Names in messages.
    pub messages: MessageSettings,
    /// Checks before sending.
    pub checks: Vec<Box<dyn SubmitCheck>>,
    /// Where people read times.
    pub time_zone: TimeZone,
    /// How long a session lasts, and with it a page's right to save its text.
    pub limits: SessionSettings,
}

/// One request by one person about one open chart.
pub(super) struct Visit {
    pub(super) signed_in: SignedIn,
    pub(super) context: OpenContext,
    pub(super) chrome: Chrome,
}

impl Referrals {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            ground: parts.ground,
            tickets: parts.tickets,
            launch: parts.launch,
            forms: Arc::new(parts.forms),
            directory: parts.directory,
            messages: Arc::new(parts.messages),
            checks: Arc::new(parts.checks),
            time_zone: parts.time_zone,
            limits: parts.limits,
        }
    }

    /// The present moment where people read times.
    pub(super) fn now(&self) -> Zoned {
        self.ground.clock.now().to_zoned(self.time_zone.clone())
    }

    /// Opens the chart a request is about, in the person's language.
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

    /// A request about this open chart.
    pub(super) fn visit_to(
        &self,
        state: &RequestState,
        web: &Web,
        signed_in: SignedIn,
        context: OpenContext,
    ) -> Result<Visit, Error> {
        speak(state, &signed_in);
        if !signed_in.user.role.may_prepare() {
            return Err(Error::NotAllowed);
        }
        let path = context.path();
        let chart = &context.chart;
        let mut banner = banner(&context.patient(), &chart.place, state.lang().code(), &self.now());
        banner.slim = !chart.launch_context.need_patient_banner;
        let chrome = Chrome {
            banner: Some(banner),
            style: chart.style.as_ref().map(Style::declarations).unwrap_or_default(),
            signed_in_as: Some(signed_in.user.name.clone()),
            csrf_token: web.csrf().token(&signed_in.session_id, &context.id),
            back: format!("{path}/"),
            context_path: Some(path),
            own_language_switch: false,
        };
        Ok(Visit { signed_in, context, chrome })
    }

    /// As [`Referrals::visit`], and notes the click: what a person opens or sends, not what a page does by itself.
    pub(super) async fn click(
        &self,
        state: &RequestState,
        web: &Web,
        signed_in: SignedIn,
        context_id: &str,
    ) -> Result<Visit, Error> {
        let visit = self.visit(state, web, signed_in, context_id).await?;
        if self.ground.clock.now_ms() - visit.signed_in.seen_at > TOUCH_MS {
            session_store::touch_session(&self.ground.db, &*self.ground.clock, &visit.signed_in.session_id)
                .await?;
        }
        Ok(visit)
    }

    pub(super) fn form(&self, id: &str) -> Result<&Form, Error> {
        self.forms.get(id).ok_or(Error::NoForm)
    }

    /// A referral of the open chart's patient that this person began or signed, or may sign.
    pub(super) async fn referral(&self, visit: &Visit, id: &str) -> Result<Referral, Error> {
        let found =
            store::find_referral(&self.ground.db, &self.ground.sealer, id).await?.ok_or(Error::NotFound)?;
        if self.may_open(&visit.signed_in.user, &visit.context, &found).await? {
            Ok(found)
        } else {
            Err(Error::NotFound)
        }
    }

    /// Whether a referral is of this chart's patient, and this person's or theirs to sign.
    pub(super) async fn may_open(
        &self,
        user: &User,
        context: &OpenContext,
        referral: &Referral,
    ) -> Result<bool, Error> {
        if referral.patient_key != context.patient_key {
            return Ok(false);
        }
        let same_ehr = referral.ehr_id == context.ehr.id;
        let may_sign = user.role.may_sign() && same_ehr && referral.status == super::Status::ReadyToSign;
        let began = referral.user_id == user.id;
        Ok(began || may_sign || list_store::is_mine(&self.ground.db, &referral.id, &user.id).await?)
    }

    pub(super) fn viewer(visit: &Visit) -> Viewer<'_> {
        Viewer { user_id: &visit.signed_in.user.id, signs: visit.signed_in.user.role.may_sign() }
    }

    /// Records that something of a record is shown, before it is.
    pub(super) async fn record_view(
        &self,
        state: &RequestState,
        visit: &Visit,
        kind: EventKind,
        what: String,
    ) -> Result<(), Error> {
        let event = event(state, visit, kind).on(what);
        Ok(self.ground.audit.record_alone(&self.ground.db, &event).await?)
    }

    /// Records that a referral is shown, before it is.
    pub(super) async fn record_referral_view(
        &self,
        state: &RequestState,
        visit: &Visit,
        id: &str,
    ) -> Result<(), Error> {
        self.record_view(state, visit, EventKind::ReferralViewed, format!("referral/{id}")).await
    }

    /// The ticket of a page about a draft; `page_id` goes on from one save to the next.
    pub(super) fn ticket(
        &self,
        visit: &Visit,
        (form_id, referral_id): (&str, &str),
        page_id: Option<&str>,
    ) -> String {
        let ticket = Ticket {
            user_id: visit.signed_in.user.id.clone(),
            session_id: visit.signed_in.session_id.clone(),
            context_id: visit.context.id.clone(),
            referral_id: referral_id.to_owned(),
            form_id: form_id.to_owned(),
            page_id: page_id.map_or_else(|| row_id(&*self.ground.clock), str::to_owned),
            made_at: self.ground.clock.now_ms(),
        };
        ticket.seal(&self.tickets)
    }

    /// Removes drafts nobody ever wrote in, a day after they were begun.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_untouched(&self) -> Result<u64, Error> {
        let mut tx = self.ground.db.begin_write().await?;
        let forgotten =
            store::forget_untouched(&mut tx, self.ground.clock.now_ms() - 24 * 3600 * 1000).await?;
        tx.commit().await?;
        Ok(forgotten)
    }
}

/// An event about the open chart.
pub(super) fn event(state: &RequestState, visit: &Visit, kind: EventKind) -> Event {
    Event::success(kind, state.correlation_id())
        .by(&visit.signed_in.user.id)
        .at(&visit.context.ehr.id)
        .patient(Some(&visit.context.patient_key))
}

/// Answers in the language this person chose once.
pub(super) fn speak(state: &RequestState, signed_in: &SignedIn) {
    if let Some(lang) = signed_in.user.language.as_deref().and_then(|lang| lang.parse::<Lang>().ok()) {
        state.set_lang(lang);
    }
}
