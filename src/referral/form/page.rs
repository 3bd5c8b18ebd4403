//! Pages of a form: new, edited, and the answer to a save that a page makes by itself.

use std::collections::BTreeMap;

use futures_util::join;
use serde_json::{Value, json};

use super::{
    editing::FilledForm,
    html::{dynamic_html, form_html},
    not_granted::not_granted_html,
};
use crate::{
    db::row_id,
    forms::{Answers, FilesShown, Form, Problem, calculated, check, enabled, outline},
    referral::{
        draft::{Referral, Snapshot},
        error::Error,
        lists::{
            earlier::{ChartNotes, Found},
            earlier_store, store as list_store,
            views::EarlierNote,
        },
        pages::{BegunDraft, EditPage, FormFrame},
        restored::SendingNote,
        service::Referrals,
        visit::Visit,
    },
    web::{Error as WebError, Html, Lang, RequestState, Web},
};

/// Response to a request for a new referral.
pub(in crate::referral) enum NewReferral {
    /// The referral that was started from the same order earlier: its row id.
    Existing(String),
    /// The home page is next: the user has to choose a form or a draft, or no referral can be started.
    Choose,
    /// A new page of the form.
    Page(Box<EditPage>),
}

/// Notice at the top of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::referral) enum Notice {
    /// No notice.
    None,
    /// The form was saved.
    Saved,
    /// The chart was read again, completely.
    Reloaded,
    /// The draft was moved to the newer version of its form.
    NewerForm,
    /// The chart was read again, because the draft was read in an earlier launch.
    Renewed,
    /// The chart was read again, and other parts of it are still not loaded.
    ReloadedInPart,
    /// The chart was read again, and what was asked for is still not loaded.
    ReloadFailed,
    /// Required answers are missing; the page lists them.
    Check,
    /// The draft was changed in another window; the page shows the text that was not saved.
    Conflict,
    /// The draft of the page was discarded or taken back in another window; its text is a new draft.
    Anew,
}

impl Notice {
    /// Every notice that an address can name.
    const NAMED: [Self; 7] = [
        Self::Saved,
        Self::Reloaded,
        Self::ReloadedInPart,
        Self::ReloadFailed,
        Self::Check,
        Self::NewerForm,
        Self::Anew,
    ];

    /// Parses the query parameter `notice`; an unknown value is no notice.
    pub(in crate::referral) fn parse(text: &str) -> Self {
        Self::NAMED.into_iter().find(|notice| notice.name() == text).unwrap_or(Self::None)
    }

    /// Returns the name in addresses and templates.
    pub(in crate::referral) fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Saved => "saved",
            Self::Reloaded => "reloaded",
            Self::NewerForm => "newer-form",
            Self::Renewed => "renewed",
            Self::ReloadedInPart => "reloaded-in-part",
            Self::ReloadFailed => "reload-failed",
            Self::Check => "check",
            Self::Conflict => "conflict",
            Self::Anew => "anew",
        }
    }
}

/// Content of a form page: the form, its answers, and their problems.
struct FormContent<'a> {
    form: &'a Form,
    snapshot: &'a Snapshot,
    answers: &'a Answers,
    problems: &'a [Problem],
    files: FilesShown,
}

impl Referrals {
    /// Starts a referral with the named form, or with the only form there is. A referral started from the same order
    /// before is opened instead, and pending drafts are offered first. None is started for a patient of whom nothing may
    /// be sent, such as one who has died.
    pub(in crate::referral) async fn new_referral(
        &self,
        state: &RequestState,
        web: &Web,
        visit: &Visit,
        form_id: Option<&str>,
    ) -> Result<NewReferral, WebError> {
        tracing::trace!(target: "walk", "open the form of a new referral");
        let (context, chart, viewer) = (&visit.context, visit.chart_key(), visit.viewer());
        if context.patient().cautions.iter().any(|caution| caution.forbids_sending()) {
            return Ok(NewReferral::Choose);
        }
        if let (Some(order), None) = (context.order(), form_id) {
            let found = list_store::find_for_order(&self.ground.db, chart, &order, viewer).await;
            if let Some(id) = found.map_err(Error::Db)? {
                return Ok(NewReferral::Existing(id));
            }
        }
        let (db, sealer, since) = (&self.ground.db, &self.ground.sealer, self.recent_since());
        let existing = earlier_store::find_existing(db, sealer, chart, &context.id, viewer, since);
        let existing = existing.await.map_err(Error::Db)?;
        let day = context.chart.day();
        let form = match form_id {
            Some(id) => self.form(id, day).await?,
            None => match self.only_form(day).filter(|_| !existing.any_listed) {
                Some(form) => form,
                None => return Ok(NewReferral::Choose),
            },
        };
        let lang = state.lang();
        let filled = Box::pin(self.begin(state, visit, &form, existing.untouched(form.hash()))).await?;
        let copies = self.copies_beside(visit, &existing.earlier).await?;
        let found = Found { earlier: &existing.earlier, copies: &copies };
        let ChartNotes { earlier, sending } =
            self.chart_notes_of(visit, Some(&form), found, existing.sending, lang.code());
        let begun = existing.begun_here(form.id()).map(|draft| BegunDraft {
            path: format!("{}/edit", visit.referral_path(&draft.id)),
            number: draft.number.clone(),
        });
        let begun = begun.collect();
        let page = self.new_page(web, visit, &form, &filled, lang).await?;
        Ok(NewReferral::Page(Box::new(EditPage { earlier, sending, begun, ..page })))
    }

