use std::{path::PathBuf, thread};

use super::store;
use crate::random;

const NO_POSTGRES: &str = "PASSERELLE_TEST_POSTGRES is not set, so there is no PostgreSQL to test on. \
     Run the tests with tests/run.sh, which starts one.";

/// Which engine a test runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    #[default]
    Sqlite,
    /// A database of its own in the instance that the variable `PASSERELLE_TEST_POSTGRES` names.
    Postgres,
}

/// A database that no other test sees. A PostgreSQL database is dropped at the end; an SQLite file goes with its
/// folder.
pub struct Database {
    url: String,
    engine: Engine,
}

impl Database {
    /// Makes an empty database; an SQLite file lies in `folder` and comes into being when it is opened.
    ///
    /// # Panics
    /// When there is no PostgreSQL, with a sentence that says what to do.
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

    /// Its address, as the setting `database.url` takes it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The SQLite file.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite://").map(PathBuf::from)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.engine == Engine::Postgres {
            let url = self.url.clone();
            // A runtime of its own: the one of the test may be ending.
            let dropped = thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.map(|runtime| runtime.block_on(store::drop_database(&url)))
            });
            drop(dropped.join());
        }
    }
}

/// The address of another database of the same instance.
fn sibling(instance: &str) -> String {
    let name = random::id().to_ascii_lowercase().replace(['-', '_'], "x");
    let mut url = url::Url::parse(instance).expect("PASSERELLE_TEST_POSTGRES is an address");
    url.set_path(&format!("/passerelle_{}", &name[..16]));
    url.into()
}
