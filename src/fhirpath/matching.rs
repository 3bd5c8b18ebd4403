//! Functions with regular expressions.

use std::cell::Ref;

use super::call::text;
use super::error::Error;
use super::evaluate::{Call, Items, Run, boolean};
use super::function::Function;
use super::pattern::Pattern;
use super::strings::string;

/// Part of the rest of a text that the search for a match usually looks at.
const SHORT_SEARCH: usize = 8;

impl<'a> Run<'_, 'a> {
    pub(super) fn pattern_function(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let text = text(input, call.name())?;
        let pattern = self.text_argument(call, 0)?;
        let by = self.text_argument(call, 1)?;
        let (Some(text), Some(pattern)) = (text, pattern) else {
            return Ok(Vec::new());
        };
        let compiled = self.pattern(&pattern, call.name())?;
        self.charge(1 + compiled.cost(text.len()))?;
        match (call.function, by) {
            (Function::Matches, _) => Ok(boolean(Some(compiled.is_match(&text)))),
            (Function::MatchesFull, _) => Ok(boolean(Some(compiled.is_full_match(&text)))),
            (_, None) => Ok(Vec::new()),
            (_, Some(_)) if pattern.is_empty() => Ok(string(text.into_owned())),
            (_, Some(by)) => self.replaced_matches(&compiled, &text, &by),
        }
    }

    fn pattern(&self, text: &str, function: &'static str) -> Result<Ref<'_, Pattern>, Error> {
        if !self.patterns.borrow().contains_key(text) {
            // The reason may quote the pattern, which may be a value of a chart.
            let compiled = Pattern::compile(text)
                .map_err(|_| Error::BadPattern { function, reason: "it is not valid".to_owned() })?;
            self.charge(compiled.compile_cost())?;
            self.patterns.borrow_mut().insert(text.to_owned(), compiled);
        }
        Ref::filter_map(self.patterns.borrow(), |patterns| patterns.get(text))
            .map_err(|_| Error::WrongType(function))
    }

    /// Replaces each match. `$1` and `${name}` in `by` are the groups of the match. Each piece is charged before it is
    /// built, because replacing can multiply the length.
    fn replaced_matches(&self, pattern: &Pattern, text: &str, by: &str) -> Result<Items<'a>, Error> {
        let what = Function::ReplaceMatches.name();
        let regex = pattern.replacing().ok_or(Error::WrongType(what))?;
        let by = numbered_groups(by);
        let (mut result, mut end) = (String::new(), 0);
        for found in regex.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            // A search may look at all the rest of the text, however short the match.
            self.charge(1 + pattern.cost(text.len() - whole.start()) / SHORT_SEARCH)?;
            // A group is named in at least two bytes and is at most as long as the match.
            self.charge_text(whole.len().saturating_mul(1 + by.matches('$').count()) + by.len())?;
            result.push_str(&text[end..whole.start()]);
            found.expand(&by, &mut result);
            end = whole.end();
        }
        self.charge_text(text.len())?;
        result.push_str(&text[end..]);
        Ok(string(result))
    }
}

/// Writes `$1` as `${1}`: in the engine, `$1a` is a group with the name `1a`.
fn numbered_groups(by: &str) -> String {
    let mut result = String::with_capacity(by.len());
    let mut letters = by.chars().peekable();
    while let Some(letter) = letters.next() {
        result.push(letter);
        if letter == '$' && letters.peek().is_some_and(char::is_ascii_digit) {
            result.push('{');
            while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                result.push(digit);
            }
            result.push('}');
        }
    }
    result
}
