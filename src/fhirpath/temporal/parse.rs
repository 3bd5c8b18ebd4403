//! Text to dates and times.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::value::{Kind, NO_DATE, Precision, Temporal};

/// Time of day as written.
struct Clock {
    time: Time,
    precision: Precision,
    fraction: u8,
}

impl Temporal {
    /// Parses FHIR's `date`, `dateTime` and `instant`. `None` for other text, and for a day that does not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
        let date = parse_date(date)?;
        match time {
            None => Some(date),
            Some(time) if date.precision == Precision::Day => date.at(time),
            Some(_) => None,
        }
    }

    /// Parses FHIR's `time`, also without seconds or minutes. `None` for other text, and for a time with an offset.
    #[must_use]
    pub fn parse_time(text: &str) -> Option<Self> {
        let clock = clock(text)?;
        let moment = NO_DATE.to_datetime(clock.time);
        let (precision, fraction) = (clock.precision, clock.fraction);
        Some(Self { moment, precision, kind: Kind::Time, offset: None, fraction })
    }

    fn at(self, text: &str) -> Option<Self> {
        let (time, zone) = text.split_at(text.find(['Z', '+', '-']).unwrap_or(text.len()));
        let clock = clock(time)?;
        Some(Self {
            moment: self.moment.date().to_datetime(clock.time),
            precision: clock.precision,
            kind: Kind::DateTime,
            offset: if zone.is_empty() { None } else { Some(parse_offset(zone)?) },
            fraction: clock.fraction,
        })
    }
}

fn parse_date(text: &str) -> Option<Temporal> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let (month, day) = (parts.next(), parts.next());
    if year == 0 || parts.next().is_some() {
        return None;
    }
    let precision = match (month, day) {
        (None, _) => Precision::Year,
        (Some(_), None) => Precision::Month,
        (Some(_), Some(_)) => Precision::Day,
    };
    let part = |text: Option<&str>| text.map_or(Some(1), two_digits);
    let date = Date::new(year, part(month)?, part(day)?).ok()?;
    Some(Temporal::date_of(date, precision))
}

fn clock(text: &str) -> Option<Clock> {
    let (time, fraction) =
        text.split_once('.').map_or((text, None), |(time, fraction)| (time, Some(fraction)));
    let mut parts = time.split(':').map(two_digits);
    let hour = parts.next()??;
    let (minute, second) = (parts.next(), parts.next());
    let precision = match (minute, second) {
        (None, _) => Precision::Hour,
        (Some(_), None) => Precision::Minute,
        (Some(_), Some(_)) => Precision::Second,
    };
    if parts.next().is_some() || (fraction.is_some() && precision != Precision::Second) {
        return None;
    }
    // A civil time has no leap second, so it is read as the second before.
    let second = second.unwrap_or(Some(0))?;
    let second = if second == 60 { 59 } else { second };
    let nanosecond = fraction.map_or(Some(0), nanoseconds)?;
    let time = Time::new(hour, minute.unwrap_or(Some(0))?, second, nanosecond).ok()?;
    let fraction = u8::try_from(fraction.map_or(0, |digits| digits.len().min(9))).ok()?;
    Some(Clock { time, precision, fraction })
}

fn two_digits(text: &str) -> Option<i8> {
    digits(text, 2).and_then(|number| i8::try_from(number).ok())
}

fn digits(text: &str, width: usize) -> Option<i16> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    let plain =
        !fraction.is_empty() && fraction.len() <= 18 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| format!("{fraction:0<9}")[..9].parse().ok()).flatten()
}

fn parse_offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let minutes = i32::from(digits(hours, 2)?) * 60 + i32::from(digits(minutes, 2)?);
    (!text.starts_with('Z') && minutes <= 14 * 60)
        .then(|| Offset::from_seconds(sign * minutes * 60).ok())
        .flatten()
}
