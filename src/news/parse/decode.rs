//! Bytes → text, whatever the labels say.
//!
//! What the bytes show beats what is said of them: a byte order mark, the NULs of UTF-16 and UTF-32,
//! valid UTF-8. Labels (HTTP, the document's own) decide only between encodings that cannot be told
//! apart by looking, and a guess (chardetng, what Firefox does) decides when they are missing or wrong.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use super::mixed::{self, Mixture};

/// How far into a document its own declaration is looked for, in bytes.
const DECLARATION_WITHIN: usize = 2_048;
/// How much of a document a guess is made from, in bytes.
const GUESS_FROM: usize = 64 * 1024;
/// Fewer bytes beyond ASCII than this are too few to overrule a label by a guess.
const GUESS_NEEDS: usize = 24;

/// A document as text.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// Free of control characters other than tab and newline.
    pub text: Cow<'a, str>,
    /// A label was wrong, bytes were invalid, or control characters were dropped.
    pub mended: bool,
}

/// Decodes a document; never fails.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let decoded = wide(bytes).unwrap_or_else(|| narrow(bytes, content_type));
    drop_controls(decoded)
}

/// UTF-16 and UTF-32, by byte order mark or by where the NULs stand.
fn wide(bytes: &[u8]) -> Option<Decoded<'_>> {
    match bytes {
        [0, 0, 0xFE, 0xFF, rest @ ..] => Some(utf32(rest, u32::from_be_bytes)),
        [0xFF, 0xFE, 0, 0, rest @ ..] => Some(utf32(rest, u32::from_le_bytes)),
        [0, 0, 0, 1..=255, ..] => Some(utf32(bytes, u32::from_be_bytes)),
        [1..=255, 0, 0, 0, ..] => Some(utf32(bytes, u32::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] | rest @ [0, 1..=255, 0, 1..=255, ..] => Some(with(UTF_16BE, rest)),
        [0xFF, 0xFE, rest @ ..] | rest @ [1..=255, 0, 1..=255, 0, ..] => Some(with(UTF_16LE, rest)),
        _ => None,
    }
}

fn utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> Decoded<'static> {
    let (characters, rest) = bytes.as_chunks::<4>();
    let mut mended = !rest.is_empty();
    let text: String = characters
        .iter()
        .map(|four| {
            char::from_u32(number(*four)).unwrap_or_else(|| {
                mended = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Decoded { text: Cow::Owned(text), mended }
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, mended) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, mended }
}

/// UTF-8 and everything that has ASCII inside.
fn narrow<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let labels = Labels::of(bytes, content_type);
    let Ok(text) = std::str::from_utf8(bytes) else {
        let mixture = Mixture::of(bytes);
        if mixture.is_mostly_utf8(labels.any() == Some(UTF_8)) {
            return Decoded { text: Cow::Owned(mixture.text(bytes, labels.any())), mended: true };
        }
        return labelled(bytes, &labels);
    };
    // ISO-2022-JP is ASCII by its bytes; the escape character gives it away.
    if bytes.is_ascii() && memchr::memchr(0x1B, bytes).is_some() {
        return labelled(bytes, &labels);
    }
    if let Some(once) = mixed::once(text) {
        return Decoded { text: Cow::Owned(once), mended: true };
    }
    let mislabelled = !bytes.is_ascii() && labels.any().is_some_and(|label| label != UTF_8);
    Decoded { text: Cow::Borrowed(text), mended: mislabelled }
}

/// What is said of the encoding.
struct Labels {
    http: Option<&'static Encoding>,
    declared: Option<&'static Encoding>,
}

impl Labels {
    fn of(bytes: &[u8], content_type: Option<&str>) -> Self {
        let head = &bytes[..bytes.len().min(DECLARATION_WITHIN)];
        Self {
            http: content_type
                .and_then(|header| value_after(header.as_bytes(), b"charset"))
                .and_then(encoding),
            declared: value_after(head, b"encoding")
                .or_else(|| value_after(head, b"charset"))
                .and_then(encoding),
        }
    }

    fn any(&self) -> Option<&'static Encoding> {
        self.http.or(self.declared)
    }
}

/// The value in `name=value`, `name = "value"`, whatever the case of `name`.
fn value_after<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    text.windows(name.len()).enumerate().filter(|(_, window)| window.eq_ignore_ascii_case(name)).find_map(
        |(at, _)| {
            let rest = text[at + name.len()..].trim_ascii_start().strip_prefix(b"=")?;
            let start = rest.iter().position(|byte| !blank(byte))?;
            let value = &rest[start..];
            let stop = |byte: &u8| blank(byte) || matches!(byte, b';' | b'>' | b'?' | b'/' | b',');
            let value = &value[..value.iter().position(stop).unwrap_or(value.len())];
            (!value.is_empty()).then_some(value)
        },
    )
}

