//! Lexer: text to tokens.

use super::error::Error;
use super::temporal::Temporal;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Identifier(String),
    /// Name in backticks, which is never a keyword.
    Quoted(String),
    Text(Text),
    Number(String),
    Temporal(String),
    Variable(String),
    Special(String),
    Symbol(&'static str),
    End,
}

/// Text in quotes. A backslash before a letter that is no escape is ignored (`FHIRPath` 2.0, 5.1), so that `\d` is `d`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    /// The same text with such a backslash, as a regular expression means it. `None` if it has none.
    pub(super) as_pattern: Option<String>,
}

/// Digits of the escape `\u`.
const UNICODE_DIGITS: usize = 4;

/// Longer symbols first, so that `<=` is not read as `<`.
const SYMBOLS: &[&str] = &[
    "!=", "!~", "<=", ">=", "{", "}", "(", ")", "[", "]", ".", ",", "+", "-", "*", "/", "&", "|", "=", "~",
    "<", ">",
];

pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Error> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks()?;
        let at = lexer.at;
        let token = lexer.next()?;
        let end = token == Token::End;
        tokens.push((at, token));
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn expected<T>(&self, expected: &'static str) -> Result<T, Error> {
        Err(Error::Syntax { at: self.at, expected })
    }

    fn skip_blanks(&mut self) -> Result<(), Error> {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            if self.rest().starts_with("//") {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if self.rest().starts_with("/*") {
                match self.rest().find("*/") {
                    Some(end) => self.at += end + 2,
                    None => return self.expected("the end of a comment"),
                }
            } else {
                return Ok(());
            }
        }
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn next(&mut self) -> Result<Token, Error> {
        let Some(first) = self.rest().chars().next() else {
            return Ok(Token::End);
        };
        match first {
            'a'..='z' | 'A'..='Z' | '_' => Ok(Token::Identifier(self.name().to_owned())),
            '0'..='9' => Ok(Token::Number(self.number().to_owned())),
            '\'' => self.quoted('\'').map(Token::Text),
            '`' => Ok(Token::Quoted(self.quoted('`')?.text)),
            '%' => self.variable(),
            '@' => self.temporal(),
            '$' => {
                self.at += 1;
                Ok(Token::Special(self.name().to_owned()))
            }
            _ => match SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
                Some(symbol) => {
                    self.at += symbol.len();
                    Ok(Token::Symbol(symbol))
                }
                None => self.expected("an expression"),
            },
        }
    }

    fn name(&mut self) -> &'t str {
        self.take_while(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    fn number(&mut self) -> &'t str {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit());
        let rest = self.rest();
        if rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        }
        let number = &self.text[start..self.at];
        // Integers have 64 bits here, so that a Long is one.
        let suffix = self.rest().strip_prefix('L').filter(|rest| !rest.starts_with(char::is_alphanumeric));
        if suffix.is_some() && !number.contains('.') {
            self.at += 1;
        }
        number
    }

    fn variable(&mut self) -> Result<Token, Error> {
        self.at += 1;
        let name = match self.rest().chars().next() {
            Some(quote @ ('`' | '\'')) => self.quoted(quote)?.text,
            _ => self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).to_owned(),
        };
        if name.is_empty() { self.expected("the name of a variable") } else { Ok(Token::Variable(name)) }
    }

    fn temporal(&mut self) -> Result<Token, Error> {
        let start = self.at + 1;
        self.at = start;
        self.take_while(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | 'Z' | '+'));
        let rest = self.rest();
        if rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | 'Z' | '+'));
        }
        let text = &self.text[start..self.at];
        if temporal(text).is_some() {
            Ok(Token::Temporal(text.to_owned()))
        } else {
            self.expected("a date or time")
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Text, Error> {
        self.at += 1;
        let (mut text, mut pattern, mut has_other) = (String::new(), String::new(), false);
        let mut chars = self.rest().char_indices();
        while let Some((at, c)) = chars.next() {
            let c = match c {
                _ if c == quote => {
                    self.at += at + 1;
                    return Ok(Text { text, as_pattern: has_other.then_some(pattern) });
                }
                '\\' => match unescape(&mut chars) {
                    Some(Escaped::Letter(c)) => c,
                    Some(Escaped::Other(c)) => {
                        has_other = true;
                        pattern.push('\\');
                        c
                    }
                    None => break,
                },
                _ => c,
            };
            text.push(c);
            pattern.push(c);
        }
        self.expected("a closed text")
    }
}

/// Parses the text of a date or time after its `@`: `2015T` is a date-time, `T14:30` a time of day.
pub(super) fn temporal(text: &str) -> Option<Temporal> {
    if let Some(time) = text.strip_prefix('T') {
        return Temporal::parse_time(time);
    }
    match text.strip_suffix('T') {
        Some(date) => Temporal::parse(date).map(|date| date.as_date_time()),
        None => Temporal::parse(text),
    }
}

/// Letter after a backslash.
enum Escaped {
    /// Letter of an escape that `FHIRPath` has.
    Letter(char),
    /// Letter that is no escape.
    Other(char),
}

fn unescape(chars: &mut std::str::CharIndices<'_>) -> Option<Escaped> {
    let (_, escaped) = chars.next()?;
    Some(Escaped::Letter(match escaped {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'f' => '\u{c}',
        '\'' | '"' | '`' | '\\' | '/' => escaped,
        'u' => match unicode(chars.as_str()) {
            Some(letter) => {
                chars.nth(UNICODE_DIGITS - 1);
                letter
            }
            None => return Some(Escaped::Other(escaped)),
        },
        _ => return Some(Escaped::Other(escaped)),
    }))
}

/// Letter of the four hexadecimal digits after `\u`.
fn unicode(rest: &str) -> Option<char> {
    let digits = rest.get(..UNICODE_DIGITS).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}
