//! From a place inside a string's value to the place in the file: quotes, escapes and trimmed line
//! ends lie between the two.

use std::ops::Range;

/// The bytes of `raw` (a TOML string as written, quotes included) that make the bytes `span` of its
/// value. A span beyond the value ends where the value does.
#[must_use]
pub fn within(raw: &str, span: &Range<usize>) -> Range<usize> {
    let (opening, escapes) = opening(raw);
    let closing = closing(raw, opening);
    let mut steps = Steps { raw: &raw[..closing], at: opening, value: 0, escapes };
    steps.reach(span.start);
    steps.skip_trimmed();
    let start = steps.at;
    let end = if span.end > span.start { steps.reach(span.end).max(start) } else { start };
    start..end
}

/// Where the value begins, and whether a backslash means something in it.
fn opening(raw: &str) -> (usize, bool) {
    for (quotes, escapes) in [("\"\"\"", true), ("'''", false)] {
        if let Some(rest) = raw.strip_prefix(quotes) {
            let newline = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
            return (3 + newline, escapes);
        }
    }
    (usize::from(raw.starts_with(['"', '\''])), raw.starts_with('"'))
}

fn closing(raw: &str, opening: usize) -> usize {
    let quotes = if opening >= 3 { 3 } else { opening };
    raw.len().saturating_sub(quotes).max(opening.min(raw.len()))
}

struct Steps<'a> {
    raw: &'a str,
    at: usize,
    value: usize,
    escapes: bool,
}

impl Steps<'_> {
    /// Where in `raw` byte `offset` of the value begins.
    fn reach(&mut self, offset: usize) -> usize {
        while self.value < offset {
            let Some((written, meant)) = self.step() else { break };
            if self.value + meant > offset {
                break;
            }
            self.at += written;
            self.value += meant;
        }
        self.at
    }

    /// A backslash at a line's end takes the following white space away, and makes nothing.
    fn skip_trimmed(&mut self) {
        while let Some((written, 0)) = self.step() {
            self.at += written;
        }
    }

    /// Bytes of the next character as written, and as meant.
    fn step(&self) -> Option<(usize, usize)> {
        let rest = &self.raw[self.at..];
        let first = rest.chars().next()?;
        if first != '\\' || !self.escapes {
            return Some((first.len_utf8(), first.len_utf8()));
        }
        let kind = rest[1..].chars().next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            c if c.is_whitespace() => {
                return Some((
                    1 + rest[1..].len() - rest[1..].trim_start_matches([' ', '\t', '\r', '\n']).len(),
                    0,
                ));
            }
            c => return Some((1 + c.len_utf8(), 1)),
        };
        let code = rest.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        Some(((2 + digits).min(rest.len()), code.and_then(char::from_u32).map_or(1, char::len_utf8)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use toml::de::DeValue;

    use super::within;

    #[test]
    fn spans_reach_through_quotes_and_escapes() {
        for (raw, span, expected) in [
            (r#""abc""#, 1..2, "b"),
            (r#""\"bc""#, 0..1, r#"\""#),
            (r#""a\u00e9c""#, 1..3, r"\u00e9"),
            (r#""a\u00e9c""#, 3..4, "c"),
            ("'a\\b'", 1..2, "\\"),
            ("\"\"\"\nab\\\n   cd\"\"\"", 2..3, "c"),
            ("'''\r\na\r\nb'''", 3..4, "b"),
            ("\"\"\"\"a\"\"\"", 0..1, "\""),
            ("'abc'", 3..3, ""),
            ("'abc'", 2..9, "c"),
        ] {
            let found = within(raw, &span);
            assert_eq!(&raw[found.clone()], expected, "{raw} {span:?} {found:?}");
        }
    }

    proptest! {
        /// Every character of a value is found where, read alone, it makes that character again.
        #[test]
        fn each_character_is_found(value in r#"[a-zé日😀"\\\n\t\u{1}' ]{0,20}"#, multiline: bool) {
            let quotes = if multiline { "\"\"\"" } else { "\"" };
            let mut raw = String::from(quotes);
            for c in value.chars() {
                match c {
                    '"' => raw.push_str("\\\""),
                    '\\' => raw.push_str("\\\\"),
                    '\n' => raw.push_str("\\n"),
                    '日' => raw.push_str("\\u65e5"),
                    '😀' => raw.push_str("\\U0001F600"),
                    '\u{1}' => raw.push_str("\\u0001"),
                    c => raw.push(c),
                }
                if multiline && c == 'a' {
                    raw.push_str("\\\n  \\\n");
                }
            }
            raw.push_str(quotes);
            // White space after a backslash at a line's end is trimmed: only what TOML reads counts.
            let parsed = DeValue::parse(&raw).unwrap();
            let read = parsed.get_ref().as_str().unwrap();
            for (at, c) in read.char_indices() {
                let found = within(&raw, &(at..at + c.len_utf8()));
                let piece = format!("\"\"\"{}\"\"\"", &raw[found]);
                let alone = DeValue::parse(&piece).unwrap();
                prop_assert_eq!(alone.get_ref().as_str().unwrap(), c.to_string());
            }
        }
    }
}
