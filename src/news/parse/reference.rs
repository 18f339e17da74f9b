//! `&amp;`, `&#8217;`, `&nbsp;`: references to characters, decoded once and never recursively.

use std::collections::HashMap;

use encoding_rs::WINDOWS_1252;
use memchr::memchr;

/// Longest name between `&` and `;`, in bytes (HTML's longest is 31).
const NAME_MAX: usize = 48;
/// Longest replacement text that a document may declare for an entity of its own, in bytes.
const OWN_VALUE_MAX: usize = 1_024;
/// How many entities a document may declare.
const OWN_MAX: usize = 256;
/// What all own entities together may add to one document, in bytes: the bound that makes every
/// entity bomb inert.
const OWN_BUDGET: usize = 256 * 1024;

/// The references a document may use: XML's, HTML's, and those that its DOCTYPE declares.
#[derive(Debug)]
pub struct References<'a> {
    own: HashMap<&'a str, String>,
    budget: usize,
    /// Something was not as XML wants it: a bare `&`, a name that no DOCTYPE declared, a character
    /// that does not exist.
    pub mended: bool,
}

impl Default for References<'_> {
    fn default() -> Self {
        Self { own: HashMap::new(), budget: OWN_BUDGET, mended: false }
    }
}

impl<'a> References<'a> {
    /// Takes the `<!ENTITY name "value">` of a DOCTYPE's internal subset. External entities
    /// (`SYSTEM`, `PUBLIC`) and parameter entities are passed over: nothing is ever fetched.
    pub fn declare(&mut self, subset: &'a str) {
        for declaration in subset.split("<!ENTITY").skip(1).take(OWN_MAX) {
            if let Some((name, value)) = internal_entity(declaration)
                && value.len() <= OWN_VALUE_MAX
            {
                // A value may use characters by number and by HTML name, never another own entity.
                let mut text = String::new();
                References::default().decode(value, &mut text);
                self.own.entry(name).or_insert(text);
            }
        }
    }

    /// Appends `raw` with its references decoded.
    pub fn decode(&mut self, raw: &str, into: &mut String) {
        let mut rest = raw;
        while let Some(at) = memchr(b'&', rest.as_bytes()) {
            into.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(length) = self.one(rest, into) {
                rest = &rest[length..];
            } else {
                self.mended = true;
                into.push('&');
            }
        }
        into.push_str(rest);
    }

    /// Decodes the reference whose `&` stands before `rest`; gives its length without the `&`.
    fn one(&mut self, rest: &str, into: &mut String) -> Option<usize> {
        if let Some(number) = rest.strip_prefix('#') {
            return self.by_number(number, into).map(|length| length + 1);
        }
        let window = &rest.as_bytes()[..rest.len().min(NAME_MAX + 1)];
        let length = window
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.'))?;
        let name = rest.get(..length).filter(|name| !name.is_empty())?;
        if window[length] != b';' {
            return self.unclosed(name, window[length], into);
        }
        match name {
            "amp" => into.push('&'),
            "lt" => into.push('<'),
            "gt" => into.push('>'),
            "quot" => into.push('"'),
            "apos" => into.push('\''),
            _ => self.by_name(name, into)?,
        }
        Some(length + 1)
    }

    /// HTML's oldest names need no `;`, unless a `=` shows that they are a parameter in a link.
    fn unclosed(&mut self, name: &str, next: u8, into: &mut String) -> Option<usize> {
        let old = ["amp", "copy", "gt", "laquo", "lt", "nbsp", "quot", "raquo", "reg", "shy"];
        if next == b'=' || !old.contains(&name) {
            return None;
        }
        self.mended = true;
        into.push_str(html_name(name)?);
        Some(name.len())
    }

    fn by_name(&mut self, name: &str, into: &mut String) -> Option<()> {
        if let Some(value) = self.own.get(name) {
            self.budget = self.budget.saturating_sub(value.len());
            if self.budget > 0 {
                into.push_str(value);
            }
            return Some(());
        }
        // HTML's names are no part of XML, yet half of all broken feeds use them.
        self.mended = true;
        into.push_str(html_name(name).or_else(|| html_name(&name.to_ascii_lowercase()))?);
        Some(())
    }

    fn by_number(&mut self, number: &str, into: &mut String) -> Option<usize> {
        let (digits, radix, skipped) = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => (hexadecimal, 16, 1),
            None => (number, 10, 0),
        };
        let length = digits.bytes().take_while(|byte| (*byte as char).is_digit(radix)).count();
        if length == 0 {
            return None;
        }
        match u32::from_str_radix(&digits[..length], radix).ok().and_then(character) {
            Some(c) => into.push(c),
            None => self.mended = true,
        }
        let closed = digits.as_bytes().get(length) == Some(&b';');
        self.mended |= !closed;
        Some(skipped + length + usize::from(closed))
    }
}

/// Name and value in ` name "value">…`.
fn internal_entity(declaration: &str) -> Option<(&str, &str)> {
    let (name, rest) = declaration.trim_start().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = rest[1..].split(quote).next()?;
    Some((name, value))
}

/// What HTML calls by that name.
fn html_name(name: &str) -> Option<&'static str> {
    let table = &html_escape::NAMED_ENTITIES;
    table.binary_search_by_key(&name.as_bytes(), |(known, _)| known).ok().map(|at| table[at].1)
}

/// The character of a number. The numbers 128 to 159 mean windows-1252, as in HTML: that is what their
/// writers saw. Characters that XML forbids are none.
fn character(number: u32) -> Option<char> {
    match number {
        0x80..=0x9F => {
            let byte = [u8::try_from(number).ok()?];
            WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next()
        }
        0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0xA0..=0xFFFD | 0x1_0000.. => char::from_u32(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::References;

    fn decoded(raw: &str) -> String {
        let mut text = String::new();
        References::default().decode(raw, &mut text);
        text
    }

    #[test]
    fn references() {
        for (raw, expected) in [
            ("a &amp; b", "a & b"),
            ("&amp;lt;", "&lt;"),
            ("AT&T & Co", "AT&T & Co"),
            ("x&y;z", "x&y;z"),
            ("&#8217;&#x2019;&#146;", "’’’"),
            ("&#8217", "’"),
            ("&#0;&#xD800;&#99999999999;", ""),
            ("&nbsp;&hellip;&Eacute;&EACUTE;", "\u{a0}…Éé"),
            ("&", "&"),
            ("&;&#;&#x;", "&;&#;&#x;"),
        ] {
            assert_eq!(decoded(raw), expected, "{raw}");
        }
    }

    #[test]
    fn own_entities_are_bounded() {
        let value = "x".repeat(1_000);
        let subset = format!(
            "<!ENTITY a \"{value}\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">"
        );
        let decoded = |raw: &str| {
            let (mut references, mut text) = (References::default(), String::new());
            references.declare(&subset);
            references.decode(raw, &mut text);
            text
        };
        assert!(decoded(&"&a;".repeat(10_000)).len() <= 256 * 1024);
        assert_eq!(decoded("&b;&c;"), "&a;&a;&a;&c;");
    }
}
