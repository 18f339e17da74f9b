//! An entry in the making: candidates for each field, of which the best one stays.

use chrono::{DateTime, Utc};
use url::Url;

use super::{date, line, link};
use crate::news::entry::Entry;

/// Categories kept of one entry.
const CATEGORIES_MAX: usize = 100;
/// Longest identifier kept as written, in characters.
const GUID_MAX: usize = 500;

/// How good a candidate is: 0 is the format's own field, higher numbers are fallbacks.
pub type Rank = u8;

/// What kind of text a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Markup, once references are decoded: RSS, and Atom's `type="html"`.
    Markup,
    /// Plain text: Atom's `type="text"`.
    Plain,
    /// Child elements are the markup: Atom's `type="xhtml"`.
    Xhtml,
    /// Markup behind base64: Atom 0.3's `mode="base64"`.
    Base64,
}

/// An entry, or the feed itself, while its fields are met.
#[derive(Debug, Default)]
pub struct Draft {
    pub guid: Best<String>,
    pub title: Best<String>,
    pub link: Best<Link>,
    pub published: Best<DateTime<Utc>>,
    pub updated: Best<DateTime<Utc>>,
    pub author: Best<String>,
    pub lang: Best<String>,
    html: String,
    categories: Vec<String>,
}

/// A link of a draft.
#[derive(Debug)]
pub enum Link {
    Absolute(String),
    /// Relative, and as yet to nothing.
    Relative(String),
}

/// The best candidate so far; among equals the first.
#[derive(Debug)]
pub struct Best<T>(Option<(Rank, T)>);

impl<T> Default for Best<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Best<T> {
    /// Offers a candidate.
    pub fn offer(&mut self, rank: Rank, value: T) {
        if self.would_take(rank) {
            self.0 = Some((rank, value));
        }
    }

    /// Whether a candidate of that rank would be taken.
    #[must_use]
    pub fn would_take(&self, rank: Rank) -> bool {
        self.0.as_ref().is_none_or(|(best, _)| rank < *best)
    }

    #[must_use]
    pub fn take(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }

    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

impl Draft {
    /// A title, as written in the document.
    pub fn title(&mut self, rank: Rank, written: &str, kind: Kind) {
        if !self.title.would_take(rank) {
            return;
        }
        let title = if kind == Kind::Plain { line::from_plain(written) } else { line::from_markup(written) };
        if !title.is_empty() {
            self.title.offer(rank, title);
        }
    }

    /// A field with the text: the one that shows most stays.
    pub fn body(&mut self, html: String) {
        if self.html.is_empty() || shown(&html) > shown(&self.html) {
            self.html = html;
        }
    }

    pub fn guid(&mut self, rank: Rank, written: &str) {
        let guid = identifier(written);
        if !guid.is_empty() {
            self.guid.offer(rank, guid);
        }
    }

    pub fn link(&mut self, rank: Rank, written: &str, base: Option<&Url>) {
        let written = written.trim();
        if written.is_empty() || !self.link.would_take(rank) {
            return;
        }
        match link::resolve(written, base) {
            Some(url) => self.link.offer(rank, Link::Absolute(url)),
            None if base.is_none() && link::is_relative(written) => {
                self.link.offer(rank, Link::Relative(written.to_owned()));
            }
            None => {}
        }
    }

    pub fn published(&mut self, rank: Rank, written: &str) {
        if let Some(date) = date::read(written) {
            self.published.offer(rank, date);
        }
    }

    pub fn updated(&mut self, rank: Rank, written: &str) {
        if let Some(date) = date::read(written) {
            self.updated.offer(rank, date);
        }
    }

    pub fn author(&mut self, rank: Rank, written: &str) {
        let author = person(&line::from_markup(written));
        if !author.is_empty() {
            self.author.offer(rank, author);
        }
    }

    pub fn category(&mut self, written: &str) {
        let category = line::from_markup(written);
        if !category.is_empty()
            && self.categories.len() < CATEGORIES_MAX
            && !self.categories.contains(&category)
        {
            self.categories.push(category);
        }
    }

    pub fn lang(&mut self, rank: Rank, written: &str) {
        if let Some(tag) = language_tag(written) {
            self.lang.offer(rank, tag);
        }
    }

