//! Photos: decoded, turned upright, and encoded again without anything but their pixels and colours.
//!
//! Why encoded again: a camera writes place, time, device and name into a photo, and a file that is a photo and something
//! else at once loses the something else. The colour profile is kept: without it, skin has another colour.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};

use super::{file_type::FileType, refusal::RefusalKind};

/// Quality of a JPEG, of 100: no difference is visible beside the original.
const JPEG_QUALITY: u8 = 90;
/// Largest colour profile that is kept, in bytes.
const MAX_PROFILE_BYTES: usize = 512 * 1024;
/// Memory for one pixel while it is decoded, in bytes: 16 bits in four channels.
const PIXEL_BYTES: u64 = 8;
/// Largest width or height, in pixels.
const MAX_SIDE: u32 = 30_000;

/// Photo that was encoded again.
pub(super) struct Picture {
    pub(super) file_type: FileType,
    pub(super) bytes: Vec<u8>,
}

/// Encodes a photo again. Blocks for as long as this takes: up to seconds for a large one.
pub(super) fn encode_again(bytes: &[u8], max_pixels: u64) -> Result<Picture, RefusalKind> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| RefusalKind::Damaged)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(max_pixels.saturating_mul(PIXEL_BYTES));
    reader.limits(limits);
    let is_webp = reader.format() == Some(image::ImageFormat::WebP);
    let is_png = reader.format() == Some(image::ImageFormat::Png);
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > max_pixels {
        return Err(RefusalKind::TooManyPixels);
    }
    // A wrong orientation or profile is no reason to refuse what can be seen.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| profile.len() <= MAX_PROFILE_BYTES);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    picture.apply_orientation(orientation);
    let keeps_png = is_png || (is_webp && is_transparent(&picture));
    let file_type = if keeps_png { FileType::Png } else { FileType::Jpeg };
    let mut encoded = Vec::new();
    let written = match file_type {
        FileType::Png => write(&picture, PngEncoder::new(&mut encoded), profile),
        _ => write(&picture, JpegEncoder::new_with_quality(&mut encoded, JPEG_QUALITY), profile),
    };
    written.map_err(|error| refused(&error))?;
    Ok(Picture { file_type, bytes: encoded })
}

fn write(
    picture: &DynamicImage,
    mut encoder: impl ImageEncoder,
    profile: Option<Vec<u8>>,
) -> Result<(), ImageError> {
    if let Some(profile) = profile {
        // An encoder without profiles writes the same pixels.
        let _ = encoder.set_icc_profile(profile);
    }
    picture.write_with_encoder(encoder)
}

fn is_transparent(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX)
}

fn refused(error: &ImageError) -> RefusalKind {
    match error {
        ImageError::Limits(_) => RefusalKind::TooManyPixels,
        _ => RefusalKind::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use image::{GenericImageView as _, RgbImage, RgbaImage};

    use super::*;

    const MAX_PIXELS: u64 = 1_000_000;

    /// Photo of 40 × 20 pixels, red on the left and blue on the right.
    fn landscape() -> DynamicImage {
        let red_or_blue = |x, _| if x < 20 { image::Rgb([250, 10, 10]) } else { image::Rgb([10, 10, 250]) };
        RgbImage::from_fn(40, 20, red_or_blue).into()
    }

    /// JPEG with an Exif segment: orientation 6 (turn right), and a place that GPS knows.
    fn with_exif() -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        // Orientation, SHORT, 6.
        tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
        // ImageDescription, ASCII, at 38.
        tiff.extend_from_slice(&[0x0e, 0x01, 2, 0, 24, 0, 0, 0, 38, 0, 0, 0]);
        tiff.extend_from_slice(&[0, 0, 0, 0]);
        tiff.extend_from_slice(b"GPS 45.4215 N 75.6972 W\0");
        let mut encoded = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut encoded, 95);
        encoder.set_exif_metadata(tiff).unwrap();
        encoder.set_icc_profile(b"profile of a phone".to_vec()).unwrap();
        landscape().write_with_encoder(encoder).unwrap();
        encoded
    }

    fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
        bytes.windows(wanted.len()).any(|window| window == wanted)
    }

    #[test]
    fn turns_a_photo_upright_and_removes_its_place() {
        let given = with_exif();
        assert!(contains(&given, b"GPS 45.4215") && contains(&given, b"Exif\0"));
        let picture = encode_again(&given, MAX_PIXELS).unwrap();
        assert_eq!(picture.file_type, FileType::Jpeg);
        assert!(!contains(&picture.bytes, b"Exif") && !contains(&picture.bytes, b"GPS"));
        assert!(contains(&picture.bytes, b"profile of a phone"), "colours need their profile");
        let shown = image::load_from_memory(&picture.bytes).unwrap();
        assert_eq!(shown.dimensions(), (20, 40));
        let is_red = |y| shown.get_pixel(10, y).0[0] > 150;
        assert!(is_red(5) && !is_red(35), "the left side is at the top");
    }

    #[test]
    fn removes_what_follows_a_photo() {
        let given = [with_exif(), b"PK\x03\x04 hidden archive".to_vec()].concat();
        let picture = encode_again(&given, MAX_PIXELS).unwrap();
        assert!(!contains(&picture.bytes, b"hidden"));
    }

    #[test]
    fn stores_webp_as_a_type_that_receivers_open() {
        let encode = |picture: &DynamicImage| {
            let mut encoded = Cursor::new(Vec::new());
            picture.write_to(&mut encoded, image::ImageFormat::WebP).unwrap();
            encoded.into_inner()
        };
        let opaque = encode_again(&encode(&landscape()), MAX_PIXELS).unwrap();
        assert_eq!(opaque.file_type, FileType::Jpeg);
        let clear = RgbaImage::from_pixel(3, 3, image::Rgba([1, 2, 3, 0])).into();
        assert_eq!(encode_again(&encode(&clear), MAX_PIXELS).unwrap().file_type, FileType::Png);
    }

    #[test]
    fn refuses_too_many_pixels_before_decoding_them() {
        let mut encoded = Cursor::new(Vec::new());
        landscape().write_to(&mut encoded, image::ImageFormat::Png).unwrap();
        let mut bytes = encoded.into_inner();
        let refused = |bytes: &[u8]| encode_again(bytes, 799).err();
        assert_eq!(refused(&bytes), Some(RefusalKind::TooManyPixels));
        // A header that claims 4 billion pixels; its checksum is not compared before.
        bytes[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(refused(&bytes).is_some());
        assert_eq!(encode_again(&with_exif()[..200], MAX_PIXELS).err(), Some(RefusalKind::Damaged));
    }
}
