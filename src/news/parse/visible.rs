//! HTML → what a reader would see of it.

use html5gum::{Token, Tokenizer};

/// Elements whose content nobody sees.
const UNSEEN: [&[u8]; 12] = [
    b"script",
    b"style",
    b"template",
    b"head",
    b"title",
    b"noscript",
    b"object",
    b"iframe",
    b"svg",
    b"math",
    b"select",
    b"textarea",
];

/// Elements that begin and end on a line of their own.
const BLOCKS: [&[u8]; 41] = [
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"body",
    b"br",
    b"caption",
    b"center",
    b"dd",
    b"details",
    b"dialog",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hr",
    b"li",
    b"main",
    b"menu",
    b"nav",
    b"ol",
    b"option",
    b"p",
    b"pre",
    b"section",
    b"summary",
    b"table",
    b"tr",
    b"ul",
    b"video",
];

/// The visible text of some markup: references decoded once, blocks on lines of their own, runs of
/// blanks as one, scripts, styles and templates gone. Linear in the size of the markup.
#[must_use]
pub fn text(html: &str) -> String {
    let mut lines = Lines::with_capacity(html.len() / 2);
    if !html.contains(['<', '&']) {
        lines.push(html);
        return lines.finish();
    }
    let mut unseen: Option<(Vec<u8>, usize)> = None;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::String(text) if unseen.is_none() => lines.push(&String::from_utf8_lossy(&text)),
            Token::StartTag(tag) => match &mut unseen {
                Some((name, depth)) => *depth += usize::from(**name == *tag.name && !tag.self_closing),
                None if UNSEEN.contains(&&**tag.name) && !tag.self_closing => {
                    unseen = Some((tag.name.to_vec(), 1));
                }
                None => lines.tag(&tag.name),
            },
            Token::EndTag(tag) => match &mut unseen {
                Some((name, depth)) if **name == *tag.name => {
                    *depth -= 1;
                    if *depth == 0 {
                        unseen = None;
                    }
                }
                Some(_) => {}
                None => lines.tag(&tag.name),
            },
            _ => {}
        }
    }
    lines.finish()
}

/// Text being set: blanks collapse, breaks do not pile up.
struct Lines {
    text: String,
    pending: Pending,
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
        Self { text: String::with_capacity(bytes), pending: Pending::Nothing }
    }

    fn tag(&mut self, name: &[u8]) {
        if BLOCKS.contains(&name) {
            self.pending = Pending::Line;
        } else if matches!(name, b"td" | b"th" | b"img") {
            self.pending = self.pending.max(Pending::Blank);
        }
    }

    fn push(&mut self, text: &str) {
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

    fn finish(self) -> String {
        self.text
    }
}
