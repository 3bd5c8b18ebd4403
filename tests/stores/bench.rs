//! A fresh, migrated database with a clock and keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use passerelle::audit::Audit;
use passerelle::clock::{Clock, FixedClock};
use passerelle::config::{DatabaseSettings, KeysFile, Settings};
use passerelle::db::{Db, Sealer};
use passerelle::ground::Ground;
use passerelle::testing::{Database, Engine, Scratch};
use passerelle::users::{NewUser, Role, store};

pub struct Bench {
    pub db: Db,
    pub clock: Arc<FixedClock>,
    pub sealer: Sealer,
    pub settings: DatabaseSettings,
    pub keys: PathBuf,
    _database: Database,
    _folder: Scratch,
}

/// Settings of an app on this database with these keys.
pub fn settings(database_url: &str, keys: &Path) -> Settings {
    let attachments = keys.with_file_name("attachments").display().to_string();
    let keys = keys.to_str().unwrap();
    let toml = format!(
        "[server]\npublic_url = \"http://localhost\"\n[database]\nurl = {database_url:?}\nconnections = 12\n[keys]\nfile = {keys:?}\n\
         [attachments]\nfolder = {attachments:?}\n",
    );
    Settings::from_toml(&toml).unwrap_or_else(|problems| panic!("{problems}"))
}

pub async fn empty(engine: Engine) -> Bench {
    let folder = Scratch::new();
    let database = Database::new(engine, folder.path().to_owned()).await;
    let keys = folder.path().join("keys.toml");
    KeysFile::write_new(&keys).unwrap();
    let settings = settings(database.url(), &keys);
    Bench {
        db: Db::open(&settings.database, true).await.unwrap(),
        clock: Arc::new(FixedClock::at("2026-09-14T13:30:00Z".parse().unwrap())),
        sealer: Sealer::new(&settings.keys),
        settings: settings.database,
        keys,
        _database: database,
        _folder: folder,
    }
}

pub async fn bench(engine: Engine) -> Bench {
    let bench = empty(engine).await;
    bench.db.migrate().await.unwrap();
    bench
}

impl Bench {
    pub fn ground(&self) -> Ground {
        let (db, clock, sealer) = (self.db.clone(), self.clock.clone(), self.sealer.clone());
        Ground { audit: Audit::new(clock.clone(), Vec::new()), db, clock, sealer }
    }

    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    pub async fn user(&self, name: &str, email: Option<&str>) -> String {
        let user = NewUser { name: name.to_owned(), email: email.map(str::to_owned), role: Role::Clinician };
        let mut tx = self.db.begin_write().await.unwrap();
        let id = store::insert_user(&mut tx, self.clock(), &user, email.map(|_| "stored")).await.unwrap();
        tx.commit().await.unwrap();
        id
    }
}
