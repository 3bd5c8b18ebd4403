//! SMART style of an EHR: adopted values are in a style sheet of the app.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::{Members, Style};

fuzz_target!(|data: &[u8]| {
    let Ok(document) = serde_json::from_slice::<Members>(data) else { return };
    let style = Style::process(&document);
    let css = style.declarations();
    assert!(css.bytes().all(|b| b.is_ascii_alphanumeric() || b"#:;,.- ".contains(&b)), "{css}");
    let mut properties: Vec<&str> = css.split_terminator(';').map(declared).collect();
    let count = properties.len();
    properties.sort_unstable();
    properties.dedup();
    assert_eq!(properties.len(), count, "each once: {css}");
    let kept = serde_json::to_vec(&style).expect("a style can be kept");
    assert_eq!(serde_json::from_slice::<Style>(&kept).ok(), Some(style));
});

/// Property of a declaration with a value.
fn declared(declaration: &str) -> &str {
    let (property, value) = declaration.split_once(':').expect("a declaration has a colon");
    assert!(!value.trim().is_empty() && !value.contains(':'), "{declaration}");
    let ours = property.starts_with("--") || ["color-scheme", "font-size"].contains(&property);
    assert!(ours, "{declaration}");
    property
}
