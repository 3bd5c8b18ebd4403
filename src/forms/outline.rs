//! A form for a page on which most questions are blank: only what is about a person is put into words each time.

use super::answers::Answers;
use super::form_view::{ItemView, ProblemView, SectionView};
use super::item::Item;
use super::prefill::Prefill;
use super::problem::Problem;
use super::provenance::is_from_chart;
use super::questionnaire::Form;
use super::render::{View, id};

/// A form with answers, of which single items can be had.
pub struct Outline<'v> {
    form: &'v Form,
    view: View<'v>,
}

/// A top-level group.
pub struct SectionOutline<'v> {
    group: &'v Item,
    /// Its items.
    pub parts: Vec<Part<'v>>,
}

/// One item of a section.
pub struct Part<'v> {
    item: &'v Item,
    /// How a blank item stands, and what is below it; none where anything about a person is in it.
    blank: Option<String>,
}

impl SectionOutline<'_> {
    /// Its `linkId`.
    #[must_use]
    pub fn link_id(&self) -> &str {
        &self.group.link_id
    }

    /// The id of its element.
    #[must_use]
    pub fn id(&self) -> String {
        id(self.group)
    }

    /// Its heading.
    #[must_use]
    pub fn title(&self, lang: &str) -> &str {
        self.group.text.in_language(lang)
    }
}

/// The outline of a form with these answers, in this language.
#[must_use]
pub fn outline<'v>(
    form: &'v Form,
    answers: &'v Answers,
    prefill: &'v Prefill,
    problems: &'v [Problem],
    lang: &'v str,
) -> Outline<'v> {
    Outline { form, view: View::new(form, answers, prefill, problems, lang) }
}

impl<'v> Outline<'v> {
    /// The form's title.
    #[must_use]
    pub fn title(&self) -> &'v str {
        self.form.title(self.view.lang)
    }

    /// Every problem, in the order they were found.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemView> {
        self.view.all_problems(self.form)
    }

    /// How many questions are asked now, and how many of them hold what the chart has.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let View { answers, prefill, .. } = &self.view;
        let asked = self.view.asked(self.form);
        let from_chart = asked.iter().filter(|item| is_from_chart(item, answers, prefill));
        (asked.len(), from_chart.count())
    }

    /// The sections, in order.
    pub fn sections(&self) -> impl Iterator<Item = SectionOutline<'v>> {
        self.form.items.iter().filter(|group| !group.hidden).map(|group| {
            let items = group.items.iter().filter(|item| !item.hidden);
            let parts = items.map(|item| Part { item, blank: self.blank(item) });
            SectionOutline { group, parts: parts.collect() }
        })
    }

    /// What stands around the items of a section, which are left out.
    #[must_use]
    pub fn section(&self, section: &SectionOutline<'_>) -> SectionView {
        self.view.section_head(section.group)
    }

    /// Whether a section is asked now.
    #[must_use]
    pub fn is_enabled(&self, section: &SectionOutline<'_>) -> bool {
        self.view.enabled.contains(section.link_id())
    }

    /// What a blank item depends on, so that equal keys look alike in one language; none where anything about a person
    /// is in it.
    #[must_use]
    pub fn blank_key(&self, part: &Part<'_>) -> Option<String> {
        Some(self.key(part.item, part.blank.as_deref()?))
    }

    /// The same for a section of which every item is blank.
    #[must_use]
    pub fn blank_key_of(&self, section: &SectionOutline<'_>) -> Option<String> {
        let mut standing = String::new();
        self.stand(section.group, &mut standing)?;
        for part in &section.parts {
            standing.push_str(part.blank.as_deref()?);
        }
        Some(self.key(section.group, &standing))
    }

    /// One item.
    #[must_use]
    pub fn item(&self, part: &Part<'_>) -> ItemView {
        self.view.item(part.item)
    }

    fn key(&self, item: &Item, standing: &str) -> String {
        [self.form.id(), "|", self.form.version(), "|", &item.link_id, "|", standing].concat()
    }

    fn blank(&self, item: &Item) -> Option<String> {
        let mut standing = String::new();
        self.stand_below(item, &mut standing)?;
        Some(standing)
    }

    fn stand_below(&self, item: &Item, standing: &mut String) -> Option<()> {
        self.stand(item, standing)?;
        item.items.iter().try_for_each(|child| self.stand_below(child, standing))
    }

    /// Notes how one item stands, in two letters: whether it is asked, and why it was not loaded. None if anything
    /// of it is about a person.
    fn stand(&self, item: &Item, standing: &mut String) -> Option<()> {
        let View { answers, prefill, problems, enabled, .. } = &self.view;
        let id = item.link_id.as_str();
        let reason = match prefill.get(id) {
            None => None,
            Some(filled) if filled.is_blank() => filled.not_loaded,
            Some(_) => return None,
        };
        let untouched = answers.get(id).is_empty() && !problems.iter().any(|problem| problem.link_id == id);
        standing.push(if enabled.contains(id) { '+' } else { '-' });
        standing.push(reason.map_or('.', |reason| char::from(b'a' + reason as u8)));
        untouched.then_some(())
    }
}
