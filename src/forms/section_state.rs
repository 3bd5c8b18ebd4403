//! State of a section: questions that are left, and whether the chart filled it completely.

use super::form_view::ChartLine;
use super::item::{Item, ItemType};
use super::occurrence::Occurrence;
use super::provenance::{ProvenanceView, provenance};
use super::provenance_kind::ProvenanceKind;
use super::readable::values;
use super::render::View;

impl View<'_> {
    /// Returns the number of required questions of a section that have no answer.
    pub(super) fn left(&self, section: usize) -> usize {
        let of_section = section..self.occurrences.get(section).end;
        let shown = of_section.filter(|number| self.on[*number]).map(|number| self.occurrences.get(number));
        shown
            .filter(|one| one.is_question() && !one.item.hidden && one.item.required)
            .filter(|one| self.answers.get(&one.place).is_empty())
            .count()
    }

    /// Returns the answers of a section that the chart filled completely: each question that the chart can answer has its
    /// value, none is old or doubtful, no other question is answered or required, and there is nothing to select. Empty
    /// for any other section.
    pub(super) fn chart_lines(&self, section: usize) -> Vec<ChartLine> {
        let below = section..self.occurrences.get(section).end;
        let shown = below.filter(|number| self.on[*number]).map(|number| self.occurrences.get(number));
        let shown: Vec<_> = shown.filter(|one| !one.item.hidden).collect();
        if shown.iter().any(|one| self.must_be_seen(one)) {
            return Vec::new();
        }
        shown.into_iter().filter_map(|one| self.chart_line(one)).collect()
    }

    /// Whether an item needs the clinician: a list, a selection, a problem, a warning, or an answer that is not plainly the
    /// value of the chart.
    fn must_be_seen(&self, one: &Occurrence<'_>) -> bool {
        let Item { conditions, rules, .. } = one.item;
        if one.is_list() || one.item.is_picker() || self.problem(one).is_some() || self.doubt(one).is_some() {
            return true;
        }
        if !one.is_question() {
            let is_conditional = !conditions.is_empty() || rules.enabling.is_some();
            return one.item.kind == ItemType::Display && is_conditional;
        }
        let answered = self.answered(one);
        let from = provenance(answered, self.lang);
        match from.kind {
            ProvenanceKind::None if one.item.is_calculated() => false,
            ProvenanceKind::None => one.item.required || !answered.texts().is_empty(),
            _ => !is_plain(&from),
        }
    }

    /// Returns the answer of a question from the chart. `None` for any other item.
    fn chart_line(&self, one: &Occurrence<'_>) -> Option<ChartLine> {
        let answered = self.answered(one);
        let from = provenance(answered, self.lang);
        (from.kind == ProvenanceKind::FromEhr).then(|| ChartLine {
            label: one.short_text(self.lang).to_owned(),
            value: values(answered, answered.texts(), self.lang).join("; "),
            dated: from.dated.unwrap_or_default(),
        })
    }
}

/// Whether an answer is the only and current value of the chart.
fn is_plain(from: &ProvenanceView) -> bool {
    let alone = from.others.is_empty() && from.left_out.is_empty() && !from.more;
    from.kind == ProvenanceKind::FromEhr && alone && !from.old && !from.kept
}
