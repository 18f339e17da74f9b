//! Lists of feeds as other readers exchange them (OPML 2.0), read leniently.

use std::collections::HashSet;
use std::fmt::Write;

use super::parse::decode;
use super::parse::line;
use super::parse::markup::{Markup, Token};
use super::parse::reference::References;

/// Longest list that is read.
const MAX_FEEDS: usize = 100_000;

/// A feed of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// As written, less control characters.
    pub url: String,
    /// One line; may be empty.
    pub name: String,
}

/// The feeds of a list, however deep they are nested, each URL once. Whether it can be used is for others to say.
#[must_use]
pub fn read(bytes: &[u8]) -> Vec<Subscription> {
    let text = decode::decode(bytes, None).text;
    let mut markup = Markup::new(&text);
    let (mut feeds, mut seen) = (Vec::new(), HashSet::new());
    while let Some(token) = markup.next() {
        let Token::Open(tag) = token else { continue };
        if !tag.name.eq_ignore_ascii_case("outline") || feeds.len() >= MAX_FEEDS {
            continue;
        }
        let attribute = |name| markup.attribute(name).map(decoded);
        let Some(url) =
            attribute("xmlUrl").map(|url| plainly(&on_one_line(&url))).filter(|url| !url.is_empty())
        else {
            continue;
        };
        let name = |name| attribute(name).map(|name| line::clean(&name)).filter(|name| !name.is_empty());
        let name = name("title").or_else(|| name("text")).unwrap_or_default();
        if seen.insert(url.clone()) {
            feeds.push(Subscription { url, name });
        }
    }
    feeds
}

fn decoded(raw: &str) -> String {
    let mut text = String::new();
    References::default().decode(raw, &mut text);
    text
}

/// A URL breaks over lines where a program wrapped the file; no URL holds a control character.
fn on_one_line(url: &str) -> String {
    url.trim().replace(char::is_control, "")
}

/// `feed://…` and `feed:https://…` are what some readers call a subscription.
fn plainly(url: &str) -> String {
    match url.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("//") => format!("http:{rest}"),
        Some(rest) => rest.to_owned(),
        None => url.to_owned(),
    }
}

/// The list as OPML 2.0.
#[must_use]
pub fn write(feeds: &[Subscription]) -> String {
    let mut opml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n  <head><title>wirewatch</title></head>\n  <body>\n"
        .to_owned();
    for feed in feeds {
        let name = escaped(if feed.name.is_empty() { &feed.url } else { &feed.name });
        let url = escaped(&feed.url);
        // Writing to a string cannot fail.
        let _ =
            writeln!(opml, "    <outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{url}\"/>");
    }
    opml + "  </body>\n</opml>\n"
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            control if control.is_control() => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{Subscription, read, write};

    fn feed(url: &str, name: &str) -> Subscription {
        Subscription { url: url.to_owned(), name: name.to_owned() }
    }

    #[test]
    fn nested_doubled_and_broken() {
        let opml = br#"<opml version="1.0"><body><outline text="News">
            <outline text="A &amp; B" xmlUrl="https://a.example/rss?x=1&amp;y=2"/>
            <outline title="C" text="ignored" XMLURL=" http://c.example/feed "><outline xmlUrl="ftp://no.example/"/>
            <outline text="again" xmlUrl="https://a.example/rss?x=1&amp;y=2"/>
            <outline text="E" xmlUrl="feed://e.example/rss"/><outline text="F" xmlUrl="feed:https://f.example/"/>
            <outline text="D" xmlUrl='http://d.example/'"#;
        assert_eq!(
            read(opml),
            [
                feed("https://a.example/rss?x=1&y=2", "A & B"),
                feed("http://c.example/feed", "C"),
                feed("ftp://no.example/", ""),
                feed("http://e.example/rss", "E"),
                feed("https://f.example/", "F"),
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let feeds = [feed("https://a.example/?a=1&b=2", "\"A\" <b> & c"), feed("http://b.example/", "Б")];
        assert_eq!(read(write(&feeds).as_bytes()), feeds);
    }
}
