//! HTML → what a reader would see of it.

use super::markup::{Markup, Token};
use super::names::{Buffer, lower};
use super::reference::References;

/// Elements whose content is no markup, and is not seen.
const RAW: [&str; 8] = ["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"];

/// Elements whose content is markup, and is not seen.
const HIDING: [&str; 5] = ["head", "math", "select", "svg", "template"];

/// Elements that begin and end on a line of their own.
const BLOCKS: [&str; 41] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tr",
    "ul",
    "video",
];

/// The visible text of some markup: references decoded once, blocks on lines of their own, runs of
/// blanks as one, scripts, styles and templates gone. Linear in the size of the markup.
#[must_use]
pub fn text(html: &str) -> String {
    let mut sheet = Sheet::new(html.len());
    let mut markup = Markup::new(html);
    while let Some(token) = markup.next() {
        match token {
            Token::Text(raw) => sheet.text(raw),
            Token::Cdata(text) => sheet.lines().push(text),
            Token::Open(tag) => {
                if let Some(raw) = RAW.iter().find(|raw| raw.eq_ignore_ascii_case(tag.name)) {
                    // `<script/>` hides nothing in XHTML, and all that follows in HTML: feeds mean XHTML.
                    if !tag.empty {
                        markup.skip_content(raw);
                    }
                } else {
                    sheet.open(tag.name, tag.empty);
                }
            }
            Token::Close(name) => sheet.close(name),
        }
    }
    sheet.finish()
}

/// What is seen, and what stands in an element that hides its content.
struct Sheet {
    seen: Lines,
    hidden: Lines,
    /// The element that hides, and how many of its like are open in it.
    hider: Option<(&'static str, usize)>,
    references: References<'static>,
    decoded: String,
}

impl Sheet {
    fn new(bytes: usize) -> Self {
        Self {
            seen: Lines::with_capacity(bytes / 2),
            hidden: Lines::with_capacity(0),
            hider: None,
            references: References::default(),
            decoded: String::new(),
        }
    }

    fn lines(&mut self) -> &mut Lines {
        if self.hider.is_some() { &mut self.hidden } else { &mut self.seen }
    }

    fn text(&mut self, raw: &str) {
        if raw.contains('&') {
            let mut decoded = std::mem::take(&mut self.decoded);
            decoded.clear();
            self.references.decode(raw, &mut decoded);
            self.lines().push(&decoded);
            self.decoded = decoded;
        } else {
            self.lines().push(raw);
        }
    }

    fn open(&mut self, name: &str, empty: bool) {
        match &mut self.hider {
            // `</head>` may be left out.
            Some(("head", _)) if name.eq_ignore_ascii_case("body") => self.show_again(),
            Some((hider, depth)) => {
                *depth += usize::from(hider.eq_ignore_ascii_case(name) && !empty);
                self.hidden.open(name);
            }
            None => match HIDING.iter().find(|hiding| hiding.eq_ignore_ascii_case(name)) {
                Some(hiding) if !empty => self.hider = Some((hiding, 1)),
                _ => self.seen.open(name),
            },
        }
    }

    fn close(&mut self, name: &str) {
        match &mut self.hider {
            Some((hider, depth)) if hider.eq_ignore_ascii_case(name) => {
                *depth -= 1;
                if *depth == 0 {
                    self.show_again();
                }
            }
            Some(_) => self.hidden.close(name),
            None => self.seen.close(name),
        }
    }

    fn show_again(&mut self) {
        self.hider = None;
        self.hidden.text.clear();
    }

    fn finish(mut self) -> String {
        // A hiding element that was never closed hides nothing, else one stray tag would cost the text.
        if self.hider.is_some() {
            self.seen.pending = Pending::Line;
            self.seen.push_lines(&self.hidden.text);
        }
        self.seen.text
    }
}

/// Text being set: blanks collapse, breaks do not pile up.
struct Lines {
    text: String,
    pending: Pending,
    /// Open `<pre>`: line breaks are meant.
    preformatted: usize,
}

/// What stands between what was written and what comes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pending {
    Nothing,
    Blank,
    Line,
}

impl Lines {
    fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), pending: Pending::Nothing, preformatted: 0 }
    }

    fn open(&mut self, name: &str) {
        self.preformatted += usize::from(name.eq_ignore_ascii_case("pre"));
        self.tag(name);
    }

    fn close(&mut self, name: &str) {
        self.preformatted = self.preformatted.saturating_sub(usize::from(name.eq_ignore_ascii_case("pre")));
        self.tag(name);
    }

    fn tag(&mut self, name: &str) {
        let mut buffer = Buffer::default();
        let Some(name) = lower(name, &mut buffer) else { return };
        if BLOCKS.binary_search(&name).is_ok() {
            self.pending = Pending::Line;
        } else if matches!(name, "td" | "th" | "img") {
            self.pending = self.pending.max(Pending::Blank);
        }
    }

    fn push(&mut self, text: &str) {
        if self.preformatted > 0 { self.push_lines(text) } else { self.push_words(text) }
    }

    fn push_words(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let words = rest.find(|c: char| c.is_whitespace() || c.is_control()).unwrap_or(rest.len());
            if words > 0 {
                self.separate();
                self.text.push_str(&rest[..words]);
            }
            let after = rest[words..].trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
            if after.len() < rest.len() - words {
                self.pending = self.pending.max(Pending::Blank);
            }
            rest = after;
        }
    }

    fn separate(&mut self) {
        if !self.text.is_empty() {
            match self.pending {
                Pending::Nothing => {}
                Pending::Blank => self.text.push(' '),
                Pending::Line => self.text.push('\n'),
            }
        }
        self.pending = Pending::Nothing;
    }

    fn push_lines(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.pending = Pending::Line;
            }
            self.push_words(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BLOCKS;

    #[test]
    fn the_table_is_sorted() {
        assert!(BLOCKS.is_sorted());
    }
}
