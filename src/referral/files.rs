//! Files that a person adds to a referral: their places in the form, adding, removing, and reading back.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::{
    draft::Referral,
    error::Error,
    service::Referrals,
    store::{self, Seen},
    visit::Visit,
};
use crate::{
    attachments::{
        Attachment, Attachments, Limits, NewAttachment, Refusal, RefusalKind, Upload, store as files_store,
    },
    audit::EventKind,
    db::Tx,
    forms::{
        Answers, AttachedFile, FileRules, Form, Problem, ProblemKind, attached_files, calculate, file_size,
    },
    web::{Lang, RequestState, Words},
};

/// Changes to files that a page posted.
#[derive(Default)]
pub(super) struct FileChanges {
    /// Files to add, each with the place of its question.
    pub(super) added: Vec<(String, Upload)>,
    /// Id of a file to remove.
    pub(super) removed: Option<String>,
}

impl FileChanges {
    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_none()
    }

    /// Refuses every file, because the draft was not saved.
    pub(super) fn not_saved(self) -> Refusals {
        let mut refusals = Refusals::new();
        for (place, upload) in self.added {
            let refusal = Refusal { name: upload.name, kind: RefusalKind::NotSaved, limit: 0 };
            refusals.entry(place).or_default().push(refusal);
        }
        refusals
    }
}

/// Files that a message contains.
#[derive(Default)]
pub(super) struct FilesToSend {
    /// Files with their bytes.
    pub(super) found: Vec<(AttachedFile, Vec<u8>)>,
    /// Files whose bytes are missing or damaged.
    pub(super) missing: Vec<AttachedFile>,
}

/// Refused files, by the place of the question.
pub(super) type Refusals = BTreeMap<String, Vec<Refusal>>;

impl Referrals {
    /// Returns the store of files that persons add.
    #[must_use]
    pub fn attachments(&self) -> &Attachments {
        &self.attachments
    }

    /// Reads the files of a referral into its answers.
    pub(super) async fn load_files(&self, referral: &mut Referral) -> Result<(), Error> {
        let Ok(form) = self.form_of(referral) else { return Ok(()) };
        if form.asks_for_files() {
            let found = self.find_files(&referral.id).await?;
            referral.answers.set_files(&form, by_place(&found));
        }
        Ok(())
    }

    async fn find_files(&self, referral_id: &str) -> Result<Vec<Attachment>, Error> {
        Ok(files_store::find_attachments(&self.ground.db, &self.ground.sealer, referral_id).await?)
    }

    /// Adds and removes files of a saved draft. Returns the files that were refused; the others are stored.
    pub(super) async fn change_files(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &mut Referral,
        changes: FileChanges,
    ) -> Result<Refusals, Error> {
        let form = &*self.form_of(referral)?;
        if let Some(id) = &changes.removed {
            self.remove_file(state, visit, referral, form, id).await?;
        }
        let mut refusals = Refusals::new();
        for (place, upload) in changes.added {
            let Some(rules) = form.file_rules(&referral.answers, &place) else { continue };
            let added =
                Box::pin(self.add_file(state, visit, referral, form, (&place, &rules), upload)).await?;
            if let Err(refusal) = added {
                refusals.entry(place).or_default().push(refusal);
            }
        }
        Ok(refusals)
    }