    /// Nothing that a reader could use was found.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.guid.get().is_none()
            && self.title.get().is_none()
            && self.link.get().is_none()
            && self.html.is_empty()
    }

    /// It has what only an entry has together.
    #[must_use]
    pub fn is_entry(&self) -> bool {
        let known = self.link.get().is_some() || self.guid.get().is_some();
        known
            && self.title.get().is_some()
            && (self.published.get().is_some() || self.updated.get().is_some())
    }

    /// The entry; links without a base of their own are resolved against `home`.
    #[must_use]
    pub fn finish(self, home: Option<&Url>, lang: Option<&str>) -> Entry {
        let url = self.link.take().and_then(|link| match link {
            Link::Absolute(url) => Some(url),
            Link::Relative(written) => link::resolve(&written, home),
        });
        let updated = self.updated.take();
        Entry {
            guid: self.guid.take(),
            title: self.title.take().unwrap_or_default(),
            html: self.html,
            text: String::new(),
            url,
            // Atom asks for `updated` alone: then it is when the entry was published, as far as known.
            published: self.published.take().or(updated),
            updated,
            author: self.author.take(),
            categories: self.categories,
            lang: self.lang.take().or_else(|| lang.map(str::to_owned)),
        }
    }
}

/// About how much of some markup is seen, in bytes.
fn shown(html: &str) -> usize {
    let (mut seen, mut inside) = (0, false);
    for byte in html.bytes() {
        match byte {
            b'<' => inside = true,
            b'>' => inside = false,
            _ => seen += usize::from(!inside),
        }
    }
    seen
}

/// An identifier: trimmed, on one line. A longer one than [`GUID_MAX`] is kept by its beginning and hash,
/// so that it still tells entries apart.
fn identifier(written: &str) -> String {
    let written = written.trim();
    if written.chars().any(char::is_control) || written.len() > GUID_MAX {
        let line: String = written.chars().filter(|c| !c.is_control()).take(GUID_MAX - 20).collect();
        if line.len() + 20 < written.len() {
            return format!("{line}…{:016x}", xxhash_rust::xxh3::xxh3_64(written.as_bytes()));
        }
        return line;
    }
    written.to_owned()
}

/// The name in `desk@example.org (The Desk)` and `The Desk <desk@example.org>`, else the text itself.
fn person(written: &str) -> String {
    let inside = |open: char, close: char| {
        let (before, rest) = written.split_once(open)?;
        let (within, after) = rest.split_once(close)?;
        after.trim().is_empty().then_some((before.trim(), within.trim()))
    };
    if let Some((before, name)) = inside('(', ')')
        && before.contains('@')
        && !name.is_empty()
    {
        return name.to_owned();
    }
    match inside('<', '>') {
        Some((name, mail)) if mail.contains('@') && !name.is_empty() => name.trim_matches('"').to_owned(),
        _ => written.to_owned(),
    }
}

/// A BCP 47 tag in lower case, `_` read as `-`; `None` when it is none.
#[must_use]
pub fn language_tag(written: &str) -> Option<String> {
    let tag = written.trim().to_ascii_lowercase().replace('_', "-");
    let primary = tag.split('-').next().unwrap_or_default();
    let fits = (2..=8).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && tag.len() <= 35
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    // `und`, `zxx` and `x-…` say that nothing is known.
    (fits && !matches!(primary, "und" | "zxx" | "mul")).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::{identifier, language_tag, person};

    #[test]
    fn people() {
        for (written, expected) in [
            ("desk@example.org (The Desk)", "The Desk"),
            ("The Desk <desk@example.org>", "The Desk"),
            ("Ann (Yerevan)", "Ann (Yerevan)"),
            ("desk@example.org", "desk@example.org"),
        ] {
            assert_eq!(person(written), expected);
        }
    }

    #[test]
    fn tags() {
        assert_eq!(language_tag(" en_US ").as_deref(), Some("en-us"));
        assert_eq!(language_tag("English (United States)"), None);
        assert_eq!(language_tag("und"), None);
    }

    #[test]
    fn long_identifiers_stay_apart() {
        let (one, two) = ("x".repeat(2_000) + "1", "x".repeat(2_000) + "2");
        assert_ne!(identifier(&one), identifier(&two));
        assert!(identifier(&one).chars().count() <= 500);
    }
}
