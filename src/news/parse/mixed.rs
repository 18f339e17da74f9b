//! UTF-8 with something else in it: bytes of another encoding that were pasted, characters cut in half,
//! surrogates encoded each on its own (CESU-8), and text that was encoded twice.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::pasted;

/// So many letters beyond ASCII in another encoding are a text of their own.
const LETTERS_OF_A_TEXT: usize = 24;

/// A part of such a document.
#[derive(Debug, Clone, Copy)]
enum Piece<'a> {
    Text(&'a str),
    /// A character written as two surrogates.
    Pair(char),
    /// What is invalid, and the byte behind it.
    Invalid(&'a [u8], Option<u8>),
}

struct Pieces<'a>(&'a [u8]);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let chunk = self.0.utf8_chunks().next()?;
        let (piece, length) = if !chunk.valid().is_empty() {
            (Piece::Text(chunk.valid()), chunk.valid().len())
        } else if let Some(character) = pair(self.0) {
            (Piece::Pair(character), 6)
        } else {
            let length = if unit(self.0).is_some() { 3 } else { chunk.invalid().len() };
            (Piece::Invalid(&self.0[..length], self.0.get(length).copied()), length)
        };
        self.0 = &self.0[length..];
        Some(piece)
    }
}

/// A surrogate in three bytes.
fn unit(bytes: &[u8]) -> Option<u32> {
    match bytes {
        [0xED, high @ 0xA0..=0xBF, low @ 0x80..=0xBF, ..] => {
            Some(0xD000 | u32::from(high & 0x3F) << 6 | u32::from(low & 0x3F))
        }
        _ => None,
    }
}

fn pair(bytes: &[u8]) -> Option<char> {
    let high = unit(bytes).filter(|unit| *unit < 0xDC00)?;
    let low = unit(&bytes[3..]).filter(|unit| *unit >= 0xDC00)?;
    char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))
}

/// What a document that is not valid UTF-8 consists of.
#[derive(Debug)]
pub struct Mixture {
    /// Characters beyond ASCII in good order.
    good: usize,
    /// Bytes that can be nothing but another encoding's.
    foreign: usize,
    /// Those of them that follow another.
    in_a_row: usize,
    /// Those of them that are letters in the encodings of the west and east: the others are quotes and dashes.
    letters: usize,
    /// First bytes of the good characters.
    leads: [bool; 256],
}

impl Mixture {
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut mixture = Self { good: 0, foreign: 0, in_a_row: 0, letters: 0, leads: [false; 256] };
        for piece in Pieces(bytes) {
            match piece {
                Piece::Text(text) => {
                    for lead in text.bytes().filter(|byte| *byte >= 0xC0) {
                        mixture.good += 1;
                        mixture.leads[usize::from(lead)] = true;
                    }
                }
                Piece::Pair(_) => mixture.good += 1,
                Piece::Invalid(..) => {}
            }
        }
        let mut after_foreign = false;
        for piece in Pieces(bytes) {
            let foreign = match piece {
                Piece::Invalid(bytes, next) if !mixture.is_half(bytes, next) => Some(bytes[0]),
                _ => None,
            };
            if let Some(byte) = foreign {
                mixture.foreign += 1;
                mixture.in_a_row += usize::from(after_foreign);
                mixture.letters += usize::from(byte >= 0xC0);
            }
            after_foreign = foreign.is_some();
        }
        mixture
    }

    /// Whether it is UTF-8 on the whole. Sequences that are valid by chance are rare in any other encoding;
    /// where nothing says otherwise (`utf8`), fewer are needed to believe it, and none when all that is
    /// foreign are single quotes and dashes, or single letters too few for a text.
    #[must_use]
    pub fn is_mostly_utf8(&self, utf8: bool) -> bool {
        let pasted = 10 * self.in_a_row <= self.foreign
            && (self.letters == 0
                || self.good > 0 && (self.letters < LETTERS_OF_A_TEXT || 20 * self.good >= self.foreign));
        if utf8 { 2 * self.good >= self.foreign || pasted } else { self.good > 4 * self.foreign }
    }

    /// Text cut by its bytes ends in half a character: of those that the document uses, and at the end of a word.
    fn is_half(&self, invalid: &[u8], next: Option<u8>) -> bool {
        unit(invalid).is_some()
            || self.leads[usize::from(invalid[0])] && !next.is_some_and(|next| next.is_ascii_alphabetic())
    }

    /// Each byte of another encoding is read in the one that fits what stands around it, of equal ones in that of
    /// the `label`; halves are dropped.
    #[must_use]
    pub fn text(&self, bytes: &[u8], label: Option<&'static Encoding>) -> String {
        let mut letters = pasted::Letters::declared(bytes);
        let mut foreign = Vec::new();
        for piece in Pieces(bytes) {
            match piece {
                Piece::Text(text) => letters.note(text),
                Piece::Invalid(bytes, next) if !self.is_half(bytes, next) => foreign.extend(bytes),
                _ => {}
            }
        }
        let other = letters.encoding_of(&foreign, label);
        let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
        for piece in Pieces(bytes) {
            match piece {
                Piece::Text(good) => text.push_str(good),
                Piece::Pair(character) => text.push(character),
                Piece::Invalid(bytes, next) if self.is_half(bytes, next) => {}
                Piece::Invalid(bytes, _) => text.push_str(&other.decode_without_bom_handling(bytes).0),
            }
        }
        text
    }
}

