//! What was handed out and is for one receiver alone: whoever tests a client looks for it everywhere else.

use std::collections::VecDeque;

/// Values kept; older ones are forgotten.
const KEPT: usize = 10_000;

/// The last [`KEPT`] launch handles, codes and tokens as they went out, oldest first.
#[derive(Debug, Default)]
pub(super) struct HandedOut(VecDeque<String>);

impl HandedOut {
    pub(super) fn push(&mut self, value: &str) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(value.to_owned());
    }

    pub(super) fn all(&self) -> Vec<String> {
        self.0.iter().cloned().collect()
    }
}
