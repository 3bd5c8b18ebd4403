//! Functions of the subset, with their numbers of arguments.

/// Part of the evaluator that computes a function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Group {
    /// Evaluates an argument for each item.
    Lambda,
    Collection,
    /// Takes a second collection.
    Sets,
    Aggregate,
    /// Input is a single text.
    Text,
    /// Input is a single text, the first argument a regular expression.
    Pattern,
    Conversion,
    Math,
    Dates,
    Boundary,
    Elements,
    Types,
}

/// Declares the functions: name, variant, group, smallest and largest number of arguments; sorted by name.
macro_rules! functions {
    ($($name:literal $variant:ident $group:ident $fewest:literal..=$most:literal,)*) => {
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Function { $($variant,)* }

        const FUNCTIONS: &[(&str, Function, Group, usize, usize)] =
            &[$(($name, Function::$variant, Group::$group, $fewest, $most),)*];
    };
}

functions! {
    "abs" Abs Math 0..=0,
    "aggregate" Aggregate Lambda 1..=2,
    "all" All Lambda 1..=1,
    "allFalse" AllFalse Collection 0..=0,
    "allTrue" AllTrue Collection 0..=0,
    "anyFalse" AnyFalse Collection 0..=0,
    "anyTrue" AnyTrue Collection 0..=0,
    "avg" Avg Aggregate 0..=0,
    "ceiling" Ceiling Math 0..=0,
    "children" Children Elements 0..=0,
    "coalesce" Coalesce Lambda 1..=8,
    "combine" Combine Sets 1..=1,
    "comparable" Comparable Boundary 1..=1,
    "conformsTo" ConformsTo Types 1..=1,
    "contains" Contains Text 1..=1,
    "convertsToBoolean" ConvertsToBoolean Conversion 0..=0,
    "convertsToDate" ConvertsToDate Conversion 0..=0,
    "convertsToDateTime" ConvertsToDateTime Conversion 0..=0,
    "convertsToDecimal" ConvertsToDecimal Conversion 0..=0,
    "convertsToInteger" ConvertsToInteger Conversion 0..=0,
    "convertsToQuantity" ConvertsToQuantity Conversion 0..=1,
    "convertsToString" ConvertsToText Conversion 0..=0,
    "convertsToTime" ConvertsToTime Conversion 0..=0,
    "count" Count Collection 0..=0,
    "dateOf" DateOf Dates 0..=0,
    "dayOf" DayOf Dates 0..=0,
    "decode" Decode Text 1..=1,
    "descendants" Descendants Elements 0..=0,
    "distinct" Distinct Collection 0..=0,
    "empty" Empty Collection 0..=0,
    "encode" Encode Text 1..=1,
    "endsWith" EndsWith Text 1..=1,
    "escape" Escape Text 1..=1,
    "exclude" Exclude Sets 1..=1,
    "exists" Exists Lambda 0..=1,
    "exp" Exp Math 0..=0,
    "extension" Extension Elements 1..=1,
    "first" First Collection 0..=0,
    "floor" Floor Math 0..=0,
    "getValue" GetValue Elements 0..=0,
    "hasValue" HasValue Elements 0..=0,
    "highBoundary" HighBoundary Boundary 0..=1,
    "hourOf" HourOf Dates 0..=0,
    "iif" Iif Lambda 2..=3,
    "indexOf" IndexOf Text 1..=1,
    "intersect" Intersect Sets 1..=1,
    "isDistinct" IsDistinct Collection 0..=0,
    "join" Join Aggregate 0..=1,
    "last" Last Collection 0..=0,
    "lastIndexOf" LastIndexOf Text 1..=1,
    "length" Length Text 0..=0,
    "ln" Ln Math 0..=0,
    "log" Log Math 1..=1,
    "lowBoundary" LowBoundary Boundary 0..=1,
    "lower" Lower Text 0..=0,
    "matches" Matches Pattern 1..=1,
    "matchesFull" MatchesFull Pattern 1..=1,
    "max" Max Aggregate 0..=0,
    "memberOf" MemberOf Elements 1..=1,
    "millisecondOf" MillisecondOf Dates 0..=0,
    "min" Min Aggregate 0..=0,
    "minuteOf" MinuteOf Dates 0..=0,
    "monthOf" MonthOf Dates 0..=0,
    "not" Not Collection 0..=0,
    "now" Now Dates 0..=0,
    "ordinal" Ordinal Elements 0..=0,
    "power" Power Math 1..=1,
    "precision" Precision Boundary 0..=0,
    "repeat" Repeat Lambda 1..=1,
    "repeatAll" RepeatAll Lambda 1..=1,
    "replace" Replace Text 2..=2,
    "replaceMatches" ReplaceMatches Pattern 2..=2,
    "resolve" Resolve Elements 0..=0,
    "round" Round Math 0..=1,
    "secondOf" SecondOf Dates 0..=0,
    "select" Select Lambda 1..=1,
    "single" Single Collection 0..=0,
    "skip" Skip Collection 1..=1,
    "sort" Sort Lambda 0..=8,
    "split" Split Text 1..=1,
    "sqrt" Sqrt Math 0..=0,
    "startsWith" StartsWith Text 1..=1,
    "subsetOf" SubsetOf Sets 1..=1,
    "substring" Substring Text 1..=2,
    "sum" Sum Aggregate 0..=0,
    "supersetOf" SupersetOf Sets 1..=1,
    "tail" Tail Collection 0..=0,
    "take" Take Collection 1..=1,
    "timeOf" TimeOf Dates 0..=0,
    "timeOfDay" TimeOfDay Dates 0..=0,
    "timezoneOffsetOf" TimezoneOffsetOf Dates 0..=0,
    "toBoolean" ToBoolean Conversion 0..=0,
    "toChars" ToChars Text 0..=0,
    "toDate" ToDate Conversion 0..=0,
    "toDateTime" ToDateTime Conversion 0..=0,
    "toDecimal" ToDecimal Conversion 0..=0,
    "toInteger" ToInteger Conversion 0..=0,
    "toQuantity" ToQuantity Conversion 0..=1,
    "toString" ToText Conversion 0..=0,
    "toTime" ToTime Conversion 0..=0,
    "today" Today Dates 0..=0,
    "trace" Trace Lambda 1..=2,
    "trim" Trim Text 0..=0,
    "truncate" Truncate Math 0..=0,
    "type" Type Types 0..=0,
    "unescape" Unescape Text 1..=1,
    "union" Union Sets 1..=1,
    "upper" Upper Text 0..=0,
    "weight" Weight Elements 0..=0,
    "where" Where Lambda 1..=1,
    "yearOf" YearOf Dates 0..=0,
}

