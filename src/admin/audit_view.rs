//! Contents of the page about the audit trail.

use std::collections::HashMap;

use url::form_urlencoded::Serializer;

use super::{
    error::Error,
    local_time::local_time,
    pages::{AuditPage, AuditRow},
    service::Admin,
};
use crate::{
    audit::{
        Event, EventKind,
        list_store::{EventFilter, LISTED_ROWS, ListedEvent, Window, find_listed, has_before},
    },
    db::first_row_id,
    users::account_store,
    web::{Lang, Words, typed_reference},
};

/// Time that one page searches.
const WINDOW_MS: i64 = 31 * 24 * 3600 * 1000;

/// Place in the list: text that is searched, patient, and the event before which the page begins.
#[derive(Clone, Debug, Default)]
pub(super) struct AuditPlace {
    /// Reference, account, EHR, entity, number of a referral, or kind of event by code or name; empty for all.
    pub(super) search: String,
    /// Keyed hash of a patient; empty for all.
    pub(super) patient: String,
    /// Time and row id, as in [`AuditPlace::before`]; empty for the newest event.
    pub(super) before: String,
}

impl AuditPlace {
    /// Returns the address of the page that begins before an event.
    fn address(&self, path: &str, before: &str) -> String {
        let mut query = Serializer::new(String::new());
        let parts = [("search", self.search.as_str()), ("patient", &self.patient), ("before", before)];
        for (name, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Returns the time and the row id before which the page begins.
    fn begins_before(&self, now: i64) -> (i64, String) {
        let parsed = self.before.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
        parsed.unwrap_or_else(|| (now, first_row_id(now + 1)))
    }
}

/// Builds a page of the audit trail at `path`, and records that it was shown.
pub(super) async fn audit_page(
    admin: &Admin,
    lang: Lang,
    path: &str,
    place: &AuditPlace,
) -> Result<AuditPage, Error> {
    let db = &admin.ground.db;
    let (at, before) = place.begins_before(admin.ground.clock.now_ms());
    let from_at = at.saturating_sub(WINDOW_MS).max(0);
    let from = first_row_id(from_at);
    let account = match place.search.as_str() {
        "" => None,
        text => account_store::find_account(db, &*admin.ground.clock, text).await?,
    };
    let named = named_kind(admin.web.words(), lang, &place.search);
    let entity = match place.search.as_str() {
        "" => None,
        text => admin.numbers.find_id(text).await?.map(|id| format!("referral/{id}")),
    };
    let filter = EventFilter {
        text: named.map_or(place.search.as_str(), |kind| kind.as_str()),
        entity: entity.as_deref().unwrap_or("-"),
        reference: &typed_reference(&place.search),
        user_id: account.as_ref().map_or("-", |account| &account.id),
        patient_key: &place.patient,
    };
    let mut events = find_listed(db, filter, Window { from: &from, before: &before }).await?;
    let is_full = events.len() == LISTED_ROWS;
    events.truncate(LISTED_ROWS - 1);
    let older = match events.last().filter(|_| is_full) {
        Some(last) => Some(format!("{}-{}", last.at, last.id)),
        None if has_before(db, &from).await? => Some(format!("{from_at}-{from}")),
        None => None,
    };
    let numbers = admin.numbers_of(events.iter().filter_map(|event| event.entity.clone())).await?;
    record(admin, place).await?;
    let words = admin.web.words();
    Ok(AuditPage {
        rows: events.iter().map(|event| row(admin, lang, path, event, &numbers)).collect(),
        search: place.search.clone(),
        of_patient: !place.patient.is_empty(),
        searched_back_to: match older.is_some() && !is_full {
            true => local_time(words, lang, from_at, &admin.time_zone),
            false => String::new(),
        },
        older: older.map(|before| place.address(path, &before)).unwrap_or_default(),
        newest: if place.before.is_empty() { String::new() } else { place.address(path, "") },
    })
}

/// Records who read the trail, and whether it was that of one patient. The text is not recorded: it may be a name.
async fn record(admin: &Admin, place: &AuditPlace) -> Result<(), Error> {
    let patient = Some(place.patient.as_str()).filter(|key| !key.is_empty());
    let event = Event::success(EventKind::AuditViewed, "audit").patient(patient);
    Ok(admin.ground.audit.record_alone(&admin.ground.db, &event).await?)
}

/// Returns the kind of event with this name in a language.
fn named_kind(words: &Words, lang: Lang, name: &str) -> Option<EventKind> {
    let is_named = |kind: &EventKind| {
        let text = words.find(lang, &format!("audit-event-{}", kind.as_str()), None);
        text.is_some_and(|text| text.to_lowercase() == name.to_lowercase())
    };
    EventKind::ALL.iter().copied().find(is_named)
}

/// Returns words for a detail that is a code: of an error, a role, or the status of a delivery. `None` for other details.
fn detail_words(words: &Words, lang: Lang, code: &str) -> Option<String> {
    let is_code = code.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-');
    let rooms = ["audit-detail-", "error-", "user-role-", "admin-delivery-"];
    let mut keys = rooms.iter().filter(|_| is_code && !code.is_empty()).map(|room| format!("{room}{code}"));
    keys.find_map(|key| words.find(lang, &key, None))
}

fn row(
    admin: &Admin,
    lang: Lang,
    path: &str,
    event: &ListedEvent,
    numbers: &HashMap<String, String>,
) -> AuditRow {
    let patient = event.patient_key.clone().unwrap_or_default();
    let of_patient = AuditPlace { patient: patient.clone(), ..AuditPlace::default() };
    let user_id = event.user_id.clone().unwrap_or_default();
    let words = admin.web.words();
    AuditRow {
        at: local_time(words, lang, event.at, &admin.time_zone),
        event: event.event.clone(),
        failed: event.outcome == "failure",
        user_name: event.user_name.clone().unwrap_or_else(|| user_id.clone()),
        user_id,
        ehr_id: event.ehr_id.clone().unwrap_or_default(),
        patient: if patient.is_empty() { String::new() } else { of_patient.address(path, "") },
        number: event.entity.as_ref().and_then(|entity| numbers.get(entity)).cloned().unwrap_or_default(),
        entity_name: event.entity_name.clone().unwrap_or_default(),
        detail_name: event.detail_name.clone().unwrap_or_default(),
        entity: event.entity.clone().unwrap_or_default(),
        reference: event.correlation_id.clone(),
        detail_words: event
            .detail
            .as_deref()
            .and_then(|code| detail_words(words, lang, code))
            .unwrap_or_default(),
        detail: event.detail.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::SiteFolder;

    #[test]
    fn has_words_for_a_detail_that_is_a_code() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        let found = |code| detail_words(&words, Lang::Fr, code);
        for code in [
            "suspended",
            "resumed",
            "removed",
            "copied",
            "declined",
            "clinician",
            "not-delivered",
            "id-token-expired",
        ] {
            assert!(found(code).is_some(), "{code}");
        }
        for other in ["", "file removed", "for 0198c4a0", "SHA-256 ab", "{x}"] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn has_a_name_for_every_kind_of_event() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        for (lang, kind) in
            Lang::ALL.into_iter().flat_map(|lang| EventKind::ALL.iter().map(move |it| (lang, *it)))
        {
            let key = format!("audit-event-{}", kind.as_str());
            let name = words.find(lang, &key, None).unwrap_or_else(|| panic!("{key} in {lang}"));
            assert_eq!(named_kind(&words, lang, &name.to_uppercase()), Some(kind), "{name} names one kind");
        }
    }
}
