//! Dates, date-times and times of day.

use super::*;

#[test]
fn compares_moments_as_instants() {
    // The hour that comes twice in Toronto each November.
    gives("@2017-11-05T01:30:00-04:00 < @2017-11-05T01:15:00-05:00", &json!([true]));
    gives("@2026-11-01T01:30:00-04:00 != @2026-11-01T01:30:00-05:00", &json!([true]));
    gives(
        "(@2017-11-05T01:30:00-05:00 | @2017-11-05T01:45:00-04:00).sort().first() = @2017-11-05T01:45:00-04:00",
        &json!([true]),
    );
    gives("@2026-04-15T15:30+02:00 = @2026-04-15T16:30+03:00", &json!([true]));
    gives("(@2026-04-15T15:30Z | @2026-04-15T16:30+01:00).count()", &json!([1]));
}

#[test]
fn keeps_the_written_precision() {
    gives("@2024-01-15T06:30:00.000+11:00", &json!(["2024-01-15T06:30:00.000+11:00"]));
    gives("@1973-12-25T00:00:00.000+10:00 + 7 days", &json!(["1974-01-01T00:00:00.000+10:00"]));
    gives("@1973-12-25T00:00:00Z + 10 'ms'", &json!(["1973-12-25T00:00:00.010Z"]));
    gives("@2019-02-28T10:00:00.12Z = @2019-02-28T10:00:00.120Z", &json!([true]));
    gives("@2026-09-02T14.toString()", &json!(["2026-09-02T14"]));
    gives("@2026-09-02T14", &json!(["2026-09-02T14:00:00"]));
    gives("@2015T is DateTime and @2015-02-04T is DateTime and @2015 is Date", &json!([true]));
    gives("@2015T = @2015", &json!([true]));
}

#[test]
fn adds_units_of_ucum_but_years_and_months_of_the_calendar_only() {
    gives("@1973-12-25 + 1 'wk'", &json!(["1974-01-01"]));
    gives("@1973-12-25 + 1 'd'", &json!(["1973-12-26"]));
    gives("@1973-12-25T00:00:00Z + 1 'h'", &json!(["1973-12-25T01:00:00Z"]));
    gives("@1973-12-25 - 1 'month'", &json!(["1973-11-25"]));
    assert_eq!(run("@1973-12-25 + 1 'a'"), Err(Error::WrongType("+")));
    assert_eq!(run("@1973-12-25 + 1 'cm'"), Err(Error::WrongType("+")));
}

#[test]
fn knows_times_of_day() {
    gives("@T14:30 < @T15:00", &json!([true]));
    gives("@T10:30 < @T10:30:00", &json!([]));
    gives("@T10:30:00 = @T10:30:00.0", &json!([true]));
    gives("@T14 is Time and @T14:34:28.123 is Time", &json!([true]));
    gives("@T23:59:23 + 2 minutes = @T00:01:23", &json!([true]));
    gives("@T12:14 != birthDate", &json!([true]));
    gives("'10:30'.toTime()", &json!(["10:30:00"]));
    gives("'10:30'.toTime().toString()", &json!(["10:30"]));
    gives("'25:30'.toTime() | '10:30Z'.toTime()", &json!([]));
    gives("timeOfDay()", &json!(["23:30:00"]));
    gives("now().timeOf() = timeOfDay()", &json!([true]));
    assert_eq!(run("@T09:45 + 2 years"), Err(Error::OutOfRange("+")));
    assert_eq!(run("@T12:00 < today()"), Err(Error::WrongType("<")));
    assert!(matches!(run("@T14:34:28Z"), Err(Error::Syntax { .. })));
}

#[test]
fn takes_parts_of_dates() {
    gives("birthDate.yearOf() | birthDate.monthOf() | birthDate.dayOf()", &json!([1961, 3, 14]));
    gives("@2026-03.dayOf()", &json!([]));
    gives("@2026-03-01T10:20:30.456-04:00.hourOf()", &json!([10]));
    gives("@2026-03-01T10:20:30.456-04:00.minuteOf()", &json!([20]));
    gives("@T10:20:30.456.secondOf() | @T10:20:30.456.millisecondOf()", &json!([30, 456]));
    gives("@2026-03-01T10:20:30-03:30.timezoneOffsetOf()", &json!([-3.5]));
    gives("@2026-03-01T10:20:30Z.dateOf()", &json!(["2026-03-01"]));
    gives("@T10:20.yearOf() | @T10:20.dateOf()", &json!([]));
    assert_eq!(run("1.yearOf()"), Err(Error::WrongType("yearOf")));
}

#[test]
fn computes_boundaries_and_precision_of_dates() {
    gives("@2014.lowBoundary(6) | @2014.highBoundary(6)", &json!(["2014-01", "2014-12"]));
    gives("@2024-02.highBoundary()", &json!(["2024-02-29"]));
    gives("@2014-01-01T08.lowBoundary(17)", &json!(["2014-01-01T08:00:00.000+14:00"]));
    gives("@2014-01-01T08.highBoundary()", &json!(["2014-01-01T08:59:59.999-12:00"]));
    gives("@2014-01-01T08:05-05:00.highBoundary(17)", &json!(["2014-01-01T08:05:59.999-05:00"]));
    gives("@2014-01-01T08.lowBoundary(8)", &json!(["2014-01-01"]));
    gives("@T10:30.highBoundary(9)", &json!(["10:30:59.999"]));
    gives("@2014.lowBoundary(5) | @T10:30.lowBoundary(8) | @2014.lowBoundary(17)", &json!([]));
    gives("@2014.precision() | @T10:30:00.000.precision()", &json!([4, 9]));
    gives("@2014-01-05T10:30:00.000.precision() = 17 and @T10:30.precision() = 4", &json!([true]));
}

/// Two elements of a resource that are written with different offsets, of types that are not known here.
#[test]
fn recognizes_one_moment_in_two_elements_of_a_resource() {
    let resource = json!({
        "resourceType": "Basic", "seen": "2026-09-02T09:14:00-04:00", "noted": "2026-09-02T13:14:00Z",
        "other": "2026-09-02T09:14:00Z", "day": "2026-09-02", "text": "2026-09-02T09:14"
    });
    let of_resource = |text: &str| {
        let environment = environment(&resource);
        let expression = Expression::parse(text).unwrap();
        let items = expression.evaluate(&environment, &resource);
        items.map(|items| items.iter().map(super::super::Item::to_json).collect::<Value>())
    };
    for (text, expected) in [
        ("seen = noted", json!([true])),
        ("seen != noted", json!([false])),
        ("seen ~ noted", json!([true])),
        ("seen = other", json!([false])),
        ("seen ~ other", json!([false])),
        ("day = day", json!([true])),
        ("day = seen", json!([false])),
        ("(seen | noted).count()", json!([1])),
    ] {
        assert_eq!(of_resource(text), Ok(expected), "{text}");
    }
}
