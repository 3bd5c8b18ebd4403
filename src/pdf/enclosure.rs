//! Files whose pages follow a letter.

use std::sync::Arc;

use krilla::{
    Document,
    geom::Size as PageSize,
    image::Image,
    page::PageSettings,
    pdf::{Pdf, PdfDocument},
};

use super::{
    error::Unusable,
    foreign::{Clean, clean},
    settings::settings,
    sheet::Size,
};

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
        let mut document = Document::new_with(settings(false));
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
    Ok(Enclosure { content: Content::Picture(image), sizes: vec![size] })
}

fn document(bytes: Vec<u8>) -> Result<Enclosure, Unusable> {
    let Clean { bytes, sizes } = clean(bytes)?;
    let pdf = Pdf::new(bytes).map_err(|_| Unusable::Damaged)?;
    if pdf.pages().len() != sizes.len() {
        return Err(Unusable::Damaged);
    }
    Ok(Enclosure { content: Content::Document(PdfDocument::new(Arc::new(pdf))), sizes })
}
