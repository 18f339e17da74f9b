//! Bytes → entries, whatever their state.
//!
//! [`decode`] makes text of the bytes, [`markup`] cuts it into tags and text, [`reader`] makes a feed of
//! these; [`json`] does the same for JSON Feed. What is no feed is looked at by [`web`]. Well-formed or
//! broken, every document takes this one way: there is no strict reading to fall back from.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use url::Url;

use super::entry::{Entry, Feed};

pub mod date;
pub mod decode;
mod draft;
pub(super) mod json;
pub mod line;
mod link;
pub(super) mod markup;
mod mixed;
mod names;
mod pacing;
mod pasted;
mod reader;
pub(super) mod reference;
pub mod visible;
mod web;
mod wrapped;

/// What is known of a document beside its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// Where the bytes came from in the end: relative links are resolved against it.
    pub url: Option<&'a str>,
    /// The HTTP `Content-Type`, whole.
    pub content_type: Option<&'a str>,
}

/// Why a document gave no entries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("empty document")]
    Empty,
    /// A web page; with the feeds that it names (`<link rel="alternate">`), absolute.
    #[error("not a feed but {kind}")]
    Page { kind: PageKind, feeds: Vec<String> },
    #[error("not a feed: {0}")]
    NotAFeed(String),
    #[error("the reader failed on this document: {0}")]
    Panicked(String),
}

/// What kind of page came instead of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    Ordinary,
    Login,
    BotChallenge,
    Parking,
}

impl std::fmt::Display for PageKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ordinary => "an ordinary web page",
            Self::Login => "a login page",
            Self::BotChallenge => "a bot challenge",
            Self::Parking => "a parking page",
        })
    }
}

/// Reads a feed document of any format.
///
/// # Errors
/// When it is no feed. A feed without entries is no error.
pub fn feed(bytes: &[u8], source: Source<'_>) -> Result<Feed, Unreadable> {
    let mut feed = entries(bytes, source)?;
    contained(|| feed.entries.iter_mut().for_each(show))?;
    Ok(feed)
}

/// The same without [`Entry::text`], which is left empty: for those who need not look at every entry.
///
/// # Errors
/// When it is no feed.
pub fn entries(bytes: &[u8], source: Source<'_>) -> Result<Feed, Unreadable> {
    contained(|| read(bytes, source))?
}

/// Fills [`Entry::text`] from [`Entry::html`].
pub fn show(entry: &mut Entry) {
    entry.text = visible::text(&entry.html);
}

/// Runs a reading; a panic of ours or of a crate's costs this document and no more.
fn contained<T>(reading: impl FnOnce() -> T) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(reading)).map_err(|panic| {
        let said = panic.downcast_ref::<&str>().map(|said| (*said).to_owned());
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
        Unreadable::Panicked(line::clean(&said.unwrap_or_else(|| "no reason given".to_owned())))
    })
}

fn read(bytes: &[u8], source: Source<'_>) -> Result<Feed, Unreadable> {
    let base = source.url.and_then(|url| link::base(url, None));
    let whole = wrapped::unchunked(bytes);
    let decoded = decode::decode(&whole, source.content_type);
    let text = decoded.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if text.trim_end().is_empty() {
        return Err(Unreadable::Empty);
    }
    let mut feed = document(text, base.as_ref()).or_else(|why| {
        let inside = wrapped::inside(text).ok_or_else(|| why.clone())?;
        let feed = document(inside.trim_start(), base.as_ref()).map_err(|_| why)?;
        Ok(Feed { repaired: true, ..feed })
    })?;
    let blanks_before_declaration = text.starts_with("<?xml") && !decoded.text.starts_with("<?xml");
    feed.repaired |= decoded.mended || whole.len() < bytes.len() || blanks_before_declaration;
    Ok(feed)
}

/// Reads a document of any format; without blanks before it.
fn document(text: &str, base: Option<&Url>) -> Result<Feed, Unreadable> {
    if let Some(at) = json::start(text) {
        let mut feed = json::read(&text[at..], base)
            .ok_or_else(|| Unreadable::NotAFeed("JSON, but no JSON Feed".to_owned()))?;
        feed.repaired |= at > 0;
        return Ok(feed);
    }
    let Some(start) = start(text) else { return Err(web::page(text, base)) };
    let mut reading = reader::read(&text[start.at..], base);
    if start.on_page && reading.feed.entries.is_empty() {
        return Err(web::page(text, base));
    }
    if !reading.is_feed {
        return Err(Unreadable::NotAFeed(what(&reading.root)));
    }
    reading.feed.repaired |= start.at > 0;
    Ok(reading.feed)
}

/// Tags by which a document shows what it is.
const SIGNS: [&str; 8] =
    ["<html", "<!doctype html", "<rss", "<feed ", "<feed>", "<rdf:rdf", "<channel", "<item>"];

static SIGN: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(SIGNS).ok());

/// Where the feed begins.
struct Start {
    at: usize,
    /// The tags of a web page stand before it.
    on_page: bool,
}

/// Some servers put a warning, a banner or a whole page before the feed, or wrap it in a page. `None`
/// for a page without a feed.
fn start(text: &str) -> Option<Start> {
    // A JSON string: what is in it is escaped, tags and all.
    if text.starts_with('"') {
        return Some(Start { at: 0, on_page: false });
    }
    let mut on_page = false;
    for sign in SIGN.iter().flat_map(|sign| sign.find_iter(text)) {
        let (name, rest) = (SIGNS[sign.pattern().as_usize()], &text[sign.start()..]);
        match name {
            "<html" | "<!doctype html" => on_page = true,
            // Anything may stand on a page, examples of feeds too: there a root must look the part.
            _ if on_page && !is_root(rest) => {}
            _ => {
                return Some(Start {
                    at: text[..sign.start()].find('<').filter(|_| !on_page).unwrap_or(sign.start()),
                    on_page,
                });
            }
        }
    }
    (!on_page).then_some(Start { at: 0, on_page })
}

/// Whether a tag is a feed's root with version or namespace, or at least with what a feed begins with inside.
fn is_root(text: &str) -> bool {
    let head = &text[..text.floor_char_boundary(1_000)];
    let (tag, inside) = head.split_once('>').unwrap_or((head, ""));
    if tag.contains("xmlns") || tag.contains("version=") {
        return true;
    }
    let inside = inside.trim_start().to_ascii_lowercase();
    let first: &[&str] = match tag.get(..tag.len().min(5)).map(str::to_ascii_lowercase).as_deref() {
        Some("<feed") => &["<title", "<id", "<link", "<updated", "<entry"],
        Some("<rss" | "<rss " | "<rdf:") => &["<channel"],
        _ => &[],
    };
    first.iter().any(|element| inside.starts_with(element))
}

/// What a document is by its root element, in words.
fn what(root: &str) -> String {
    match names::split(root).1.to_ascii_lowercase().as_str() {
        "" => "no markup in it".to_owned(),
        "opml" => "an OPML list of feeds".to_owned(),
        "urlset" | "sitemapindex" => "a sitemap".to_owned(),
        "error" => "an error message in XML".to_owned(),
        _ => format!("XML with the root element {}", line::clean(root)),
    }
}
