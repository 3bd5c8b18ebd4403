//! Roots, powers and logarithms of decimal numbers.

use super::decimal::Decimal;

/// Digits after the decimal point of a square root.
const ROOT_SCALE: u32 = 16;
/// Largest whole exponent that is computed by multiplication.
const MAX_EXPONENT: u64 = 1_000;
/// Numbers closer to zero than this are zero as a result of `exp()` and `power()`.
const SMALLEST: f64 = 1e-19;

impl Decimal {
    /// Returns the square root, to 16 digits after the decimal point if they fit. `None` for a negative number.
    pub(super) fn square_root(self) -> Option<Self> {
        if self < Self::ZERO {
            return None;
        }
        let number = self.shortest();
        let scaled = |scale: u32| {
            let factor = 10_i128.checked_pow((2 * scale).checked_sub(number.scale())?)?;
            Some((number.mantissa().checked_mul(factor)?, scale))
        };
        let (square, scale) = (0..=ROOT_SCALE).rev().find_map(scaled)?;
        Some(Self::of(square.isqrt(), scale).shortest())
    }

    /// Returns the power. A whole exponent up to 1000 is computed by multiplication, any other in binary floating point,
    /// rounded to 14 digits. `None` if there is no real or finite result.
    pub(super) fn power(self, exponent: Self) -> Option<Self> {
        let whole = exponent.is_whole().then(|| i64::try_from(exponent.truncated()).ok()).flatten();
        match whole.filter(|exponent| exponent.unsigned_abs() <= MAX_EXPONENT) {
            Some(exponent) if exponent < 0 && self.is_zero() => None,
            Some(exponent) if exponent < 0 => {
                Self::from(1).divided_by(self.repeated(exponent.unsigned_abs())?)
            }
            Some(exponent) => self.repeated(exponent.unsigned_abs()),
            None => Self::from_float(self.to_float()?.powf(exponent.to_float()?)),
        }
    }

    fn repeated(self, exponent: u64) -> Option<Self> {
        let (mut product, mut square, mut rest) = (Self::from(1), self, exponent);
        while rest > 0 {
            if rest % 2 == 1 {
                product = product.times(square)?;
            }
            rest /= 2;
            square = if rest > 0 { square.times(square)? } else { square };
        }
        Some(product)
    }

    /// Returns e to the power of this number, rounded to 14 digits, or `None` if out of range.
    pub(super) fn exponential(self) -> Option<Self> {
        Self::from_float(self.to_float()?.exp())
    }

    /// Returns the natural logarithm, rounded to 14 digits. `None` for zero and negative numbers.
    pub(super) fn natural_logarithm(self) -> Option<Self> {
        Self::from_float(self.to_float()?.ln())
    }

    /// Returns the logarithm to a base, rounded to 14 digits. `None` unless both are positive and the base is not one.
    pub(super) fn logarithm(self, base: Self) -> Option<Self> {
        Self::from_float(self.to_float()?.ln() / base.to_float()?.ln())
    }

    fn to_float(self) -> Option<f64> {
        self.to_string().parse().ok()
    }

    /// Rounds to 14 significant digits, which are the same on every machine.
    fn from_float(value: f64) -> Option<Self> {
        if value.abs() < SMALLEST {
            return Some(Self::ZERO);
        }
        if value.is_finite() { Self::parse(&format!("{value:.13e}")).map(Self::shortest) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn text(found: Option<Decimal>) -> Option<String> {
        found.map(|found| found.to_string())
    }

    #[test]
    fn computes_roots_and_powers() {
        assert_eq!(text(decimal("81").square_root()).as_deref(), Some("9"));
        assert_eq!(text(decimal("0.0625").square_root()).as_deref(), Some("0.25"));
        assert_eq!(text(decimal("2").square_root()).as_deref(), Some("1.414213562373095"));
        assert_eq!(
            text(decimal("123456789012345678901234567890").square_root()).as_deref(),
            Some("351364182882014.4253")
        );
        assert_eq!(text(decimal("-1").square_root()), None);
        assert_eq!(text(decimal("2").power(decimal("3"))).as_deref(), Some("8"));
        assert_eq!(text(decimal("1.1").power(decimal("2"))).as_deref(), Some("1.21"));
        assert_eq!(text(decimal("2").power(decimal("-2"))).as_deref(), Some("0.25"));
        assert_eq!(text(decimal("0.9605").power(decimal("1.6487"))).as_deref(), Some("0.93571461454085"));
        assert_eq!(text(decimal("-1").power(decimal("0.5"))), None);
        assert_eq!(text(decimal("0").power(decimal("-1"))), None);
        assert_eq!(text(decimal("10").power(decimal("999"))), None);
        assert_eq!(text(decimal("0.1").power(decimal("200.5"))).as_deref(), Some("0"));
    }

    #[test]
    fn computes_logarithms() {
        assert_eq!(text(decimal("1").natural_logarithm()).as_deref(), Some("0"));
        assert_eq!(text(decimal("5").natural_logarithm()).as_deref(), Some("1.6094379124341"));
        assert_eq!(text(decimal("0").natural_logarithm()), None);
        assert_eq!(text(decimal("-1").natural_logarithm()), None);
        assert_eq!(text(decimal("16").logarithm(decimal("2"))).as_deref(), Some("4"));
        assert_eq!(text(decimal("16").logarithm(decimal("1"))), None);
        assert_eq!(text(decimal("0").exponential()).as_deref(), Some("1"));
        assert_eq!(text(decimal("-100").exponential()).as_deref(), Some("0"));
        assert_eq!(text(decimal("1000").exponential()), None);
    }

    #[test]
    fn keeps_the_leading_digits_of_a_long_product() {
        let long = decimal("1.04512345678901234567");
        let product = long.times(long).unwrap().to_string();
        assert!(product.starts_with("1.0922830399306145"), "{product}");
        assert_eq!(
            decimal("12345678901234567890.1234567890")
                .times(decimal("0.00000000000000000001"))
                .unwrap()
                .rounded(10)
                .to_string(),
            "0.1234567890"
        );
    }
}