/// The text behind UTF-8 that was taken for windows-1252 and encoded again, if all of it was: everything
/// beyond ASCII must become valid UTF-8 in this way, which no text does by chance.
#[must_use]
pub fn once(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.bytes().position(|byte| !byte.is_ascii()) {
        bytes.extend_from_slice(&rest.as_bytes()[..start]);
        let run = &rest[start..];
        let length = run.bytes().position(|byte| byte.is_ascii()).unwrap_or(run.len());
        let from = bytes.len();
        for character in run[..length].chars() {
            bytes.push(byte_of(character)?);
        }
        std::str::from_utf8(&bytes[from..]).ok()?;
        rest = &run[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

/// The byte that windows-1252 or Latin-1 has for a character.
fn byte_of(character: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(character)) {
        return Some(byte);
    }
    let mut one = [0; 4];
    let (bytes, _, unknown) = WINDOWS_1252.encode(character.encode_utf8(&mut one));
    (!unknown).then(|| bytes.first().copied()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{Mixture, once};

    fn read(bytes: &[u8], utf8: bool) -> Option<String> {
        let mixture = Mixture::of(bytes);
        mixture.is_mostly_utf8(utf8).then(|| mixture.text(bytes, None))
    }

    #[test]
    fn mixtures() {
        for (bytes, expected) in [
            (&b"\x93one\x94 \x96 \x93two\x94"[..], Some("“one” – “two”")),
            (b"\xC3\xA9t\xE9, \x93x\x94, \x93y\x94, \x93z\x94", Some("été, “x”, “y”, “z”")),
            (b"\xD0\x9C\xD0\xB8\xD1\x80 \xD0\xBC\xD0...", Some("Мир м...")),
            (b"\xE6\x94\xBF\xE5\xBA\x9C \xE6\x94", Some("政府 ")),
            (b"crab \xED\xA0\xBE\xED\xB6\x80, \xED\xA0\xBE.", Some("crab 🦀, .")),
            // Cyrillic of one byte a letter, and Western letters without any UTF-8.
            (b"\xCF\xF0\xE5\xE7\xE8\xE4\xE5\xED\xF2", None),
            (b"caf\xE9", None),
        ] {
            assert_eq!(read(bytes, true).as_deref(), expected, "{bytes:?}");
        }
        assert_eq!(read(b"\x93one\x94", false), None);
    }

    #[test]
    fn encoded_twice() {
        for (written, expected) in [
            ("cafÃ© â€” Ð¼Ð¸Ñ€", Some("café — мир")),
            ("\u{e2}\u{80}\u{94}", Some("—")),
            ("cafÃ© and café", None),
            ("café", None),
            ("мир", None),
            ("plain", None),
        ] {
            assert_eq!(once(written).as_deref(), expected, "{written}");
        }
    }
}
