use jiff::SignedDuration;
use tokio::task::spawn_blocking;

use super::store;
use crate::{
    audit::{Event, EventKind},
    db::{self, Db},
    ehrs::{
        registration::{ClientAuthMethod, Registration},
        store::touch_ehr,
    },
    ground::Ground,
    random,
    smart::{KeyError, PrivateKeys},
};

/// Withdrawn keys stay published this long after the next ones begin to sign: what was signed is verified by then.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// How the next keys take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Published now, signing after this time; the present ones sign until then and stay published a day longer.
    Ahead(SignedDuration),
    /// The present keys may be known to others: the next ones sign at once, and the present ones are withdrawn at once.
    Compromised,
}

/// Why keys were not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The EHR is not registered, or we prove ourselves there with a secret.
    #[error("we have no keys at this EHR")]
    NoKeys,
    /// They could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Keys for an EHR where we prove ourselves with keys and have none yet.
///
/// # Errors
/// When they cannot be made, or the database fails.
pub(in crate::ehrs) async fn first_keys(
    db: &Db,
    registration: &Registration,
) -> Result<Option<PrivateKeys>, RotationError> {
    let needed = registration.client_auth == ClientAuthMethod::PrivateKeyJwt;
    if !needed || has_keys(db, &registration.id).await? {
        return Ok(None);
    }
    Ok(Some(generate().await?))
}

async fn has_keys(db: &Db, ehr_id: &str) -> db::Result<bool> {
    Ok(store::find_client_keys(db).await?.iter().any(|row| row.ehr_id == ehr_id))
}

/// Changes our keys at an EHR.
///
/// # Errors
/// [`RotationError::NoKeys`] where there are none to change.
pub async fn rotate_keys(ground: &Ground, ehr_id: &str, rotation: Rotation) -> Result<(), RotationError> {
    let Ground { db, clock, sealer, audit } = ground;
    if !has_keys(db, ehr_id).await? {
        return Err(RotationError::NoKeys);
    }
    let (id, keys, now) = (random::id(), generate().await?, clock.now_ms());
    let (signs_from, withdrawn_at) = match rotation {
        Rotation::Ahead(ahead) => {
            let signs_from = now.saturating_add(millis(ahead));
            (signs_from, signs_from.saturating_add(millis(KEPT)))
        }
        Rotation::Compromised => (now, now),
    };
    let mut tx = db.begin_write().await?;
    store::withdraw_client_keys(&mut tx, ehr_id, &id, withdrawn_at).await?;
    let new = store::NewClientKeys { id: &id, ehr_id, keys: &keys, signs_from };
    store::insert_client_keys(&mut tx, &**clock, sealer, &new).await?;
    touch_ehr(&mut tx, &**clock, ehr_id).await?;
    let event = Event::success(EventKind::EhrChanged, "command").at(ehr_id);
    let detail = if rotation == Rotation::Compromised { "keys replaced" } else { "keys rotated" };
    audit.record(&mut tx, &event.detail(detail)).await?;
    tx.commit().await?;
    Ok(())
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A second of arithmetic, away from the runtime.
async fn generate() -> Result<PrivateKeys, KeyError> {
    spawn_blocking(PrivateKeys::generate).await.expect("making keys does not panic")
}
