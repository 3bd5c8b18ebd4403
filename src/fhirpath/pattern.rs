//! Regular expressions of untrusted forms: no backtracking, a limit of memory, and a known cost.

use regex::{Regex, RegexBuilder};

/// Longest pattern, in bytes.
const MAX_LENGTH: usize = 2_048;
/// Limits of a compiled pattern, in bytes, each with the cost of matching one byte of text, in half steps.
const SIZES: &[(usize, usize)] = &[(32 * 1024, 1), (512 * 1024, 16), (4 * 1024 * 1024, 128)];
/// Steps of compiling a pattern of the smallest size.
const COMPILE_STEPS: usize = 200;

/// Compiled regular expression. A `.` also matches a line break, letters are matched with their case, `\w` matches letters
/// of every alphabet and `\d` the digits 0 to 9.
///
/// The engine has no look-around. Look-ahead at the start, as in `^(?!.*[DFIOQU])[A-Z][0-9]`, is supported by matching
/// each condition on its own.
#[derive(Clone, Debug)]
pub struct Pattern {
    part: Part,
    /// Conditions at the start of the text, and whether each has to match.
    conditions: Vec<(Part, bool)>,
}

/// Regular expression, and the same one for a whole text.
#[derive(Clone, Debug)]
struct Part {
    anywhere: Regex,
    whole: Regex,
    cost: usize,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// The reason why it is not a regular expression, or that it is too large.
    pub fn compile(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("longer than {MAX_LENGTH} bytes"));
        }
        let text = with_plain_digits(text);
        let (conditions, rest) = conditions(&text).unwrap_or((Vec::new(), text.clone()));
        let condition =
            |(text, wanted): (String, bool)| Ok((Part::compile(&format!("^(?:{text})"))?, wanted));
        Ok(Self {
            part: Part::compile(&rest)?,
            conditions: conditions.into_iter().map(condition).collect::<Result<_, String>>()?,
        })
    }

    /// Whether a part of the text matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.fulfils_conditions(text) && self.part.anywhere.is_match(text)
    }

    /// Whether the whole text matches.
    #[must_use]
    pub fn is_full_match(&self, text: &str) -> bool {
        self.fulfils_conditions(text) && self.part.whole.is_match(text)
    }

    fn fulfils_conditions(&self, text: &str) -> bool {
        self.conditions.iter().all(|(part, wanted)| part.anywhere.is_match(text) == *wanted)
    }

    /// Returns the expression with which parts of a text are replaced, or `None` if it has conditions.
    pub(super) fn replacing(&self) -> Option<&Regex> {
        self.conditions.is_empty().then_some(&self.part.anywhere)
    }

    /// Steps that matching a text of this length may take.
    pub(super) fn cost(&self, bytes: usize) -> usize {
        bytes.saturating_mul(self.size()) / 2
    }

    /// Steps that compiling took.
    pub(super) fn compile_cost(&self) -> usize {
        COMPILE_STEPS * self.size()
    }

    fn size(&self) -> usize {
        self.part.cost + self.conditions.iter().map(|(part, _)| part.cost).sum::<usize>()
    }
}

impl Part {
    fn compile(text: &str) -> Result<Self, String> {
        let mut reason = String::new();
        for (limit, cost) in SIZES {
            match build(text, *limit)
                .and_then(|anywhere| Ok((anywhere, build(&format!("^(?:{text})$"), *limit)?)))
            {
                Ok((anywhere, whole)) => return Ok(Self { anywhere, whole, cost: *cost }),
                Err(regex::Error::CompiledTooBig(_)) => "it is too large".clone_into(&mut reason),
                Err(error) => return Err(last_line(&error.to_string())),
            }
        }
        Err(reason)
    }
}

fn build(text: &str, limit: usize) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).dot_matches_new_line(true).size_limit(limit).dfa_size_limit(limit).build()
}

/// Last line of the message of the engine, which names the reason. The lines before it quote the pattern.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or_default().trim();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

/// Writes `\d` as `[0-9]`: the engine would match the digits of every script.
fn with_plain_digits(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, if letter == '\\' { letters.next() } else { None }) {
            (_, Some('d')) => plain.push_str("[0-9]"),
            (_, Some('D')) => plain.push_str("[^0-9]"),
            (letter, escaped) => plain.extend([letter].into_iter().chain(escaped)),
        }
    }
    plain
}

