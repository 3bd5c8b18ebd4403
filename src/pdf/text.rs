//! Texts of a letter, with what they look like.

/// Span of a text that looks the same and is in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) is_bold: bool,
    /// Language tag, if it differs from that of the letter.
    pub(super) lang: Option<String>,
    /// Characters that no font has, which the text replaces by a sign.
    pub(super) replaces: Option<String>,
}

/// Look of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Look {
    Title,
    Section,
    Group,
    #[default]
    Body,
    Small,
    /// Clinic at the top of a letter.
    Letterhead,
    /// Line at the top or bottom of each page.
    Margin,
}

impl Look {
    /// Size of the font in points.
    pub(super) fn size(self) -> f32 {
        match self {
            Self::Title => 15.0,
            Self::Section => 11.5,
            Self::Group | Self::Body | Self::Letterhead => 10.0,
            Self::Margin => 9.0,
            Self::Small => 8.5,
        }
    }

    /// Whether the whole text is bold.
    pub(super) fn is_bold(self) -> bool {
        matches!(self, Self::Title | Self::Section | Self::Group)
    }

    /// Whether lines end at the right margin.
    pub(super) fn is_right(self) -> bool {
        self == Self::Letterhead
    }

    /// Space above in points.
    pub(super) fn above(self) -> f32 {
        match self {
            Self::Section => 10.0,
            Self::Title | Self::Group => 5.0,
            _ => 0.0,
        }
    }

    /// Space below in points.
    pub(super) fn below(self) -> f32 {
        match self {
            Self::Title | Self::Letterhead => 5.0,
            Self::Section | Self::Body | Self::Small => 3.0,
            Self::Group | Self::Margin => 1.5,
        }
    }
}

/// Way in which a text is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) is_bold: bool,
    pub(super) lang: Option<String>,
    /// Whether line ends of the text are kept.
    pub(super) keeps_lines: bool,
}

/// Text of one paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) spans: Vec<Span>,
    pub(super) look: Look,
}

impl Text {
    /// Text in one span.
    pub(super) fn plain(text: &str, look: Look) -> Self {
        let mut plain = Self { look, ..Self::default() };
        plain.push(text, &Reading::default());
        plain
    }

    /// Appends a text, with one space for each run of white space.
    pub(super) fn push(&mut self, text: &str, reading: &Reading) {
        for letter in text.chars() {
            match letter {
                '\n' if reading.keeps_lines => self.end_line(reading),
                letter if letter.is_ascii_whitespace() => {
                    if !matches!(self.last(), None | Some(' ' | '\n')) {
                        self.append(' ', reading);
                    }
                }
                // Neither has a glyph; a byte order mark in a text is none.
                letter if letter.is_control() || letter == '\u{feff}' => {}
                letter => self.append(letter, reading),
            }
        }
    }

    /// Ends the line.
    pub(super) fn end_line(&mut self, reading: &Reading) {
        self.trim_end();
        if !self.is_empty() {
            self.append('\n', reading);
        }
    }

    /// Removes white space at the end.
    pub(super) fn trim_end(&mut self) {
        while let Some(span) = self.spans.last_mut() {
            let kept = span.text.trim_end_matches([' ', '\n']).len();
            span.text.truncate(kept);
            if kept > 0 {
                break;
            }
            self.spans.pop();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Characters of all spans, with those that a sign replaces.
    pub(super) fn written(&self) -> String {
        self.spans.iter().map(|span| span.replaces.as_ref().unwrap_or(&span.text).as_str()).collect()
    }

    fn last(&self) -> Option<char> {
        self.spans.last().and_then(|span| span.text.chars().last())
    }

    fn append(&mut self, letter: char, reading: &Reading) {
        match self.spans.last_mut() {
            Some(last) if last.is_bold == reading.is_bold && last.lang == reading.lang => {
                last.text.push(letter);
            }
            _ => self.spans.push(Span {
                text: letter.into(),
                is_bold: reading.is_bold,
                lang: reading.lang.clone(),
                replaces: None,
            }),
        }
    }
}
