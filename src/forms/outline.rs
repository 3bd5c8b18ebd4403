//! Outline of a form, with which a page renders blank items once and caches them.

use super::answers::Answers;
use super::form_view::{ItemView, ProblemView, SectionView};
use super::item::Item;
use super::prefill::Prefill;
use super::problem::Problem;
use super::provenance::is_from_chart;
use super::questionnaire::Form;
use super::render::{View, id};

/// Form with answers, of which single items can be rendered.
pub struct Outline<'v> {
    form: &'v Form,
    view: View<'v>,
}

/// Outline of a top-level group.
pub struct SectionOutline<'v> {
    group: &'v Item,
    /// Items of the group.
    pub parts: Vec<Part<'v>>,
}

/// Item of a section.
pub struct Part<'v> {
    item: &'v Item,
    /// State of a blank item and of the items below it. `None` if any of them contains personal data.
    blank_state: Option<String>,
}

impl SectionOutline<'_> {
    /// Returns the `linkId` of the group.
    #[must_use]
    pub fn link_id(&self) -> &str {
        &self.group.link_id
    }

    /// Returns the id of its HTML element.
    #[must_use]
    pub fn id(&self) -> String {
        id(self.group)
    }

    /// Returns the heading in a language.
    #[must_use]
    pub fn title(&self, lang: &str) -> &str {
        self.group.text.in_language(lang)
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
    /// Returns the title of the form.
    #[must_use]
    pub fn title(&self) -> &'v str {
        self.form.title(self.view.lang)
    }

    /// Returns all problems, in the order they were found.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemView> {
        self.view.all_problems(self.form)
    }

    /// Returns the number of visible questions, and the number of those whose answer is the value of the chart.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let View { answers, prefill, .. } = &self.view;
        let asked = self.view.asked(self.form);
        let from_chart = asked.iter().filter(|item| is_from_chart(item, answers, prefill));
        (asked.len(), from_chart.count())
    }

    /// Returns the sections in order.
    pub fn sections(&self) -> impl Iterator<Item = SectionOutline<'v>> {
        self.form.items.iter().filter(|group| !group.hidden).map(|group| {
            let items = group.items.iter().filter(|item| !item.hidden);
            let parts = items.map(|item| Part { item, blank_state: self.blank_state(item) });
            SectionOutline { group, parts: parts.collect() }
        })
    }

    /// Returns the view of a section without its items.
    #[must_use]
    pub fn section(&self, section: &SectionOutline<'_>) -> SectionView {
        self.view.section_head(section.group)
    }

    /// Whether a section is enabled.
    #[must_use]
    pub fn is_enabled(&self, section: &SectionOutline<'_>) -> bool {
        self.view.enabled.contains(section.link_id())
    }

    /// Returns a cache key with everything that a blank item depends on except the language, or `None` if the item
    /// contains personal data.
    #[must_use]
    pub fn blank_key(&self, part: &Part<'_>) -> Option<String> {
        Some(self.key(part.item, part.blank_state.as_deref()?))
    }

    /// Returns the cache key of a section, or `None` if any of its items contains personal data.
    #[must_use]
    pub fn blank_key_of(&self, section: &SectionOutline<'_>) -> Option<String> {
        let mut state = String::new();
        self.push_state(section.group, &mut state)?;
        for part in &section.parts {
            state.push_str(part.blank_state.as_deref()?);
        }
        Some(self.key(section.group, &state))
    }

    /// Returns the view of an item.
    #[must_use]
    pub fn item(&self, part: &Part<'_>) -> ItemView {
        self.view.item(part.item)
    }

    fn key(&self, item: &Item, state: &str) -> String {
        [self.form.id(), "|", self.form.version(), "|", &item.link_id, "|", state].concat()
    }

    fn blank_state(&self, item: &Item) -> Option<String> {
        let mut state = String::new();
        self.push_states(item, &mut state)?;
        Some(state)
    }

    fn push_states(&self, item: &Item, state: &mut String) -> Option<()> {
        self.push_state(item, state)?;
        item.items.iter().try_for_each(|child| self.push_states(child, state))
    }

    /// Appends the state of one item as two characters: whether it is enabled, and the reason why it was not loaded.
    /// `None` if the item contains personal data.
    fn push_state(&self, item: &Item, state: &mut String) -> Option<()> {
        let View { answers, prefill, problems, enabled, .. } = &self.view;
        let id = item.link_id.as_str();
        let reason = match prefill.get(id) {
            None => None,
            Some(filled) if filled.is_blank() => filled.not_loaded,
            Some(_) => return None,
        };
        let untouched = answers.get(id).is_empty() && !problems.iter().any(|problem| problem.link_id == id);
        state.push(if enabled.contains(id) { '+' } else { '-' });
        state.push(reason.map_or('.', |reason| char::from(b'a' + reason as u8)));
        untouched.then_some(())
    }
}
