//! Storing registrations: compare with what is stored, store all or none, void what no longer fits.

use secrecy::{ExposeSecret, SecretString};

use super::{
    client_keys::{
        first_keys,
        store::{NewClientKeys, insert_client_keys},
    },
    import::ImportError,
    observer::{RegistrationChange, RegistrationObservers},
    origins::store::forget_origins,
    registration::{Registration, RegistrationProblem},
    store::{self, EhrRow},
};
use crate::{
    audit::{Event, EventKind},
    config::Problems,
    db::{self, Db, Sealer, Tx},
    ground::Ground,
    random,
    smart::PrivateKeys,
};

/// Characters of a setting's value that the audit trail keeps.
const MAX_VALUE_CHARS: usize = 200;
/// Comparisons with the stored registrations while other processes change them.
const MAX_COMPARISONS: usize = 8;

/// Registration with its client secret, which is `None` with `private_key_jwt`.
pub(super) struct WithSecret {
    pub(super) registration: Registration,
    pub(super) secret: Option<SecretString>,
}

/// Precondition on the stored registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precondition {
    /// Unconditionally.
    None,
    /// Only if no EHR has this id.
    New,
    /// Only if the stored registration last changed at this time, epoch milliseconds.
    UnchangedSince(i64),
}

/// Registration to store, compared with the row it replaces.
struct Replacement<'a> {
    registration: &'a Registration,
    secret: Option<&'a SecretString>,
    row: Option<&'a EhrRow>,
    /// First client keys, if the EHR uses `private_key_jwt` and has none yet.
    keys: Option<PrivateKeys>,
}

/// Stores one registration, with its first client keys if it uses `private_key_jwt`. Returns false if the same
/// registration is stored already.
///
/// # Errors
/// [`ImportError::Keys`] if key generation fails.
pub async fn import_registration(
    ground: &Ground,
    observers: &RegistrationObservers,
    registration: &Registration,
    secret: Option<&SecretString>,
) -> Result<bool, ImportError> {
    let read = [WithSecret { registration: registration.clone(), secret: secret.cloned() }];
    let changed = store_registrations(ground, observers, &read, Precondition::None).await?;
    Ok(!changed.is_empty())
}

/// Stores new and changed registrations, all or none. Returns their ids.
pub(super) async fn store_registrations(
    ground: &Ground,
    observers: &RegistrationObservers,
    read: &[WithSecret],
    precondition: Precondition,
) -> Result<Vec<String>, ImportError> {
    let Ground { db, clock, .. } = ground;
    for _ in 0..MAX_COMPARISONS {
        let rows = store::find_ehrs(db).await?;
        let replacements = replacements(ground, read, &rows).await?;
        if replacements.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = db.begin_write().await?;
        // Keys are generated before the lock. If another process was first, everything is compared again.
        if store::lock_and_find_ehrs(&mut tx, &**clock).await? != rows {
            continue;
        }
        store_all(ground, observers, &mut tx, &replacements, precondition).await?;
        tx.commit().await?;
        return Ok(replacements.iter().map(|it| it.registration.id.clone()).collect());
    }
    Err(ImportError::Conflict)
}

/// Compares registrations with the stored ones. Returns those to store.
async fn replacements<'a>(
    ground: &Ground,
    read: &'a [WithSecret],
    rows: &'a [EhrRow],
) -> Result<Vec<Replacement<'a>>, ImportError> {
    let mut replacements = Vec::new();
    for WithSecret { registration, secret } in read {
        let row = rows.iter().find(|row| row.id == registration.id);
        let (secret, keys) = (secret.as_ref(), first_keys(&ground.db, registration).await?);
        if keys.is_some() || !row.is_some_and(|row| row.holds(registration, secret, &ground.sealer)) {
            replacements.push(Replacement { registration, secret, row, keys });
        }
    }
    Ok(replacements)
}

