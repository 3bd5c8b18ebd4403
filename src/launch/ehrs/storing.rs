use secrecy::{ExposeSecret, SecretString};

use super::{
    ImportError, Registration,
    client_keys::{first_keys, store::insert_client_keys},
    origins::store::forget_origins,
    store::{self, EhrRow},
};
use crate::{
    audit::{Audit, Event, EventKind},
    clock::Clock,
    config::Problems,
    db::{self, Db, Sealer, Tx},
    launch::{linking, store as launch_store},
    random,
    users::store as user_store,
};

/// The longest value that the audit trail repeats, in characters.
const LONGEST: usize = 200;

/// A registration and its secret.
pub(super) type Read = (Registration, Option<SecretString>);
/// What registrations are stored with.
pub(super) type Ground<'a> = (&'a Db, &'a dyn Clock, &'a Sealer, &'a Audit);

/// When registrations are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// Whatever stands there.
    None,
    /// Only where nothing of that id stands there.
    New,
    /// Only if what stands there last changed then, epoch milliseconds.
    UnchangedSince(i64),
}

/// Stores one registration; where we prove ourselves with keys, it makes the first ones. False when it is there
/// already, word for word.
///
/// # Errors
/// When the database fails, or keys cannot be made.
pub async fn import_registration(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    audit: &Audit,
    registration: &Registration,
    secret: Option<&SecretString>,
) -> Result<bool, ImportError> {
    let read = [(registration.clone(), secret.cloned())];
    let changed = store_registrations((db, clock, sealer, audit), &read, Condition::None).await?;
    Ok(!changed.is_empty())
}

/// Stores those that are new or changed: all or none. Gives their ids.
pub(super) async fn store_registrations(
    ground: Ground<'_>,
    read: &[Read],
    condition: Condition,
) -> Result<Vec<String>, ImportError> {
    let (db, _, sealer, _) = ground;
    let rows = store::find_ehrs(db).await?;
    let mut changes = Vec::new();
    for (registration, secret) in read {
        let before = rows.iter().find(|row| row.id == registration.id);
        let keys = first_keys(db, registration).await?;
        if keys.is_some() || !before.is_some_and(|row| row.holds(registration, secret.as_ref(), sealer)) {
            changes.push((registration, secret.as_ref(), before, keys));
        }
    }
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = db.begin_write().await?;
    for (registration, ..) in &changes {
        store::release_bases(&mut tx, &registration.id).await?;
    }
    for (registration, secret, before, keys) in &changes {
        store_one(ground, &mut tx, (registration, *secret, *before), condition).await?;
        if let Some(keys) = keys {
            let ids = (random::id(), &*registration.id);
            insert_client_keys(&mut tx, ground.1, sealer, (&ids.0, ids.1), keys, ground.1.now_ms()).await?;
        }
    }
    tx.commit().await?;
    Ok(changes.iter().map(|(registration, ..)| registration.id.clone()).collect())
}

async fn store_one(
    (_, clock, sealer, audit): Ground<'_>,
    tx: &mut Tx,
    (registration, secret, row): (&Registration, Option<&SecretString>, Option<&EhrRow>),
    condition: Condition,
) -> Result<(), ImportError> {
    let id = &registration.id;
    let fits = match condition {
        Condition::None => true,
        Condition::New => store::insert_id(tx, clock, id).await?,
        Condition::UnchangedSince(since) => store::lock_unchanged(tx, id, since).await?,
    };
    if !fits {
        let why = || ImportError::from(taken(registration));
        return Err(if condition == Condition::New { why() } else { ImportError::Conflict });
    }
    store::upsert_ehr(tx, clock, sealer, registration, secret).await?;
    if !store::claim_bases(tx, id, &registration.bases()).await? {
        let mut problems = Problems::default();
        add_shared_base(&mut problems, registration, "another EHR");
        return Err(ImportError::Problems(problems));
    }
    let before = row.and_then(|row| row.registration().ok());
    if before.as_ref().is_none_or(|before| registration.may_move_from(before)) {
        forget_origins(tx, id).await?;
    }
    if before.as_ref().is_none_or(|before| registration.ends_sessions_of(before)) {
        launch_store::end_sessions_of_ehr(tx, clock, id).await?;
        linking::store::forget_pending_of(tx, id).await?;
    }
    // Whoever signs people in at another base, named by itself alone, speaks for none of those we know.
    let unknown_issuer =
        |before: &Registration| registration.issuer.is_none() && registration.has_another_base_than(before);
    if before.as_ref().is_some_and(unknown_issuer) {
        user_store::forget_links_of(tx, id).await?;
    }
    let known = row.and_then(|row| row.open_secret(sealer).ok().flatten());
    let secret_changed = exposed(known.as_ref()) != exposed(secret);
    let event = Event::success(EventKind::EhrRegistered, "command").at(id);
    audit.record(tx, &event.detail(difference(before.as_ref(), registration, secret_changed))).await?;
    Ok(())
}

fn exposed(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}

/// What is new about a registration: each setting with what it was and what it is.
fn difference(before: Option<&Registration>, now: &Registration, secret_changed: bool) -> String {
    let Some(before) = before else { return "new".to_owned() };
    let names = before.differs_in(now).into_iter();
    let mut told: Vec<String> = names
        .map(|name| format!("{name}: {} → {}", cut(&before.setting(&name)), cut(&now.setting(&name))))
        .collect();
    if secret_changed {
        told.push("client_secret".to_owned());
    }
    told.join("; ")
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// What stands in the database already. A row that cannot be read is compared with nothing, a secret that cannot be
/// opened with no secret.
pub(super) async fn registered(db: &Db, sealer: &Sealer) -> db::Result<Vec<Read>> {
    let rows = store::find_ehrs(db).await?;
    let read = rows
        .iter()
        .filter_map(|row| Some((row.registration().ok()?, row.open_secret(sealer).ok().flatten())));
    Ok(read.collect())
}

/// Says that the id is another's.
pub(super) fn taken(registration: &Registration) -> Problems {
    let mut problems = Problems::default();
    problems.add(&format!("ehr.{}.id", registration.id), "is registered already", "Choose another id.");
    problems
}

fn add_shared_base(problems: &mut Problems, registration: &Registration, other: &str) {
    problems.add(
        &format!("ehr.{}.fhir_base_url", registration.id),
        format!("has the base URL of {other}"),
        "Register each base once, aliases included; `passerelle ehr remove` takes an EHR away.",
    );
}

/// A secret or a base that two EHRs share would let one speak for the other.
pub(super) fn refuse_shared(read: &[Read], registered: &[Read]) -> Result<(), Problems> {
    let mut problems = Problems::default();
    for (index, (registration, secret)) in read.iter().enumerate() {
        let replaced = |other: &Registration| read.iter().any(|(read, _)| read.id == other.id);
        let kept = registered.iter().filter(|(other, _)| !replaced(other));
        let secret = exposed(secret.as_ref());
        for (other, other_secret) in read[..index].iter().chain(kept) {
            let key = |name: &str| format!("ehr.{}.{name}", registration.id);
            if secret.is_some() && secret == exposed(other_secret.as_ref()) {
                let what = format!("has the secret of {}", other.id);
                problems.add(&key("client_secret"), what, "Ask each EHR for its own secret.");
            }
            if !registration.bases().is_disjoint(&other.bases()) {
                add_shared_base(&mut problems, registration, &other.id);
            }
        }
    }
    problems.or(())
}
