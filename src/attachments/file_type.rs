//! Types of files, recognized by their bytes.

use image::ImageFormat;

use super::refusal::RefusalKind;

/// Type of file that can be attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// JPEG image.
    Jpeg,
    /// PNG image.
    Png,
    /// WebP image. Stored as JPEG, or as PNG if parts of it are transparent: few receivers open WebP.
    Webp,
    /// PDF document.
    Pdf,
}

/// Bytes at the start of a file in which the header of a PDF may be (ISO 32000-1, annex H.3.4.1).
const PDF_HEADER_BYTES: usize = 1024;
/// Brands of the ISO base media format that mean a HEIF photo.
const HEIF_BRANDS: [&[u8; 4]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];

impl FileType {
    /// Every type, in the order in which a page names them.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Webp, Self::Pdf];

    /// Recognizes a file by its bytes. Its name and the type that the browser claims mean nothing.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, RefusalKind> {
        if bytes.is_empty() {
            return Err(RefusalKind::Empty);
        }
        match image::guess_format(bytes) {
            Ok(ImageFormat::Jpeg) => return Ok(Self::Jpeg),
            Ok(ImageFormat::Png) => return Ok(Self::Png),
            Ok(ImageFormat::WebP) => return Ok(Self::Webp),
            _ => {}
        }
        if is_heif(bytes) {
            return Err(RefusalKind::Heic);
        }
        let start = &bytes[..bytes.len().min(PDF_HEADER_BYTES)];
        let is_pdf = start.windows(5).any(|window| window == b"%PDF-");
        if is_pdf { Ok(Self::Pdf) } else { Err(RefusalKind::UnknownType) }
    }

    /// Returns the media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// Returns the ending of a file name.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
        }
    }

    /// Whether it is among these media types, of which one may be a range such as `image/*`. None of them means any.
    #[must_use]
    pub fn is_among(self, media_types: &[String]) -> bool {
        let own = self.media_type();
        let fits = |wanted: &String| match wanted.strip_suffix('*') {
            Some(range) => own.starts_with(range),
            None => own == wanted,
        };
        media_types.is_empty() || media_types.iter().any(fits)
    }
}

fn is_heif(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
        && bytes.get(8..12).is_some_and(|brand| HEIF_BRANDS.iter().any(|known| brand == *known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_each_type_by_its_bytes() {
        for (bytes, found) in [
            (&b"\xFF\xD8\xFF\xE0\0\x10JFIF"[..], Ok(FileType::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Ok(FileType::Png)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Ok(FileType::Webp)),
            (b"%PDF-1.7\n", Ok(FileType::Pdf)),
            (b"\r\nmail header\r\n%PDF-1.4\n", Ok(FileType::Pdf)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Err(RefusalKind::Heic)),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Err(RefusalKind::UnknownType)),
            (b"GIF89a\x01\0\x01\0", Err(RefusalKind::UnknownType)),
            (b"RIFF\x24\0\0\0WAVEfmt ", Err(RefusalKind::UnknownType)),
            (b"PK\x03\x04", Err(RefusalKind::UnknownType)),
            (b"<svg xmlns=", Err(RefusalKind::UnknownType)),
            (b"MZ\x90\0", Err(RefusalKind::UnknownType)),
            (b"", Err(RefusalKind::Empty)),
        ] {
            assert_eq!(FileType::of(bytes), found, "{}", String::from_utf8_lossy(bytes));
        }
        let late = [vec![b' '; PDF_HEADER_BYTES], b"%PDF-1.4".to_vec()].concat();
        assert_eq!(FileType::of(&late), Err(RefusalKind::UnknownType));
    }

    #[test]
    fn compares_with_the_media_types_of_a_question() {
        let among = |wanted: &[&str]| {
            let wanted: Vec<String> = wanted.iter().map(|text| (*text).to_owned()).collect();
            FileType::ALL.map(|own| own.is_among(&wanted))
        };
        assert_eq!(among(&[]), [true; 4]);
        assert_eq!(among(&["image/*"]), [true, true, true, false]);
        assert_eq!(among(&["application/pdf", "image/png"]), [false, true, false, true]);
        assert_eq!(among(&["audio/*", "image/j"]), [false; 4]);
    }
}
