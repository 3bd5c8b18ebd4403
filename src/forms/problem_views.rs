//! Problems and doubts of a form as its page shows them.

use serde_json::json;

use super::check::{not_alone, parted};
use super::doubt::doubt;
use super::form_view::{DoubtView, ProblemView};
use super::occurrence::Occurrence;
use super::place::FORM;
use super::problem::{Problem, ProblemKind};
use super::readable::label;
use super::render::{View, id};
use super::rules::Rules;
use super::words;

impl View<'_> {
    pub(super) fn all_problems(&self) -> Vec<ProblemView> {
        let named = |problem: &Problem| match problem.place.as_str() {
            FORM => self.problem_of_form(problem),
            place => self.problem(self.occurrences.find(place)?),
        };
        self.problems.iter().filter_map(named).collect()
    }

    pub(super) fn problem(&self, one: &Occurrence<'_>) -> Option<ProblemView> {
        let found = self.problems.iter().find(|problem| problem.place == one.place).cloned();
        // What contradicts another answer is seen at every save, not only when the answers are checked.
        let of_others = || {
            let of_options = not_alone(one.item, self.answers.get(&one.place)).filter(|_| one.is_question());
            let kind = of_options.or_else(|| parted(&self.together, self.answers, &one.place))?;
            Some(Problem { place: one.place.to_string(), kind })
        };
        let problem = &found.or_else(of_others)?;
        let label = label(&self.occurrences, one, self.lang);
        // The link to a hidden item leads to what is shown around it.
        let around = std::iter::successors(Some(one), |one| Some(self.occurrences.get(one.parent?)));
        let shown = around.into_iter().find(|one| !one.item.hidden).unwrap_or(one);
        Some(self.problem_view(problem, id(&shown.place), label, &one.item.rules))
    }

    /// Problem with a rule of the form itself. Its link leads to the first section.
    fn problem_of_form(&self, problem: &Problem) -> Option<ProblemView> {
        let first = self.occurrences.below(None).map(|number| self.occurrences.get(number));
        let first = first.into_iter().find(|one| !one.item.hidden)?;
        let label = self.form.title(self.lang).to_owned();
        Some(self.problem_view(problem, id(&first.place), label, &self.form.rules))
    }

    fn problem_view(&self, problem: &Problem, id: String, label: String, rules: &Rules) -> ProblemView {
        let constraint = problem.kind.constraint().and_then(|number| rules.constraints.get(number));
        let limit = problem.kind.limit().unwrap_or_default();
        let text = match &problem.kind {
            ProblemKind::Refused { text } => text,
            _ => constraint.map_or("", |it| it.human.in_language(self.lang)),
        };
        let limit = match problem.kind {
            ProblemKind::FileTooLarge { .. } => words::file_size(limit.parse().unwrap_or(0), self.lang),
            ProblemKind::Parted { .. } | ProblemKind::LeftAlone { .. } => {
                let changed = self.occurrences.find(limit);
                changed.map(|one| one.short_text(self.lang).to_owned()).unwrap_or_default()
            }
            ProblemKind::NotAlone { .. } => {
                let asked = self.occurrences.find(&problem.place);
                let option = asked.and_then(|one| one.item.options.iter().find(|option| option.key == limit));
                let option = option.map(|option| option.label.in_language(self.lang).to_owned());
                let entries = self.prefill.candidates(&problem.place).iter();
                let entry =
                    || entries.into_iter().find(|entry| entry.key == limit).map(|entry| entry.label.clone());
                option.or_else(entry).unwrap_or_default()
            }
            _ => words::cell(limit, self.lang, &self.prefill.zone()),
        };
        ProblemView {
            place: problem.place.clone(),
            id,
            label,
            kind: json!(problem.kind)["kind"].as_str().unwrap_or_default().to_owned(),
            limit,
            text: text.to_owned(),
            blocks: problem.kind.blocks(),
        }
    }

    pub(super) fn doubt(&self, one: &Occurrence<'_>) -> Option<DoubtView> {
        let doubt = doubt(one.item, self.answers.get(&one.place))?;
        Some(DoubtView {
            place: one.place.to_string(),
            id: id(&one.place),
            label: label(&self.occurrences, one, self.lang),
            kind: doubt.code().to_owned(),
            count: doubt.count(),
        })
    }

    /// Returns the doubts about the answers to questions that are asked.
    pub(super) fn all_doubts(&self) -> Vec<DoubtView> {
        self.asked().filter_map(|one| self.doubt(one)).collect()
    }
}
