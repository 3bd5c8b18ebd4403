//! Pages of one referral outside its form: summary before sending, status.

use futures_util::try_join;
use jiff::tz::TimeZone;

use super::{
    destination_page::service_row,
    patient_to_send::patient_to_send,
    readiness::{Candidate, Readiness, Stage},
    sent_record::SentContent,
    sent_store,
    sharing::{Part, Sharing, parts},
    submit_check::{Finding, FindingKind},
};
use crate::{
    forms::{
        AttachedFile, Change, Differing, DoubtView, Form, ProblemView, ReadableAnswer, differing, moment,
        readable, view,
    },
    ground::Ground,
    referral::{
        draft::Referral,
        error::Error,
        lists::{pages::in_language, store as list_store},
        message_view::{MessageView, SentLine, part_text},
        pages::{AnswerLine, AnswerSection, DetailPage, Letterhead, TimelineStep},
        restored::SendingNote,
        review_parts::{DifferingLine, DoubtLine, FindingView, OpenQuestion, PartRow, ReviewPage},
        sender::Sender,
        service::Referrals,
        status::Status,
        timeline_store::{self, EventRow},
        visit::Visit,
    },
    web::{RequestState, Web},
};

impl Referrals {
    /// Builds the summary before sending, with every check run. Returns `None` if no destination is chosen. `changes` is
    /// what the chart has otherwise than before, if it was just read again.
    pub(in crate::referral) async fn review_page(
        &self,
        state: &RequestState,
        web: &Web,
        visit: &Visit,
        referral: &Referral,
        changes: Vec<Change>,
    ) -> Result<Option<ReviewPage>, Error> {
        let chosen = referral.service_id.as_deref().and_then(|id| self.directory.find(id));
        let Some(service) = chosen else { return Ok(None) };
        let form = &*self.form_of(referral)?;
        let candidate = Candidate { visit, form, referral, service };
        let lang = state.lang().code();
        let (readiness, sending) =
            try_join!(self.readiness(state, web, candidate, Stage::Review), self.hold_note(lang))?;
        let mut page = summary(candidate, &readiness, lang, &self.time_zone);
        self.link_findings(visit, &readiness, &mut page).await?;
        let waits = self.waits_note(visit, referral, lang);
        let page = ReviewPage { waits, sending, copied: self.copied_view(referral, lang), ..page };
        let handed_over = self.handed_over_note(visit, referral, changes, lang)?;
        if page.may_sign {
            return Ok(Some(ReviewPage { handed_over, ..page }));
        }
        let signers = self.signer_options(visit, referral).await?;
        let any_signer = referral.handed_over_at.is_some() && referral.signer_id.is_none();
        // The message is built anew when it is signed, with the signer as its author.
        let message = MessageView { from: Vec::new(), about: Vec::new(), ..page.message };
        Ok(Some(ReviewPage { message, signers, any_signer, ..page }))
    }

    /// Links the findings of a page to the referrals that they are about, if the user may open them.
    async fn link_findings(
        &self,
        visit: &Visit,
        readiness: &Readiness,
        page: &mut ReviewPage,
    ) -> Result<(), Error> {
        if readiness.findings.iter().all(|finding| finding.referral_id.is_none()) {
            return Ok(());
        }
        let (patient_key, user_id) = (&visit.context.patient_key, &visit.signed_in.user.id);
        let own = list_store::find_signed_of_user(&self.ground.db, patient_key, user_id).await?;
        for (finding, view) in readiness.findings.iter().zip(&mut page.findings) {
            if let Some(id) = finding.referral_id.as_ref().filter(|id| own.contains(*id)) {
                view.path = visit.referral_path(id);
            }
        }
        Ok(())
    }

    /// Builds the page of a referral's status. `base` is the path of the list that it belongs to.
    pub(in crate::referral) async fn detail_page(
        &self,
        referral: &Referral,
        base: &str,
        lang: &str,
    ) -> Result<DetailPage, Error> {
        let events = timeline_store::find_events(&self.ground.db, &referral.id).await?;
        let path = format!("{base}/{}", referral.id);
        let content = self.content(referral, &path, lang).await?;
        let signed = events.iter().rfind(|event| event.kind == "submitted");
        Ok(DetailPage {
            signed: signed.map(|event| self.readable_time(event.at, lang)).unwrap_or_default(),
            signed_by: signed.map(|event| signed_by(event, &content.message)).unwrap_or_default(),
            provisional: content.provisional,
            has_files: content.message.has_files(),
            number: referral.number.clone(),
            form: content.form,
            destination: in_language(&referral.summary.destination, lang),
            service: self.service_row_of(referral, lang),
            status: referral.status.as_str().to_owned(),
            tone: referral.status.tone().to_owned(),
            signer: match referral.status {
                Status::ReadyToSign => referral.summary.handed_over.signer.clone(),
                _ => String::new(),
            },
            prepared_by: match &referral.submitted_by {
                Some(signer) if !referral.is_prepared_by(signer) => referral.summary.begun_by.clone(),
                _ => String::new(),
            },
            returned: self.returned_view(referral, lang),
            steps: events.into_iter().map(|event| self.step(event, lang)).collect(),
            letter: if content.is_recorded { letter_path(&path) } else { String::new() },
            sections: grouped(content.answers, referral.status == Status::ReadyToSign),
            separate: content.separate,
            alerts: content.alerts,
            path,
            recorded: content.is_recorded,
            message: content.message,
            patient: content.patient,
            open: false,
            may_take_back: false,
            progress: self.progress(referral).await?,
            kept_until: self.kept_until(referral.status, referral.updated_at, lang),
            message_removed: self.message_removed(referral, lang).await?,
            delivery: self.delivery_view(referral, lang).await?,
            copied: self.copied_view(referral, lang),
            copies: Vec::new(),
            may_unmark_faxed: false,
            back: base.to_owned(),
            place: String::new(),
            letterhead: content.letterhead,
        })
    }

