//! Lines of glyphs from texts: shaping, fonts, line breaks. The layout library does all three.

use std::{borrow::Cow, sync::Arc};

use parley::{
    Alignment, FontContext, FontFamily, FontFamilyName, FontWeight, Layout, LayoutContext, LineHeight,
    OverflowWrap, StyleProperty, TextWrapMode,
    fontique::{Blob, Collection, CollectionOptions, SourceCache},
};

use super::text::{Look, Span, Text};

/// Font files of the program. A letter contains those glyphs of them that it uses.
const FONTS: [&[u8]; 7] = [
    include_bytes!("../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../fonts/NotoSansCanadianAboriginal-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansCanadianAboriginal-Bold.ttf"),
    include_bytes!("../../fonts/NotoSansMath-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansSymbols-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansSymbols2-Regular.ttf"),
];
/// Names of the fonts in these files. The first one that has a character draws it.
const FAMILIES: [&str; 5] =
    ["Noto Sans", "Noto Sans CanAborig", "Noto Sans Math", "Noto Sans Symbols", "Noto Sans Symbols2"];
/// Spaces at which no line ends.
const UNBROKEN: [char; 2] = ['\u{a0}', '\u{202f}'];
/// Height of a line in font sizes.
const LINE_HEIGHT: f32 = 1.35;
/// Sign for a character that no font has.
const MISSING: &str = "\u{25af}";

/// Index of the span that a glyph belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct SpanIndex(pub(super) usize);

/// Text in lines.
pub(super) struct Laid {
    pub(super) layout: Layout<SpanIndex>,
    pub(super) text: String,
    pub(super) spans: Vec<Span>,
}

impl Laid {
    /// Height of each line.
    pub(super) fn heights(&self) -> Vec<f32> {
        let lines = self.layout.lines().map(|line| line.metrics().line_height);
        lines.collect()
    }
}

/// Fonts and working memory for the texts of one letter.
pub(super) struct Typesetter {
    fonts: FontContext,
    context: LayoutContext<SpanIndex>,
    /// Whether a character was replaced by a sign.
    pub(super) has_missing: bool,
}

impl Typesetter {
    /// Reads the fonts.
    pub(super) fn new() -> Self {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for font in FONTS {
            collection.register_fonts(Blob::new(Arc::new(font)), None);
        }
        Self {
            fonts: FontContext { collection, source_cache: SourceCache::default() },
            context: LayoutContext::new(),
            has_missing: false,
        }
    }

    /// Breaks a text into lines of a width. Characters that no font has are replaced by a sign.
    pub(super) fn lay(&mut self, text: &Text, width: f32) -> Laid {
        let laid = self.lay_spans(text.spans.clone(), text.look, width);
        let missing = missing(&laid);
        if missing.is_empty() {
            return laid;
        }
        self.has_missing = true;
        self.lay_spans(replaced(&laid.spans, &missing), text.look, width)
    }

    fn lay_spans(&mut self, spans: Vec<Span>, look: Look, width: f32) -> Laid {
        let text: String = spans.iter().map(|span| span.text.as_str()).collect();
        let mut builder = self.context.ranged_builder(&mut self.fonts, &text, 1.0, false);
        let families = FAMILIES.map(FontFamilyName::named);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(&families))));
        builder.push_default(StyleProperty::FontSize(look.size()));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(LINE_HEIGHT)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        let mut start = 0;
        for (index, span) in spans.iter().enumerate() {
            let range = start..start + span.text.len();
            start = range.end;
            builder.push(StyleProperty::Brush(SpanIndex(index)), range.clone());
            if span.is_bold || look.is_bold() {
                builder.push(StyleProperty::FontWeight(FontWeight::BOLD), range);
            }
        }
        // The library ends a line after such a space if the space itself is too wide, unless the letter before forbids it.
        for (space, _) in text.match_indices(UNBROKEN) {
            let before = text[..space].chars().next_back().map_or(0, char::len_utf8);
            builder.push(StyleProperty::TextWrapMode(TextWrapMode::NoWrap), space - before..space);
        }
        let mut layout = builder.build(&text);
        layout.break_all_lines(Some(width));
        let alignment = if look.is_right() { Alignment::Right } else { Alignment::Start };
        layout.align(alignment, parley::AlignmentOptions::default());
        Laid { layout, text, spans }
    }
}

