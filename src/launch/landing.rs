use crate::{ehrs::Ehr, smart::LaunchContext};

/// Where launches lead, below `/c/{context}`.
#[derive(Clone, Debug)]
pub struct Landing {
    usual: &'static str,
    pages: Vec<(&'static str, &'static str)>,
}

impl Landing {
    /// Launches lead to this path, unless an intent names one of the pages: each a name and a path.
    #[must_use]
    pub fn new(usual: &'static str, pages: Vec<(&'static str, &'static str)>) -> Self {
        Self { usual, pages }
    }

    /// The path of the page a launch leads to. An intent is compared with names, and never a path itself; one that says
    /// nothing to us leads where launches usually lead.
    #[must_use]
    pub fn path(&self, ehr: &Ehr, context: &LaunchContext) -> &'static str {
        let page = context.intent.as_deref().map(|intent| ehr.page_of(intent));
        let known = page.and_then(|page| self.pages.iter().find(|(name, _)| *name == page));
        known.map_or(self.usual, |(_, path)| path)
    }
}
