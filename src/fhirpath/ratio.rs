//! Exact fractions for the factors of units: 1 `/h` is 1/3600 of 1 `/s`, without rounding.

use super::decimal::Decimal;

/// Fraction `numerator / denominator × 10^exponent`, in lowest terms, with a positive denominator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Ratio {
    numerator: i128,
    denominator: i128,
    exponent: i32,
}

/// Largest number of digits after the decimal point of a fraction written as a decimal.
const MAX_SCALE: i32 = 20;

impl Ratio {
    pub(super) const ONE: Self = Self { numerator: 1, denominator: 1, exponent: 0 };

    /// Returns `numerator / denominator × 10^exponent`, or `None` if the denominator is not positive.
    pub(super) fn new(numerator: i128, denominator: i128, exponent: i32) -> Option<Self> {
        if denominator <= 0 {
            return None;
        }
        let common = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let common = i128::try_from(common).ok().filter(|common| *common > 0)?;
        let (mut numerator, mut denominator, mut exponent) =
            (numerator / common, denominator / common, exponent);
        while numerator != 0 && numerator % 10 == 0 {
            (numerator, exponent) = (numerator / 10, exponent.checked_add(1)?);
        }
        while denominator % 10 == 0 {
            (denominator, exponent) = (denominator / 10, exponent.checked_sub(1)?);
        }
        Some(Self { numerator, denominator, exponent })
    }

    /// Returns the product, or `None` if out of range.
    pub(super) fn times(self, other: Self) -> Option<Self> {
        let (one, two) = (
            Self::new(self.numerator, other.denominator, 0)?,
            Self::new(other.numerator, self.denominator, 0)?,
        );
        let exponent = self.exponent.checked_add(other.exponent)?;
        Self::new(
            one.numerator.checked_mul(two.numerator)?,
            one.denominator.checked_mul(two.denominator)?,
            exponent.checked_add(one.exponent)?.checked_add(two.exponent)?,
        )
    }

    /// Returns one divided by this, or `None` for zero.
    pub(super) fn inverse(self) -> Option<Self> {
        let exponent = self.exponent.checked_neg()?;
        let sign = self.numerator.signum();
        Self::new(sign * self.denominator, self.numerator.checked_abs()?, exponent)
    }

    /// Returns the sum, or `None` if out of range.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let scaled = |ratio: Self| {
            let by = power_of_ten(u32::try_from(ratio.exponent.checked_sub(exponent)?).ok()?)?;
            ratio.numerator.checked_mul(by)
        };
        let left = scaled(self)?.checked_mul(other.denominator)?;
        let right = scaled(other)?.checked_mul(self.denominator)?;
        Self::new(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?, exponent)
    }

    /// Returns the negated fraction.
    pub(super) fn negated(self) -> Self {
        Self { numerator: -self.numerator, ..self }
    }

    /// Returns the power with a whole exponent, or `None` if out of range.
    pub(super) fn power(self, exponent: i32) -> Option<Self> {
        let base = if exponent < 0 { self.inverse()? } else { self };
        (0..exponent.unsigned_abs()).try_fold(Self::ONE, |product, _| product.times(base))
    }

    /// Returns the decimal, exact if it has at most 20 digits after the decimal point, or else rounded to as many digits
    /// as fit. `None` if it is out of range.
    pub(super) fn to_decimal(self) -> Option<Decimal> {
        if self.numerator == 0 {
            return Some(Decimal::ZERO);
        }
        (0..=MAX_SCALE).rev().find_map(|scale| {
            let shift = scale.checked_add(self.exponent)?;
            let power = power_of_ten(shift.unsigned_abs())?;
            let (numerator, denominator) = if shift < 0 {
                (self.numerator, self.denominator.checked_mul(power)?)
            } else {
                (self.numerator.checked_mul(power)?, self.denominator)
            };
            let (whole, rest) = (numerator / denominator, numerator % denominator);
            let up = i128::from(rest.abs() >= denominator - rest.abs());
            let mantissa = whole.checked_add(up * numerator.signum())?;
            // A number that rounds to zero is out of range, not zero.
            (mantissa != 0).then(|| Decimal::of(mantissa, scale.unsigned_abs()).shortest())
        })
    }
}

impl From<Decimal> for Ratio {
    fn from(value: Decimal) -> Self {
        let exponent = i32::try_from(value.scale()).map_or(0, |scale| -scale);
        let whole = Self { numerator: value.mantissa(), denominator: 1, exponent };
        Self::new(whole.numerator, 1, exponent).unwrap_or(whole)
    }
}

fn gcd(left: u128, right: u128) -> u128 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

fn power_of_ten(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computes_without_rounding() {
        let third = Ratio::new(1, 3, 0).unwrap();
        assert_eq!(third.plus(third).unwrap().plus(third), Some(Ratio::ONE));
        assert_eq!(third.times(Ratio::new(3, 1, 0).unwrap()), Some(Ratio::ONE));
        assert_eq!(third.power(-2), Ratio::new(9, 1, 0));
        assert_eq!(Ratio::new(0, 5, 3).unwrap().inverse(), None);
        assert_eq!(Ratio::new(-1, 4, 0).unwrap().inverse(), Ratio::new(-4, 1, 0));
        assert_eq!(Ratio::new(i128::MAX, 7, 0).unwrap().times(Ratio::new(i128::MAX, 11, 0).unwrap()), None);
    }

    #[test]
    fn writes_decimals_in_shortest_form() {
        let text = |numerator, denominator, exponent| {
            Ratio::new(numerator, denominator, exponent).unwrap().to_decimal().map(|found| found.to_string())
        };
        assert_eq!(text(45, 1, -3).as_deref(), Some("0.045"));
        assert_eq!(text(1, 8, 0).as_deref(), Some("0.125"));
        assert_eq!(text(-2, 3, 0).as_deref(), Some("-0.66666666666666666667"));
        assert_eq!(text(12, 1, 5).as_deref(), Some("1200000"));
        assert_eq!(text(0, 7, -40).as_deref(), Some("0"));
        assert_eq!(text(1, 1, 40), None);
        assert_eq!(text(1, 1, -40), None);
    }
}
