//! Answers of the chart that a user emptied, for the review: the message does not say them.

use serde::Serialize;

use crate::forms::{FormView, ItemView, ProvenanceKind};

/// Question that the chart answers and the form no longer does.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EmptiedLine {
    /// Path of the question in the form.
    pub path: String,
    /// Text of the question.
    pub label: String,
    /// Value of the chart.
    pub chart: String,
    /// Its clinical date; empty if the chart has none.
    pub dated: String,
}

/// Lists the questions that were emptied, in the order of the form. `edit` is the path of the form. The entries of a picker
/// are not among them: its own line says what was selected.
pub(in crate::referral) fn emptied(form: &FormView, edit: &str) -> Vec<EmptiedLine> {
    let mut lines = Vec::new();
    for section in form.sections.iter().filter(|section| section.enabled) {
        add(&section.items, edit, &mut lines);
    }
    lines
}

fn add(items: &[ItemView], edit: &str, lines: &mut Vec<EmptiedLine>) {
    for item in items.iter().filter(|item| item.enabled && !item.hidden) {
        if let Some(chart) = item.provenance.chart_value.as_ref().filter(|_| is_emptied(item)) {
            lines.push(EmptiedLine {
                path: format!("{edit}#{}", item.id),
                label: item.label.clone(),
                chart: chart.clone(),
                dated: item.provenance.dated.clone().unwrap_or_default(),
            });
        }
        add(&item.items, edit, lines);
        for row in item.rows.iter().flat_map(|rows| &rows.rows) {
            add(&row.items, edit, lines);
        }
    }
}

fn is_emptied(item: &ItemView) -> bool {
    item.provenance.kind == ProvenanceKind::Edited
        && item.control != "picker"
        && item.value.is_empty()
        && item.values.is_empty()
        && !item.options.iter().any(|option| option.checked)
}
