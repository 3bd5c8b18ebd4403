//! Names of files: for people to read, without a path, and with the ending of what the file is.

use unicode_normalization::UnicodeNormalization as _;

use super::file_type::FileType;

/// Longest name before its ending, in characters.
const MAX_CHARS: usize = 80;

/// Escapes in a name that a browser posts, with their characters (HTML, multipart/form-data encoding).
const ESCAPES: [(&str, &str); 3] = [("%22", "\""), ("%0D", "\r"), ("%0A", "\n")];

/// Returns a clean name for a file of this type. Paths, control characters, characters that change the reading direction,
/// and characters with a meaning for a shell or file system are removed.
pub(super) fn clean(name: &str, file_type: FileType) -> String {
    let last = last_part(name);
    let stem = match last.rsplit_once('.') {
        Some((stem, ending)) if is_ending(ending) => stem,
        _ => last,
    };
    let short = plain(stem);
    let stem = match short.trim_end() {
        "" if file_type == FileType::Pdf => "document",
        "" => "photo",
        stem => stem,
    };
    format!("{stem}.{}", file_type.ending())
}

/// Returns a clean name for a file that is refused: with the ending that it has.
pub(super) fn shown(name: &str) -> String {
    plain(last_part(name))
}

fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

fn plain(text: &str) -> String {
    let text = ESCAPES.iter().fold(text.to_owned(), |text, (escape, letter)| text.replace(escape, letter));
    let kept: String = text.nfc().map(|letter| if is_plain(letter) { letter } else { ' ' }).collect();
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_matches(['.', ' ', '-']).chars().take(MAX_CHARS).collect()
}

fn is_ending(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_plain(letter: char) -> bool {
    letter.is_alphanumeric() || "-_.,()+' ’&#=@".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_people_read_and_nothing_else() {
        for (given, kept) in [
            ("lesion 1.JPG", "lesion 1.jpg"),
            ("lésion à gauche.jpeg", "lésion à gauche.jpg"),
            ("e\u{301}tude.jpg", "étude.jpg"),
            ("C:\\Users\\anna\\IMG_0042.JPG", "IMG_0042.jpg"),
            ("../../etc/passwd", "passwd.jpg"),
            ("invoice.pdf.exe", "invoice.pdf.jpg"),
            ("a\u{202e}gpj.exe", "a gpj.jpg"),
            ("line\r\nbreak\0.png", "line break.jpg"),
            ("\"quoted\"; filename=x.png", "quoted filename=x.jpg"),
            ("naevus %22gros%22.jpg", "naevus gros.jpg"),
            ("100%25.jpg", "100 25.jpg"),
            ("", "photo.jpg"),
            ("...", "photo.jpg"),
            ("Dr. Roy 2026.05.01", "Dr. Roy 2026.05.jpg"),
        ] {
            assert_eq!(clean(given, FileType::Jpeg), kept, "{given}");
        }
        assert_eq!(clean(".pdf", FileType::Pdf), "document.pdf");
        assert_eq!(clean(&"x".repeat(500), FileType::Pdf).len(), MAX_CHARS + 4);
    }
}
