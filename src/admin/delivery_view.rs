//! Contents of the pages about deliveries.

use std::collections::HashMap;

use futures_util::try_join;

use super::{
    deliveries::{advice, age, find_rows, subject_of, view, why},
    error::Error,
    list_place::ListPlace,
    local_time::local_time,
    pages::{DeliveriesPage, DeliveryEntry, DeliveryPage},
    service::Admin,
};
use crate::{
    delivery::{
        Advice,
        control_store::{self, DeliveryRow},
        restored_store::find_sending_state,
    },
    web::Lang,
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
    let reason = hold.as_ref().filter(|_| restored.is_none()).map(|hold| hold.reason.clone());
    let found = find_rows(admin, &search, place.page(), |page| place.address(path, page)).await?;
    Ok(DeliveriesPage {
        rows: found.rows.iter().map(|row| entry(admin, lang, row, &found.numbers)).collect(),
        paging: found.paging,
        found: found.found,
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
    let numbers = admin.numbers_of([subject_of(&row)]).await?;
    let may_retry = matches!(row.status.as_str(), "pending" | "not-delivered" | "unconfirmed");
    Ok(DeliveryPage {
        words: row.words(&admin.ground.sealer).unwrap_or_default(),
        next: if row.status == "pending" { at(admin, lang, row.due_at) } else { String::new() },
        may_retry: may_retry && row.payload_removed_at.is_none(),
        removed: row.payload_removed_at.map(|removed| at(admin, lang, removed)).unwrap_or_default(),
        delivery: entry(admin, lang, &row, &numbers),
    })
}

fn entry(admin: &Admin, lang: Lang, row: &DeliveryRow, numbers: &HashMap<String, String>) -> DeliveryEntry {
    DeliveryEntry {
        id: row.id.clone(),
        number: numbers.get(&subject_of(row)).cloned().unwrap_or_default(),
        status: if row.outcome.as_deref() == Some("placed") { "placed" } else { row.status.as_str() }
            .to_owned(),
        needs_attention: row.needs_attention(admin.ground.clock.now_ms()),
        attempts: row.attempts,
        age: age(admin.ground.clock.now_ms() - row.created_at),
        channel: row.channel.clone(),
        destination: row.destination.clone(),
        why: why(row),
        outcome: row
            .outcome
            .clone()
            .filter(|it| !matches!(it.as_str(), "delivered" | "placed"))
            .unwrap_or_default(),
        advice: advice(row).map(Advice::code).unwrap_or_default().to_owned(),
        may_have_arrived: row.may_have_arrived_at.is_some(),
        since: at(admin, lang, row.created_at),
    }
}

fn at(admin: &Admin, lang: Lang, at: i64) -> String {
    local_time(admin.web.words(), lang, at, &admin.time_zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::{SiteFolder, Words};

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
