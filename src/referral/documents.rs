//! Content of the documents of a referral: read from the EHR before the review, kept with the draft, sent with the message.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{documents_store, draft::Referral, error::Error, outgoing, service::Referrals, visit::Visit};
use crate::{
    fhir::{self, Client, Content, FhirBaseUrl, Reference, content_path},
    forms::Form,
    smart::Access,
};

/// Largest number of files and results that are read for one referral.
const MAX_READS: usize = 40;
/// Largest total of the files of one referral, in bytes.
const MAX_TOTAL_BYTES: usize = 20 * 1024 * 1024;
/// Resource types whose files are read.
const DOCUMENT_TYPES: [&str; 3] = ["DocumentReference", "DiagnosticReport", "Media"];

/// Content that was read for the documents of a draft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Documents {
    /// Files, by their path below the FHIR base.
    files: BTreeMap<String, Read<File>>,
    /// Results of reports, by reference such as `Observation/1`.
    results: BTreeMap<String, Read<Value>>,
}

/// Outcome of one read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Read<T> {
    Loaded(T),
    NotLoaded(Absence),
}

/// File of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct File {
    content_type: String,
    /// Content in base64.
    data: String,
}

/// Reason why a document has no content; end of the message key `finding-document-{code}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Absence {
    /// The EHR has no file for it.
    None,
    /// The file is on another server, to which no token is sent.
    Elsewhere,
    /// The EHR did not grant the scope.
    NotGranted,
    /// The EHR refused access.
    Refused,
    /// The EHR does not have the file.
    NotFound,
    /// The file, or all files together, are too large or too many to send.
    TooLarge,
    /// The file differs from the hash that the EHR states, or cannot be decoded.
    Damaged,
    /// The EHR did not answer in time, or failed.
    NoAnswer,
}

impl Absence {
    /// Every reason.
    #[cfg(test)]
    const ALL: [Self; 8] = [
        Self::None,
        Self::Elsewhere,
        Self::NotGranted,
        Self::Refused,
        Self::NotFound,
        Self::TooLarge,
        Self::Damaged,
        Self::NoAnswer,
    ];

    /// Stable name, used in message keys.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Elsewhere => "elsewhere",
            Self::NotGranted => "not-granted",
            Self::Refused => "refused",
            Self::NotFound => "not-found",
            Self::TooLarge => "too-large",
            Self::Damaged => "damaged",
            Self::NoAnswer => "no-answer",
        }
    }

    /// Whether another read may succeed.
    fn is_temporary(self) -> bool {
        matches!(self, Self::NoAnswer | Self::TooLarge)
    }

    fn of(error: &fhir::Error) -> Self {
        match error {
            fhir::Error::Unauthorized | fhir::Error::Forbidden => Self::Refused,
            fhir::Error::NotFound => Self::NotFound,
            fhir::Error::TooLarge | fhir::Error::Egress(crate::egress::Error::TooLarge) => Self::TooLarge,
            fhir::Error::Content(_) | fhir::Error::Version | fhir::Error::Mismatch => Self::Damaged,
            _ => Self::NoAnswer,
        }
    }
}

/// Document that would be sent without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WithoutContent {
    /// Reference to the document, such as `DocumentReference/1`.
    pub(super) reference: String,
    /// Title for people.
    pub(super) title: String,
    pub(super) absence: Absence,
}

/// File of an attachment, as it is named in the chart.
struct Attached<'a> {
    /// Path below the FHIR base, or the reason why there is none.
    path: Result<String, Absence>,
    hash: Option<&'a str>,
}

impl Documents {
    /// Files as Binary resources, by their path below the FHIR base.
    pub(super) fn contents(&self) -> BTreeMap<String, Value> {
        let loaded = self.files.iter().filter_map(|(path, read)| match read {
            Read::Loaded(file) => {
                let binary = serde_json::json!({ "contentType": file.content_type, "data": file.data });
                Some((path.clone(), binary))
            }
            Read::NotLoaded(_) => None,
        });
        loaded.collect()
    }

    /// Results of reports that were read in addition to the chart.
    pub(super) fn results(&self) -> impl Iterator<Item = &Value> {
        self.results.values().filter_map(|read| match read {
            Read::Loaded(resource) => Some(resource),
            Read::NotLoaded(_) => None,
        })
    }

    /// Lists the documents among `chosen` that have no content, or lack a file. `known` are the resources that the message
    /// can contain besides.
    pub(super) fn without_content(
        &self,
        base: &FhirBaseUrl,
        chosen: &[Value],
        known: &[Value],
    ) -> Vec<WithoutContent> {
        let documents = chosen.iter().filter(|resource| is_document(resource));
        let without = documents.filter_map(|resource| {
            let absence = self.absence(base, resource, known)?;
            Some(WithoutContent {
                reference: format!("{}/{}", text(resource, "resourceType"), text(resource, "id")),
                title: title(resource),
                absence,
            })
        });
        without.collect()
    }

