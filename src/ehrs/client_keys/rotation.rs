//! Generation and rotation of client keys.

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

/// Time for which the previous keys stay published after the next ones begin to sign, for assertions still to be verified.
const PUBLISHED_AFTER_USE: SignedDuration = SignedDuration::from_hours(24);

/// Kind of key rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Planned: the next keys are published now and sign after this time. The current ones sign until then, and stay
    /// published for another day.
    Ahead(SignedDuration),
    /// Emergency, if the current keys may be compromised: the next ones sign at once, the current ones are withdrawn at once.
    Compromised,
}

/// Failure to generate or rotate keys.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The EHR is not registered, or authenticates Passerelle with a client secret.
    #[error("no keys for this EHR: expected a registered EHR with private_key_jwt")]
    NoKeys,
    /// The keys could not be generated.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Generates the first keys of an EHR with `private_key_jwt`. Returns `None` if it has keys, or needs none.
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

/// Rotates the client keys of an EHR.
///
/// # Errors
/// [`RotationError::NoKeys`] if it has none.
pub async fn rotate_keys(ground: &Ground, ehr_id: &str, rotation: Rotation) -> Result<(), RotationError> {
    let Ground { db, clock, sealer, audit } = ground;
    if !has_keys(db, ehr_id).await? {
        return Err(RotationError::NoKeys);
    }
    let (id, keys, now) = (random::id(), generate().await?, clock.now_ms());
    let (signs_from, withdrawn_at) = match rotation {
        Rotation::Ahead(ahead) => {
            let signs_from = now.saturating_add(millis(ahead));
            (signs_from, signs_from.saturating_add(millis(PUBLISHED_AFTER_USE)))
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

/// Generates keys on a blocking thread: it takes about a second of CPU.
async fn generate() -> Result<PrivateKeys, KeyError> {
    spawn_blocking(PrivateKeys::generate).await.expect("key generation does not panic")
}
