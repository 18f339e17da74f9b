//! A start tag's attributes, and where the tag ends: quotes that are missing or doubled, a lost `>`.

use memchr::{memchr, memchr2};

use super::Markup;

/// Attributes kept of one tag.
const ATTRIBUTES_MAX: usize = 64;
/// Longest attribute value kept, in bytes.
const VALUE_MAX: usize = 16 * 1024;
/// Longest attribute value that may hold a `<` of its own, in bytes.
const VALUE_WITH_TAG_MAX: usize = 2_000;
/// How a start tag ended.
pub(super) enum Ending {
    Closed {
        at: usize,
        empty: bool,
    },
    /// At the next tag's `<`; what follows `text` is no attribute.
    Broken {
        text: usize,
    },
    /// With the document.
    Cut,
}

impl<'a> Markup<'a> {
    /// Fills `self.attributes` and finds the end of the tag.
    pub(super) fn read_attributes(&mut self, after: usize) -> Ending {
        self.attributes.clear();
        let bytes = self.text.as_bytes();
        let (mut at, mut after_last) = (after, after);
        loop {
            match bytes.get(at) {
                None => return Ending::Cut,
                Some(b'>') => return Ending::Closed { at: at + 1, empty: false },
                Some(b'<') => return Ending::Broken { text: after_last },
                Some(b'/') if bytes.get(at + 1) == Some(&b'>') => {
                    return Ending::Closed { at: at + 2, empty: true };
                }
                Some(b'"' | b'\'' | b'/' | b'=') => {
                    self.mended = true;
                    at += 1;
                }
                Some(byte) if byte.is_ascii_whitespace() => at += 1,
                Some(_) => {
                    let (attribute, end) = self.read_attribute(at);
                    at = end;
                    if let Some(attribute) = attribute {
                        after_last = end;
                        if self.attributes.len() < ATTRIBUTES_MAX {
                            self.attributes.push(attribute);
                        }
                    }
                }
            }
        }
    }

    /// One attribute, when it has a value, and where it ends.
    fn read_attribute(&mut self, start: usize) -> (Option<(&'a str, &'a str)>, usize) {
        let bytes = self.text.as_bytes();
        let stop = |byte: &u8| {
            byte.is_ascii_whitespace() || matches!(byte, b'=' | b'/' | b'>' | b'<' | b'"' | b'\'')
        };
        let length = bytes[start..].iter().position(stop).unwrap_or(bytes.len() - start);
        let name = &self.text[start..start + length];
        let blanks = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let equals = start + length + blanks(start + length);
        if bytes.get(equals) != Some(&b'=') {
            self.mended = true;
            return (None, start + length);
        }
        let begin = equals + 1 + blanks(equals + 1);
        let (value, end) = match &bytes[begin..] {
            [quote @ (b'"' | b'\''), again, next, ..] if quote == again && begins_value(*next) => {
                self.mended = true;
                self.quoted(begin + 2, *quote)
            }
            [quote @ (b'"' | b'\''), ..] => self.quoted(begin + 1, *quote),
            [b'\\', quote @ (b'"' | b'\''), ..] => {
                self.mended = true;
                let (value, end) = self.quoted(begin + 2, *quote);
                (value.strip_suffix('\\').unwrap_or(value), end)
            }
            _ => self.unquoted(begin),
        };
        let value = if value.len() <= VALUE_MAX { value } else { "" };
        (Some((name, value)), end)
    }

    fn quoted(&mut self, start: usize, quote: u8) -> (&'a str, usize) {
        let ahead = if quote == b'"' { &mut self.double_quote } else { &mut self.single_quote };
        let Some(end) = ahead.find(self.text, start) else { return self.unquoted(start) };
        let value = &self.text[start..end];
        let next = self.byte(end + 1).unwrap_or(b'>');
        let ends_well = next.is_ascii_whitespace() || matches!(next, b'/' | b'>' | b'?');
        if ends_well && memchr(b'<', value.as_bytes()).is_none() {
            return (value, end + 1);
        }
        self.mended = true;
        if holds_together(value, ends_well) { (value, end + 1) } else { self.unquoted(start) }
    }

    /// A value without quotes, or one whose closing quote is missing.
    fn unquoted(&mut self, start: usize) -> (&'a str, usize) {
        self.mended = true;
        let bytes = self.text.as_bytes();
        let stop = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'<');
        let mut end = start + bytes[start..].iter().position(stop).unwrap_or(bytes.len() - start);
        if bytes.get(end) == Some(&b'>') && end > start && bytes[end - 1] == b'/' {
            end -= 1;
        }
        // Quotes of a word processor.
        (self.text[start..end].trim_matches(['“', '”', '„', '«', '»', '‘', '’']), end)
    }
}

/// Whether what stands behind two quotes is a value in doubled quotes, and not the rest of a tag.
fn begins_value(next: u8) -> bool {
    !next.is_ascii_whitespace() && !matches!(next, b'/' | b'>' | b'<' | b'?')
}

/// Whether a doubtful value between two quotes is one value: short, on one line, and not two
/// attributes of which the first lost its closing quote.
fn holds_together(value: &str, ends_well: bool) -> bool {
    if memchr2(b'<', b'>', value.as_bytes()).is_none() {
        let next_attribute = value.ends_with('=') && value.contains(char::is_whitespace);
        return !next_attribute;
    }
    ends_well
        && value.len() <= VALUE_WITH_TAG_MAX
        && !value.contains('\n')
        && !value.trim_end().ends_with('=')
}
