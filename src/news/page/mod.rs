//! An article's page → the article's text.
//!
//! HTML goes through dom_smoothie (Mozilla's Readability) after [`bounded`] has written it anew; text
//! that a reader copied goes through [`plain`]. What both still hold of the site's furniture —
//! disclaimers, biographies, lists of other stories — [`furniture`] takes away.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::entry::host;
use super::parse::{date, decode, line, visible};
use super::words::language::Language;
use super::words::tongue::{Poll, Tongue};

mod bounded;
mod declared;
mod furniture;
mod html;
mod phrases;
mod plain;
mod wall;

pub use wall::is_wall;

/// How much of a page is read, in bytes; the rest is left out.
const PAGE_MAX: usize = 4 * 1024 * 1024;

/// How much of a text tells its language, in bytes.
const SAMPLE: usize = 16 * 1024;

/// What an article page says, without the furniture around it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Page {
    pub title: String,
    pub byline: Option<String>,
    pub published: Option<DateTime<Utc>>,
    /// As the page declares it, unless that language has other letters; else as the text shows.
    pub language: Option<String>,
    pub site: Option<String>,
    /// A paragraph a line.
    pub text: String,
}

/// Finds the article in a page (HTML, or plain text as a reader copied it). What cannot be found is
/// empty; the text of a page that is nothing but furniture is what remains of it.
#[must_use]
pub fn extract(bytes: &[u8], url: Option<&str>, content_type: Option<&str>) -> Page {
    let bytes = &bytes[..bytes.len().min(PAGE_MAX)];
    let decoded = decode::decode(bytes, content_type);
    let text = decoded.text.as_ref();
    let mut page = if is_html(text, content_type) { of_html(text, url) } else { plain::read(text) };
    page.language = language(page.language, &page.text);
    page.site = page.site.or_else(|| url.map(|url| host(url).to_owned())).filter(|site| !site.is_empty());
    page
}

/// Sites declare the language of their template, not that of the article.
fn language(declared: Option<String>, text: &str) -> Option<String> {
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    let poll = Poll::of(sample);
    let fits = |tag: &String| {
        let (known, script) = (Language::of(tag), poll.script());
        known.zip(script).is_none_or(|(language, script)| language.writes(script))
    };
    let shown = || Tongue::decide(None, &poll, sample).main.map(|language| language.code().to_owned());
    declared.filter(|tag| is_tag(tag) && fits(tag)).or_else(shown)
}

/// Letters, digits and hyphens (RFC 5646 § 2.1; some write underscores), no longer than § 4.4.1 asks
/// programs to keep. A quote that was lost makes half a page the value of `lang`.
fn is_tag(written: &str) -> bool {
    written.len() <= 35
        && written.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The article in HTML. Where Readability finds nothing, or breaks, the page is read as a person would
/// have copied it.
fn of_html(text: &str, url: Option<&str>) -> Page {
    let bounded = bounded::rewritten(text);
    let copied = plain::read(&visible::text(&bounded));
    let read = catch_unwind(AssertUnwindSafe(|| html::read(&bounded, url))).ok().flatten();
    let page = match read {
        Some(read) => joined(read, copied, text),
        None => copied,
    };
    with_declared(page, &bounded)
}

/// What Readability found, and where that is nothing, what a person would have copied.
fn joined(read: Page, copied: Page, html: &str) -> Page {
    let title = html::without_site(fuller_title(read.title, copied.title, html), html);
    let article = furniture::without(&read.text, &title);
    Page {
        byline: read.byline.or(copied.byline),
        published: read.published.or(copied.published),
        text: if article.is_empty() { copied.text } else { article },
        title,
        ..read
    }
}

/// The text that the page declares, when it shows no more than the beginning of it.
fn with_declared(page: Page, html: &str) -> Page {
    let words = |text: &str| text.split_whitespace().count();
    let Some(declared) = declared::read(html) else { return page };
    if 2 * words(&declared.text) <= 3 * words(&page.text) {
        return page;
    }
    let title = if page.title.is_empty() { declared.headline } else { page.title };
    Page {
        text: furniture::without(&declared.text, &title),
        title,
        byline: page.byline.or(declared.byline),
        published: declared.published.or(page.published),
        ..page
    }
}

/// Readability drops what stands before a colon or dash as the site's name. When the headline on the page
/// has more words than that, and the document's own title has them too, the page is right.
fn fuller_title(found: String, shown: String, html: &str) -> String {
    let (part, whole) = (furniture::key(&found), furniture::key(&shown));
    if found.is_empty()
        || part.len() < whole.len()
            && whole.contains(&part)
            && furniture::key(html::title(html)).contains(&whole)
    {
        return shown;
    }
    found
}

fn is_html(text: &str, content_type: Option<&str>) -> bool {
    if content_type.is_some_and(|kind| kind.trim_start().starts_with("text/plain")) {
        return false;
    }
    let head = text[..text.floor_char_boundary(4_096)].to_ascii_lowercase();
    let tags =
        ["<!doctype", "<html", "<head", "<body", "<div", "<p>", "<p ", "<article", "<br", "<meta", "<table"];
    content_type.is_some_and(|kind| kind.contains("html")) || tags.iter().any(|tag| head.contains(tag))
}

/// Most words of a line that names authors; more are a biography.
const NAME_WORDS_MAX: usize = 12;

/// A name without `By` before it, one line; `None` when it is none.
fn byline(written: &str) -> Option<String> {
    let name = line::from_markup(written);
    let bare = furniture::without_label(&name);
    let fits = !bare.is_empty() && bare.split_whitespace().count() <= NAME_WORDS_MAX && !bare.ends_with('.');
    fits.then(|| bare.to_owned())
}

fn published(written: &str) -> Option<DateTime<Utc>> {
    date::read(written)
}
