//! Answers of a draft moved to another version of its form.

use super::answered::Answered;
use super::answers::Answers;
use super::item::Item;
use super::occurrence::Occurrences;
use super::prefill::Prefill;
use super::questionnaire::Form;
use super::readable::{label, values};
use super::typed;
use super::words;

/// Answers in another version of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Answers that have a place in it.
    pub answers: Answers,
    /// Answers that have none, each as question and value in the language of the page.
    pub lost: Vec<String>,
}

/// Whether the codings of a question are those of the other question too.
fn has_same_set(question: &Item, other: &Item) -> bool {
    question.external_value_set() == other.external_value_set()
}

/// Moves answers to another version of their form. An answer has a place there if the question with its `linkId` has the
/// same type, is in the same lists, and can have the answer.
#[must_use]
pub fn moved(from: &Form, to: &Form, answers: &Answers, prefill: &Prefill, lang: &str) -> Moved {
    let mut moved = Moved { answers: answers.clone(), lost: Vec::new() };
    moved.answers.retain(&Occurrences::of(to, answers));
    let (before, after) = (Occurrences::of(from, answers), Occurrences::of(to, &moved.answers));
    for question in before.questions().filter(|question| !answers.get(&question.place).is_empty()) {
        let answered = Answered { item: question.item, place: &question.place, answers, prefill };
        let fits = after.find(&question.place).is_some_and(|other| {
            let can_have = |text: &String| {
                typed::read(question.item, text, answered.candidates()).is_err()
                    || typed::read(other.item, text, answered.candidates()).is_ok()
            };
            other.is_question()
                && other.item.kind == question.item.kind
                && answered.texts().iter().all(can_have)
                && (answers.codings(&question.place).is_empty() || has_same_set(question.item, other.item))
        });
        if !fits {
            moved.answers.set(&question.place, Vec::new());
            moved.answers.files.remove(&*question.place);
            if !question.item.hidden {
                let shown = values(answered, answered.texts(), lang).join(words::semicolon(lang));
                moved.lost.push(format!(
                    "{}{}{shown}",
                    label(&before, question, lang),
                    super::words::colon(lang)
                ));
            }
        }
    }
    moved
}
