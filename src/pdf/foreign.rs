//! Documents of others: what they need to be copied, and a clean version of them.
//!
//! They are rewritten first, because the library that copies pages has an older parser, which a file can exhaust by nesting.
//! This one limits what it reads, and what it writes nests no deeper.

use hayro_syntax::{
    DecryptionError, LoadPdfError, Pdf,
    object::{Array, Dict, Name, Object},
    page::Page,
};
use hayro_write::{
    ChunkSettings, ExtractionQuery, extract,
    pdf_writer::{Pdf as Written, Ref},
};

use super::{error::Unusable, sheet::Size};

/// Largest number of pages of one file.
const MAX_PAGES: usize = 300;
/// Largest side of a page in points: the limit of the standard.
const MAX_SIDE: f32 = 14_400.0;
/// Annotations without content of their own, which a copy of a page can do without.
const LINKS: [&[u8]; 2] = [b"Link", b"Popup"];

/// Document without anything but its pages.
pub(super) struct Clean {
    pub(super) bytes: Vec<u8>,
    pub(super) sizes: Vec<Size>,
}

/// Reads a document, and writes its pages again.
pub(super) fn clean(bytes: Vec<u8>) -> Result<Clean, Unusable> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Unusable::Locked,
        _ => Unusable::Damaged,
    })?;
    let pages = pdf.pages();
    if pages.len() > MAX_PAGES {
        return Err(Unusable::TooLong);
    }
    if has_layers_or_forms(&pdf) || pages.iter().any(|page| has_notes(page.raw())) {
        return Err(Unusable::Fillable);
    }
    let sizes: Vec<Size> = pages.iter().map(size).collect();
    let is_drawable =
        |size: &Size| [size.width, size.height].iter().all(|side| (1.0..=MAX_SIDE).contains(side));
    if pages.is_empty() || pages.iter().any(is_unreadable) || !sizes.iter().all(is_drawable) {
        return Err(Unusable::Damaged);
    }
    Ok(Clean { bytes: rewritten(&pdf)?, sizes })
}

fn rewritten(pdf: &Pdf) -> Result<Vec<u8>, Unusable> {
    let queries: Vec<ExtractionQuery> = (0..pdf.pages().len()).map(ExtractionQuery::new_page).collect();
    let mut next = Ref::new(1);
    let catalog = next.bump();
    let extracted = extract(pdf, Box::new(|| next.bump()), ChunkSettings::default(), &queries);
    let extracted = extracted.map_err(|_| Unusable::Damaged)?;
    let pages: Result<Vec<Ref>, _> = extracted.root_refs.into_iter().collect();
    let pages = pages.map_err(|_| Unusable::Damaged)?;
    let mut written = Written::new();
    written.catalog(catalog).pages(extracted.page_tree_parent_ref);
    let count = i32::try_from(pages.len()).map_err(|_| Unusable::TooLong)?;
    written.pages(extracted.page_tree_parent_ref).kids(pages).count(count);
    written.extend(&extracted.chunk);
    Ok(written.finish())
}

fn size(page: &Page<'_>) -> Size {
    let (width, height) = page.render_dimensions();
    Size { width, height }
}

/// Whether a page has content that cannot be decoded, so that its copy would be blank.
fn is_unreadable(page: &Page<'_>) -> bool {
    page.page_stream().is_none() && page.raw().contains_key(b"Contents")
}

/// Whether a copy of the pages could differ from what a viewer shows: layers may be hidden, and a form of the XFA kind has
/// its content outside of the pages.
fn has_layers_or_forms(pdf: &Pdf) -> bool {
    let is_catalog = |dict: &Dict<'_>| dict.get::<Name<'_>>(b"Type").is_some_and(|kind| &*kind == b"Catalog");
    let catalogs = pdf.objects().into_iter().filter_map(Object::into_dict).filter(is_catalog);
    let has_xfa =
        |dict: &Dict<'_>| dict.get::<Dict<'_>>(b"AcroForm").is_some_and(|form| form.contains_key(b"XFA"));
    let mut catalogs = catalogs;
    catalogs.any(|dict| dict.contains_key(b"OCProperties") || has_xfa(&dict))
}

/// Whether a page has fields, stamps or notes, which are no part of its content and which a copy lacks.
fn has_notes(page: &Dict<'_>) -> bool {
    let Some(annotations) = page.get::<Array<'_>>(b"Annots") else { return false };
    let mut kinds = annotations.iter::<Dict<'_>>().map(|annotation| annotation.get::<Name<'_>>(b"Subtype"));
    kinds.any(|kind| kind.is_none_or(|kind| !LINKS.contains(&&*kind)))
}
