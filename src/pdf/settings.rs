//! Settings of a PDF.

use krilla::{
    SerializeSettings,
    configure::{Accessibility, Configuration, ConfigurationBuilder, PdfVersion},
};

/// Settings of a document. `is_accessible` has it checked against PDF/UA, which no copy of foreign pages can fulfil.
pub(super) fn settings(is_accessible: bool) -> SerializeSettings {
    let plain = ConfigurationBuilder::new().with_version(PdfVersion::Pdf17);
    let builder = if is_accessible { plain.with_accessibility_validator(Accessibility::UA1) } else { plain };
    // Both are known to go together; a letter without the check would still be a letter.
    let configuration = builder.finish().unwrap_or_else(|_| Configuration::default());
    SerializeSettings { configuration, ..SerializeSettings::default() }
}