/// Splits `^(?!a)(?=b)rest` into its conditions, each with whether it has to match, and `^(?:rest)`. `None` if the pattern
/// does not begin so.
fn conditions(text: &str) -> Option<(Vec<(String, bool)>, String)> {
    let mut rest = text.strip_prefix('^')?;
    let mut found = Vec::new();
    while let Some((inner, wanted)) = rest
        .strip_prefix("(?!")
        .map(|inner| (inner, false))
        .or(rest.strip_prefix("(?=").map(|inner| (inner, true)))
    {
        let end = closing(inner)?;
        found.push((inner[..end].to_owned(), wanted));
        rest = &inner[end + 1..];
    }
    // An alternative outside of a group would not begin with the conditions.
    (!found.is_empty() && closing(&format!("{rest})")) == Some(rest.len()) && !has_alternatives(rest))
        .then(|| (found, format!("^(?:{rest})")))
}

/// Byte offset of the parenthesis that closes a group of which `text` is the inside.
fn closing(text: &str) -> Option<usize> {
    outside_classes(text)
        .scan(0_i32, |depth, (at, letter)| {
            *depth += match letter {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            Some((at, *depth))
        })
        .find(|(_, depth)| *depth < 0)
        .map(|(at, _)| at)
}

fn has_alternatives(text: &str) -> bool {
    let mut depth = 0;
    outside_classes(text).any(|(_, letter)| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == '|' && depth == 0
    })
}

/// Letters of a pattern that are neither escaped nor in a class.
fn outside_classes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut escaped, mut class) = (false, false);
    text.char_indices().filter(move |(_, letter)| {
        let plain = !escaped && !class;
        match letter {
            '\\' if !escaped => {
                escaped = true;
                return false;
            }
            '[' if plain => class = true,
            ']' if !escaped => class = false,
            _ => {}
        }
        escaped = false;
        plain
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::compile(pattern).unwrap().is_match(text)
    }

    #[test]
    fn matches_anywhere_or_the_whole_text() {
        assert!(matches("Library", "a/Library/b") && !matches("library", "a/Library/b"));
        assert!(matches("A.*B", "A\n\tB"));
        assert!(matches("^\\d{3}$", "123") && !matches("^\\d{3}$", "1234") && !matches("\\d", "١"));
        assert!(matches("^[\\d\\s]+$", "1 2") && matches("^\\w+$", "Élodie") && matches("\\\\d", "\\d"));
        let whole = |pattern: &str, text| Pattern::compile(pattern).unwrap().is_full_match(text);
        assert!(whole("a|ab", "ab") && !whole("b", "ab") && whole(".*b.*", "ab"));
    }

    #[test]
    fn supports_conditions_at_the_start() {
        let postal_code = "^(?!.*[DFIOQU])[A-VXY][0-9][A-Z] ?[0-9][A-Z][0-9]$";
        assert!(matches(postal_code, "K1A 0B1") && !matches(postal_code, "K1D 0B1"));
        assert!(!matches(postal_code, "Z1A 0B1"));
        let password = "^(?=.*[)])(?=.*\\d).{4,}$";
        assert!(matches(password, "a)b1") && !matches(password, "a)bc") && !matches(password, "ab12"));
        assert!(Pattern::compile("^(?!a)b|c").is_err(), "the condition is not that of `c`");
        assert!(Pattern::compile("x(?!y)").is_err());
    }

    #[test]
    fn refuses_patterns_that_are_too_large() {
        assert_eq!(Pattern::compile("(a{100}){100}{100}").unwrap_err(), "it is too large");
        assert!(Pattern::compile(&"a".repeat(3_000)).is_err());
        assert!(Pattern::compile(&"(".repeat(2_000)).is_err());
        assert!(Pattern::compile("[").unwrap_err().contains("unclosed"));
        let cost = |pattern: &str| Pattern::compile(pattern).unwrap().cost(100);
        assert!(cost("\\d+") < cost("\\w+") && cost("\\w+") < cost("\\w{40}"));
    }
}
