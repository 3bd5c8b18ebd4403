//! Contents of the pages about deliveries.

use std::collections::HashMap;

use futures_util::try_join;

use super::{
    deliveries::{HELD_BY_ADMINISTRATOR, advice, find_rows, subject_of, view},
    error::Error,
    list_place::ListPlace,
    local_time::{local_age, local_time},
    pages::{DeliveriesPage, DeliveryEntry, DeliveryPage},
    service::Admin,
};
use crate::{
    audit::MAX_FOUND,
    delivery::{
        Advice, ReasonPart,
        control_store::{self, DeliveryRow},
        reason_parts,
        restored_store::find_sending_state,
    },
    web::{Lang, Words},
};

/// Builds a page of the list of deliveries at `path`.
pub(super) async fn deliveries_page(
    admin: &Admin,
    lang: Lang,
    path: &str,
    place: &ListPlace,
    done: &str,
) -> Result<DeliveriesPage, Error> {
    let search = place.search();
    let db = &admin.ground.db;
    let (hold, state) = try_join!(control_store::find_hold(db), find_sending_state(db))?;
    let restored = state.restoration.filter(|_| state.is_held_restored());
    let reason = hold.as_ref().filter(|hold| restored.is_none() && hold.reason != HELD_BY_ADMINISTRATOR);
    let reason = reason.map(|hold| hold.reason.clone());
    let found = find_rows(admin, &search, place.page(), |page| place.address(path, page)).await?;
    Ok(DeliveriesPage {
        rows: found.rows.iter().map(|row| entry(admin, lang, row, &found.numbers)).collect(),
        paging: found.paging,
        found: found.found,
        looked_up: if found.is_partial { MAX_FOUND } else { 0 },
        search,
        held_since: hold.as_ref().map(|hold| at(admin, lang, hold.at)).unwrap_or_default(),
        held_reason: reason.unwrap_or_default(),
        restored_from: restored.map(|restored| at(admin, lang, restored.data_until)).unwrap_or_default(),
        done: done.to_owned(),
        hold_problem: String::new(),
        hold_reason: String::new(),
    })
}

/// Builds the page of one delivery, and records that it was shown.
pub(super) async fn delivery_page(admin: &Admin, lang: Lang, id: &str) -> Result<DeliveryPage, Error> {
    let row = view(admin, id).await?;
    let hold = async { Ok::<_, Error>(control_store::find_hold(&admin.ground.db).await?) };
    let numbers = async { Ok(admin.numbers_of([subject_of(&row)]).await?) };
    let (hold, numbers) = try_join!(hold, numbers)?;
    let may_retry = matches!(row.status.as_str(), "pending" | "not-delivered" | "unconfirmed");
    Ok(DeliveryPage {
        words: row.words(&admin.ground.sealer).unwrap_or_default(),
        next: if row.status == "pending" { at(admin, lang, row.due_at) } else { String::new() },
        held_since: hold.map(|hold| at(admin, lang, hold.at)).unwrap_or_default(),
        may_retry: may_retry && row.payload_removed_at.is_none(),
        removed: row.payload_removed_at.map(|removed| at(admin, lang, removed)).unwrap_or_default(),
        delivery: entry(admin, lang, &row, &numbers),
    })
}

fn entry(admin: &Admin, lang: Lang, row: &DeliveryRow, numbers: &HashMap<String, String>) -> DeliveryEntry {
    let (words, now) = (admin.web.words(), admin.ground.clock.now_ms());
    DeliveryEntry {
        id: row.id.clone(),
        number: numbers.get(&subject_of(row)).cloned().unwrap_or_default(),
        status: if row.outcome.as_deref() == Some("placed") { "placed" } else { row.status.as_str() }
            .to_owned(),
        needs_attention: row.needs_attention(now),
        attempts: row.attempts,
        age: row.settled_at.map_or_else(|| local_age(words, lang, now - row.created_at), |_| String::new()),
        ended: row.settled_at.map(|ended| at(admin, lang, ended)).unwrap_or_default(),
        channel: channel_name(words, lang, &row.channel),
        destination: row.destination.clone(),
        outcome: row
            .outcome
            .clone()
            .filter(|it| !matches!(it.as_str(), "delivered" | "placed"))
            .unwrap_or_default(),
        reason: row.reason.as_deref().map(|class| reason_text(words, lang, class)).unwrap_or_default(),
        advice: advice(row).map(Advice::code).unwrap_or_default().to_owned(),
        may_have_arrived: row.may_have_arrived_at.is_some(),
        since: at(admin, lang, row.created_at),
    }
}

/// Returns the name of a channel that ships in the language of the page, and any other name as it is.
fn channel_name(words: &Words, lang: Lang, channel: &str) -> String {
    let key = format!("admin-delivery-channel-{}", channel.replace('_', "-"));
    words.find(lang, &key, None).unwrap_or_else(|| channel.to_owned())
}

/// Returns the class of a reason in the language of the page. One of a vendor's channel is returned as it is.
fn reason_text(words: &Words, lang: Lang, class: &str) -> String {
    let (parts, colon) = (reason_parts(class), words.say(lang, "colon") + " ");
    let text = |part: &ReasonPart<'_>| {
        let text = words.find(lang, &format!("delivery-reason-{}", part.code), None);
        text.unwrap_or_else(|| part.code.to_owned()) + &part.rest.replacen(": ", &colon, 1)
    };
    if parts.is_empty() {
        return class.to_owned();
    }
    parts.iter().map(text).collect::<Vec<_>>().join(&colon)
}

fn at(admin: &Admin, lang: Lang, at: i64) -> String {
    local_time(admin.web.words(), lang, at, &admin.time_zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::{SiteFolder, Words};

    #[test]
    fn names_a_reason_in_both_languages() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        let named = |lang, class| reason_text(&words, lang, class);
        for class in ["status 422 (value)", "refused", "the fax line is busy"] {
            assert_eq!(named(Lang::En, class), class);
        }
        let class = "no connection to the destination: its certificate has expired";
        assert_eq!(named(Lang::En, class), class);
        assert_eq!(
            named(Lang::Fr, class),
            "pas de connexion à la destination\u{a0}: son certificat a expiré"
        );
        let class = "status 401, the destination wants credentials";
        assert_eq!(named(Lang::Fr, class), "code HTTP 401\u{a0}: la destination exige une authentification");
        assert_eq!(named(Lang::Fr, "the fax line is busy"), "the fax line is busy");
        assert_eq!(channel_name(&words, Lang::Fr, "folder"), "Dossier partagé");
        assert_eq!(channel_name(&words, Lang::Fr, "fax"), "fax");
    }

    #[test]
    fn has_a_text_for_every_advice() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        for (lang, advice) in
            Lang::ALL.into_iter().flat_map(|lang| Advice::ALL.iter().map(move |it| (lang, *it)))
        {
            let key = format!("admin-delivery-advice-{}", advice.code());
            assert!(words.has(lang, &key), "{key} in {lang}");
            assert_eq!(Advice::find(advice.code()), Some(advice));
        }
    }
}
