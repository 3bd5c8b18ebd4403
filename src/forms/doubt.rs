//! Doubts about phone numbers and e-mail addresses: they are shown beside the field, and prevent nothing.
//!
//! Digits are counted, and no numbering plan is used: a slip of the finger in a Canadian number changes their count, and a
//! library of the plans of the world would have to be updated with each of them.

use super::item::Item;

/// Digits of a number in Canada and the United States.
const NATIONAL: usize = 10;
/// Numbers of digits of an international number with its country code (ITU-T E.164).
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 7..=15;
/// Words before an extension number.
const EXTENSIONS: [&str; 6] = ["ext", "poste", "local", "x", "#", "p."];

/// Doubt about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// A phone number has ten digits; this one has another number of them.
    PhoneDigits(usize),
    /// An international number has 7 to 15 digits; this one has another number of them.
    InternationalDigits(usize),
    /// An e-mail address has one `@` with a name before it and a domain after it.
    Email,
}

impl Doubt {
    /// Code in message keys.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::PhoneDigits(_) => "phone",
            Self::InternationalDigits(_) => "phone-international",
            Self::Email => "email",
        }
    }

    /// Number of digits, or 0 if that is not what is doubted.
    pub(super) const fn count(self) -> usize {
        match self {
            Self::PhoneDigits(count) | Self::InternationalDigits(count) => count,
            Self::Email => 0,
        }
    }
}

/// Returns the first doubt about the texts of an answer.
pub(super) fn doubt(item: &Item, texts: &[String]) -> Option<Doubt> {
    let check = match item.contact_system.as_deref()? {
        "phone" | "fax" | "sms" | "pager" => phone,
        "email" => email,
        _ => return None,
    };
    texts.iter().find_map(|text| check(text))
}

fn phone(text: &str) -> Option<Doubt> {
    let text = text.trim().to_lowercase();
    let number = without_extension(&text);
    let count = number.chars().filter(char::is_ascii_digit).count();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let is_plus = number.starts_with('+');
    let country = digits.strip_prefix("011").filter(|_| count > NATIONAL + 1);
    let country =
        country.or(Some(digits.as_str()).filter(|_| is_plus)).filter(|digits| !digits.starts_with('1'));
    if let Some(country) = country {
        let count = country.len();
        return (!INTERNATIONAL.contains(&count)).then_some(Doubt::InternationalDigits(count));
    }
    // No area code begins with 1.
    let national = digits.strip_prefix('1').unwrap_or(&digits).len();
    (national != NATIONAL).then_some(Doubt::PhoneDigits(national))
}

/// Returns what is before the word of an extension number, if a digit follows it.
fn without_extension(text: &str) -> &str {
    let starts = EXTENSIONS.iter().filter_map(|word| {
        let at = text.find(word)?;
        let follows = text[at + word.len()..].contains(|c: char| c.is_ascii_digit());
        let precedes = text[..at].contains(|c: char| c.is_ascii_digit());
        (follows && precedes).then_some(at)
    });
    starts.min().map_or(text, |at| &text[..at])
}

fn email(text: &str) -> Option<Doubt> {
    let parts: Vec<&str> = text.trim().split('@').collect();
    let is_domain = |domain: &str| {
        domain.contains('.') && domain.split('.').all(|part| !part.is_empty()) && !domain.contains(',')
    };
    let fits = matches!(parts[..], [name, domain] if !name.is_empty() && is_domain(domain));
    (!fits || text.trim().contains(char::is_whitespace)).then_some(Doubt::Email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubts_phone_numbers_by_the_count_of_their_digits() {
        for (text, doubt) in [
            ("613-555-0100", None),
            ("(613) 555 0100", None),
            ("1 613 555 0100", None),
            ("+1 613 555 0100", None),
            ("613-555-0100 ext. 12", None),
            ("613 555-0100 poste 1234", None),
            ("613-555-0100x9", None),
            ("+44 20 7946 0958", None),
            ("011 33 1 70 36 39 50", None),
            ("613-555-010", Some(Doubt::PhoneDigits(9))),
            ("613-555-01000", Some(Doubt::PhoneDigits(11))),
            ("555-0100", Some(Doubt::PhoneDigits(7))),
            ("+1 613 555 010", Some(Doubt::PhoneDigits(9))),
            ("none", Some(Doubt::PhoneDigits(0))),
            ("+44 20", Some(Doubt::InternationalDigits(4))),
        ] {
            assert_eq!(phone(text), doubt, "{text}");
        }
    }

    #[test]
    fn doubts_email_addresses_without_name_or_domain() {
        for (text, doubted) in [
            ("e.ts@example.ca", false),
            ("e@sub.example.ca", false),
            ("example.ca", true),
            ("e@example", true),
            ("e@example..ca", true),
            ("e @example.ca", true),
            ("e@@example.ca", true),
            ("e@example,ca", true),
        ] {
            assert_eq!(email(text).is_some(), doubted, "{text}");
        }
    }
}
