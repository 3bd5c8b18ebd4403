//! Pages that launches lead to.

use crate::{ehrs::Ehr, smart::LaunchContext};

/// Pages that launches lead to, below `/c/{context}`.
#[derive(Clone, Debug)]
pub struct Landing {
    usual: &'static str,
    pages: Vec<(&'static str, &'static str)>,
}

impl Landing {
    /// Builds the list of pages, each a name and a path. Launches lead to `usual` unless their intent names a page.
    #[must_use]
    pub fn new(usual: &'static str, pages: Vec<(&'static str, &'static str)>) -> Self {
        Self { usual, pages }
    }

    /// Returns the path of the page for a launch. An intent is compared with names and never used as a path; an unknown
    /// intent leads to the usual page.
    #[must_use]
    pub fn path(&self, ehr: &Ehr, context: &LaunchContext) -> &'static str {
        let page = context.intent.as_deref().map(|intent| ehr.page_of(intent));
        let known = page.and_then(|page| self.pages.iter().find(|(name, _)| *name == page));
        known.map_or(self.usual, |(_, path)| path)
    }
}