/// The encoding of a label; `None` for labels that cannot be true of bytes with ASCII inside.
fn encoding(label: &[u8]) -> Option<&'static Encoding> {
    let found =
        Encoding::for_label(label).or_else(|| Encoding::for_label(known_misspelling(label).as_bytes()))?;
    let impossible = [UTF_16BE, UTF_16LE, REPLACEMENT, X_USER_DEFINED].contains(&found);
    (!impossible).then_some(found)
}

/// Labels that the encoding standard does not know, met in feeds.
fn known_misspelling(label: &[u8]) -> String {
    let label = String::from_utf8_lossy(label).to_ascii_lowercase().replace('_', "-");
    let digits = label.trim_start_matches(|c: char| !c.is_ascii_digit());
    match label.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-') {
        "cp" | "win" | "windows" | "ms" | "x-cp" | "x-windows" => match digits {
            "932" => "shift_jis".to_owned(),
            "936" => "gbk".to_owned(),
            "949" => "euc-kr".to_owned(),
            "950" => "big5".to_owned(),
            number => format!("windows-{number}"),
        },
        "iso8859" | "iso" | "iso-8859" => format!("iso-8859-{}", digits.trim_start_matches("8859-")),
        "utf" | "utf8mb" | "x-utf" | "unicode" => "utf-8".to_owned(),
        "koi8r" | "koi" => "koi8-r".to_owned(),
        "koi8u" => "koi8-u".to_owned(),
        "x-sjis" | "sjis" => "shift_jis".to_owned(),
        _ => label,
    }
}

/// Bytes that are not UTF-8: by label as far as labels can be believed, else by guess.
fn labelled<'a>(bytes: &'a [u8], labels: &Labels) -> Decoded<'a> {
    let guess = guess(bytes);
    let mut candidates: Vec<&'static Encoding> = [labels.http, labels.declared]
        .into_iter()
        .flatten()
        .filter(|label| *label != UTF_8 && !is_default_of_the_clueless(label, guess, bytes))
        .collect();
    // Two labels that disagree: the one that the bytes speak for.
    candidates.sort_by_key(|label| *label != guess);
    let mended = candidates.is_empty();
    candidates.push(guess);
    for candidate in &candidates {
        let (text, invalid) = candidate.decode_without_bom_handling(bytes);
        if !invalid {
            return Decoded { text, mended };
        }
    }
    with(candidates[0], bytes)
}

/// Servers and programs say "ISO-8859-1" of anything. Believed, unless the bytes are plainly those of
/// another script.
fn is_default_of_the_clueless(label: &'static Encoding, guess: &'static Encoding, bytes: &[u8]) -> bool {
    let western = |name: &str| {
        matches!(
            name,
            "windows-1252"
                | "ISO-8859-15"
                | "windows-1250"
                | "ISO-8859-2"
                | "windows-1254"
                | "windows-1257"
                | "macintosh"
        )
    };
    western(label.name())
        && label == WINDOWS_1252
        && !western(guess.name())
        && bytes.iter().filter(|byte| !byte.is_ascii()).count() >= GUESS_NEEDS
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(GUESS_FROM)], bytes.len() <= GUESS_FROM);
    detector.guess(None, Utf8Detection::Allow)
}

/// Control characters mean nothing in any feed format and are forbidden in XML.
fn drop_controls(decoded: Decoded<'_>) -> Decoded<'_> {
    let is_control =
        |c: char| matches!(c, '\0'..='\x08' | '\x0B' | '\x0E'..='\x1F' | '\x7F' | '\u{FFFE}' | '\u{FFFF}');
    // Piece by piece and without an early end: so the processor compares sixteen bytes at once.
    let has_controls = |piece: &[u8]| {
        let control = |byte: u8| byte < b' ' && !matches!(byte, b'\n' | b'\t' | b'\r') || byte == 0x7F;
        piece.iter().fold(0, |found, byte| found | u8::from(control(*byte))) > 0
    };
    if !decoded.text.as_bytes().chunks(256).any(has_controls) {
        return decoded;
    }
    let text = decoded.text.chars().filter(|c| !is_control(*c)).collect();
    Decoded { text: Cow::Owned(text), mended: true }
}
