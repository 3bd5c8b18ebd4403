use super::{Error, Office};
use crate::{
    audit::{Event, EventKind},
    db,
    launch::{ehrs::store, store as launch_store},
    users::store as user_store,
};

/// Pauses an EHR and ends its sessions, or lets it launch again. Gives how many sessions ended; none when there is no
/// such EHR, or it is so already.
///
/// # Errors
/// When the database fails.
pub async fn set_suspended(office: &Office, id: &str, suspended: bool) -> Result<Option<u64>, Error> {
    let mut tx = office.db.begin_write().await?;
    if !store::set_suspended(&mut tx, &*office.clock, id, suspended).await? {
        return Ok(None);
    }
    let ended =
        if suspended { launch_store::end_sessions_of_ehr(&mut tx, &*office.clock, id).await? } else { 0 };
    let event = Event::success(EventKind::EhrChanged, "command").at(id);
    let event = event.detail(if suspended { "suspended" } else { "resumed" });
    office.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Some(ended))
}

/// Ends what began at an EHR after it was paused, unless it may launch again by now.
///
/// # Errors
/// When the database fails.
pub(super) async fn end_late_sessions(office: &Office, id: &str) -> db::Result<()> {
    let mut tx = office.db.begin_write().await?;
    if !store::lock_suspended(&mut tx, id).await? {
        return Ok(());
    }
    let ended = launch_store::end_sessions_of_ehr(&mut tx, &*office.clock, id).await?;
    if ended > 0 {
        let event = Event::success(EventKind::EhrChanged, "refresh").at(id);
        office.audit.record(&mut tx, &event.detail(format!("late sessions ended: {ended}"))).await?;
    }
    tx.commit().await
}

/// Takes an EHR away that was paused before. False when there is none, or it is not paused.
///
/// # Errors
/// When the database fails.
pub async fn remove_ehr(office: &Office, id: &str) -> Result<bool, Error> {
    let mut tx = office.db.begin_write().await?;
    if !store::delete_suspended(&mut tx, id).await? {
        return Ok(false);
    }
    launch_store::end_sessions_of_ehr(&mut tx, &*office.clock, id).await?;
    // Another EHR may take the id, and speaks for none of these people.
    user_store::forget_links_of(&mut tx, id).await?;
    let event = Event::success(EventKind::EhrChanged, "command").at(id).detail("removed");
    office.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}
