//! Style document of an EHR (SMART "Styling").

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Least contrast ratio of text and its background (WCAG 2.2, 1.4.3).
const MIN_CONTRAST: f64 = 4.5;
const WHITE: Color = Color([255, 255, 255]);
const BLACK: Color = Color([0, 0, 0]);

/// Style of an EHR, as custom properties of our style sheet. Values that do not match a strict grammar are ignored, as are
/// colours that would be hard to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style(Vec<(String, String)>);

impl Style {
    /// Parses a style document. Unknown members and invalid values are ignored.
    #[must_use]
    pub fn process(document: &Map<String, Value>) -> Self {
        let mut style = Self::default();
        let text = |name: &str| document.get(name).and_then(Value::as_str);
        let color = |name: &str| text(name).and_then(Color::parse);
        let background = style.set_colors(color("color_background"), color("color_text"));
        if let Some(accent) =
            color("color_highlight").filter(|accent| accent.contrast(background) >= MIN_CONTRAST)
        {
            let on = if accent.contrast(WHITE) >= MIN_CONTRAST { WHITE } else { BLACK };
            style.set("--accent", accent.css());
            style.set("--on-accent", on.css());
        }
        for (name, property) in [("color_error", "--bad"), ("color_success", "--good")] {
            if let Some(color) = color(name).filter(|color| color.contrast(background) >= MIN_CONTRAST) {
                style.set(property, color.css());
            }
        }
        for (name, property, max) in
            [("dim_border_radius", "--round", 24.0), ("dim_spacing_size", "--space", 40.0)]
        {
            if let Some(pixels) = text(name).and_then(|text| pixels(text, 0.0..=max)) {
                style.set(property, pixels);
            }
        }
        if let Some(pixels) = text("dim_font_size").and_then(|text| pixels(text, 14.0..=24.0)) {
            style.set("font-size", pixels);
        }
        if let Some(family) = text("font_family_body").and_then(font_family) {
            style.set("--font", family);
        }
        style
    }

    /// Sets background and text, if both are given and readable. Returns the resulting background, white by default.
    fn set_colors(&mut self, background: Option<Color>, text: Option<Color>) -> Color {
        let (Some(background), Some(text)) = (background, text) else { return WHITE };
        if background.contrast(text) < MIN_CONTRAST {
            return WHITE;
        }
        let is_light = background.contrast(BLACK) > background.contrast(WHITE);
        self.set("color-scheme", if is_light { "light" } else { "dark" }.to_owned());
        self.set("--ground", background.css());
        self.set("--ink", text.css());
        background
    }

    fn set(&mut self, property: &str, value: String) {
        self.0.push((property.to_owned(), value));
    }

    /// Returns the CSS declarations, or an empty string if there are none. Characters are limited to letters, digits,
    /// blanks and `#:;,.-`.
    #[must_use]
    pub fn declarations(&self) -> String {
        let declarations = self.0.iter().flat_map(|(property, value)| [property, ":", value, ";"]);
        declarations.collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Color([u8; 3]);

impl Color {
    /// Parses `#rgb` or `#rrggbb`.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let digits = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            6 => digits.to_owned(),
            _ => return None,
        };
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([byte(0)?, byte(2)?, byte(4)?]))
    }

    fn css(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Returns the contrast ratio, 1 to 21 (WCAG 2.2).
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Returns the relative luminance, 0 to 1 (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// Parses a length such as `16px`, within bounds.
fn pixels(text: &str, bounds: std::ops::RangeInclusive<f64>) -> Option<String> {
    let number = text.strip_suffix("px")?;
    let plain = number.len() <= 6 && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number: f64 = number.parse().ok().filter(|_| plain)?;
    bounds.contains(&number).then(|| format!("{number}px"))
}

/// Parses a list of font names. Quotes are dropped; letters, digits, blanks, hyphens and commas are permitted.
fn font_family(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|letter| !matches!(letter, '\'' | '"')).collect();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b" -,".contains(&b);
    let named =
        bare.split(',').all(|name| name.trim().starts_with(|first: char| first.is_ascii_alphabetic()));
    (bare.len() <= 200 && named && bare.bytes().all(plain)).then_some(bare)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn declarations(document: &Value) -> String {
        Style::process(document.as_object().unwrap()).declarations()
    }

    /// UXC-03: the members that SMART defines.
    #[test]
    fn applies_a_valid_style() {
        let document = json!({
            "color_background": "#edeae3", "color_error": "#9e2d2d", "color_highlight": "#1f5f8b",
            "color_success": "#28601f", "color_text": "#303030", "dim_border_radius": "6px", "dim_font_size": "16px",
            "dim_spacing_size": "20px", "font_family_body": "Georgia, 'Times New Roman', serif", "unknown": "x"
        });
        let expected = "color-scheme:light;--ground:#edeae3;--ink:#303030;--accent:#1f5f8b;--on-accent:#ffffff;\
                        --bad:#9e2d2d;--good:#28601f;--round:6px;--space:20px;font-size:16px;\
                        --font:Georgia, Times New Roman, serif;";
        assert_eq!(declarations(&document), expected);
    }

    /// UXC-03, T20: an invalid value never reaches the style sheet, not even in part.
    #[test]
    fn ignores_values_outside_the_grammar() {
        for bad in [
            "red;background:url(//evil.test/x)",
            "</style><script>",
            "#12345",
            "#ggg",
            "url(#a)",
            "#fff}",
            "",
            "#",
            "expression(1)",
            "#fff;",
            "rgb(1,2,3)",
            "var(--x)",
        ] {
            let document = json!({
                "color_background": bad, "color_text": bad, "color_highlight": bad, "color_error": bad,
                "dim_border_radius": bad, "dim_font_size": bad, "dim_spacing_size": bad, "font_family_body": bad
            });
            assert_eq!(declarations(&document), "", "{bad}");
        }
        for bad in ["1e3px", "-1px", "99px", "1px;", "16", "NaNpx", "infpx", ".px"] {
            assert_eq!(declarations(&json!({"dim_font_size": bad, "dim_border_radius": bad})), "", "{bad}");
        }
        assert_eq!(declarations(&json!({"color_background": 5, "font_family_body": ["x"]})), "");
    }

    /// WCAG 1.4.3.
    #[test]
    fn ignores_colours_with_too_little_contrast() {
        assert_eq!(declarations(&json!({"color_background": "#fff", "color_text": "#ccc"})), "");
        assert_eq!(declarations(&json!({"color_background": "#000"})), "", "a background without its text");
        assert_eq!(declarations(&json!({"color_highlight": "#ffff00", "color_error": "#ffcccc"})), "");
        let dark = json!({"color_background": "#111", "color_text": "#eee", "color_highlight": "#ffff00"});
        let expected =
            "color-scheme:dark;--ground:#111111;--ink:#eeeeee;--accent:#ffff00;--on-accent:#000000;";
        assert_eq!(declarations(&dark), expected);
    }
}