    fn step(&self, event: EventRow, lang: &str) -> TimelineStep {
        let (at, by) = (self.readable_time(event.at, lang), event.user_name.unwrap_or_default());
        TimelineStep { kind: event.kind, at, by }
    }

    /// Reads what was sent, or else what the draft contains.
    async fn content(&self, referral: &Referral, path: &str, lang: &str) -> Result<Content, Error> {
        let Ground { db, sealer, .. } = &self.ground;
        if let Some(record) = sent_store::find_record(db, sealer, &referral.id).await? {
            let (letterhead, patient) = (record.letterhead.clone(), record.patient.clone());
            let provisional = record.provisional;
            let SentContent { form, answers, separate, alerts, mut message } = record.in_language(lang);
            message.link_files(path, &self.sent_files(referral).await?);
            return Ok(Content {
                is_recorded: true,
                provisional,
                form,
                answers,
                separate,
                alerts,
                message,
                letterhead,
                patient,
            });
        }
        let form = &*self.form_of(referral)?;
        Ok(Content {
            is_recorded: false,
            provisional: form.is_provisional(),
            form: form.title(lang).to_owned(),
            answers: readable(form, &referral.answers, &referral.snapshot.prefill, lang),
            separate: Vec::new(),
            alerts: Vec::new(),
            message: MessageView::default(),
            letterhead: self.letterhead_of(form, referral),
            patient: Vec::new(),
        })
    }
}

impl Referrals {
    /// Builds the letterhead of a referral whose chart is not open.
    fn letterhead_of(&self, form: &Form, referral: &Referral) -> Letterhead {
        let Referral { snapshot, answers, summary, .. } = referral;
        let ehr = self.launch.registry().find(&referral.ehr_id);
        let sender = Sender {
            form,
            chart: &snapshot.chart,
            prefill: &snapshot.prefill,
            answers,
            base: ehr.as_ref().map(|ehr| &ehr.client.base),
            day: self.now().date(),
            of_launch: "",
            typed: &summary.clinic,
        };
        sender.letterhead()
    }
}

/// Content of a referral's page.
struct Content {
    /// Whether it is what was sent.
    is_recorded: bool,
    provisional: bool,
    form: String,
    answers: Vec<ReadableAnswer>,
    /// Names of what the sender sends in another way.
    separate: Vec<String>,
    /// Warnings of the form about what the sender has to do.
    alerts: Vec<String>,
    message: MessageView,
    letterhead: Letterhead,
    patient: Vec<SentLine>,
}

fn summary(candidate: Candidate<'_>, readiness: &Readiness, lang: &str, zone: &TimeZone) -> ReviewPage {
    let Candidate { visit, form, referral, service } = candidate;
    let path = visit.referral_path(&referral.id);
    let (user, sender) = (&visit.signed_in.user, candidate.sender());
    let prepared_by_other = referral.user_id != user.id;
    let open = OpenPoints::of(candidate, readiness, lang);
    let message = readiness.message.as_ref();
    let mut sent = message.map(|message| MessageView::of(&message.bundle, lang, zone)).unwrap_or_default();
    let files: Vec<AttachedFile> = referral.answers.all_files().cloned().collect();
    sent.link_files(&path, &files);
    let sharing = &referral.summary.sharing;
    let parts = parts(&patient_to_send(visit, form, referral));
    let corrected_by = if prepared_by_other { "form" } else { "you" };
    let parts = parts.into_iter().map(|part| PartRow {
        corrected: if part.is_corrected { corrected_by.to_owned() } else { String::new() },
        ..part_row(part, sharing, lang, zone)
    });
    // The message names its author as the EHR does.
    let named = Some(sent.signer()).filter(|name| user.role.may_sign() && !name.is_empty());
    let clinician = named.unwrap_or_else(|| user.name.clone());
    ReviewPage {
        exact: message.is_some(),
        parts: parts.collect(),
        not_made: message.map(|message| form.labels(&message.not_made, lang)).unwrap_or_default(),
        message: sent,
        revision: referral.revision,
        number: referral.number.clone(),
        form: form.title(lang).to_owned(),
        patient: visit.context.patient().name.for_chart(),
        account: if is_named(&clinician, &user.name) { String::new() } else { user.name.clone() },
        clinician,
        prepared_by: if prepared_by_other { referral.summary.begun_by.clone() } else { String::new() },
        copied: None,
        ehr: visit.context.chart.place.clone(),
        provisional: form.is_provisional(),
        destination: service_row(service, Some(&service.id), lang),
        sections: match message {
            Some(message) => grouped(message.answers.clone(), !user.role.may_sign()),
            None => sections(form, referral, lang, !user.role.may_sign()),
        },
        problems: open.problems,
        doubts: open.doubts,
        differing: open.differing,
        findings: readiness.findings.iter().map(|finding| finding_view(finding, lang, zone)).collect(),
        may_sign: user.role.may_sign(),
        sending: SendingNote::default(),
        waits: None,
        handed_over: None,
        signers: Vec::new(),
        any_signer: false,
        no_signer: false,
        unconfirmed: false,
        chosen: false,
        letter: letter_path(&path),
        letterhead: sender.letterhead(),
        asks_clinic: user.role.may_sign() && sender.asks_for_clinic(),
        path,
    }
}