/// Places in a text that no font has glyphs for.
fn missing(laid: &Laid) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    for line in laid.layout.lines() {
        for run in line.runs() {
            for cluster in run.clusters() {
                let range = cluster.text_range();
                let is_line_end =
                    laid.text.get(range.clone()).is_some_and(|text| text.trim_matches('\n').is_empty());
                if !is_line_end && cluster.glyphs().any(|glyph| glyph.id == 0) {
                    found.push(range);
                }
            }
        }
    }
    found
}

/// Spans in which a sign replaces the text at some places.
fn replaced(spans: &[Span], places: &[std::ops::Range<usize>]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for span in spans {
        let mut kept = span.text.as_str();
        let mut at = start;
        let mut push = |text: &str, replaces: Option<&str>| {
            if !text.is_empty() {
                found.push(Span {
                    text: text.to_owned(),
                    replaces: replaces.map(str::to_owned),
                    ..span.clone()
                });
            }
        };
        for place in
            places.iter().filter(|place| place.start >= start && place.end <= start + span.text.len())
        {
            let (before, rest) = kept.split_at(place.start.max(at) - at);
            let (without, rest) = rest.split_at(place.end - place.start.max(at));
            push(before, None);
            push(if without.is_empty() { "" } else { MISSING }, Some(without));
            (kept, at) = (rest, place.end);
        }
        push(kept, None);
        start += span.text.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(text: &str, width: f32) -> (Laid, bool) {
        let mut typesetter = Typesetter::new();
        let laid = typesetter.lay(&Text::plain(text, Look::Body), width);
        (laid, typesetter.has_missing)
    }

    #[test]
    fn has_the_characters_of_charts_in_canada() {
        let texts = "Éléonore Œuvré ‹«» Ωμέγα Иванов Nguyễn ᐃᓄᒃᑎᑐᑦ ᓀᐦᐃᔭᐍᐏᐣ Łódź ẞ ≤ ≥ ≠ ± × µ ² → ↑ ✓ ☐ ♀ € ° – — … \u{a0}\u{202f}\u{2011}−";
        let (laid, has_missing) = laid(texts, 500.0);
        assert!(!has_missing, "{:?}", laid.spans);
        let bold = Text {
            spans: vec![Span { text: texts.into(), is_bold: true, ..Span::default() }],
            look: Look::Body,
        };
        let mut typesetter = Typesetter::new();
        typesetter.lay(&bold, 500.0);
        assert!(!typesetter.has_missing);
    }

    #[test]
    fn marks_characters_that_no_font_has() {
        let (laid, has_missing) = laid("Name 王 秀英, 🙂!", 500.0);
        assert!(has_missing);
        assert!(laid.text.starts_with("Name ▯ ▯") && laid.text.ends_with('!'), "{}", laid.text);
        let text = Text { spans: laid.spans, look: Look::Body };
        assert_eq!(text.written(), "Name 王 秀英, 🙂!");
    }

    #[test]
    fn ends_no_line_at_a_space_that_does_not_break() {
        let text = "Usage\u{a0}: domicile\u{202f}; Type\u{a0}: postale et physique\u{202f}; Période\u{a0}: depuis 2015";
        for width in 60..240_u16 {
            let (laid, _) = laid(text, f32::from(width));
            for line in laid.layout.lines() {
                let line = &laid.text[line.text_range()];
                assert!(!line.starts_with([':', ';']), "{line} at {width}");
            }
        }
    }

    #[test]
    fn breaks_a_word_that_is_wider_than_a_line() {
        let (laid, _) = laid(&"Donaudampfschiff".repeat(12), 100.0);
        assert!(laid.heights().len() > 5 && laid.layout.width() <= 100.0);
    }
}
