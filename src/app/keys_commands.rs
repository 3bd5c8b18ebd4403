//! `passerelle keys …`: the steps of a key rotation.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::Subcommand;

use super::{errors::with_causes, sealed_columns::sealed_columns};
use crate::{
    clock::{Clock as _, SystemClock},
    config::{KeysFile, Settings},
    db::{Db, Sealer},
};

/// Time after which a key is no longer in use: several times the interval at which nodes record it.
const KEY_IN_USE_MS: i64 = 5 * 60 * 1000;

/// Commands on the keys file.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Creates a keys file that only its owner can read
    New {
        /// File to create; must not exist
        file: PathBuf,
    },
    /// Lists the sealing keys, and how many stored values each has sealed
    List,
    /// Adds a key that only opens, the first step of a rotation
    Add,
    /// Makes a key the one that seals, after every node has it
    Promote {
        /// Id of the key
        id: u8,
    },
    /// Seals every stored value again with the current key; may run while the app does
    Reseal,
    /// Removes a key that no stored value needs any more
    Retire {
        /// Id of the key
        id: u8,
    },
}

/// Runs a command. `settings` is read only where it is needed.
pub(super) async fn run_keys(
    command: KeysCommand,
    settings: impl FnOnce() -> Result<Settings, String>,
) -> Result<String, String> {
    if let KeysCommand::New { file } = command {
        KeysFile::write_new(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        return Ok(format!(
            "Wrote {}. Store it separately from the database, and back it up.",
            file.display()
        ));
    }
    let settings = settings()?;
    let path = settings.keys.file().to_owned();
    let mut keys = KeysFile::read(&path)?;
    match command {
        KeysCommand::New { .. } => Ok(String::new()),
        KeysCommand::Add => {
            let id = keys.add().ok_or("Every id from 1 to 255 is used. Retire a key first.")?;
            replace(&keys, &path)?;
            Ok(format!(
                "Added key {id}, which only opens. Copy {} to every node and restart them one after the other; then run \
                 `passerelle keys promote {id}`.",
                path.display()
            ))
        }
        KeysCommand::Promote { id } => {
            if !keys.promote(id) {
                return Err(unknown(id, &keys));
            }
            replace(&keys, &path)?;
            Ok(format!(
                "Key {id} seals from the next start on. Copy {} to every node and restart them one after the other; then \
                 run `passerelle keys reseal`.",
                path.display()
            ))
        }
        KeysCommand::List => list(&keys, &open(&settings).await?).await,
        KeysCommand::Reseal => reseal(&settings).await,
        KeysCommand::Retire { id } => retire(id, keys, &settings).await,
    }
}

async fn open(settings: &Settings) -> Result<Db, String> {
    let db = Db::open(&settings.database, false).await.map_err(with_causes)?;
    db.check_schema().await.map_err(with_causes)?;
    db.check_keys(&Sealer::new(&settings.keys), &SystemClock, sealed_columns()).await.map_err(with_causes)?;
    Ok(db)
}

async fn list(keys: &KeysFile, db: &Db) -> Result<String, String> {
    let (counts, mut lines) = (count(db).await?, Vec::new());
    for (position, id) in keys.ids().enumerate() {
        let role = if position == 0 { "seals" } else { "opens" };
        let values = counts.get(&id).copied().unwrap_or_default();
        lines.push(format!("{id:>3}  {role}  {values} values"));
    }
    Ok(lines.join("\n"))
}

/// Counts the stored values that each key has sealed.
async fn count(db: &Db) -> Result<BTreeMap<u8, u64>, String> {
    let mut values: BTreeMap<u8, u64> = BTreeMap::new();
    for column in sealed_columns() {
        for (key, more) in column.count_by_key(db).await.map_err(with_causes)? {
            *values.entry(key).or_default() += more;
        }
    }
    Ok(values)
}

async fn reseal(settings: &Settings) -> Result<String, String> {
    let (db, sealer) = (open(settings).await?, Sealer::new(&settings.keys));
    let (mut sealed, mut unreadable) = (0, Vec::new());
    for column in sealed_columns() {
        let name = column.name();
        let progress = |count| {
            // Progress is for a person who waits; a closed terminal is no reason to stop.
            let _ = writeln!(std::io::stderr(), "{name}: {count} sealed again");
        };
        let done = column.reseal(&db, &sealer, |done| progress(done.count)).await.map_err(with_causes)?;
        sealed += done.count;
        unreadable.extend(done.unreadable.into_iter().map(|id| format!("{name} of row {id}")));
    }
    if unreadable.is_empty() {
        return Ok(format!(
            "Sealed {sealed} values again. Older keys can be retired: see `passerelle keys list`."
        ));
    }
    Err(format!(
        "Sealed {sealed} values again. {} cannot be opened with any key of the file and stay as they are:\n{}",
        unreadable.len(),
        unreadable.join("\n")
    ))
}

async fn retire(id: u8, mut keys: KeysFile, settings: &Settings) -> Result<String, String> {
    if keys.ids().next() == Some(id) {
        return Err(format!("Key {id} seals new values. Promote another key first."));
    }
    if !keys.retire(id) {
        return Err(unknown(id, &keys));
    }
    let db = open(settings).await?;
    let used_at = db.find_key_use(id).await.map_err(with_causes)?;
    if used_at.is_some_and(|at| SystemClock.now_ms() - at < KEY_IN_USE_MS) {
        return Err(format!(
            "A node sealed with key {id} within the last five minutes. Restart every node with the new file, and try again \
             after five minutes."
        ));
    }
    let values = count(&db).await?.get(&id).copied().unwrap_or_default();
    if values > 0 {
        return Err(format!(
            "Key {id} has sealed {values} stored values. Run `passerelle keys reseal` first."
        ));
    }
    db.forget_key(id).await.map_err(with_causes)?;
    let path = settings.keys.file();
    replace(&keys, path)?;
    Ok(format!(
        "Removed key {id}. Copy {} to every node and restart them. Backups from before still need the old file.",
        path.display()
    ))
}

fn unknown(id: u8, keys: &KeysFile) -> String {
    let known: Vec<String> = keys.ids().map(|id| id.to_string()).collect();
    format!("The keys file has no key {id}. It has: {}.", known.join(", "))
}

fn replace(keys: &KeysFile, path: &Path) -> Result<(), String> {
    keys.replace(path).map_err(|error| format!("{}: {error}", path.display()))
}
