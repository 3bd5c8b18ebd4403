//! Databases for tests, on SQLite and PostgreSQL.

use std::{path::PathBuf, thread};

use super::store;
use crate::random;

const NO_POSTGRES: &str = "PASSERELLE_TEST_POSTGRES is not set, so there is no PostgreSQL to test on. \
     Run the tests with tests/run.sh, which starts one.";

/// Database engine of a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, a file in a temporary folder.
    #[default]
    Sqlite,
    /// PostgreSQL, a separate database in the instance that the variable `PASSERELLE_TEST_POSTGRES` names.
    Postgres,
}

/// A database for one test. A PostgreSQL database is dropped at the end; an SQLite file is removed with its folder.
pub struct Database {
    url: String,
    engine: Engine,
}

impl Database {
    /// Creates an empty database. An SQLite file is created in `folder` when it is opened.
    ///
    /// # Panics
    /// If PostgreSQL is not available, with instructions.
    pub async fn new(engine: Engine, folder: PathBuf) -> Self {
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.join("passerelle.db").display()),
            Engine::Postgres => {
                let instance = std::env::var("PASSERELLE_TEST_POSTGRES").expect(NO_POSTGRES);
                let url = sibling(&instance);
                store::create_database(&url).await;
                url
            }
        };
        Self { url, engine }
    }

    /// URL for the setting `database.url`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Database engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Ends all connections to a PostgreSQL database and allows no others, or allows them again. SQLite is a file that is
    /// always there.
    ///
    /// # Panics
    /// If PostgreSQL refuses it.
    pub async fn allow_connections(&self, are_allowed: bool) {
        if self.engine == Engine::Postgres {
            store::allow_connections(&self.url, are_allowed).await.expect("the tests may alter databases");
        }
    }

    /// Path of the SQLite file, or `None` for PostgreSQL.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite://").map(PathBuf::from)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.engine == Engine::Postgres {
            let url = self.url.clone();
            // A runtime of its own, since the runtime of the test may be shutting down.
            let dropped = thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.map(|runtime| runtime.block_on(store::drop_database(&url)))
            });
            drop(dropped.join());
        }
    }
}

/// URL of another database of the same instance.
fn sibling(instance: &str) -> String {
    let name = random::id().to_ascii_lowercase().replace(['-', '_'], "x");
    let mut url = url::Url::parse(instance).expect("PASSERELLE_TEST_POSTGRES is an address");
    url.set_path(&format!("/passerelle_{}", &name[..16]));
    url.into()
}
