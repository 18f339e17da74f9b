//! Text → tags, text and CDATA: a tokenizer for XML and HTML that never gives up.
//!
//! XML's grammar where the document keeps to it. Where it does not, the reading that loses least: a `<`
//! that starts no tag is text, a quote that is never closed ends where the value plainly ends, a CDATA
//! section or comment without an end stops where the next piece of the feed begins. Linear time: what
//! was searched for once is remembered.

use memchr::{memchr, memchr2};

use super::{line, names};
use ahead::Ahead;
use attributes::Ending;
use section::cdata_opening;

mod ahead;
mod attributes;
mod section;

/// Longest name of a tag, in bytes; longer ones are text.
const NAME_MAX: usize = 100;
/// Longest DOCTYPE read, in bytes.
const DOCTYPE_MAX: usize = 64 * 1024;

/// One piece of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// A start tag; its attributes are in [`Markup::attributes`] until the next token.
    Open(Tag<'a>),
    /// An end tag, with the name as written.
    Close(&'a str),
    /// Text, references not decoded.
    Text(&'a str),
    /// A CDATA section's content: nothing in it is to be decoded.
    Cdata(&'a str),
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// As written, prefix and all.
    pub name: &'a str,
    /// `<name/>`
    pub empty: bool,
}

/// The tokens of a document, one after another.
#[derive(Debug)]
pub struct Markup<'a> {
    text: &'a str,
    at: usize,
    /// Name and raw value of each attribute of the last start tag.
    pub attributes: Vec<(&'a str, &'a str)>,
    /// The internal subset of the DOCTYPE, once it was met.
    pub subset: Option<&'a str>,
    /// A DOCTYPE was met; any other is passed over.
    doctype: bool,
    /// The document broke XML's grammar.
    pub mended: bool,
    /// The last tag opened and not closed since: in it stands the text.
    inside: &'a str,
    /// The CDATA section that comes next is hidden from scripts: `//<![CDATA[`.
    commented: bool,
    double_quote: Ahead,
    single_quote: Ahead,
    cdata_end: Ahead,
    comment_end: Ahead,
}

impl<'a> Markup<'a> {
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            attributes: Vec::new(),
            subset: None,
            doctype: false,
            mended: false,
            inside: "",
            commented: false,
            double_quote: Ahead::new("\""),
            single_quote: Ahead::new("'"),
            cdata_end: Ahead::new("]]>"),
            comment_end: Ahead::new("-->"),
        }
    }

    /// The raw value of an attribute of the last start tag, whatever the case of its name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// Passes over what stands up to the end tag of that name, or to the end: the content of `<script>` and
    /// its like is no markup. Gives the content.
    pub fn skip_content(&mut self, name: &str) -> &'a str {
        let rest = &self.text[self.at..];
        let length = end_tag_in(rest, name).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The next piece; `None` at the end.
    pub fn next(&mut self) -> Option<Token<'a>> {
        while self.at < self.text.len() {
            let start = self.at;
            if self.byte(start) != Some(b'<') {
                return Some(self.text_from(start, start));
            }
            match self.markup() {
                Markings::Token(token) => return Some(token),
                Markings::Nothing => {}
                Markings::JustText => {
                    self.mended = true;
                    return Some(self.text_from(start, start + 1));
                }
            }
        }
        None
    }

    /// Text from `start` up to the next `<` at or after `from`.
    fn text_from(&mut self, start: usize, from: usize) -> Token<'a> {
        let bytes = self.text.as_bytes();
        self.at = memchr(b'<', &bytes[from..]).map_or(bytes.len(), |more| from + more);
        let text = &self.text[start..self.at];
        Token::Text(if text.ends_with(['/', '*']) { self.uncommented(text) } else { text })
    }

    /// What begins with the `<` at `self.at`.
    fn markup(&mut self) -> Markings<'a> {
        let open = self.at + 1;
        match self.byte(open) {
            Some(b'!') => self.declaration(open + 1),
            Some(b'?') => self.instruction(open + 1),
            Some(b'/') => self.tag(open + 1, true),
            Some(b'<')
                if self.text[open + 1..].starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()) =>
            {
                self.mended = true;
                self.at = open;
                Markings::Nothing
            }
            // The document was cut here.
            None => {
                self.at = open;
                Markings::Nothing
            }
            _ => self.tag(open, false),
        }
    }

    fn declaration(&mut self, after: usize) -> Markings<'a> {
        let rest = &self.text[after..];
        if rest.starts_with("--") {
            return self.comment(after + 2);
        }
        if let Some(length) = cdata_opening(rest) {
            self.mended |= !rest.starts_with("[CDATA[");
            return Markings::Token(self.cdata(after + length));
        }
        if "[CDATA[".starts_with(rest) {
            self.mended = true;
            self.at = self.text.len();
            return Markings::Nothing;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Markings::JustText;
        }
        self.doctype(after);
        Markings::Nothing
    }

    /// Up to `-->`. A comment that was never closed would swallow entries up to the next comment's end.
    fn comment(&mut self, start: usize) -> Markings<'a> {
        let end = self.comment_end.find(self.text, start);
        if let Some(end) = end
            && let Some(cdata) = self.text[start..end].strip_prefix("[CDATA[")
            && let Some(cdata) = cdata.strip_suffix("]]")
        {
            // What HTML's rules make of a section.
            self.mended = true;
            self.at = end + 3;
            return Markings::Token(Token::Cdata(cdata));
        }
        let swallows = |end: usize| {
            let inside = &self.text[start..end];
            inside.find("<!--").is_some_and(|second| names::has_entry_tag(&inside[..second]))
        };
        if let Some(end) = end.filter(|end| !swallows(*end)) {
            self.at = end + 3;
        } else {
            self.mended = true;
            self.at = start + memchr2(b'<', b'>', &self.text.as_bytes()[start..]).unwrap_or(0);
            self.at += usize::from(self.byte(self.at) == Some(b'>'));
        }
        Markings::Nothing
    }

    /// `<?…?>`, or `<?…>` of one who forgot.
    fn instruction(&mut self, after: usize) -> Markings<'a> {
        let bytes = self.text.as_bytes();
        // A declaration belongs at the very beginning.
        self.mended |= after > 2 && self.text[after..].starts_with("xml ");
        match memchr2(b'>', b'<', &bytes[after..]) {
            Some(length) => {
                let end = after + length;
                let closed = bytes[end] == b'>';
                self.mended |= !closed || bytes[end - 1] != b'?';
                self.at = end + usize::from(closed);
            }
            None => self.at = bytes.len(),
        }
        Markings::Nothing
    }

    /// `<!DOCTYPE …>` with its internal subset, or any other declaration.
    fn doctype(&mut self, after: usize) {
        let limit = self.text.floor_char_boundary(after + DOCTYPE_MAX);
        let rest = &self.text[after..limit];
        let plain = rest.find(['[', '>', '<']).unwrap_or(rest.len());
        let mut end = plain;
        if rest[plain..].starts_with('[') && !std::mem::replace(&mut self.doctype, true) {
            if let Some(length) = subset_length(&rest[plain + 1..]) {
                let subset = &rest[plain + 1..plain + 1 + length];
                self.subset = Some(subset);
                end = plain + 1 + length;
            }
            end += rest[end..].find('>').unwrap_or(0);
        }
        self.at = after + end + usize::from(rest[end..].starts_with('>'));
    }

    /// A start or end tag whose name should begin at `start`.
    fn tag(&mut self, start: usize, end_tag: bool) -> Markings<'a> {
        let Some((start, end_tag)) = self.name_start(start, end_tag) else { return Markings::JustText };
        let rest = &self.text.as_bytes()[start..];
        let stop = |byte: &u8| {
            byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<' | b'=' | b'"' | b'\'')
        };
        let length = rest.iter().take(NAME_MAX + 1).position(stop).unwrap_or(rest.len());
        if length > NAME_MAX || !is_name(&rest[..length]) {
            return Markings::JustText;
        }
        let mut name = &self.text[start..start + length];
        if !name.is_ascii() {
            // Blanks that are not ASCII's, or that nobody sees.
            let blank = |c: char| !c.is_ascii() && (c.is_whitespace() || line::is_junk(c));
            let bare = name.trim_matches(blank);
            self.mended |= bare.len() < name.len();
            name = bare;
        }
        if end_tag { self.end_tag(name, start + length) } else { self.start_tag(name, start + length) }
    }

    /// Where the name begins. `< item>`, `< /item>`, `<//item>` and `<\item>` are tags too, when the name is one
    /// of a feed.
    fn name_start(&mut self, start: usize, end_tag: bool) -> Option<(usize, bool)> {
        let is_start = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80;
        if is_start(self.byte(start)?) {
            return Some((start, end_tag));
        }
        let rest = &self.text[start..];
        let spaced = rest.trim_start();
        let late = spaced.strip_prefix(['/', '\\']);
        let name = late.unwrap_or(spaced).trim_start();
        let begins = start + rest.len() - name.len();
        // More than a few blanks are no slip of the hand; the bound keeps this linear.
        if begins - start > 4 || begins == start {
            return None;
        }
        let length = name
            .find(|c: char| !c.is_ascii_alphanumeric() && c != ':')
            .filter(|length| *length <= NAME_MAX)?;
        let closes = name[length..].starts_with(['>', '/', ' ', '\n', '\t', '\r']);
        self.mended = true;
        (closes && names::is_known(&name[..length])).then_some((begins, end_tag || late.is_some()))
    }

    fn end_tag(&mut self, name: &'a str, after: usize) -> Markings<'a> {
        let bytes = self.text.as_bytes();
        let length = memchr2(b'>', b'<', &bytes[after..]).unwrap_or(bytes.len() - after);
        let closed = bytes.get(after + length) == Some(&b'>');
        self.mended |= !closed;
        // `</title Foo` without an end: what follows the name is lost, there is no better reading.
        self.at = after + length + usize::from(closed);
        self.inside = "";
        Markings::Token(Token::Close(name))
    }

    fn start_tag(&mut self, name: &'a str, after: usize) -> Markings<'a> {
        let ending = self.read_attributes(after);
        match ending {
            Ending::Closed { at, empty } => {
                self.at = at;
                self.inside = if empty { "" } else { name };
                Markings::Token(Token::Open(Tag { name, empty }))
            }
            // No `>`: what follows the last attribute is the element's text, if it is an element at all.
            Ending::Broken { text } => {
                self.mended = true;
                if self.attributes.is_empty() && !names::is_known(name) {
                    return Markings::JustText;
                }
                self.at = text;
                self.inside = name;
                Markings::Token(Token::Open(Tag { name, empty: false }))
            }
            Ending::Cut => {
                self.mended = true;
                self.at = self.text.len();
                Markings::Nothing
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }
}

/// What stood at a `<`.
enum Markings<'a> {
    Token(Token<'a>),
    /// A comment, an instruction, a declaration.
    Nothing,
    /// A `<` that begins nothing.
    JustText,
}

fn is_name(name: &[u8]) -> bool {
    let fits = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.') || *byte >= 0x80
    };
    !name.is_empty() && name.iter().all(fits) && !name.ends_with(b":")
}

/// Bytes before `</name`, whatever its case.
fn end_tag_in(text: &str, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, "</").find(|at| {
        let after = &bytes[at + 2..];
        after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && after.get(name.len()).is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b':')
    })
}

/// Bytes before the `]` that ends a DOCTYPE's internal subset, quotes minded; `None` when something else
/// than a declaration begins before it.
fn subset_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b']') => return Some(at),
            (None, b'<') if !matches!(bytes.get(at + 1), Some(b'!' | b'?')) => return None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), _) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}
