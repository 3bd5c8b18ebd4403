//! Functions on dates and times.

use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::{Items, Run, single};
use super::function::Function;
use super::item::Item;
use super::scalar::{as_temporal, scalar};
use super::temporal::{Kind, Precision, Temporal};

impl<'a> Run<'_, 'a> {
    pub(super) fn date_function(&self, function: Function, input: Items<'a>) -> Result<Items<'a>, Error> {
        let now = self.env.now();
        match function {
            Function::Today => return Ok(vec![Item::Temporal(Temporal::day(now.date()))]),
            Function::Now => return Ok(vec![Item::Temporal(Temporal::moment(now))]),
            Function::TimeOfDay => return Ok(vec![Item::Temporal(Temporal::time_of(now))]),
            _ => {}
        }
        let Some(item) = single(input, function.name())? else {
            return Ok(Vec::new());
        };
        let scalar = scalar(&item)?;
        let moment = as_temporal(&scalar).ok_or(Error::WrongType(function.name()))?;
        Ok(part(function, &moment).into_iter().collect())
    }
}

/// Returns a part of a date or time, or `None` if it was not written.
fn part<'a>(function: Function, moment: &Temporal) -> Option<Item<'a>> {
    use Function as F;
    let at = moment.civil();
    let is_time = moment.kind() == Kind::Time;
    let (needed, of_date, number) = match function {
        F::DateOf if is_time => return None,
        F::DateOf => return Some(Item::Temporal(moment.without_time())),
        F::TimeOf => return moment.has_time().then(|| Item::Temporal(moment.without_date())),
        F::TimezoneOffsetOf => {
            let minutes = i64::from(moment.offset()?.seconds() / 60);
            return Decimal::from(minutes).divided_by(60.into()).map(Item::Decimal);
        }
        F::YearOf => (Precision::Year, true, i64::from(at.year())),
        F::MonthOf => (Precision::Month, true, i64::from(at.month())),
        F::DayOf => (Precision::Day, true, i64::from(at.day())),
        F::HourOf => (Precision::Hour, false, i64::from(at.hour())),
        F::MinuteOf => (Precision::Minute, false, i64::from(at.minute())),
        F::SecondOf => (Precision::Second, false, i64::from(at.second())),
        _ => (Precision::Second, false, i64::from(at.subsec_nanosecond() / 1_000_000)),
    };
    (moment.precision() >= needed && !(of_date && is_time)).then_some(Item::Integer(number))
}
