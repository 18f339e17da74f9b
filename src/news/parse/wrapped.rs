//! Documents that arrive in a wrapping: with the marks of HTTP's chunks left in, as a JSON string, or as the
//! visible text of a page.

use std::borrow::Cow;

use super::markup::{Markup, Token};
use super::reference::References;

/// Takes the marks of the chunked transfer coding out of a body whose server or proxy left them in.
#[must_use]
pub fn unchunked(body: &[u8]) -> Cow<'_, [u8]> {
    match body.first() {
        Some(first) if first.is_ascii_hexdigit() => joined(body).map_or(Cow::Borrowed(body), Cow::Owned),
        _ => Cow::Borrowed(body),
    }
}

/// The chunks in a row; `None` when the body is not made of chunks from its beginning to its end. The last one
/// may be cut.
fn joined(body: &[u8]) -> Option<Vec<u8>> {
    let (mut whole, mut rest) = (Vec::with_capacity(body.len()), body);
    while !rest.is_empty() {
        let line = memchr::memchr(b'\n', &rest[..rest.len().min(20)])?;
        let size = std::str::from_utf8(&rest[..line]).ok()?.trim_end();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            break;
        }
        rest = &rest[line + 1..];
        let (chunk, after) = rest.split_at(size.min(rest.len()));
        whole.extend_from_slice(chunk);
        rest = match after {
            [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] => after,
            [] => after,
            _ => return None,
        };
    }
    Some(whole)
}

/// The document that another one holds as its text: a JSON string, `<string>&lt;rss…`, the page that a browser
/// makes of a feed.
#[must_use]
pub fn inside(text: &str) -> Option<String> {
    if text.starts_with('"') {
        return serde_json::from_str::<String>(text.trim_end()).ok().filter(|inside| begins(inside));
    }
    let mut markup = Markup::new(text);
    while let Some(token) = markup.next() {
        match token {
            Token::Open(tag) if !tag.empty && holds_no_text(tag.name) => {
                markup.skip_content(tag.name);
            }
            Token::Text(raw) if !raw.trim_ascii().is_empty() => {
                let mut inside = String::new();
                References::default().decode(raw, &mut inside);
                return Some(inside).filter(|inside| begins(inside));
            }
            Token::Cdata(inside) => return Some(inside.to_owned()).filter(|inside| begins(inside)),
            _ => {}
        }
    }
    None
}

fn holds_no_text(name: &str) -> bool {
    ["script", "style", "title"].iter().any(|other| other.eq_ignore_ascii_case(name))
}

/// Whether a text begins like a feed.
fn begins(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    ["<?xml", "<rss", "<feed", "<rdf:RDF", "{"].iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::{inside, unchunked};

    #[test]
    fn chunks() {
        for (body, expected) in [
            (&b"4\r\n<rss\r\n1\r\n>\r\n0\r\n\r\n"[..], &b"<rss>"[..]),
            (b"4  \r\n<rss\r\nff\r\n>", b"<rss>"),
            (b"4\n<rss\n0\n\n", b"<rss"),
            (b"4\r\n<rss>\r\n0\r\n\r\n", b"4\r\n<rss>\r\n0\r\n\r\n"),
            (b"abc <rss>", b"abc <rss>"),
            (b"", b""),
        ] {
            assert_eq!(unchunked(body).as_ref(), expected, "{body:?}");
        }
    }

    #[test]
    fn wrappings() {
        for (text, expected) in [
            (r#""<rss a=\"1\">""#, Some("<rss a=\"1\">")),
            ("<html><title>x</title><pre>&lt;rss&gt;&amp;amp;</pre>", Some("<rss>&amp;")),
            ("<string>&lt;?xml?&gt;</string>", Some("<?xml?>")),
            ("<html><p>How to write a feed: <pre>&lt;rss&gt;</pre>", None),
            ("<rss></rss>", None),
        ] {
            assert_eq!(inside(text).as_deref(), expected, "{text}");
        }
    }
}