impl Function {
    /// Finds a function by name. Returns it with its name, and whether it accepts this number of arguments.
    pub(super) fn find(name: &str, arguments: usize) -> Option<(Self, &'static str, bool)> {
        let at = FUNCTIONS.binary_search_by_key(&name, |entry| entry.0).ok()?;
        let (name, function, _, fewest, most) = FUNCTIONS[at];
        Some((function, name, (fewest..=most).contains(&arguments)))
    }

    fn entry(self) -> &'static (&'static str, Self, Group, usize, usize) {
        // The variants are declared in the order of the table.
        &FUNCTIONS[self as usize]
    }

    pub(super) fn name(self) -> &'static str {
        self.entry().0
    }

    pub(super) fn group(self) -> Group {
        self.entry().2
    }

    /// Whether the result depends on the input and the arguments alone.
    pub(super) fn is_steady(self) -> bool {
        let reads_more = matches!(self, Self::MemberOf | Self::Ordinal | Self::Resolve | Self::Weight);
        !reads_more && self.group() != Group::Dates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_functions_by_name() {
        assert!(FUNCTIONS.is_sorted_by_key(|entry| entry.0));
        assert!(FUNCTIONS.iter().all(|entry| entry.1.name() == entry.0));
        assert_eq!(Function::find("toString", 0), Some((Function::ToText, "toString", true)));
        assert_eq!(Function::find("ofKind", 1), None);
    }
}
