//! Suspending, resuming and removing an EHR.

use super::{
    observer::{RegistrationChange, RegistrationObservers},
    store,
};
use crate::{
    audit::{Event, EventKind},
    db,
    ground::Ground,
};

/// Suspends an EHR and ends its sessions, or lets it launch again. Returns how many sessions ended, or `None` if there
/// is no such EHR or it already was in that state.
pub async fn set_suspended(
    ground: &Ground,
    observers: &RegistrationObservers,
    id: &str,
    suspended: bool,
) -> db::Result<Option<u64>> {
    let mut tx = ground.db.begin_write().await?;
    if !store::set_suspended(&mut tx, &*ground.clock, id, suspended).await? {
        return Ok(None);
    }
    let ended =
        if suspended { observers.notify(&mut tx, id, RegistrationChange::Suspended).await? } else { 0 };
    let event = Event::success(EventKind::EhrChanged, "command").at(id);
    let event = event.detail(if suspended { "suspended" } else { "resumed" });
    ground.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Some(ended))
}

/// Ends sessions that began at an EHR after it was suspended, unless it has been resumed meanwhile.
pub async fn end_late_sessions(
    ground: &Ground,
    observers: &RegistrationObservers,
    id: &str,
) -> db::Result<()> {
    let mut tx = ground.db.begin_write().await?;
    if !store::lock_suspended(&mut tx, id).await? {
        return Ok(());
    }
    let ended = observers.notify(&mut tx, id, RegistrationChange::Suspended).await?;
    if ended > 0 {
        let event = Event::success(EventKind::EhrChanged, "refresh").at(id);
        ground.audit.record(&mut tx, &event.detail(format!("late sessions ended: {ended}"))).await?;
    }
    tx.commit().await
}

/// Removes a suspended EHR. Returns false if there is none, or it is not suspended.
pub async fn remove_ehr(ground: &Ground, observers: &RegistrationObservers, id: &str) -> db::Result<bool> {
    let mut tx = ground.db.begin_write().await?;
    if !store::delete_suspended(&mut tx, id).await? {
        return Ok(false);
    }
    observers.notify(&mut tx, id, RegistrationChange::Removed).await?;
    let event = Event::success(EventKind::EhrChanged, "command").at(id).detail("removed");
    ground.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}
