//! HTML written anew before a tree is built of it, so that nothing in it can hurt the builder: 10,000
//! nested `<div>` cost dom_smoothie nine seconds, 200,000 attributes of one tag twenty.
//!
//! Every tag that comes out was read and counted here; the tree builder never sees the page itself.

use crate::news::parse::markup::{Markup, Token};

/// Deepest nesting that is left alone.
const DEPTH_MAX: usize = 200;
/// Attributes kept of one tag.
const ATTRIBUTES_MAX: usize = 32;
/// Longest attribute value kept, in bytes.
const VALUE_MAX: usize = 4 * 1024;
/// Longest metadata (JSON-LD) kept, in bytes.
const METADATA_MAX: usize = 256 * 1024;

/// The same page with bounded nesting and attributes, without comments, scripts and styles. The text of
/// what stands too deep stays. Linear in the size of the page.
#[must_use]
pub fn rewritten(html: &str) -> String {
    let mut copy = Copy { text: String::with_capacity(html.len()), open: Vec::new() };
    copy.text.push_str("<!DOCTYPE html>");
    let mut markup = Markup::new(html);
    while let Some(token) = markup.next() {
        match token {
            Token::Open(tag) => {
                let name = tag.name.to_ascii_lowercase();
                match name.as_str() {
                    "script" if is_metadata(&markup) => copy.metadata(markup.skip_content("script")),
                    "script" | "style" | "noscript" | "iframe" | "noembed" | "noframes" | "xmp"
                    | "plaintext" | "template" => {
                        markup.skip_content(&name);
                    }
                    "title" | "textarea" => {
                        copy.open(&name, &markup.attributes);
                        let content = markup.skip_content(&name);
                        copy.escaped(content);
                        copy.close(&name);
                    }
                    _ => copy.open(&name, &markup.attributes),
                }
            }
            Token::Close(name) => copy.close(&name.to_ascii_lowercase()),
            Token::Text(raw) | Token::Cdata(raw) => copy.escaped(raw),
        }
    }
    copy.close_down_to(0);
    copy.text
}

fn is_metadata(markup: &Markup<'_>) -> bool {
    markup.attribute("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
}

/// The page being written.
struct Copy {
    text: String,
    open: Vec<String>,
}

impl Copy {
    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let void = is_void(name);
        // `<p>` ends a `<p>`, `<li>` a `<li>`: pages without end tags are not deep.
        if closes_its_like(name) && self.open.last().is_some_and(|last| last == name) {
            self.close_down_to(self.open.len() - 1);
        }
        if !void {
            if self.open.len() >= DEPTH_MAX {
                return self.text.push(' ');
            }
            self.open.push(name.to_owned());
        }
        self.text.push('<');
        self.text.push_str(name);
        for (attribute, value) in
            attributes.iter().take(ATTRIBUTES_MAX).filter(|(_, value)| value.len() <= VALUE_MAX)
        {
            self.text.extend([" ", attribute, "=\""]);
            self.text.push_str(&value.replace('"', "&quot;"));
            self.text.push('"');
        }
        self.text.push('>');
    }

    /// Closes an element and all that is open in it, each by an end tag of its own: mis-nested tags cost
    /// the tree builder quadratic time. The end tag of some text does not reach out of its box.
    fn close(&mut self, name: &str) {
        let walls: &[&str] = match name {
            "table" | "tbody" | "thead" | "tr" | "body" | "html" => &["table"],
            "td" | "th" => &["tr", "table"],
            name if is_box(name) => &["td", "th", "table"],
            _ => &BOXES,
        };
        let reached = self.open.iter().rposition(|open| open == name || walls.contains(&open.as_str()));
        if let Some(at) = reached.filter(|at| self.open[*at] == name) {
            self.close_down_to(at);
        }
    }

    fn close_down_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(name) = self.open.pop() {
                self.text.extend(["</", &name, ">"]);
            }
        }
    }

    fn escaped(&mut self, raw: &str) {
        let mut pieces = raw.split('<');
        self.text.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            self.text.push_str("&lt;");
            self.text.push_str(piece);
        }
    }

    fn metadata(&mut self, json: &str) {
        // A comment in a script makes it end elsewhere.
        if json.len() <= METADATA_MAX && !json.contains("<!--") {
            self.text.extend(["<script type=\"application/ld+json\">", json, "</script>"]);
        }
    }
}

/// Elements that hold others together.
const BOXES: [&str; 20] = [
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "div",
    "dl",
    "footer",
    "form",
    "header",
    "html",
    "main",
    "nav",
    "ol",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

fn is_box(name: &str) -> bool {
    BOXES.contains(&name)
}

fn closes_its_like(name: &str) -> bool {
    matches!(name, "p" | "li" | "dt" | "dd" | "tr" | "td" | "th" | "option")
}

fn is_void(name: &str) -> bool {
    [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    ]
    .contains(&name)
}