async fn store_all(
    ground: &Ground,
    observers: &RegistrationObservers,
    tx: &mut Tx,
    replacements: &[Replacement<'_>],
    precondition: Precondition,
) -> Result<(), ImportError> {
    let Ground { clock, sealer, .. } = ground;
    for Replacement { registration, .. } in replacements {
        store::release_bases(tx, &registration.id).await?;
    }
    for replacement in replacements {
        store_one(ground, tx, replacement, precondition).await?;
        void_outdated(observers, tx, replacement).await?;
        record(ground, tx, replacement).await?;
        if let Some(keys) = &replacement.keys {
            let new = NewClientKeys {
                id: &random::id(),
                ehr_id: &replacement.registration.id,
                keys,
                signs_from: clock.now_ms(),
            };
            insert_client_keys(tx, &**clock, sealer, &new).await?;
        }
    }
    Ok(())
}

async fn store_one(
    ground: &Ground,
    tx: &mut Tx,
    replacement: &Replacement<'_>,
    precondition: Precondition,
) -> Result<(), ImportError> {
    let Ground { clock, sealer, .. } = ground;
    let Replacement { registration, secret, .. } = replacement;
    let id = &registration.id;
    let holds = match precondition {
        Precondition::None => true,
        Precondition::New => store::insert_id(tx, &**clock, id).await?,
        Precondition::UnchangedSince(since) => store::lock_unchanged(tx, id, since).await?,
    };
    if !holds {
        return Err(match precondition {
            Precondition::New => id_taken(registration).into(),
            Precondition::None | Precondition::UnchangedSince(_) => ImportError::Conflict,
        });
    }
    store::upsert_ehr(tx, &**clock, sealer, registration, *secret).await?;
    if !store::claim_bases(tx, id, &registration.bases()).await? {
        let mut problems = Problems::default();
        add_shared_base(&mut problems, registration, "Another EHR");
        return Err(ImportError::Problems(problems));
    }
    Ok(())
}

/// Voids what the replaced registration left behind, here and in other rooms.
async fn void_outdated(
    observers: &RegistrationObservers,
    tx: &mut Tx,
    replacement: &Replacement<'_>,
) -> db::Result<()> {
    let Replacement { registration, row, .. } = replacement;
    let (id, before) = (&registration.id, row.and_then(|row| row.registration().ok()));
    if before.as_ref().is_none_or(|before| registration.voids_origins_of(before)) {
        forget_origins(tx, id).await?;
    }
    if before.as_ref().is_none_or(|before| registration.ends_sessions_of(before)) {
        observers.notify(tx, id, RegistrationChange::Reconnected).await?;
    }
    let issuer_unknown =
        |before: &Registration| registration.issuer.is_none() && registration.has_another_base_than(before);
    if before.as_ref().is_some_and(issuer_unknown) {
        observers.notify(tx, id, RegistrationChange::IssuerUnknown).await?;
    }
    Ok(())
}

async fn record(ground: &Ground, tx: &mut Tx, replacement: &Replacement<'_>) -> db::Result<()> {
    let Replacement { registration, secret, row, .. } = replacement;
    let before = row.and_then(|row| row.registration().ok());
    let known = row.and_then(|row| row.open_secret(&ground.sealer).ok().flatten());
    let secret_changed = exposed(known.as_ref()) != exposed(*secret);
    let event = Event::success(EventKind::EhrRegistered, "command").at(&registration.id);
    let detail = difference(before.as_ref(), registration, secret_changed);
    ground.audit.record(tx, &event.detail(detail)).await
}

fn exposed(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}

/// Describes the difference to the stored registration: each changed setting with old and new value.
fn difference(before: Option<&Registration>, now: &Registration, secret_changed: bool) -> String {
    let Some(before) = before else { return "new".to_owned() };
    let names = before.differs_in(now).into_iter();
    let mut changed: Vec<String> = names
        .map(|name| format!("{name}: {} → {}", cut(&before.setting(&name)), cut(&now.setting(&name))))
        .collect();
    if secret_changed {
        changed.push("client_secret".to_owned());
    }
    changed.join("; ")
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(MAX_VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// Stored registrations and their secrets. Unreadable rows are skipped; a secret that cannot be opened is `None`.
pub(super) async fn stored_registrations(db: &Db, sealer: &Sealer) -> db::Result<Vec<WithSecret>> {
    let rows = store::find_ehrs(db).await?;
    let read = |row: &EhrRow| {
        let secret = row.open_secret(sealer).ok().flatten();
        Some(WithSecret { registration: row.registration().ok()?, secret })
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// Problem of a registration whose id is taken.
pub(super) fn id_taken(registration: &Registration) -> Problems {
    let mut problems = Problems::default();
    RegistrationProblem::IdTaken.add_to(&mut problems, &format!("ehr.{}.id", registration.id), None);
    problems
}

fn add_shared_base(problems: &mut Problems, registration: &Registration, other: &str) {
    let key = format!("ehr.{}.fhir_base_url", registration.id);
    RegistrationProblem::BaseShared.add_to(problems, &key, Some(other));
}

/// Refuses a client secret or base URL that two EHRs share: one could act as the other.
pub(super) fn refuse_shared(read: &[WithSecret], stored: &[WithSecret]) -> Result<(), Problems> {
    let mut problems = Problems::default();
    for (index, WithSecret { registration, secret }) in read.iter().enumerate() {
        let replaced = |other: &WithSecret| read.iter().any(|it| it.registration.id == other.registration.id);
        let kept = stored.iter().filter(|other| !replaced(other));
        let secret = exposed(secret.as_ref());
        for WithSecret { registration: other, secret: other_secret } in read[..index].iter().chain(kept) {
            let key = |name: &str| format!("ehr.{}.{name}", registration.id);
            if secret.is_some() && secret == exposed(other_secret.as_ref()) {
                RegistrationProblem::SecretShared.add_to(
                    &mut problems,
                    &key("client_secret"),
                    Some(&other.id),
                );
            }
            if !registration.bases().is_disjoint(&other.bases()) {
                add_shared_base(&mut problems, registration, &other.id);
            }
        }
    }
    problems.or(())
}