    /// Reason why a document has no content, or lacks a file. `None` if it is complete: the files of a
    /// DocumentReference are one document in several formats, so one is enough.
    fn absence(&self, base: &FhirBaseUrl, resource: &Value, known: &[Value]) -> Option<Absence> {
        let attachments = attachments(resource);
        let absences: Vec<Option<Absence>> =
            attachments.iter().map(|attachment| self.file_absence(base, attachment)).collect();
        if resource["resourceType"] == "DiagnosticReport" {
            let has_result = has_conclusion(resource)
                || results(resource).any(|reference| self.has_result(&reference, known));
            return match absences.into_iter().flatten().next() {
                Some(absence) => Some(absence),
                None if attachments.is_empty() && !has_result => Some(Absence::None),
                None => None,
            };
        }
        if absences.contains(&None) {
            return None;
        }
        Some(absences.into_iter().flatten().next().unwrap_or(Absence::None))
    }

    fn file_absence(&self, base: &FhirBaseUrl, attachment: &Value) -> Option<Absence> {
        match attached(base, attachment) {
            None => None,
            Some(Attached { path: Err(absence), .. }) => Some(absence),
            Some(Attached { path: Ok(path), .. }) => match self.files.get(&path) {
                Some(Read::Loaded(_)) => None,
                Some(Read::NotLoaded(absence)) => Some(*absence),
                None => Some(Absence::NoAnswer),
            },
        }
    }

    fn has_result(&self, reference: &str, known: &[Value]) -> bool {
        matches!(self.results.get(reference), Some(Read::Loaded(_))) || is_among(known, reference)
    }

    /// Keeps only what the chosen documents need, so that a document that was unticked is not kept.
    fn keep(&mut self, paths: &BTreeSet<String>, results: &BTreeSet<String>) {
        self.files.retain(|path, _| paths.contains(path));
        self.results.retain(|reference, _| results.contains(reference));
    }

    fn bytes(&self) -> usize {
        let loaded = self.files.values().map(|read| match read {
            Read::Loaded(file) => file.data.len() / 4 * 3,
            Read::NotLoaded(_) => 0,
        });
        loaded.sum()
    }
}

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
    pub(super) async fn documents(
        &self,
        visit: &Visit,
        form: &Form,
        referral: &Referral,
        fetch: bool,
    ) -> Result<Documents, Error> {
        let (chosen, known) = (outgoing::chosen(form, referral), outgoing::known(form, &referral.snapshot));
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

fn is_document(resource: &Value) -> bool {
    resource["resourceType"].as_str().is_some_and(|kind| DOCUMENT_TYPES.contains(&kind))
}

/// Attachments of a document.
fn attachments(resource: &Value) -> Vec<&Value> {
    let list = |name: &str| resource[name].as_array().into_iter().flatten();
    match resource["resourceType"].as_str() {
        Some("DiagnosticReport") => list("presentedForm").collect(),
        Some("Media") => {
            Some(&resource["content"]).filter(|content| content.is_object()).into_iter().collect()
        }
        _ => list("content").map(|content| &content["attachment"]).collect(),
    }
}

/// Returns where the file of an attachment is. `None` if the attachment contains it.
fn attached<'a>(base: &FhirBaseUrl, attachment: &'a Value) -> Option<Attached<'a>> {
    let given = |name: &str| attachment[name].as_str().filter(|text| !text.trim().is_empty());
    if given("data").is_some() {
        return None;
    }
    let path = match given("url") {
        None => Err(Absence::None),
        Some(url) => content_path(base, url).ok_or(Absence::Elsewhere),
    };
    Some(Attached { path, hash: given("hash") })
}

/// References to the results of a report.
fn results(resource: &Value) -> impl Iterator<Item = String> {
    let references = resource["result"].as_array().into_iter().flatten();
    let relative = references.filter_map(|result| result["reference"].as_str());
    relative.filter(|reference| reference.starts_with("Observation/")).map(str::to_owned)
}

fn has_conclusion(report: &Value) -> bool {
    report["conclusion"].as_str().is_some_and(|text| !text.trim().is_empty())
        || report["conclusionCode"].as_array().is_some_and(|codes| !codes.is_empty())
}

fn is_among(resources: &[Value], reference: &str) -> bool {
    reference.split_once('/').is_some_and(|(kind, id)| {
        resources.iter().any(|resource| resource["resourceType"] == kind && resource["id"] == id)
    })
}

/// Title of a document for people.
fn title(resource: &Value) -> String {
    let concept = |name: &str| {
        let concept = &resource[name];
        let codings = concept["coding"].as_array().into_iter().flatten();
        let display = codings.filter_map(|coding| coding["display"].as_str()).next();
        concept["text"].as_str().or(display).map(str::to_owned)
    };
    let attached = attachments(resource).into_iter().find_map(|it| it["title"].as_str().map(str::to_owned));
    let own = resource["description"].as_str().map(str::to_owned);
    own.or_else(|| concept("type")).or_else(|| concept("code")).or(attached).unwrap_or_default()
}

fn text<'a>(resource: &'a Value, name: &str) -> &'a str {
    resource[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_text_for_every_absence() {
        for absence in Absence::ALL {
            let key = format!("finding-document-{} = ", absence.code());
            for file in
                [include_str!("../../locales/en/referral.ftl"), include_str!("../../locales/fr/referral.ftl")]
            {
                assert!(file.contains(&key), "{key}");
            }
        }
    }
}