    async fn new_page(
        &self,
        web: &Web,
        visit: &Visit,
        form: &Form,
        filled: &FilledForm,
        lang: Lang,
    ) -> Result<EditPage, WebError> {
        let id =
            filled.draft.as_ref().map_or_else(|| row_id(&*self.ground.clock), |referral| referral.id.clone());
        let answers = self.with_offers(form, &filled.answers, lang.code()).await;
        let content = FormContent {
            form,
            snapshot: &filled.snapshot,
            answers: &answers,
            problems: &[],
            files: self.files_shown(visit, &id),
        };
        let (frame, pieces) = rendered(web, visit, &content, lang)?;
        Ok(EditPage {
            form: frame,
            pieces,
            action: format!("{}/edit", visit.referral_path(&id)),
            multipart: form.asks_for_files(),
            ticket: self.ticket(visit, form, &id, None),
            revision: 0,
            earlier: EarlierNote::default(),
            sending: SendingNote::default(),
            begun: Vec::new(),
            copied: None,
            number: String::new(),
            saved: String::new(),
            notice: String::new(),
            changes: Vec::new(),
            returned: None,
            waits: None,
            newer_form: None,
            destination: None,
            letterhead: visit.sender(form, &filled.snapshot, &filled.answers, "").letterhead(),
            provisional: form.is_provisional(),
        })
    }

    /// Builds the page of a stored draft.
    pub(in crate::referral) async fn edit_page(
        &self,
        web: &Web,
        visit: &Visit,
        referral: &Referral,
        notice: Notice,
        lang: Lang,
    ) -> Result<EditPage, WebError> {
        let problems = match notice {
            Notice::Check => check(&*self.form_of(referral)?, &referral.answers, &referral.snapshot.prefill),
            _ => Vec::new(),
        };
        self.edit_page_with(web, visit, referral, notice, &problems, lang).await
    }

    /// Builds the page of a stored draft with these problems.
    pub(in crate::referral) async fn edit_page_with(
        &self,
        web: &Web,
        visit: &Visit,
        referral: &Referral,
        notice: Notice,
        problems: &[Problem],
        lang: Lang,
    ) -> Result<EditPage, WebError> {
        let form = &*self.form_of(referral)?;
        let offers = self.with_offers(form, &referral.answers, lang.code());
        let (answers, notes) = join!(offers, self.chart_notes(visit, Some(form), lang.code()));
        let ChartNotes { earlier, sending } = notes?;
        let content = FormContent {
            form,
            snapshot: &referral.snapshot,
            answers: &answers,
            problems,
            files: self.files_shown(visit, &referral.id),
        };
        let (frame, pieces) = rendered(web, visit, &content, lang)?;
        Ok(EditPage {
            form: frame,
            pieces,
            action: format!("{}/edit", visit.referral_path(&referral.id)),
            multipart: form.asks_for_files(),
            ticket: self.ticket(visit, form, &referral.id, None),
            revision: referral.revision,
            earlier,
            sending,
            begun: Vec::new(),
            copied: self.copied_view(referral, lang.code()),
            number: referral.number.clone(),
            saved: self.readable_time(referral.updated_at, lang.code()),
            notice: notice.name().to_owned(),
            changes: Vec::new(),
            returned: self.returned_view(referral, lang.code()),
            waits: self.waits_note(visit, referral, lang.code()),
            newer_form: self.newer_form(referral, lang.code())?.map(|(_, moved)| moved.lost),
            destination: self.service_row_of(referral, lang.code()),
            letterhead: visit
                .sender(form, &referral.snapshot, &referral.answers, &referral.summary.clinic)
                .letterhead(),
            provisional: form.is_provisional(),
        })
    }

    /// Builds the answer to a save that the page's script made: values that the page updates in place.
    pub(in crate::referral) async fn saved_json(
        &self,
        web: &Web,
        visit: &Visit,
        referral: &Referral,
        page_id: Option<&str>,
        problems: &[Problem],
        lang: Lang,
    ) -> Result<Value, WebError> {
        let form = &*self.form_of(referral)?;
        let answers = self.with_offers(form, &referral.answers, lang.code()).await;
        let shown = outline(form, &answers, &referral.snapshot.prefill, problems, lang.code())
            .with_files(self.files_shown(visit, &referral.id));
        Ok(json!({
            "action": format!("{}/edit", visit.referral_path(&referral.id)),
            "revision": referral.revision,
            "ticket": self.ticket(visit, form, &referral.id, page_id),
            "number": referral.number,
            "saved": self.clock_time(),
            "enabled": enabled(form, &referral.answers),
            "left": shown.sections().map(|section| (section.place().to_owned(), shown.left(&section))).collect::<BTreeMap<_, _>>(),
            "redrawn": dynamic_html(web, lang, shown.dynamic_items())?,
            "files": dynamic_html(web, lang, shown.file_items())?,
            "calculated": calculated(form, &referral.answers, lang.code()).into_iter().collect::<BTreeMap<_, _>>(),
        }))
    }

    fn files_shown(&self, visit: &Visit, id: &str) -> FilesShown {
        let path = format!("{}/attachments", visit.referral_path(id));
        FilesShown { path, max_bytes: self.attachments.max_file_bytes() }
    }

    fn clock_time(&self) -> String {
        let now = self.now();
        format!("{:02}:{:02}", now.hour(), now.minute())
    }
}

/// Renders the frame and the pieces of a form, led by the note of sources that were not granted.
fn rendered(
    web: &Web,
    visit: &Visit,
    content: &FormContent<'_>,
    lang: Lang,
) -> Result<(FormFrame, Vec<Html>), WebError> {
    let FormContent { form, snapshot, answers, problems, files } = content;
    let shown = outline(form, answers, &snapshot.prefill, problems, lang.code()).with_files(files.clone());
    let (frame, sections) = form_html(web, lang, &shown)?;
    let note = not_granted_html(web, lang, form, &snapshot.chart, &visit.context)?;
    Ok((frame, note.into_iter().chain(sections).collect()))
}
