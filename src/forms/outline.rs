//! Outline of a form, with which a page renders blank items once and caches them.

use super::answers::Answers;
use super::attached::FilesShown;
use super::form_view::{ItemView, ProblemView, SectionView};
use super::item::ItemType;
use super::prefill::Prefill;
use super::problem::Problem;
use super::questionnaire::Form;
use super::render::{View, id};

/// Form with answers, of which single items can be rendered.
pub struct Outline<'v> {
    form: &'v Form,
    view: View<'v>,
}

/// Outline of a section: a top-level group, or the questions that are in none.
pub struct SectionOutline {
    number: usize,
    place: String,
    title: String,
    /// Items of the section.
    pub parts: Vec<Part>,
}

/// Item of a section.
pub struct Part {
    pub(super) number: usize,
    /// State of a blank item and of the items below it. `None` if any of them contains personal data.
    blank_state: Option<String>,
}

impl SectionOutline {
    /// Returns the place of the section.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Returns the id of its HTML element.
    #[must_use]
    pub fn id(&self) -> String {
        id(&self.place)
    }

    /// Returns the heading, in the language of the outline.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }
}

/// Returns the outline of a form with these answers, in this language.
#[must_use]
pub fn outline<'v>(
    form: &'v Form,
    answers: &'v Answers,
    prefill: &'v Prefill,
    problems: &'v [Problem],
    lang: &'v str,
) -> Outline<'v> {
    tracing::trace!(target: "walk", "outline the form");
    Outline { form, view: View::new(form, answers, prefill, problems, lang) }
}

impl<'v> Outline<'v> {
    /// Sets the addresses of files and their limit.
    #[must_use]
    pub fn with_files(mut self, files: FilesShown) -> Self {
        self.view.files_shown = files;
        self
    }

    /// Returns the views of the questions of type attachment, outside of sections.
    #[must_use]
    pub fn file_items(&self) -> Vec<ItemView> {
        let shown = self.view.occurrences.iter().enumerate().filter(|(_, one)| {
            one.item.kind == ItemType::Attachment && !one.item.hidden && one.is_question()
        });
        shown.map(|(number, _)| self.view.item(number)).collect()
    }

    /// Returns the title of the form.
    #[must_use]
    pub fn title(&self) -> &'v str {
        self.form.title(self.view.lang)
    }

    /// Returns all problems, in the order they were found.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemView> {
        self.view.all_problems()
    }

    /// Returns the number of visible questions, and the number of those whose answer is the value of the chart.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        self.view.counts()
    }

    /// Returns the sections in order.
    pub fn sections(&self) -> impl Iterator<Item = SectionOutline> {
        let occurrences = &self.view.occurrences;
        let shown = occurrences.below(None).filter(|number| !occurrences.get(*number).item.hidden);
        shown.map(|number| {
            let one = occurrences.get(number);
            let parts = self.view.visible_below(number);
            let parts = parts.map(|number| Part { number, blank_state: self.blank_state(number) });
            SectionOutline {
                number,
                place: one.place.to_string(),
                title: self.form.section_title(one.item, self.view.lang).to_owned(),
                parts: parts.collect(),
            }
        })
    }

    /// Returns the view of a section without its items.
    #[must_use]
    pub fn section(&self, section: &SectionOutline) -> SectionView {
        self.view.section_head(section.number)
    }

    /// Returns the number of required questions of a section that have no answer.
    #[must_use]
    pub fn left(&self, section: &SectionOutline) -> usize {
        self.view.left(section.number)
    }

    /// Whether a section is enabled.
    #[must_use]
    pub fn is_enabled(&self, section: &SectionOutline) -> bool {
        self.view.on[section.number]
    }

    /// Returns a cache key with everything that a blank item depends on except the language, or `None` if the item
    /// contains personal data.
    #[must_use]
    pub fn blank_key(&self, part: &Part) -> Option<Vec<u8>> {
        Some(self.key(part.number, part.blank_state.as_deref()?.as_bytes()))
    }

    /// Returns the cache key of a section, or `None` if any of its items contains personal data.
    #[must_use]
    pub fn blank_key_of(&self, section: &SectionOutline) -> Option<Vec<u8>> {
        let mut state = String::new();
        self.push_state(section.number, &mut state)?;
        for part in &section.parts {
            state.push_str(part.blank_state.as_deref()?);
        }
        Some(self.key(section.number, state.as_bytes()))
    }

    /// Returns the views of the items that look otherwise when other answers change or a user searches, outside of sections.
    #[must_use]
    pub fn dynamic_items(&self) -> Vec<ItemView> {
        let shown = self.view.occurrences.iter().enumerate().filter(|(_, one)| {
            let View { answers, together, .. } = &self.view;
            let is_searched = answers.offered(&one.place).is_some();
            let changes = one.item.is_dynamic() || is_searched || together.is_shared(&one.place);
            changes && !one.item.hidden && one.parent.is_some() && !one.is_list()
        });
        shown.map(|(number, _)| self.view.item(number)).collect()
    }

    /// Returns the view of an item.
    #[must_use]
    pub fn item(&self, part: &Part) -> ItemView {
        self.view.item(part.number)
    }

    pub(super) fn key(&self, number: usize, state: &[u8]) -> Vec<u8> {
        let place = &*self.view.occurrences.get(number).place;
        // A preview takes no files: its pieces are not those of a draft.
        let files = if self.view.files_shown.max_bytes == 0 { "|no-files|" } else { "|" };
        [self.form.hash().as_bytes(), files.as_bytes(), place.as_bytes(), b"|", state].concat()
    }

    /// Returns the state of an item and of all items below it.
    fn blank_state(&self, number: usize) -> Option<String> {
        let mut state = String::new();
        let end = self.view.occurrences.get(number).end;
        (number..end).try_for_each(|number| self.push_state(number, &mut state))?;
        Some(state)
    }

    /// Appends the state of one item as two characters: whether it is enabled, and the reason why it was not loaded.
    /// `None` if the item contains personal data, has rows, or looks otherwise for other answers.
    fn push_state(&self, number: usize, state: &mut String) -> Option<()> {
        let View { answers, prefill, problems, on, occurrences, .. } = &self.view;
        let one = occurrences.get(number);
        let place = &*one.place;
        let reason = match prefill.get(place) {
            None => None,
            Some(filled) if filled.is_blank() => filled.not_loaded,
            Some(_) => return None,
        };
        let untouched =
            answers.get(place).is_empty() && !problems.iter().any(|problem| problem.place == place);
        state.push(if on[number] { '+' } else { '-' });
        state.push(reason.map_or('.', |reason| char::from(b'a' + reason as u8)));
        let changes = one.item.is_dynamic() || answers.offered(place).is_some();
        (untouched && !one.is_list() && !changes).then_some(())
    }
}
