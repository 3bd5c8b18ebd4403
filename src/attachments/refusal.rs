//! Reasons why a file cannot be attached.

use crate::error_codes::codes;

codes! {
    /// Reason why a file cannot be attached; the end of the message key `attach-refused-{code}`.
    pub enum RefusalKind {
        Empty = "empty";
        Heic = "heic";
        UnknownType = "unknown-type";
        OtherType = "other-type";
        TooLarge = "too-large";
        TooManyPixels = "too-many-pixels";
        Damaged = "damaged";
        Locked = "locked";
        OnlyOne = "only-one";
        TooMany = "too-many";
        TooMuch = "too-much";
        Infected = "infected";
        NotScanned = "not-scanned";
        NotStored = "not-stored";
        Busy = "busy";
        NotSaved = "not-saved";
    }
}

/// Refused file, for the page: its name and reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Name of the file, cleaned.
    pub name: String,
    /// Reason.
    pub kind: RefusalKind,
    /// Limit that was exceeded, in bytes, pixels or files; 0 if there is none.
    pub limit: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_text_for_every_refusal() {
        for kind in RefusalKind::ALL {
            let key = format!("attach-refused-{} = ", kind.code());
            for file in
                [include_str!("../../locales/en/forms.ftl"), include_str!("../../locales/fr/forms.ftl")]
            {
                assert!(file.contains(&key), "{key}");
            }
        }
    }
}
