//! Decimal numbers, exact: 0.1 + 0.2 is 0.3, and a dose has no binary rounding error.

use std::cmp::Ordering;
use std::fmt;

/// Largest number of digits after the decimal point.
const MAX_SCALE: u32 = 20;
/// Digits after the decimal point of a quotient.
const DIVISION_SCALE: u32 = 12;

/// Factors of a product are rounded only while they have more digits than this number.
const LEADING_DIGITS: u128 = 1_000_000_000_000_000_000;

/// Decimal number: `mantissa` divided by ten to the power of `scale`. Trailing zeros are printed, but ignored in
/// comparisons.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    mantissa: i128,
    scale: u32,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };

    /// Parses `-12.50` or `1e-7`. `None` for anything else, and for numbers out of range.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match number.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, number),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let well_formed = !whole.is_empty() && (!digits.contains('.') || !fraction.is_empty());
        if !well_formed || digits.len() > 40 {
            return None;
        }
        let mut mantissa: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            let value = digit.is_ascii_digit().then(|| i128::from(digit - b'0'))?;
            mantissa = mantissa.checked_mul(10)?.checked_add(value)?;
        }
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        let decimal = Self::scaled(if negative { -mantissa } else { mantissa }, scale)?;
        // A number that rounds to zero is out of range, not zero.
        (mantissa == 0 || !decimal.is_zero()).then_some(decimal)
    }

    /// Returns the number `mantissa` divided by ten to the power of `scale`.
    pub(super) fn of(mantissa: i128, scale: u32) -> Self {
        Self { mantissa, scale }.limited()
    }

    /// Returns all digits as a whole number.
    pub(super) fn mantissa(self) -> i128 {
        self.mantissa
    }

    fn scaled(mantissa: i128, scale: i32) -> Option<Self> {
        match u32::try_from(scale) {
            Ok(scale) => Some(Self { mantissa, scale }.limited()),
            Err(_) if mantissa == 0 => Some(Self::ZERO),
            Err(_) => {
                Some(Self { mantissa: mantissa.checked_mul(power_of_ten(scale.unsigned_abs())?)?, scale: 0 })
            }
        }
    }

    fn limited(self) -> Self {
        if self.scale <= MAX_SCALE { self } else { self.rounded(MAX_SCALE) }
    }

    /// Rounds to `scale` digits after the decimal point, halves away from zero.
    #[must_use]
    pub fn rounded(self, scale: u32) -> Self {
        if scale >= self.scale {
            return self;
        }
        let Some(divisor) = power_of_ten(self.scale - scale) else {
            return Self::ZERO;
        };
        let (quotient, rest) = (self.mantissa / divisor, self.mantissa % divisor);
        let up = i128::from(rest.abs() >= divisor - rest.abs());
        Self { mantissa: quotient + up * self.mantissa.signum(), scale }
    }

    /// Cuts off the digits after `scale` digits after the decimal point.
    pub(super) fn cut(self, scale: u32) -> Self {
        let divisor = self.scale.checked_sub(scale).and_then(power_of_ten);
        divisor.map_or(self, |divisor| Self { mantissa: self.mantissa / divisor, scale })
    }

    /// Adds zeros up to `scale` digits after the decimal point. `None` if they do not fit.
    pub(super) fn with_scale(self, scale: u32) -> Option<Self> {
        match scale.checked_sub(self.scale) {
            Some(zeros) => Some(Self { mantissa: self.mantissa.checked_mul(power_of_ten(zeros)?)?, scale }),
            None => Some(self),
        }
    }

    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let left = self.mantissa.checked_mul(power_of_ten(scale - self.scale)?)?;
        let right = other.mantissa.checked_mul(power_of_ten(scale - other.scale)?)?;
        Some((left, right, scale))
    }

    /// Returns the sum, or `None` if out of range.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        Some(Self { mantissa: left.checked_add(right)?, scale })
    }

    /// Returns the negated number, or `None` if out of range.
    #[must_use]
    pub fn negated(self) -> Option<Self> {
        Some(Self { mantissa: self.mantissa.checked_neg()?, scale: self.scale })
    }

    /// Returns the product, or `None` if out of range. Exact, unless it has more than 38 digits: then the factors are
    /// rounded, to no fewer than 18 digits.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let (mut left, mut right) = (self, other);
        loop {
            if let Some(mantissa) = left.mantissa.checked_mul(right.mantissa) {
                return Some(Self { mantissa, scale: left.scale + right.scale }.limited());
            }
            // The longer number loses its last digit, but none of the leading ones.
            let longest = [&mut left, &mut right]
                .into_iter()
                .filter(|number| number.scale > 0 && number.mantissa.unsigned_abs() >= LEADING_DIGITS)
                .max_by_key(|number| number.mantissa.unsigned_abs())?;
            *longest = longest.rounded(longest.scale - 1);
        }
    }

    /// Returns the quotient rounded to twelve digits, or `None` if out of range or divided by zero.
    #[must_use]
    pub fn divided_by(self, other: Self) -> Option<Self> {
        let (left, right, _) = self.aligned(other)?;
        let finer = left.checked_mul(power_of_ten(DIVISION_SCALE + 1)?)?.checked_div(right)?;
        Some(Self { mantissa: finer, scale: DIVISION_SCALE + 1 }.rounded(DIVISION_SCALE).shortest())
    }

    /// Returns the integer quotient and the remainder, or `None` if out of range or divided by zero.
    #[must_use]
    pub fn div_mod(self, other: Self) -> Option<(Self, Self)> {
        let (left, right, scale) = self.aligned(other)?;
        let whole = Self { mantissa: left.checked_div(right)?, scale: 0 };
        Some((whole, Self { mantissa: left.checked_rem(right)?, scale }))
    }

    /// Removes trailing zeros after the decimal point.
    #[must_use]
    pub fn shortest(mut self) -> Self {
        while self.scale > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.scale -= 1;
        }
        self
    }

    /// Returns the number of significant digits, without zeros at the end: 2 for `850`, 1 for `0.010`.
    #[must_use]
    pub fn significant_digits(self) -> u32 {
        let mut mantissa = self.mantissa.unsigned_abs();
        while mantissa > 0 && mantissa.is_multiple_of(10) {
            mantissa /= 10;
        }
        mantissa.checked_ilog10().map_or(0, |log| log + 1)
    }

    /// Whether the number is a power of ten, such as `0.001`.
    #[must_use]
    pub fn is_power_of_ten(self) -> bool {
        self.significant_digits() == 1 && self.mantissa.to_string().starts_with('1')
    }

    /// Rounds to this many significant digits. Digits before the decimal point are kept.
    #[must_use]
    pub fn to_digits(self, digits: u32) -> Self {
        let written = self.mantissa.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
        self.rounded(self.scale.saturating_sub(written.saturating_sub(digits)))
    }

    /// Returns the integer part.
    #[must_use]
    pub fn truncated(self) -> i128 {
        power_of_ten(self.scale).map_or(0, |divisor| self.mantissa / divisor)
    }

    /// Whether all digits after the decimal point are zero.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.shortest().scale == 0
    }

    /// Whether the number is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Returns the number of digits after the decimal point, with trailing zeros.
    #[must_use]
    pub fn scale(self) -> u32 {
        self.scale
    }

    /// Returns the JSON number with the same digits.
    #[must_use]
    pub fn to_number(self) -> Option<serde_json::Number> {
        self.to_string().parse().ok()
    }
}

fn power_of_ten(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self { mantissa: value.into(), scale: 0 }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |number: &Self| {
            let divisor = power_of_ten(number.scale).unwrap_or(i128::MAX);
            let finer = power_of_ten(MAX_SCALE.saturating_sub(number.scale)).unwrap_or(1);
            (number.mantissa / divisor, number.mantissa % divisor * finer)
        };
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Decimal {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs().to_string();
        let scale = self.scale as usize;
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        write!(f, "{sign}{whole}.{fraction}")
    }
}
