//! [`Catalogue`]: the forms in memory, a copy of the database that is refreshed.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use arc_swap::ArcSwap;
use futures_util::try_join;
use jiff::civil::Date;
use serde_json::Value;
use tokio::sync::Mutex;

use super::{
    entry::{Entry, Origin, Use},
    store::{self, ImportedRow},
};
use crate::{
    db::{self, Db},
    forms::{Form, Library, Terminology, ValueSets},
    ground::Ground,
};

/// Forms and settings that a catalogue begins with.
#[derive(Clone, Debug, Default)]
pub struct Base {
    /// Forms that ship, or those of the folder.
    pub library: Library,
    /// Whether they are those of the folder.
    pub is_folder: bool,
    /// Ids of those that are offered; empty for all.
    pub offered: Vec<String>,
    /// Value sets for forms that are imported.
    pub terminology: Terminology,
    /// Source of the value sets that the forms do not contain, for their rules.
    pub value_sets: Option<Arc<dyn ValueSets>>,
    /// Whether this installation has a place for files.
    pub takes_files: bool,
    /// FHIR Codings of the specialties of the directory; `None` if it is not known.
    pub specialties: Option<Vec<Value>>,
}

impl Base {
    fn entries(&self) -> Vec<Entry> {
        let entry = |form: &Arc<Form>| Entry {
            form: self.with_value_sets(form),
            origin: if self.is_folder { Origin::Folder } else { Origin::BuiltIn },
            is_listed: self.offered.is_empty() || self.offered.iter().any(|id| id == form.id()),
            retired_at: None,
        };
        self.library.shared().map(entry).collect()
    }

    /// Returns a form whose rules know the value sets that it does not contain.
    fn with_value_sets(&self, form: &Arc<Form>) -> Arc<Form> {
        match &self.value_sets {
            Some(source) => Arc::new(form.with_value_sets(Arc::clone(source))),
            None => Arc::clone(form),
        }
    }
}

/// Forms of this installation, in memory. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Catalogue(Arc<Shared>);

struct Shared {
    base: Base,
    /// Forms that ship or are in the folder.
    base_entries: ArcSwap<Vec<Entry>>,
    /// All forms, by id, the newest version first.
    entries: ArcSwap<Vec<Entry>>,
    /// Names of imported forms that this version of the program can no longer read, by the hash of their texts.
    unreadable: ArcSwap<BTreeMap<String, String>>,
    refreshing: Mutex<()>,
    /// Earlier versions that were needed, by hash. As many as the open drafts of this installation have.
    earlier: RwLock<HashMap<String, Arc<Form>>>,
}

impl Catalogue {
    /// Returns a catalogue of the forms of a base; call [`Catalogue::refresh`] for the imported ones.
    #[must_use]
    pub fn new(base: Base) -> Self {
        let entries = base.entries();
        Self(Arc::new(Shared {
            base,
            base_entries: ArcSwap::from_pointee(entries.clone()),
            entries: ArcSwap::from_pointee(entries),
            unreadable: ArcSwap::default(),
            refreshing: Mutex::default(),
            earlier: RwLock::default(),
        }))
    }

