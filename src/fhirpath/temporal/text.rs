//! Dates and times as text.

use std::fmt;

use jiff::tz::Offset;

use super::value::{Kind, Precision, Temporal};

impl Temporal {
    /// Returns the text in the written precision: `T14` for an hour.
    pub(in crate::fhirpath) fn written(&self) -> String {
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _ = self.write(&mut text, self.precision);
        text
    }

    fn write(&self, f: &mut impl fmt::Write, precision: Precision) -> fmt::Result {
        if self.kind != Kind::Time {
            self.write_date(f)?;
        }
        if precision >= Precision::Hour {
            f.write_str(if self.kind == Kind::Time { "" } else { "T" })?;
            self.write_time(f, precision)?;
        }
        match self.offset {
            Some(offset) if offset == Offset::UTC => f.write_char('Z'),
            Some(offset) => {
                let minutes = offset.seconds() / 60;
                let sign = if minutes < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
            None => Ok(()),
        }
    }

    fn write_date(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "{:04}", self.moment.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", self.moment.month())?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{:02}", self.moment.day())?;
        }
        Ok(())
    }

    fn write_time(&self, f: &mut impl fmt::Write, precision: Precision) -> fmt::Result {
        write!(f, "{:02}", self.moment.hour())?;
        if precision >= Precision::Minute {
            write!(f, ":{:02}", self.moment.minute())?;
        }
        if precision >= Precision::Second {
            write!(f, ":{:02}", self.moment.second())?;
            let digits = format!("{:09}", self.moment.subsec_nanosecond());
            if self.fraction > 0 {
                write!(f, ".{}", &digits[..usize::from(self.fraction)])?;
            }
        }
        Ok(())
    }
}

/// Writes FHIR's text, in which a time has minutes and seconds.
impl fmt::Display for Temporal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = if self.has_time() { Precision::Second } else { self.precision };
        self.write(f, precision)
    }
}
