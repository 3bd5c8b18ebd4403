//! `passerelle backup` and `passerelle restore`: a copy of the SQLite database, made while it is used, and its return.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
};

use super::{App, attachment_store, errors::with_causes, sealed_columns::sealed_columns};
use crate::{
    clock::{Clock as _, SystemClock},
    config::{DatabaseUrl, Settings},
    db::{self, Copied, Db, Sealer},
};

const BACKUP_OF_POSTGRES: &str = "This installation uses PostgreSQL, which its own tools back up while it is used:\n  \
     pg_dump --format=custom --file=passerelle.dump ADDRESS\n\
     ADDRESS is database.url. docs/operate.md says what else to save.";
const RESTORE_OF_POSTGRES: &str = "This installation uses PostgreSQL, which its own tools restore. Stop every node, then:\n  \
     pg_restore --clean --if-exists --single-transaction --dbname=ADDRESS passerelle.dump\n\
     ADDRESS is database.url. docs/operate.md has the steps.";

/// Writes a copy of the SQLite database. Other processes may use it meanwhile.
pub(super) async fn run_backup(settings: &Settings, file: &Path) -> Result<String, String> {
    let DatabaseUrl::Sqlite(_) = &settings.database.url else { return Err(BACKUP_OF_POSTGRES.to_owned()) };
    if file.exists() {
        return Err(format!("{} exists. Name a file that does not.", file.display()));
    }
    let db = Db::open(&settings.database, false).await.map_err(with_causes)?;
    db.check_schema().await.map_err(with_causes)?;
    let partial = beside(file, ".partial");
    let copied = copy(&db, &partial, file).await;
    db.close().await;
    if copied.is_err() {
        // The error of the copy says more than that of removing it.
        let _ = fs::remove_file(&partial);
    }
    copied?;
    let bytes = fs::metadata(file).map_err(|error| of(file, &error))?.len();
    let files = attachment_store::place(settings)
        .map(|place| format!(" Attached files are not in it: copy {place} now as well."));
    Ok(format!(
        "Wrote {} ({}). It needs the keys file, which you keep elsewhere: {}.{}",
        file.display(),
        size(bytes),
        settings.keys.file().display(),
        files.unwrap_or_default()
    ))
}

/// Copies into `partial`, checks the copy, and gives it its name.
async fn copy(db: &Db, partial: &Path, file: &Path) -> Result<(), String> {
    let created = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(partial);
    let created = created.map_err(|error| of(partial, &error))?;
    db.copy_into(partial, report).await.map_err(with_causes)?;
    // The engine does not wait until the copy is on the disk.
    created.sync_all().map_err(|error| of(partial, &error))?;
    Db::open_copy(partial).await.map_err(with_causes)?.close().await;
    fs::rename(partial, file).map_err(|error| of(file, &error))
}

/// Reports progress to the person who waits; a closed terminal is no reason to stop.
fn report(Copied { bytes, of }: Copied) {
    let _ = writeln!(io::stderr(), "{} of at most {} copied", size(bytes), size(of));
}

/// Puts a copy in the place of the SQLite database, and holds all sending. The database that was there is kept.
pub(super) async fn run_restore(settings: Settings, file: &Path) -> Result<String, String> {
    let DatabaseUrl::Sqlite(target) = &settings.database.url else {
        return Err(RESTORE_OF_POSTGRES.to_owned());
    };
    let target = target.clone();
    let files = attachment_store::place(&settings).map(|place| {
        format!(" Attached files are not in the backup: put their copy back into {place} first.")
    });
    check(file, &settings).await?;
    let replaced = put_in_place(file, &target).await?;
    let restored = hold(settings).await;
    if let (Err(_), Some(replaced)) = (&restored, &replaced) {
        // What failed is reported; the database that was there stays the database.
        let _ = fs::rename(replaced, &target);
    }
    restored?;
    let kept = replaced.map(|replaced| format!(" The database that was there is {}.", replaced.display()));
    Ok(format!(
        "Restored {} from {}.{} All sending is held: start `passerelle serve`, see `passerelle deliveries list`, then run \
         `passerelle deliveries release`.{}",
        target.display(),
        file.display(),
        kept.unwrap_or_default(),
        files.unwrap_or_default()
    ))
}

/// Checks that a copy is sound and belongs to this keys file. Its schema may be older than this program's.
async fn check(file: &Path, settings: &Settings) -> Result<(), String> {
    let copy = Db::open_copy(file).await.map_err(|error| of(file, &with_causes(error)))?;
    let checked = async {
        match copy.check_schema().await {
            Err(db::Error::SchemaOlder { applied: Some(_), .. }) => return Ok(()),
            checked => checked?,
        }
        copy.verify_keys(&Sealer::new(&settings.keys), sealed_columns()).await
    };
    let checked = checked.await.map_err(|error| of(file, &with_causes(error)));
    copy.close().await;
    checked
}

/// Copies a file to the place of the database, with the owner and mode of the one that was there. Returns the new name of that
/// one.
async fn put_in_place(file: &Path, target: &Path) -> Result<Option<PathBuf>, String> {
    let partial = beside(target, ".partial");
    let is_there = target.exists();
    match db::settle_file(target).await {
        Err(error @ db::Error::Open(_)) if is_there => return Err(with_causes(error)),
        // A database that is damaged is what a backup is for.
        _ => {}
    }
    let copied = fs::copy(file, &partial).and_then(|_| {
        if is_there {
            own_like(&partial, target)?;
        }
        fs::File::open(&partial)?.sync_all()
    });
    if let Err(error) = copied {
        // The error of the copy says more than that of removing it.
        let _ = fs::remove_file(&partial);
        return Err(of(&partial, &error));
    }
    let aside = beside(target, &format!(".replaced-{}", SystemClock.now().strftime("%Y%m%dT%H%M%SZ")));
    for ending in ["", "-wal", "-shm"] {
        let old = beside(target, ending);
        if old.exists() {
            fs::rename(&old, beside(&aside, ending)).map_err(|error| of(&old, &error))?;
        }
    }
    fs::rename(&partial, target).map_err(|error| of(target, &error))?;
    Ok(is_there.then_some(aside))
}

fn own_like(file: &Path, other: &Path) -> io::Result<()> {
    let other = fs::metadata(other)?;
    fs::set_permissions(file, fs::Permissions::from_mode(other.mode() & 0o777))?;
    chown(file, Some(other.uid()), Some(other.gid()))
}

/// Brings the schema of the restored database up to date, and holds all sending.
async fn hold(settings: Settings) -> Result<(), String> {
    let db = Db::open(&settings.database, false).await.map_err(with_causes)?;
    db.migrate().await.map_err(with_causes)?;
    db.close().await;
    let builder = App::builder(Settings { ehr_file: None, ..settings }).for_commands();
    let app = Box::pin(builder.build()).await.map_err(with_causes)?;
    let held = app.worker.hold_as_restored().await.map_err(with_causes);
    app.db().close().await;
    held
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn of(file: &Path, what: &dyn std::fmt::Display) -> String {
    format!("{}: {what}", file.display())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_240 => format!("{bytes} bytes"),
        10_240..10_485_760 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}
