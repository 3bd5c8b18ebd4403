//! Content of a preview: the form, filled and answered.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    db::{Cell, Sealer},
    forms::{self, Answers, FilesShown, Form, check, outline, populate},
    referral::{
        draft::Snapshot,
        error::Error,
        form::{
            gather::{gather, without_chart},
            html::form_html,
            not_granted::not_granted_html,
            posted::Posted,
        },
        pages::FormFrame,
        service::Referrals,
    },
    web::{Error as WebError, Html, Lang, Web},
};

const CELL: Cell<'static> = Cell { table: "referral", column: "preview", id: "" };

/// Answers of a preview, sealed into its page.
#[derive(Deserialize, Serialize)]
struct PreviewState {
    /// Hash of the form.
    form: String,
    /// FHIR id of the patient; empty without a chart.
    patient: String,
    answers: Answers,
}

/// Request for a preview.
#[derive(Default)]
pub(in crate::referral) struct PreviewAsk {
    /// FHIR id of the patient whose chart fills the form; empty for none.
    pub(in crate::referral) patient: String,
    /// Sealed answers of the page; empty for a new one.
    pub(in crate::referral) state: String,
    /// Fields of the page; `None` for a new one.
    pub(in crate::referral) posted: Option<Posted>,
}

/// Content of a preview.
#[derive(Default)]
pub(in crate::referral) struct PreviewContent {
    pub(in crate::referral) frame: FormFrame,
    pub(in crate::referral) pieces: Vec<Html>,
    pub(in crate::referral) state: String,
    /// End of the message key `preview-…`: `filled`, `unfilled` or `not-reached`.
    pub(in crate::referral) filled: &'static str,
    /// Whether the answers were checked, and none is missing or invalid.
    pub(in crate::referral) is_complete: bool,
    pub(in crate::referral) asks_for_files: bool,
}

impl Referrals {
    /// Fills a form for a preview. Nothing is stored.
    pub(in crate::referral) async fn preview(
        &self,
        web: &Web,
        form: &Form,
        ask: &PreviewAsk,
        lang: Lang,
    ) -> Result<PreviewContent, WebError> {
        let now = self.now();
        let wants_chart = !ask.patient.is_empty();
        let context = if wants_chart { self.launch.preview_context(&ask.patient).await } else { None };
        let chart = match &context {
            Some(context) => Box::pin(gather(form, context, &now)).await?.chart,
            None => without_chart(form),
        };
        let prefill = self.judged(populate(form, &chart, &now), lang.code()).await;
        let begun = forms::begin(form, &prefill, &chart, &now);
        let snapshot = Snapshot { context_id: String::new(), chart, prefill, preparer: None };
        // The chart of another patient fills the form anew.
        let state =
            PreviewState::open(&ask.state, &self.tickets).filter(|state| state.patient == ask.patient);
        let earlier = state.as_ref().filter(|state| state.form == form.hash()).map(|state| &state.answers);
        let posted = ask.posted.as_ref().filter(|_| state.is_some());
        let answers = match posted {
            Some(posted) => self.typed(form, posted, &snapshot, earlier).await,
            None => begun,
        };
        let is_checked = ask.posted.as_ref().is_some_and(|posted| posted.action == "check");
        let problems = if is_checked { check(form, &answers, &snapshot.prefill) } else { Vec::new() };
        let offered = self.with_offers(form, &answers, lang.code()).await;
        let shown = outline(form, &offered, &snapshot.prefill, &problems, lang.code())
            .with_files(FilesShown { path: String::new(), max_bytes: 0 });
        let (frame, sections) = form_html(web, lang, &shown)?;
        let note = match &context {
            Some(context) => not_granted_html(web, lang, form, &snapshot.chart, context)?,
            None => None,
        };
        let state = PreviewState { form: form.hash().to_owned(), patient: ask.patient.clone(), answers };
        Ok(PreviewContent {
            frame,
            pieces: note.into_iter().chain(sections).collect(),
            state: state.seal(&self.tickets)?,
            filled: match (&context, wants_chart) {
                (Some(_), _) => "filled",
                (None, true) => "not-reached",
                (None, false) => "unfilled",
            },
            is_complete: is_checked && problems.is_empty(),
            asks_for_files: form.asks_for_files(),
        })
    }
}

impl PreviewState {
    fn seal(&self, sealer: &Sealer) -> Result<String, Error> {
        Ok(URL_SAFE_NO_PAD.encode(sealer.seal_json(CELL, self)?))
    }

    fn open(text: &str, sealer: &Sealer) -> Option<Self> {
        sealer.open_json(CELL, &URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}
