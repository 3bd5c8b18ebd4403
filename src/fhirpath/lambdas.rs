//! Functions that evaluate an argument for each item.

use std::collections::VecDeque;

use super::error::Error;
use super::evaluate::{Call, Items, Run, Scope, boolean, truth};
use super::function::Function;
use super::members::Members;
use super::syntax::Expr;

impl<'a> Run<'_, 'a> {
    pub(super) fn lambda(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let Call { arguments, scope, .. } = call;
        if call.function == Function::Sort {
            return self.sort(call, input);
        }
        let Some(body) = arguments.first() else {
            return Ok(boolean(Some(!input.is_empty())));
        };
        match call.function {
            Function::Where => self.filter(body, input, scope),
            Function::Exists => Ok(boolean(Some(!self.filter(body, input, scope)?.is_empty()))),
            Function::All => {
                let all = input.len();
                Ok(boolean(Some(self.filter(body, input, scope)?.len() == all)))
            }
            Function::Select => self.select(body, &input, scope),
            Function::Repeat => self.repeat(body, input, scope),
            Function::RepeatAll => self.repeat_all(body, input, scope),
            Function::Aggregate => self.aggregate(body, arguments.get(1), &input, scope),
            Function::Iif => self.iif(call, &input),
            Function::Coalesce => self.coalesce(call),
            // A log would hold values of a chart, so that a trace changes nothing and says nothing.
            _ => {
                if let Some(projection) = arguments.get(1) {
                    self.select(projection, &input, scope)?;
                }
                Ok(input)
            }
        }
    }

    fn filter(&self, body: &'a Expr, input: Items<'a>, scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        let mut kept = Vec::new();
        for (at, item) in input.into_iter().enumerate() {
            if truth(self.eval(body, scope.on(&item, at))?, "where")? == Some(true) {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    fn select(&self, body: &'a Expr, input: &Items<'a>, scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        let mut found = Vec::new();
        for (at, item) in input.iter().enumerate() {
            found.append(&mut self.eval(body, scope.on(item, at))?);
        }
        Ok(found)
    }

    /// Evaluates `repeat()`: level by level, each value once.
    fn repeat(&self, body: &'a Expr, input: Items<'a>, scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        let mut found = Members::default();
        let mut pending = VecDeque::from(input);
        while let Some(item) = pending.pop_front() {
            for child in self.eval(body, scope.on(&item, 0))? {
                if self.insert(&mut found, child.clone())? {
                    pending.push_back(child);
                }
            }
        }
        Ok(found.into_items())
    }

    /// Evaluates `repeatAll()`: as `repeat()`, with values that occur several times. The budget ends a circle.
    fn repeat_all(&self, body: &'a Expr, input: Items<'a>, scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        let (mut found, mut level) = (Vec::new(), input);
        while !level.is_empty() {
            level = self.select(body, &level, scope)?;
            self.charge(level.len())?;
            found.extend_from_slice(&level);
        }
        Ok(found)
    }

    fn aggregate(
        &self,
        body: &'a Expr,
        initial: Option<&'a Expr>,
        input: &Items<'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        let mut total = match initial {
            Some(initial) => self.eval(initial, scope)?,
            None => Vec::new(),
        };
        for (at, item) in input.iter().enumerate() {
            let inner = Scope { total: Some(&total), ..scope.on(item, at) };
            total = self.eval(body, inner)?;
        }
        Ok(total)
    }

    /// Evaluates `iif()`: only the chosen branch is evaluated.
    fn iif(&self, call: Call<'_, 'a>, input: &Items<'a>) -> Result<Items<'a>, Error> {
        if input.len() > 1 {
            return Err(Error::NotSingleton("iif"));
        }
        let inner = Call { scope: Scope { focus: input, ..call.scope }, ..call };
        let chosen = truth(self.argument(inner, 0)?, "iif")?.unwrap_or(false);
        let branch = if chosen { 1 } else { 2 };
        if branch < call.arguments.len() { self.argument(inner, branch) } else { Ok(Vec::new()) }
    }

    fn coalesce(&self, call: Call<'_, 'a>) -> Result<Items<'a>, Error> {
        for argument in call.arguments {
            let found = self.eval(argument, call.scope)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }
}
