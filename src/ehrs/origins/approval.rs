use std::sync::{Arc, OnceLock, atomic::Ordering};

use futures_util::future::BoxFuture;

use super::store::{self, OriginRow};
use crate::{
    audit::{Event, EventKind},
    db,
    ehrs::{ehr::Ehr, error::Error, store::touch_ehr},
    ground::Ground,
    smart::{self, Endpoints},
};

/// Origins noted for one EHR; one that names more is not worth the rows.
const MOST: usize = 20;

/// The endpoints of an EHR, every one of them at an origin that is approved.
///
/// # Errors
/// [`smart::Error::Origin`] when one is not; otherwise why they are not known.
pub(crate) async fn endpoints(ground: &Ground, ehr: &Ehr) -> Result<Arc<Endpoints>, Error> {
    tracing::trace!(target: "walk", "endpoints at approved origins only");
    let failed = OnceLock::new();
    let approve = |origins| -> BoxFuture<'_, _> {
        Box::pin(async {
            match check(ground, ehr, origins).await {
                Ok(None) => Ok(()),
                Ok(Some(origin)) => Err(smart::Error::Origin(origin)),
                Err(error) => {
                    let _ = failed.set(error);
                    Err(smart::Error::Origin("an unknown place".to_owned()))
                }
            }
        })
    };
    let now = ground.clock.now();
    let endpoints = ehr.discovery.endpoints(&ehr.outbound, &ehr.client, now, &approve).await;
    match (endpoints, failed.into_inner()) {
        (Err(_), Some(error)) => Err(Error::Db(error)),
        (endpoints, _) => Ok(endpoints?),
    }
}

/// The first origin that is not approved, if there is one; it is noted, so that it can be approved.
async fn check(ground: &Ground, ehr: &Ehr, origins: Vec<String>) -> db::Result<Option<String>> {
    let strange = strange_origins(ehr, origins);
    if strange.is_empty() {
        return Ok(None);
    }
    let known = store::find_origins(&ground.db, &ehr.id).await?;
    let refused = refused_origins(ehr, strange, &known);
    if !refused.is_empty() && known.len() < MOST {
        note(ground, ehr, &refused, false).await?;
    }
    Ok(refused.into_iter().next())
}

/// Those of the origins that the registration does not name.
pub(in crate::ehrs) fn strange_origins(ehr: &Ehr, origins: Vec<String>) -> Vec<String> {
    origins.into_iter().filter(|origin| !ehr.origins.contains(origin)).collect()
}

/// Those of them to which nothing is sent: not approved, and not the first ones ever.
pub(in crate::ehrs) fn refused_origins(ehr: &Ehr, strange: Vec<String>, known: &[OriginRow]) -> Vec<String> {
    if known.is_empty() && !ehr.origins_are_fixed {
        return Vec::new();
    }
    let approved =
        |origin: &String| known.iter().any(|row| row.origin == *origin && row.approved_at.is_some());
    strange.into_iter().filter(|origin| !approved(origin)).collect()
}

/// Notes, after a launch that went well, where the endpoints of an EHR are that has none noted yet.
pub(crate) async fn note_first_origins(ground: &Ground, ehr: &Ehr) -> Result<(), Error> {
    if ehr.origins_are_fixed || ehr.origins_noted.load(Ordering::Acquire) {
        return Ok(());
    }
    if store::find_origins(&ground.db, &ehr.id).await?.is_empty() {
        note(ground, ehr, &endpoints(ground, ehr).await?.origins(), true).await?;
    }
    ehr.origins_noted.store(true, Ordering::Release);
    Ok(())
}

async fn note(ground: &Ground, ehr: &Ehr, origins: &[String], approved: bool) -> db::Result<()> {
    let mut tx = ground.db.begin_write().await?;
    for origin in origins {
        if !store::insert_origin(&mut tx, &*ground.clock, &ehr.id, origin, approved).await? {
            continue;
        }
        let event = if approved {
            Event::success(EventKind::EhrChanged, "launch").detail(format!("endpoints at {origin}"))
        } else {
            tracing::error!(ehr = ehr.id, origin, "endpoints moved to an origin nobody approved");
            Event::failure(EventKind::EhrChanged, "launch", &format!("endpoints moved to {origin}"))
        };
        ground.audit.record(&mut tx, &event.at(&ehr.id)).await?;
    }
    tx.commit().await
}

/// Approves an origin that an EHR named and that waits for it. False when none does.
///
/// # Errors
/// When the database fails.
pub async fn approve_origin(ground: &Ground, ehr_id: &str, origin: &str) -> db::Result<bool> {
    let Ground { db, clock, audit, .. } = ground;
    let mut tx = db.begin_write().await?;
    if !store::update_approved(&mut tx, &**clock, ehr_id, origin).await? {
        return Ok(false);
    }
    touch_ehr(&mut tx, &**clock, ehr_id).await?;
    let event = Event::success(EventKind::EhrChanged, "command").detail(format!("approved {origin}"));
    audit.record(&mut tx, &event.at(ehr_id)).await?;
    tx.commit().await?;
    Ok(true)
}