    /// Reads imports and retirements from the database. A form that is loaded already is not read again. One that cannot be read
    /// is skipped and logged.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn refresh(&self, db: &Db) -> db::Result<()> {
        // One at a time: an older result must not replace a newer one.
        let _refreshing = self.0.refreshing.lock().await;
        let (rows, retired) = try_join!(store::list_imported(db), store::list_retired(db))?;
        let mut entries = self.0.base_entries.load().to_vec();
        let (known, mut unreadable) = (self.0.unreadable.load_full(), BTreeMap::new());
        for row in rows {
            // A text that cannot be read is read, and logged, once.
            let is_known = known.contains_key(&row.hash);
            match if is_known { None } else { self.read(db, &row.form_id, &row.hash).await? } {
                Some(form) => entries.push(imported(form, row)),
                None => drop(unreadable.insert(row.hash, format!("{}|{}", row.url, row.version))),
            }
        }
        for entry in &mut entries {
            entry.retired_at = retired.get(&entry.form.name()).copied();
        }
        entries.sort_by_key(Entry::rank);
        self.0.entries.store(Arc::new(entries));
        self.0.unreadable.store(Arc::new(unreadable));
        Ok(())
    }

    /// Returns the names of imported forms that this version of the program can no longer read.
    #[must_use]
    pub fn unreadable(&self) -> Vec<String> {
        self.0.unreadable.load().values().cloned().collect()
    }

    /// Replaces the forms that ship or are in the folder, for a preview of a file that changes.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn replace_base(&self, ground: &Ground, library: &Library) -> db::Result<()> {
        let base = Base { library: library.clone(), offered: Vec::new(), ..self.0.base.clone() };
        self.0.base_entries.store(Arc::new(base.entries()));
        self.store_forms(ground).await?;
        self.refresh(&ground.db).await
    }

    /// Stores the texts of the forms, so that drafts begun with them can be continued after the forms were changed.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn store_forms(&self, ground: &Ground) -> db::Result<()> {
        let mut tx = ground.db.begin_write().await?;
        for entry in self.0.base_entries.load().iter() {
            store::insert_version(&mut tx, &*ground.clock, &entry.form).await?;
        }
        tx.commit().await
    }

    /// Returns all forms, by id, the newest version first.
    #[must_use]
    pub fn entries(&self) -> Arc<Vec<Entry>> {
        self.0.entries.load_full()
    }

    /// Returns all forms with their use on a day, by id, the newest version first.
    #[must_use]
    pub fn uses(&self, day: Date) -> Vec<(Entry, Use)> {
        let mut taken: Option<String> = None;
        let entries = self.entries();
        let used = entries.iter().map(|entry| {
            let own = entry.own_use(day);
            let is_taken = taken.as_deref() == Some(entry.form.id());
            if own.is_offered() && is_taken {
                return (entry.clone(), Use::Replaced);
            }
            if own.is_offered() {
                taken = Some(entry.form.id().to_owned());
            }
            (entry.clone(), own)
        });
        used.collect()
    }

    /// Returns the forms that new referrals may begin with on a day, by id.
    #[must_use]
    pub fn offered(&self, day: Date) -> Vec<Arc<Form>> {
        let mut found: BTreeMap<&str, &Arc<Form>> = BTreeMap::new();
        let entries = self.entries();
        for entry in entries.iter().filter(|entry| entry.own_use(day).is_offered()) {
            found.entry(entry.form.id()).or_insert(&entry.form);
        }
        found.into_values().cloned().collect()
    }

    /// Finds the form that new referrals begin with on a day, by id.
    #[must_use]
    pub fn find_offered(&self, id: &str, day: Date) -> Option<Arc<Form>> {
        let entries = self.entries();
        let offered = entries.iter().find(|entry| entry.form.id() == id && entry.own_use(day).is_offered());
        offered.map(|entry| Arc::clone(&entry.form))
    }

    /// Finds the form that new referrals with this id begin with on a day once the version with this name is retired.
    #[must_use]
    pub fn find_offered_without(&self, id: &str, name: &str, day: Date) -> Option<Arc<Form>> {
        let entries = self.entries();
        let mut others = entries.iter().filter(|entry| entry.form.id() == id && entry.form.name() != name);
        others.find(|entry| entry.own_use(day).is_offered()).map(|entry| Arc::clone(&entry.form))
    }

    /// Finds a version of a form that is newer than the one with this hash, and offered on a day.
    #[must_use]
    pub fn find_newer(&self, id: &str, hash: &str, day: Date) -> Option<Arc<Form>> {
        let entries = self.entries();
        let versions = || entries.iter().filter(|entry| entry.form.id() == id);
        // A draft of a version that was retired stays with it, unless a newer one is offered.
        let newer = versions().take_while(|entry| entry.form.hash() != hash);
        newer.into_iter().find(|entry| entry.own_use(day).is_offered()).map(|entry| Arc::clone(&entry.form))
    }

    /// Finds a form by its name: URL and version, or the id of one without a URL.
    #[must_use]
    pub fn find_named(&self, name: &str) -> Option<Entry> {
        self.entries().iter().find(|entry| entry.form.name() == name).cloned()
    }

    /// Finds a version that is loaded. With an empty hash, the newest one.
    #[must_use]
    pub fn find_loaded(&self, id: &str, hash: &str) -> Option<Arc<Form>> {
        let entries = self.entries();
        let is_it = |form: &Form| form.id() == id && (hash.is_empty() || form.hash() == hash);
        let found = entries.iter().map(|entry| &entry.form).find(|form| is_it(form)).cloned();
        let earlier = || self.0.earlier.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned();
        found.or_else(earlier)
    }

    /// Loads a version of a form, if it is stored and not loaded.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn load(&self, db: &Db, id: &str, hash: &str) -> db::Result<()> {
        if self.find_loaded(id, hash).is_some() {
            return Ok(());
        }
        if let Some(form) = self.read(db, id, hash).await? {
            let mut earlier = self.0.earlier.write().unwrap_or_else(PoisonError::into_inner);
            earlier.insert(form.hash().to_owned(), form);
        }
        Ok(())
    }

    /// Reads a version that is stored, unless it is loaded. `None` if there is none, or it can no longer be read.
    async fn read(&self, db: &Db, id: &str, hash: &str) -> db::Result<Option<Arc<Form>>> {
        if let Some(form) = self.find_loaded(id, hash) {
            return Ok(Some(form));
        }
        let Some((id, text)) = store::find_version(db, hash).await? else { return Ok(None) };
        let json = serde_json::from_str(&text).ok();
        let form = json.and_then(|json| Form::parse_named(&json, &id).ok());
        if form.is_none() {
            tracing::error!(form = id, hash, "a stored form can no longer be read");
        }
        Ok(form.map(|form| self.0.base.with_value_sets(&Arc::new(form))))
    }

    pub(super) fn terminology(&self) -> &Terminology {
        &self.0.base.terminology
    }

    pub(super) fn specialties(&self) -> Option<&[Value]> {
        self.0.base.specialties.as_deref()
    }

    pub(super) fn takes_files(&self) -> bool {
        self.0.base.takes_files
    }
}

fn imported(form: Arc<Form>, row: ImportedRow) -> Entry {
    let origin = Origin::Imported { at: row.imported_at, by: row.imported_by };
    Entry { form, origin, is_listed: true, retired_at: None }
}
