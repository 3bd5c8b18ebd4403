//! `Referrals`: dependencies of the referral pages, and the parts they are built from.

use std::sync::Arc;

use jiff::{Zoned, civil::Date, tz::TimeZone};

use super::{error::Error, sending::submit_check::SubmitCheck, store};
use crate::{
    attachments::Attachments,
    catalogue::Catalogue,
    config::{MessageSettings, SessionSettings},
    db::Sealer,
    directory::Directory,
    forms::Form,
    forms::SearchedSets,
    ground::Ground,
    launch::Launch,
    pdf::Press,
    terminology::TerminologyServer,
};

/// Age after which a draft that no user typed in is deleted, in milliseconds.
const UNTOUCHED_MAX_AGE_MS: i64 = 24 * 3600 * 1000;

/// Dependencies of the referral pages; one for the whole app.
#[derive(Clone)]
pub struct Referrals {
    pub(super) ground: Ground,
    pub(super) tickets: Sealer,
    pub(super) launch: Launch,
    pub(super) attachments: Arc<Attachments>,
    pub(super) press: Press,
    pub(super) forms: Catalogue,
    pub(super) terminology: Option<TerminologyServer>,
    pub(super) searched_sets: Arc<SearchedSets>,
    pub(super) directory: Directory,
    pub(super) messages: Arc<MessageSettings>,
    pub(super) checks: Arc<Vec<Box<dyn SubmitCheck>>>,
    pub(super) time_zone: TimeZone,
    pub(super) limits: SessionSettings,
    pub(super) drafts_days: Option<u32>,
}

/// Parts that [`Referrals`] is built from.
pub struct Parts {
    /// Database, clock, sealer and audit trail.
    pub ground: Ground,
    /// AEAD for tickets, which travel through the browser.
    pub tickets: Sealer,
    /// Open charts and their sessions.
    pub launch: Launch,
    /// Files that persons add.
    pub attachments: Attachments,
    /// Forms that a referral can be made with.
    pub forms: Catalogue,
    /// Server that expands value sets, if there is one.
    pub terminology: Option<TerminologyServer>,
    /// Value sets of the folder that are searched.
    pub searched_sets: Arc<SearchedSets>,
    /// Services that one can refer to.
    pub directory: Directory,
    /// Names and systems written into messages.
    pub messages: MessageSettings,
    /// Checks before sending.
    pub checks: Vec<Box<dyn SubmitCheck>>,
    /// Time zone in which pages show times.
    pub time_zone: TimeZone,
    /// Session lifetimes; a page may save its text for as long.
    pub limits: SessionSettings,
    /// Days for which an untouched draft is kept, or `None` for ever.
    pub drafts_days: Option<u32>,
}

impl Referrals {
    /// Builds the service from its parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            ground: parts.ground,
            tickets: parts.tickets,
            launch: parts.launch,
            attachments: Arc::new(parts.attachments),
            press: Press::default(),
            forms: parts.forms,
            terminology: parts.terminology,
            searched_sets: parts.searched_sets,
            directory: parts.directory,
            messages: Arc::new(parts.messages),
            checks: Arc::new(parts.checks),
            time_zone: parts.time_zone,
            limits: parts.limits,
            drafts_days: parts.drafts_days,
        }
    }

    /// Returns the current time in the time zone of the pages.
    pub(super) fn now(&self) -> Zoned {
        self.ground.clock.now().to_zoned(self.time_zone.clone())
    }

    /// Returns the forms that new referrals may begin with on a day.
    pub(super) fn forms_on(&self, day: Date) -> Vec<Arc<Form>> {
        self.forms.offered(day)
    }

    /// Returns a form for a new referral by id, also one that another node has just imported.
    pub(super) async fn form(&self, id: &str, day: Date) -> Result<Arc<Form>, Error> {
        if let Some(form) = self.forms.find_offered(id, day) {
            return Ok(form);
        }
        self.forms.refresh(&self.ground.db).await?;
        self.forms.find_offered(id, day).ok_or(Error::NoForm)
    }

    /// Returns the form to open if there is only one.
    pub(super) fn only_form(&self, day: Date) -> Option<Arc<Form>> {
        let mut forms = self.forms_on(day);
        forms.pop().filter(|_| forms.is_empty())
    }

    /// Deletes drafts that no user typed in within a day. Returns their number.
    pub async fn forget_untouched(&self) -> Result<u64, Error> {
        let mut tx = self.ground.db.begin_write().await?;
        let before = self.ground.clock.now_ms() - UNTOUCHED_MAX_AGE_MS;
        let deleted = store::delete_untouched(&mut tx, before).await?;
        tx.commit().await?;
        Ok(deleted)
    }
}
