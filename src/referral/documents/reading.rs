//! Reading of documents from the EHR: before the review, once, and kept with the draft.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::future::join_all;
use serde_json::Value;

use super::{
    chosen::{chosen, known},
    content::{
        Absence, Attached, Documents, File, Read, attached, attachments, is_among, is_document, results,
    },
    store as documents_store,
};
use crate::{
    fhir::{Client, Content, FhirBaseUrl, Reference},
    forms::Form,
    referral::{draft::Referral, error::Error, service::Referrals, visit::Visit},
    smart::Access,
};

/// Largest number of files and results that are read for one referral.
const MAX_READS: usize = 40;
/// Largest total of the files of one referral, in bytes.
const MAX_TOTAL_BYTES: usize = 20 * 1024 * 1024;

/// Files and results to read.
#[derive(Default)]
struct Wanted<'a> {
    /// Hash of each file, by its path.
    files: BTreeMap<String, Option<&'a str>>,
    results: BTreeSet<String>,
}

impl<'a> Wanted<'a> {
    fn of(base: &FhirBaseUrl, chosen: &'a [Value], known: &[Value]) -> Self {
        let mut wanted = Self::default();
        for resource in chosen.iter().filter(|resource| is_document(resource)) {
            for attachment in attachments(resource) {
                if let Some(Attached { path: Ok(path), hash }) = attached(base, attachment) {
                    wanted.files.insert(path, hash);
                }
            }
            wanted.results.extend(results(resource).filter(|reference| !is_among(known, reference)));
        }
        wanted
    }
}

impl Referrals {
    /// Returns the content of the documents that were picked in a draft. With `fetch`, content that is not kept with the
    /// draft yet is read from the EHR and kept; without it, nothing is read, so that what is sent is what was reviewed.
    ///
    /// # Errors
    /// [`Error::Launch`] if the access token turns out to be for another patient.
    pub(in crate::referral) async fn documents(
        &self,
        visit: &Visit,
        form: &Form,
        referral: &Referral,
        fetch: bool,
    ) -> Result<Documents, Error> {
        tracing::trace!(target: "walk", "read the chosen documents");
        let (chosen, known) = (chosen(form, referral), known(form, &referral.snapshot));
        let base = &visit.context.ehr.client.base;
        let wanted = Wanted::of(base, &chosen, &known);
        if wanted.files.is_empty() && wanted.results.is_empty() {
            return Ok(Documents::default());
        }
        let (db, sealer) = (&self.ground.db, &self.ground.sealer);
        let kept = documents_store::find_documents(db, sealer, &referral.id).await?.unwrap_or_default();
        let mut documents = kept.clone();
        documents.keep(&wanted.files.keys().cloned().collect(), &wanted.results);
        if fetch {
            read_wanted(visit, &wanted, &mut documents).await?;
            visit.context.check()?;
            if documents != kept {
                let mut tx = db.begin_write().await?;
                documents_store::replace_documents(&mut tx, sealer, &referral.id, &documents).await?;
                tx.commit().await?;
            }
        }
        Ok(documents)
    }
}

/// Reads what is wanted and not kept yet, all at once.
async fn read_wanted(visit: &Visit, wanted: &Wanted<'_>, documents: &mut Documents) -> Result<(), Error> {
    let context = &visit.context;
    let may = |kind: &str| context.grant.allows(kind, Access::READ);
    // Many servers count files among the documents that refer to them.
    let may_read_files = ["Binary", "DocumentReference", "DiagnosticReport"].into_iter().any(may);
    let client = context.client();
    let is_missing = |known: Option<Absence>| known.is_none_or(Absence::is_temporary);
    let files: Vec<(&String, Option<&str>)> = wanted
        .files
        .iter()
        .filter(|(path, _)| is_missing_read(documents.files.get(*path), is_missing))
        .map(|(path, hash)| (path, *hash))
        .collect();
    let results: Vec<&String> = wanted
        .results
        .iter()
        .filter(|reference| is_missing_read(documents.results.get(*reference), is_missing))
        .collect();
    let room =
        MAX_READS.saturating_sub(wanted.files.len() + wanted.results.len() - files.len() - results.len());
    let (file_client, result_client) = (client.as_ref().filter(|_| may_read_files), client.as_ref());
    let result_client = result_client.filter(|_| may("Observation"));
    let read_files = join_all(
        files.iter().enumerate().map(|(at, (path, hash))| read_file(file_client, path, *hash, at < room)),
    );
    let room_for_results = room.saturating_sub(files.len());
    let read_results = join_all(
        results
            .iter()
            .enumerate()
            .map(|(at, reference)| read_result(result_client, reference, at < room_for_results)),
    );
    let (read_files, read_results) = futures_util::join!(read_files, read_results);
    let mut total = documents.bytes();
    for ((path, _), read) in files.into_iter().zip(read_files) {
        let read = match read {
            Read::Loaded(file) if total + file.data.len() / 4 * 3 > MAX_TOTAL_BYTES => {
                drop(file);
                Read::NotLoaded(Absence::TooLarge)
            }
            read => read,
        };
        if let Read::Loaded(file) = &read {
            total += file.data.len() / 4 * 3;
        }
        documents.files.insert(path.clone(), read);
    }
    let read_results = results.into_iter().cloned().zip(read_results);
    documents.results.extend(read_results);
    Ok(())
}

fn is_missing_read<T>(read: Option<&Read<T>>, is_missing: impl Fn(Option<Absence>) -> bool) -> bool {
    match read {
        None => true,
        Some(Read::Loaded(_)) => false,
        Some(Read::NotLoaded(absence)) => is_missing(Some(*absence)),
    }
}

async fn read_file(client: Option<&Client>, path: &str, hash: Option<&str>, has_room: bool) -> Read<File> {
    let Some(client) = client else { return Read::NotLoaded(Absence::NotGranted) };
    if !has_room {
        return Read::NotLoaded(Absence::TooLarge);
    }
    match client.read_content(path).await {
        Ok(content) if hash.is_none_or(|hash| has_hash(&content, hash)) => {
            Read::Loaded(File { content_type: content.content_type, data: STANDARD.encode(content.bytes) })
        }
        Ok(_) => Read::NotLoaded(Absence::Damaged),
        Err(error) => Read::NotLoaded(Absence::of(&error)),
    }
}

async fn read_result(client: Option<&Client>, reference: &str, has_room: bool) -> Read<Value> {
    let Some(client) = client else { return Read::NotLoaded(Absence::NotGranted) };
    let parts = reference.split_once('/').and_then(|(kind, id)| Reference::new(kind, id));
    let Some(reference) = parts.filter(|_| has_room) else { return Read::NotLoaded(Absence::TooLarge) };
    match client.read(&reference).await {
        Ok(resource) => Read::Loaded(resource),
        Err(error) => Read::NotLoaded(Absence::of(&error)),
    }
}

/// Whether content has this hash, as FHIR writes it: SHA-1 in base64. A hash that is no SHA-1 proves nothing.
fn has_hash(content: &Content, hash: &str) -> bool {
    match STANDARD.decode(hash.trim()) {
        Ok(hash) if hash.len() == 20 => digest(&SHA1_FOR_LEGACY_USE_ONLY, &content.bytes).as_ref() == hash,
        _ => true,
    }
}
