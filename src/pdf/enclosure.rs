//! Files whose pages follow a letter.

use std::sync::Arc;

use hayro_syntax::{
    DecryptionError, LoadPdfError, Pdf,
    object::{Array, Dict, Name},
};
use krilla::{Document, geom::Size as PageSize, image::Image, page::PageSettings, pdf::PdfDocument};

use super::{error::Unusable, settings::settings, sheet::Size};

/// Largest number of pages of one file.
const MAX_PAGES: usize = 300;
/// Annotations without content of their own, which a copy of a page can do without.
const LINKS: [&[u8]; 2] = [b"Link", b"Popup"];
/// Points of a pixel of a picture at 150 dots per inch.
const POINTS_PER_PIXEL: f32 = 72.0 / 150.0;

/// Content of a file that can be drawn.
#[derive(Clone)]
pub(super) enum Content {
    Picture(Image),
    Document(PdfDocument),
}

/// File that can be drawn, with the sizes of its pages in points.
#[derive(Clone)]
pub struct Enclosure {
    pub(super) content: Content,
    pub(super) sizes: Vec<Size>,
    /// Whether it needs the newest version of PDF.
    pub(super) is_newest: bool,
}

/// File whose pages follow a letter.
#[derive(Clone)]
pub struct Enclosed {
    /// File.
    pub file: Enclosure,
    /// Heading of each of its pages, in which `{page}` is replaced.
    pub caption: String,
}

impl Enclosure {
    /// Number of pages.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.sizes.len()
    }

    /// Reads a photo or a document, and draws it once as a trial. Blocks.
    pub(super) fn read(bytes: Vec<u8>) -> Result<Self, Unusable> {
        let enclosure = if is_pdf(&bytes) { document(bytes)? } else { picture(bytes)? };
        enclosure.draw_trial()?;
        Ok(enclosure)
    }

    /// Draws every page once, so that a file that cannot be drawn is found before the letter names it.
    fn draw_trial(&self) -> Result<(), Unusable> {
        let mut document = Document::new_with(settings(self.is_newest, false));
        for (page, size) in self.sizes.iter().enumerate() {
            let settings = PageSettings::from_wh(size.width, size.height).ok_or(Unusable::Damaged)?;
            let mut sheet = document.start_page_with(settings);
            let mut surface = sheet.surface();
            self.draw(&mut surface, page, *size);
        }
        document.finish().map(|_| ()).map_err(|_| Unusable::Damaged)
    }

    /// Draws a page at the origin.
    pub(super) fn draw(&self, surface: &mut krilla::surface::Surface<'_>, page: usize, size: Size) {
        let Some(size) = PageSize::from_wh(size.width, size.height) else { return };
        match &self.content {
            Content::Picture(image) => surface.draw_image(image.clone(), size),
            Content::Document(document) => surface.draw_pdf_page(document, size, page),
        }
    }
}

fn is_pdf(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-")
}

/// Reads a photo as the letter draws it: JPEG and PNG as they are.
pub(super) fn picture(bytes: Vec<u8>) -> Result<Enclosure, Unusable> {
    let is = |start: &[u8]| bytes.starts_with(start);
    let (is_jpeg, is_png) = (is(&[0xff, 0xd8]), is(b"\x89PNG"));
    let image = match bytes.into() {
        data if is_jpeg => Image::from_jpeg(data, false),
        data if is_png => Image::from_png(data, false),
        data => Image::from_webp(data, false),
    };
    let image = image.map_err(|_| Unusable::Damaged)?;
    let (width, height) = image.size();
    #[expect(clippy::cast_precision_loss, reason = "a picture has fewer than 16 million pixels in a row")]
    let points = |pixels: u32| pixels.max(1) as f32 * POINTS_PER_PIXEL;
    let size = Size { width: points(width), height: points(height) };
    Ok(Enclosure { content: Content::Picture(image), sizes: vec![size], is_newest: false })
}

fn document(bytes: Vec<u8>) -> Result<Enclosure, Unusable> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Unusable::Locked,
        _ => Unusable::Damaged,
    })?;
    if pdf.pages().is_empty() {
        return Err(Unusable::Damaged);
    }
    if pdf.pages().len() > MAX_PAGES {
        return Err(Unusable::TooLong);
    }
    if has_layers_or_forms(&pdf) || pdf.pages().iter().any(|page| has_notes(page.raw())) {
        return Err(Unusable::Fillable);
    }
    let is_blank_copy = |page: &hayro_syntax::page::Page<'_>| {
        page.page_stream().is_none() && page.raw().contains_key(b"Contents")
    };
    if pdf.pages().iter().any(is_blank_copy) {
        return Err(Unusable::Damaged);
    }
    let sizes = pdf.pages().iter().map(|page| {
        let (width, height) = page.render_dimensions();
        Size { width, height }
    });
    let sizes: Vec<Size> = sizes.collect();
    if sizes.iter().any(|size| !(size.width >= 1.0 && size.height >= 1.0)) {
        return Err(Unusable::Damaged);
    }
    let is_newest = pdf.version() == hayro_syntax::PdfVersion::Pdf20;
    Ok(Enclosure { content: Content::Document(PdfDocument::new(Arc::new(pdf))), sizes, is_newest })
}

/// Whether a copy of the pages could differ from what a viewer shows: layers may be hidden, and a form of the XFA kind has
/// its content outside of the pages.
fn has_layers_or_forms(pdf: &Pdf) -> bool {
    let catalogs = pdf.objects().into_iter().filter_map(hayro_syntax::object::Object::into_dict);
    let mut catalogs =
        catalogs.filter(|dict| dict.get::<Name<'_>>(b"Type").is_some_and(|kind| &*kind == b"Catalog"));
    let has_xfa =
        |dict: &Dict<'_>| dict.get::<Dict<'_>>(b"AcroForm").is_some_and(|form| form.contains_key(b"XFA"));
    catalogs.any(|dict| dict.contains_key(b"OCProperties") || has_xfa(&dict))
}

/// Whether a page has fields, stamps or notes, which are no part of its content and which a copy lacks.
fn has_notes(page: &Dict<'_>) -> bool {
    let Some(annotations) = page.get::<Array<'_>>(b"Annots") else { return false };
    let mut kinds = annotations.iter::<Dict<'_>>().map(|annotation| annotation.get::<Name<'_>>(b"Subtype"));
    kinds.any(|kind| kind.is_none_or(|kind| !LINKS.contains(&&*kind)))
}
