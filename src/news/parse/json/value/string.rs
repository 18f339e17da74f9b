//! Strings in JSON, and where one ends whose quotes nobody minded.

use memchr::memchr3;

use super::Reader;

/// How far ahead a line is looked at to see whether it begins with a key, in bytes.
const KEY_WITHIN: usize = 80;

impl Reader<'_> {
    /// A string whose quote stands here. `key`: a colon ends it too.
    pub(super) fn string(&mut self, quote: u8, key: bool) -> String {
        self.mended |= quote != b'"';
        self.at += 1;
        let bytes = self.text.as_bytes();
        let mut string = String::new();
        loop {
            let Some(length) = memchr3(quote, b'\\', b'\n', &bytes[self.at..]) else {
                string.push_str(&self.text[self.at..]);
                self.at = bytes.len();
                self.cut = true;
                return string;
            };
            string.push_str(&self.text[self.at..self.at + length]);
            self.at += length + 1;
            match bytes[self.at - 1] {
                b'\\' => self.escape(&mut string),
                b'\n' => {
                    self.mended = true;
                    if begins_with_key(&bytes[self.at..]) {
                        // Nobody closed it.
                        string.truncate(string.trim_end().trim_end_matches(',').len());
                        return string;
                    }
                    string.push('\n');
                }
                _ if ends_string(&bytes[self.at..], key) => return string,
                _ => {
                    self.mended = true;
                    string.push(char::from(quote));
                }
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, string: &mut String) {
        let Some(c) = self.text[self.at..].chars().next() else { return };
        self.at += c.len_utf8();
        match c {
            '"' | '\\' | '/' => string.push(c),
            'b' => string.push('\u{8}'),
            'f' => string.push('\u{c}'),
            'n' => string.push('\n'),
            'r' => string.push('\r'),
            't' => string.push('\t'),
            'u' => {
                let character = self.character();
                self.mended |= character.is_none();
                string.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => {
                self.mended = true;
                string.push(c);
            }
        }
    }

    /// After `\u`: one UTF-16 unit, or two that belong together.
    fn character(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        let after = self.at;
        let second = self.text[self.at..].starts_with("\\u").then(|| {
            self.at += 2;
            self.unit().filter(|unit| (0xDC00..0xE000).contains(unit))
        });
        let Some(second) = second.flatten() else {
            self.at = after;
            return None;
        };
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let unit = unit.then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
        self.at += 4;
        Some(unit)
    }
}

pub(super) fn near(rest: &str) -> &[u8] {
    &rest.as_bytes()[..rest.len().min(KEY_WITHIN)]
}

/// Whether the quote before `rest` ends its string: what follows is what follows strings.
fn ends_string(rest: &[u8], key: bool) -> bool {
    let next = rest.trim_ascii_start();
    match next {
        // The end of a member, of the text, or a comment.
        [b'}' | b']', ..] | [b'/', b'/' | b'*', ..] | [] => true,
        [b':', ..] => key,
        [b',', after @ ..] => {
            let after = behind_commas(after);
            matches!(after, [b'"' | b'\'' | b'{' | b'[' | b']' | b'}' | b'/' | b'-' | b'0'..=b'9', ..] | [])
                || [&b"true"[..], b"false", b"null"].iter().any(|word| after.starts_with(word))
                || begins_with_key(after)
        }
        // A comma was forgotten at the end of a line.
        [b'"', ..] => rest.len() > next.len() && rest[..rest.len() - next.len()].contains(&b'\n'),
        _ => false,
    }
}

/// What follows blanks, more commas, and a byte order mark.
fn behind_commas(mut rest: &[u8]) -> &[u8] {
    while let [b',' | b' ' | b'\t' | b'\r' | b'\n', after @ ..] | [0xEF, 0xBB, 0xBF, after @ ..] = rest {
        rest = after;
    }
    rest
}

/// Whether `"key":` or `key:` stands there, or the end of what holds the keys.
fn begins_with_key(rest: &[u8]) -> bool {
    let rest = &rest[..rest.len().min(KEY_WITHIN)];
    let rest = rest.trim_ascii_start();
    if rest.starts_with(b"}") || rest.starts_with(b"]") {
        return true;
    }
    let name = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let after = &name[length..];
    let quoted = name.len() < rest.len();
    let after = if quoted { after.strip_prefix(b"\"").or(after.strip_prefix(b"'")) } else { Some(after) };
    length > 0 && after.is_some_and(|after| after.trim_ascii_start().starts_with(b":"))
}