    async fn add_file(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &mut Referral,
        form: &Form,
        (place, rules): (&str, &FileRules),
        upload: Upload,
    ) -> Result<Result<(), Refusal>, Error> {
        let limits = Limits { media_types: rules.media_types.clone(), max_bytes: rules.max_bytes };
        let new = match self.attachments.take_in(upload, &limits).await {
            Ok(new) => new,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut tx = self.ground.db.begin_write().await?;
        let kind = match self.touch(&mut tx, visit, referral).await? {
            true => self.exceeded(&mut tx, &referral.id, place, rules, &new).await?,
            false => Some((RefusalKind::NotSaved, 0)),
        };
        if let Some((kind, limit)) = kind {
            drop(tx);
            self.attachments.forget(new.id()).await;
            return Ok(Err(Refusal { name: new.name, kind, limit }));
        }
        let (clock, user_id) = (&*self.ground.clock, &visit.signed_in.user.id);
        files_store::insert_attachment(
            &mut tx,
            clock,
            &self.ground.sealer,
            &new,
            &referral.id,
            place,
            user_id,
        )
        .await?;
        self.refresh(&mut tx, referral, form).await?;
        let event = visit.event(state, EventKind::ReferralSaved).on(format!("referral/{}", referral.id));
        let detail = format!("file added: {}, {} bytes", new.content_type, new.size);
        self.ground.audit.record(&mut tx, &event.detail(detail)).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    async fn remove_file(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &mut Referral,
        form: &Form,
        id: &str,
    ) -> Result<(), Error> {
        let mut tx = self.ground.db.begin_write().await?;
        if !self.touch(&mut tx, visit, referral).await? {
            return Err(Error::Conflict);
        }
        // A second click finds it gone.
        if files_store::delete_attachment(&mut tx, &referral.id, id).await? {
            self.refresh(&mut tx, referral, form).await?;
            let event = visit.event(state, EventKind::ReferralSaved).on(format!("referral/{}", referral.id));
            self.ground.audit.record(&mut tx, &event.detail("file removed")).await?;
            tx.commit().await?;
            self.attachments.forget(id).await;
        }
        Ok(())
    }

    /// Changes the revision of an open draft, so that no other request adds files to it or sends it meanwhile. Returns `false`
    /// if it was sent or discarded.
    async fn touch(&self, tx: &mut Tx, visit: &Visit, referral: &mut Referral) -> Result<bool, Error> {
        let seen =
            Seen { id: &referral.id, revision: referral.revision, editor_id: &visit.signed_in.user.id };
        let Some(revision) = store::touch(tx, &*self.ground.clock, seen).await? else { return Ok(false) };
        referral.revision = revision;
        Ok(true)
    }

    /// Limit of number or size that one more file would exceed.
    async fn exceeded(
        &self,
        tx: &mut Tx,
        referral_id: &str,
        place: &str,
        rules: &FileRules,
        new: &NewAttachment,
    ) -> Result<Option<(RefusalKind, u64)>, Error> {
        let found = files_store::find_attachments_in(tx, &self.ground.sealer, referral_id).await?;
        let here = found.iter().filter(|file| file.place == place).count();
        let total: u64 = found.iter().map(|file| file.size).sum();
        let (max_files, max_bytes) = (self.attachments.max_files(), self.attachments.max_referral_bytes());
        Ok(match rules.max_files {
            Some(1) if here >= 1 => Some((RefusalKind::OnlyOne, 1)),
            Some(most) if here >= most => Some((RefusalKind::TooMany, most as u64)),
            _ if found.len() as u64 >= max_files => Some((RefusalKind::TooMany, max_files)),
            _ if total + new.size > max_bytes => Some((RefusalKind::TooMuch, max_bytes)),
            _ => None,
        })
    }

    /// Reads the answers of a draft again with its files, calculates what depends on them, and stores the answers.
    async fn refresh(&self, tx: &mut Tx, referral: &mut Referral, form: &Form) -> Result<(), Error> {
        let sealer = &self.ground.sealer;
        let found = files_store::find_attachments_in(tx, sealer, &referral.id).await?;
        let stored = store::find_referral_in(tx, sealer, &referral.id).await?.ok_or(Error::Conflict)?;
        referral.answers = stored.answers;
        referral.answers.set_files(form, by_place(&found));
        calculate(form, &mut referral.answers, &referral.snapshot.chart, &self.now());
        Ok(store::replace_answers(tx, sealer, &referral.id, &referral.answers).await?)
    }

    /// Deletes the rows of files that answers no longer have, such as those of a removed row of a list. Returns their ids.
    pub(super) async fn delete_lost_files(
        tx: &mut Tx,
        referral_id: &str,
        before: &Answers,
        after: &Answers,
    ) -> Result<Vec<String>, Error> {
        let kept: BTreeSet<&str> = after.all_files().map(|file| file.id.as_str()).collect();
        let lost = before.all_files().filter(|file| !kept.contains(file.id.as_str()));
        let lost: Vec<String> = lost.map(|file| file.id.clone()).collect();
        for id in &lost {
            files_store::delete_attachment(tx, referral_id, id).await?;
        }
        Ok(lost)
    }

    /// Copies the files of a referral to a new draft. A file whose bytes are gone is left out: the form then shows that it is
    /// missing.
    pub(super) async fn copy_files(
        &self,
        from: &Referral,
        draft: &mut Referral,
        user_id: &str,
    ) -> Result<(), Error> {
        let found = self.find_files(&from.id).await?;
        let mut copies = Vec::new();
        for attachment in &found {
            if let Some(copy) = self.attachments.copy(attachment).await? {
                copies.push((attachment.place.as_str(), copy));
            } else {
                tracing::warn!(id = attachment.id, "the bytes of an attachment are missing");
            }
        }
        let mut tx = self.ground.db.begin_write().await?;
        for (place, copy) in &copies {
            let (clock, sealer) = (&*self.ground.clock, &self.ground.sealer);
            files_store::insert_attachment(&mut tx, clock, sealer, copy, &draft.id, place, user_id).await?;
        }
        tx.commit().await?;
        self.load_files(draft).await
    }

    /// Reads a file of a referral with its bytes. `None` if the referral does not have it, or its bytes are missing.
    pub(super) async fn file(
        &self,
        referral: &Referral,
        id: &str,
    ) -> Result<Option<(Attachment, Vec<u8>)>, Error> {
        Ok(self.files(referral, &[id]).await?.pop())
    }

    /// Reads files of a referral with their bytes, without those that the referral does not have or whose bytes are missing.
    pub(super) async fn files(
        &self,
        referral: &Referral,
        ids: &[&str],
    ) -> Result<Vec<(Attachment, Vec<u8>)>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.find_files(&referral.id).await?.into_iter();
        let wanted = found.filter(|file| ids.contains(&file.id.as_str()));
        let reads = wanted.map(async |attachment| {
            let bytes = self.attachments.read(&attachment).await?;
            Ok::<_, Error>(bytes.map(|bytes| (attachment, bytes)))
        });
        Ok(try_join_all(reads).await?.into_iter().flatten().collect())
    }

    /// Reads the files of the questions that are asked, in the order of the form.
    pub(super) async fn files_to_send(&self, form: &Form, referral: &Referral) -> Result<FilesToSend, Error> {
        let mut files = FilesToSend::default();
        let wanted = attached_files(form, &referral.answers);
        if wanted.is_empty() {
            return Ok(files);
        }
        let stored = self.find_files(&referral.id).await?;
        let reads =
            wanted.iter().map(async |file| match stored.iter().find(|attachment| attachment.id == file.id) {
                Some(attachment) => self.attachments.read(attachment).await,
                None => Ok(None),
            });
        let contents = try_join_all(reads).await?;
        for (file, bytes) in wanted.into_iter().zip(contents) {
            match bytes {
                Some(bytes) => files.found.push((file.clone(), bytes)),
                None => files.missing.push(file.clone()),
            }
        }
        Ok(files)
    }

    /// Returns the files of a sent referral, for the links of its page.
    pub(super) async fn sent_files(&self, referral: &Referral) -> Result<Vec<AttachedFile>, Error> {
        Ok(self.find_files(&referral.id).await?.iter().map(attached).collect())
    }
}

fn by_place(found: &[Attachment]) -> BTreeMap<String, Vec<AttachedFile>> {
    let mut places: BTreeMap<String, Vec<AttachedFile>> = BTreeMap::new();
    for attachment in found {
        places.entry(attachment.place.clone()).or_default().push(attached(attachment));
    }
    places
}

fn attached(attachment: &Attachment) -> AttachedFile {
    AttachedFile {
        id: attachment.id.clone(),
        title: attachment.name.clone(),
        content_type: attachment.content_type.clone(),
        size: attachment.size,
        hash: attachment.hash.clone(),
        added_at: Timestamp::from_millisecond(attachment.created_at).unwrap_or_default(),
    }
}

/// Problems beside the questions whose files were refused, in the language of the page.
pub(super) fn refusal_problems(words: &Words, lang: Lang, refusals: &Refusals) -> Vec<Problem> {
    let problem = |(place, refused): (&String, &Vec<Refusal>)| {
        let text = refused.iter().map(|refusal| refusal_text(words, lang, refusal)).collect::<Vec<_>>();
        Problem { place: place.clone(), kind: ProblemKind::Refused { text: text.join(" ") } }
    };
    refusals.iter().map(problem).collect()
}

fn refusal_text(words: &Words, lang: Lang, refusal: &Refusal) -> String {
    let limit = match refusal.kind {
        RefusalKind::TooLarge | RefusalKind::TooMuch => file_size(refusal.limit, lang.code()),
        RefusalKind::TooManyPixels => (refusal.limit / 1_000_000).to_string(),
        _ => refusal.limit.to_string(),
    };
    let key = format!("attach-refused-{}", refusal.kind.code());
    words.message(lang, &key, &[("name", &refusal.name), ("limit", &limit)])
}

#[cfg(test)]
mod tests {
    use crate::{attachments::FileType, forms::ATTACHABLE_TYPES};

    #[test]
    fn forms_ask_for_the_types_that_can_be_attached() {
        assert_eq!(FileType::ALL.map(FileType::media_type), ATTACHABLE_TYPES);
    }
}
