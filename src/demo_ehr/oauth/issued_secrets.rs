//! Issued secrets: launch handles, codes and tokens. Tests search for them in every place where none may appear.

use std::collections::VecDeque;

/// Number of values kept; older ones are dropped.
const MAX_VALUES: usize = 10_000;

/// The last [`MAX_VALUES`] launch handles, codes and tokens that were issued, oldest first.
#[derive(Debug, Default)]
pub(in crate::demo_ehr) struct IssuedSecrets(VecDeque<String>);

impl IssuedSecrets {
    pub(in crate::demo_ehr) fn push(&mut self, value: &str) {
        if self.0.len() == MAX_VALUES {
            self.0.pop_front();
        }
        self.0.push_back(value.to_owned());
    }

    pub(in crate::demo_ehr) fn all(&self) -> Vec<String> {
        self.0.iter().cloned().collect()
    }
}
