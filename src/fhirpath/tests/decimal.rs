//! Decimal numbers.

use super::super::Decimal;

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

#[test]
fn computes_exactly() {
    assert_eq!(decimal("0.1").plus(decimal("0.2")), Some(decimal("0.3")));
    assert_eq!(decimal("71.5").divided_by(decimal("2.7225")).unwrap().rounded(1).to_string(), "26.3");
    assert_eq!(decimal("1").divided_by(decimal("3")).unwrap().to_string(), "0.333333333333");
    assert_eq!(decimal("2").divided_by(decimal("3")).unwrap().to_string(), "0.666666666667");
    assert_eq!(decimal("-2.5").rounded(0).to_string(), "-3");
    assert_eq!(decimal("7").div_mod(decimal("2.5")), Some((decimal("2"), decimal("2"))));
}

#[test]
fn prints_trailing_zeros_and_compares_by_value() {
    assert_eq!(decimal("0.10").to_string(), "0.10");
    assert_eq!(decimal("0.10"), decimal("0.1"));
    assert_eq!(decimal("-0"), decimal("0"));
    assert_eq!(decimal("1e-7").to_string(), "0.0000001");
    assert!(decimal("-1.5") < decimal("-1.4"));
    assert!(decimal("-0.5") < decimal("0.2"));
}

#[test]
fn refuses_text_that_is_not_a_number() {
    for text in ["", "-", ".", "1.", ".5", "1,5", "1e400", "1e-400", "-1e-21", "0x1", "١", "1e", "--1", "+1"]
    {
        assert!(Decimal::parse(text).is_none(), "{text}");
    }
    assert!(Decimal::parse(&"9".repeat(41)).is_none());
    assert_eq!(decimal("1").divided_by(Decimal::ZERO), None);
}
