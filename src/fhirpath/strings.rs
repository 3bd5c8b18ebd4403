//! Functions on text.

use std::borrow::Cow;

use super::call::text;
use super::error::Error;
use super::evaluate::{Call, Items, Run, boolean};
use super::function::Function;
use super::item::Item;

impl<'a> Run<'_, 'a> {
    pub(super) fn text_function(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let Some(text) = text(input, call.name())? else {
            return Ok(Vec::new());
        };
        self.charge_text(text.len())?;
        match call.function {
            Function::Upper => return Ok(string(text.to_uppercase())),
            Function::Lower => return Ok(string(text.to_lowercase())),
            Function::Trim => return Ok(string(text.trim().to_owned())),
            Function::Length => return Ok(count(Some(text.chars().count()))),
            Function::ToChars => return self.characters(&text),
            Function::Substring => return self.substring(call, &text),
            _ => {}
        }
        let mut given = Vec::with_capacity(2);
        for at in 0..call.arguments.len() {
            let Some(argument) = self.text_argument(call, at)? else {
                return Ok(Vec::new());
            };
            given.push(argument);
        }
        let first = given.first().map_or("", |text| text.as_ref());
        match call.function {
            Function::StartsWith => Ok(boolean(Some(text.starts_with(first)))),
            Function::EndsWith => Ok(boolean(Some(text.ends_with(first)))),
            Function::Contains => Ok(boolean(Some(text.contains(first)))),
            Function::IndexOf => Ok(index_of(&text, text.find(first))),
            Function::LastIndexOf => Ok(index_of(&text, text.rfind(first))),
            Function::Split => self.parts(text.split(first)),
            Function::Replace => self.replaced(&text, first, given.get(1).map_or("", |text| text.as_ref())),
            _ => self.coded(call, &text, first),
        }
    }

    fn substring(&self, call: Call<'_, 'a>, text: &str) -> Result<Items<'a>, Error> {
        let number = |at: usize| self.integer_argument(call, at);
        let start = number(0)?.and_then(|start| usize::try_from(start).ok());
        let length = number(1)?.map_or(usize::MAX, |length| usize::try_from(length).unwrap_or(0));
        let Some(start) = start.filter(|start| *start < text.chars().count()) else {
            return Ok(Vec::new());
        };
        Ok(string(text.chars().skip(start).take(length).collect()))
    }

    fn characters(&self, text: &str) -> Result<Items<'a>, Error> {
        let mut buffer = [0; 4];
        self.charge(text.len())?;
        Ok(text.chars().flat_map(|letter| string(letter.encode_utf8(&mut buffer).to_owned())).collect())
    }

    fn parts<'t>(&self, parts: impl Iterator<Item = &'t str>) -> Result<Items<'a>, Error> {
        let mut found = Vec::new();
        for part in parts {
            self.charge(1)?;
            found.extend(string(part.to_owned()));
        }
        Ok(found)
    }

    /// Charges the result to the budget before building it, because replacing can multiply the length.
    fn replaced(&self, text: &str, pattern: &str, by: &str) -> Result<Items<'a>, Error> {
        let matches = text.matches(pattern).count();
        self.charge_text(text.len().saturating_add(matches.saturating_mul(by.len())))?;
        Ok(string(text.replace(pattern, by)))
    }
}

pub(super) fn string<'a>(text: String) -> Items<'a> {
    vec![Item::String(Cow::Owned(text))]
}

fn count<'a>(number: Option<usize>) -> Items<'a> {
    vec![Item::Integer(number.and_then(|number| i64::try_from(number).ok()).unwrap_or(-1))]
}

fn index_of<'a>(text: &str, at: Option<usize>) -> Items<'a> {
    count(at.map(|at| text[..at].chars().count()))
}
