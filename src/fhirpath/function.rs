//! Functions of the subset, with their numbers of arguments.

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Function {
    Abs,
    Aggregate,
    All,
    AllTrue,
    AnyTrue,
    Ceiling,
    Children,
    Combine,
    Contains,
    Count,
    Distinct,
    Empty,
    EndsWith,
    Exclude,
    Exists,
    Extension,
    First,
    Floor,
    HasValue,
    Iif,
    IndexOf,
    Intersect,
    IsDistinct,
    Join,
    Last,
    Length,
    Lower,
    Not,
    Now,
    Repeat,
    Replace,
    Resolve,
    Round,
    Select,
    Single,
    Skip,
    Sort,
    Split,
    StartsWith,
    Substring,
    Sum,
    Tail,
    Take,
    ToBoolean,
    ToDate,
    ToDateTime,
    ToDecimal,
    ToInteger,
    ToText,
    Today,
    Trim,
    Truncate,
    Union,
    Upper,
    Where,
}

/// Name, function, smallest and largest number of arguments; sorted by name.
const FUNCTIONS: &[(&str, Function, usize, usize)] = &[
    ("abs", Function::Abs, 0, 0),
    ("aggregate", Function::Aggregate, 1, 2),
    ("all", Function::All, 1, 1),
    ("allTrue", Function::AllTrue, 0, 0),
    ("anyTrue", Function::AnyTrue, 0, 0),
    ("ceiling", Function::Ceiling, 0, 0),
    ("children", Function::Children, 0, 0),
    ("combine", Function::Combine, 1, 1),
    ("contains", Function::Contains, 1, 1),
    ("count", Function::Count, 0, 0),
    ("distinct", Function::Distinct, 0, 0),
    ("empty", Function::Empty, 0, 0),
    ("endsWith", Function::EndsWith, 1, 1),
    ("exclude", Function::Exclude, 1, 1),
    ("exists", Function::Exists, 0, 1),
    ("extension", Function::Extension, 1, 1),
    ("first", Function::First, 0, 0),
    ("floor", Function::Floor, 0, 0),
    ("hasValue", Function::HasValue, 0, 0),
    ("iif", Function::Iif, 2, 3),
    ("indexOf", Function::IndexOf, 1, 1),
    ("intersect", Function::Intersect, 1, 1),
    ("isDistinct", Function::IsDistinct, 0, 0),
    ("join", Function::Join, 0, 1),
    ("last", Function::Last, 0, 0),
    ("length", Function::Length, 0, 0),
    ("lower", Function::Lower, 0, 0),
    ("not", Function::Not, 0, 0),
    ("now", Function::Now, 0, 0),
    ("repeat", Function::Repeat, 1, 1),
    ("replace", Function::Replace, 2, 2),
    ("resolve", Function::Resolve, 0, 0),
    ("round", Function::Round, 0, 1),
    ("select", Function::Select, 1, 1),
    ("single", Function::Single, 0, 0),
    ("skip", Function::Skip, 1, 1),
    ("sort", Function::Sort, 0, 1),
    ("split", Function::Split, 1, 1),
    ("startsWith", Function::StartsWith, 1, 1),
    ("substring", Function::Substring, 1, 2),
    ("sum", Function::Sum, 0, 0),
    ("tail", Function::Tail, 0, 0),
    ("take", Function::Take, 1, 1),
    ("toBoolean", Function::ToBoolean, 0, 0),
    ("toDate", Function::ToDate, 0, 0),
    ("toDateTime", Function::ToDateTime, 0, 0),
    ("toDecimal", Function::ToDecimal, 0, 0),
    ("toInteger", Function::ToInteger, 0, 0),
    ("toString", Function::ToText, 0, 0),
    ("today", Function::Today, 0, 0),
    ("trim", Function::Trim, 0, 0),
    ("truncate", Function::Truncate, 0, 0),
    ("union", Function::Union, 1, 1),
    ("upper", Function::Upper, 0, 0),
    ("where", Function::Where, 1, 1),
];

impl Function {
    /// Finds a function by name. Returns it with its name, and whether it accepts this number of arguments.
    pub(super) fn find(name: &str, arguments: usize) -> Option<(Self, &'static str, bool)> {
        let at = FUNCTIONS.binary_search_by_key(&name, |entry| entry.0).ok()?;
        let (name, function, fewest, most) = FUNCTIONS[at];
        Some((function, name, (fewest..=most).contains(&arguments)))
    }

    /// Whether its input is a single text.
    pub(super) fn is_on_text(self) -> bool {
        use Function as F;
        matches!(
            self,
            F::Upper
                | F::Lower
                | F::Trim
                | F::Length
                | F::Substring
                | F::StartsWith
                | F::EndsWith
                | F::Contains
                | F::IndexOf
                | F::Split
                | F::Replace
        )
    }

    pub(super) fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|entry| entry.1 == self).map_or("a function", |entry| entry.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_functions_by_name() {
        assert!(FUNCTIONS.is_sorted_by_key(|entry| entry.0));
        assert_eq!(Function::find("toString", 0), Some((Function::ToText, "toString", true)));
        assert_eq!(Function::find("trace", 1), None);
    }
}
