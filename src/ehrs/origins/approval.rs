//! Approval of the origins that the endpoints of an EHR may have.

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

/// Limit of origins recorded for one EHR, so that metadata with ever new origins cannot fill the table.
const MAX_ORIGINS: usize = 20;

/// Discovers the endpoints of an EHR, all of them at approved origins.
///
/// # Errors
/// [`smart::Error::Origin`] for an origin that is not approved; other [`smart::Error`] if discovery fails.
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
                    Err(smart::Error::Origin("unknown".to_owned()))
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

/// Returns the first origin that is not approved, and records all of them for approval.
async fn check(ground: &Ground, ehr: &Ehr, origins: Vec<String>) -> db::Result<Option<String>> {
    let unregistered = unregistered_origins(ehr, origins);
    if unregistered.is_empty() {
        return Ok(None);
    }
    let known = store::find_origins(&ground.db, &ehr.id).await?;
    let refused = unapproved_origins(ehr, unregistered, &known);
    if !refused.is_empty() && known.len() < MAX_ORIGINS {
        record(ground, ehr, &refused, false).await?;
    }
    Ok(refused.into_iter().next())
}

/// Filters for the origins that the registration does not name.
pub(in crate::ehrs) fn unregistered_origins(ehr: &Ehr, origins: Vec<String>) -> Vec<String> {
    origins.into_iter().filter(|origin| !ehr.registered_origins.contains(origin)).collect()
}

/// Filters `origins` for those to refuse: not approved in `known`, unless the EHR has no recorded origins yet.
pub(in crate::ehrs) fn unapproved_origins(
    ehr: &Ehr,
    origins: Vec<String>,
    known: &[OriginRow],
) -> Vec<String> {
    if known.is_empty() && !ehr.origins_are_fixed {
        return Vec::new();
    }
    let approved =
        |origin: &String| known.iter().any(|row| row.origin == *origin && row.approved_at.is_some());
    origins.into_iter().filter(|origin| !approved(origin)).collect()
}

/// Records the endpoint origins of an EHR as approved after its first successful launch.
pub(crate) async fn record_first_origins(ground: &Ground, ehr: &Ehr) -> Result<(), Error> {
    if ehr.origins_are_fixed || ehr.origins_recorded.load(Ordering::Acquire) {
        return Ok(());
    }
    if store::find_origins(&ground.db, &ehr.id).await?.is_empty() {
        record(ground, ehr, &endpoints(ground, ehr).await?.origins(), true).await?;
    }
    ehr.origins_recorded.store(true, Ordering::Release);
    Ok(())
}

async fn record(ground: &Ground, ehr: &Ehr, origins: &[String], approved: bool) -> db::Result<()> {
    let mut tx = ground.db.begin_write().await?;
    for origin in origins {
        if !store::insert_origin(&mut tx, &*ground.clock, &ehr.id, origin, approved).await? {
            continue;
        }
        let event = if approved {
            Event::success(EventKind::EhrChanged, "launch").detail(format!("endpoints at {origin}"))
        } else {
            tracing::error!(ehr = ehr.id, origin, "endpoints moved to an origin that is not approved");
            Event::failure(EventKind::EhrChanged, "launch", &format!("endpoints moved to {origin}"))
        };
        ground.audit.record(&mut tx, &event.at(&ehr.id)).await?;
    }
    tx.commit().await
}

/// Approves a recorded origin. Returns false if it is not recorded or was approved before.
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