/// Whether a name has all words of the name of an account: it may have a title and further names.
fn is_named(name: &str, account: &str) -> bool {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    account.split_whitespace().all(|word| words.contains(&word.to_lowercase()))
}

fn finding_view(finding: &Finding, lang: &str, zone: &TimeZone) -> FindingView {
    FindingView {
        id: finding.id.clone(),
        text: finding.text.clone(),
        name: finding.name.clone(),
        detail: moment(&finding.detail, lang, zone),
        blocks: finding.kind == FindingKind::Blocks,
        path: String::new(),
    }
}

/// Name of the clinician who signed: as the message writes it, or else that of the account.
fn signed_by(signed: &EventRow, message: &MessageView) -> String {
    let in_message = Some(message.signer()).filter(|name| !name.is_empty());
    in_message.or_else(|| signed.user_name.clone()).unwrap_or_default()
}

/// Path of the letter of a referral at a path.
fn letter_path(path: &str) -> String {
    format!("{path}/letter.pdf")
}

/// Points of the answers that a user looks at before signing.
struct OpenPoints {
    /// Questions that keep the referral from being sent.
    problems: Vec<OpenQuestion>,
    doubts: Vec<DoubtLine>,
    differing: Vec<DifferingLine>,
}

impl OpenPoints {
    fn of(candidate: Candidate<'_>, readiness: &Readiness, lang: &str) -> Self {
        let Candidate { visit, form, referral, .. } = candidate;
        let edit = format!("{}/edit", visit.referral_path(&referral.id));
        let shown = view(form, &referral.answers, &referral.snapshot.prefill, &readiness.problems, lang);
        let question = |problem: ProblemView| OpenQuestion {
            path: format!("{edit}?notice=check#{}", problem.id),
            label: problem.label,
            kind: problem.kind,
            limit: problem.limit,
            text: problem.text,
        };
        let differing = differing(form, &referral.answers, &referral.snapshot.prefill, lang);
        let differs = |one: Differing| DifferingLine {
            path: format!("{edit}#{}", one.id),
            label: one.label,
            answer: one.answer,
            is_list: one.is_list,
            chart: one.chart,
            dated: one.dated,
        };
        let doubt = |doubt: DoubtView| DoubtLine { path: format!("{edit}#{}", doubt.id), doubt };
        Self {
            problems: shown.problems.into_iter().map(question).collect(),
            doubts: shown.doubts.into_iter().map(doubt).collect(),
            differing: differing.into_iter().map(differs).collect(),
        }
    }
}

fn part_row(part: Part, sharing: &Sharing, lang: &str, zone: &TimeZone) -> PartRow {
    let text = part_text(part.list, &part.element, lang, zone);
    PartRow {
        sent: sharing.sends(&part),
        name: text.name,
        usage: text.usage,
        value: text.value,
        key: part.key,
        corrected: String::new(),
        chart: part.chart,
        needed: part.needed,
    }
}

/// Answers as readable lines, grouped by section.
fn sections(form: &Form, referral: &Referral, lang: &str, is_prepared: bool) -> Vec<AnswerSection> {
    grouped(readable(form, &referral.answers, &referral.snapshot.prefill, lang), is_prepared)
}

/// Groups lines by section. In a referral that is only prepared, what is filled from its reader will be the signer's.
pub(in crate::referral) fn grouped(answers: Vec<ReadableAnswer>, is_prepared: bool) -> Vec<AnswerSection> {
    let mut sections: Vec<AnswerSection> = Vec::new();
    for answer in answers {
        let ReadableAnswer { section: title, label, value, items, is_about_reader } = answer;
        let line = AnswerLine { label, value, items, by_signer: is_about_reader && is_prepared };
        match sections.last_mut().filter(|section| section.title == title) {
            Some(section) => section.lines.push(line),
            None => sections.push(AnswerSection { title, lines: vec![line] }),
        }
    }
    sections
}
