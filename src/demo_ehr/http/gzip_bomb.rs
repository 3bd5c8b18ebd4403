//! Gzip bomb: a small response that unpacks to a large, valid JSON document.

/// Runs of 258 characters that the bomb unpacks to: a little over 10 MiB.
const REPEATS: usize = 41_000;

/// Compresses `document` (a JSON object) with an added member of 10 MiB. Encoded by hand: the fixed code of DEFLATE
/// writes "repeat the last character 258 times" in 13 bits.
pub(in crate::demo_ehr) fn gzip_bomb(document: &str) -> Vec<u8> {
    let (head, tail) = (format!("{},\"padding\":\"", document.trim_end_matches('}')), "\"}");
    let mut bits = Bits(vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], 0);
    bits.stored(head.as_bytes(), false);
    bits.run_of_x(REPEATS);
    bits.stored(tail.as_bytes(), true);
    let mut whole = head.into_bytes();
    whole.resize(whole.len() + 1 + REPEATS * 258, b'x');
    whole.extend_from_slice(tail.as_bytes());
    let mut packed = bits.0;
    packed.extend_from_slice(&crc32(&whole).to_le_bytes());
    packed.extend_from_slice(&u32::try_from(whole.len()).unwrap_or(u32::MAX).to_le_bytes());
    packed
}

/// Bit writer: the bytes so far, and how many bits of the last byte are in use (0: all).
struct Bits(Vec<u8>, u32);

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for at in 0..count {
            if self.1 == 0 {
                self.0.push(0);
            }
            if let Some(last) = self.0.last_mut() {
                *last |= u8::from(value >> at & 1 == 1) << self.1;
            }
            self.1 = (self.1 + 1) % 8;
        }
    }

    /// Writes a Huffman code, highest bit first.
    fn push_code(&mut self, code: u32, count: u32) {
        self.push(code.reverse_bits() >> (32 - count), count);
    }

    /// Writes a stored block (RFC 1951 section 3.2.4).
    fn stored(&mut self, text: &[u8], last: bool) {
        self.push(u32::from(last), 3);
        self.1 = 0;
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        self.0.extend_from_slice(&length.to_le_bytes());
        self.0.extend_from_slice(&(!length).to_le_bytes());
        self.0.extend_from_slice(&text[..usize::from(length)]);
    }

    /// Writes a block of one `x`, then `repeats` copies of length 258 at distance 1, then the end code (RFC 1951
    /// section 3.2.6).
    fn run_of_x(&mut self, repeats: usize) {
        self.push(0b010, 3);
        self.push_code(0x30 + u32::from(b'x'), 8);
        for _ in 0..repeats {
            self.push_code(0b1100_0101, 8);
            self.push_code(0, 5);
        }
        self.push_code(0, 7);
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut table = [0_u32; 256];
    for (at, entry) in (0_u32..).zip(table.iter_mut()) {
        *entry = (0..8).fold(at, |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 });
    }
    !bytes.iter().fold(!0_u32, |crc, byte| crc >> 8 ^ table[usize::from(crc.to_le_bytes()[0] ^ byte)])
}
