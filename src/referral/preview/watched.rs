//! Form whose file is watched while it is written.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::forms::{FileProblemView, Form};

/// Form as its file is now.
#[derive(Debug, Default)]
pub struct WatchedState {
    /// Form; `None` if the file cannot be used.
    pub form: Option<Arc<Form>>,
    /// Problems of the file.
    pub problems: Vec<FileProblemView>,
    /// Identifies the content of the file.
    pub version: String,
}

/// Form whose file is watched.
#[derive(Debug)]
pub struct WatchedForm {
    /// Name of the file.
    pub file: String,
    /// URL at which the simulated EHR launches the app with the form; the id of a patient follows.
    pub launch_url: String,
    state: ArcSwap<WatchedState>,
}

impl WatchedForm {
    /// Returns the watched form of a file, without content.
    #[must_use]
    pub fn new(file: String, launch_url: String) -> Self {
        Self { file, launch_url, state: ArcSwap::default() }
    }

    /// Returns the form as its file is now.
    #[must_use]
    pub fn state(&self) -> Arc<WatchedState> {
        self.state.load_full()
    }

    /// Replaces the content.
    pub fn set(&self, state: WatchedState) {
        self.state.store(Arc::new(state));
    }
}
