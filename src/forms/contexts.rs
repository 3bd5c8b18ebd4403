//! Items of a response, by the occurrence that each is of.

use serde_json::Value;

use super::occurrence::Occurrences;
use super::translation::array;

/// Returns for each occurrence its item of a response, or that of the list it is a row of; `None` if it has none.
/// `written` has the number of items or answers that were written for each occurrence.
pub(super) fn contexts<'r>(
    occurrences: &Occurrences<'_>,
    written: &[usize],
    response: &'r Value,
) -> Vec<Option<&'r Value>> {
    let mut finder = Finder { occurrences, written, found: vec![None; occurrences.len()] };
    finder.below(None, &mut array(response, "item"));
    finder.found
}

struct Finder<'o, 'f, 'r> {
    occurrences: &'o Occurrences<'f>,
    written: &'o [usize],
    found: Vec<Option<&'r Value>>,
}

impl<'r> Finder<'_, '_, 'r> {
    fn below(&mut self, parent: Option<usize>, items: &mut dyn Iterator<Item = &'r Value>) {
        let occurrences = self.occurrences;
        for number in occurrences.below(parent) {
            let one = occurrences.get(number);
            if one.item.is_own_section {
                self.below(Some(number), items);
            } else if one.is_list() && !one.item.kind.is_question() {
                occurrences.below(Some(number)).for_each(|row| self.one(row, items));
            } else {
                self.one(number, items);
            }
        }
    }

    fn one(&mut self, number: usize, items: &mut dyn Iterator<Item = &'r Value>) {
        let occurrences = self.occurrences;
        let Some(item) = (self.written[number] > 0).then(|| items.next()).flatten() else { return };
        self.found[number] = Some(item);
        if !occurrences.get(number).is_list() {
            let answer = array(item, "answer").find(|answer| answer.get("item").is_some());
            return self.below(Some(number), &mut array(answer.unwrap_or(item), "item"));
        }
        let mut answers = array(item, "answer");
        for row in occurrences.below(Some(number)) {
            let of_row: Vec<&Value> = answers.by_ref().take(self.written[row]).collect();
            if let Some(first) = of_row.first() {
                self.found[row] = Some(item);
                self.below(Some(row), &mut array(first, "item"));
            }
        }
    }
}
