//! Feed, entry, article: what was published, and by what it is known again.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// Number of an entry in the store; in `wirewatch dedup`, its place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryId(pub i64);

/// Number of a feed in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FeedId(pub i64);

/// What one feed document said of itself, and what it published.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Feed {
    /// One line of plain text, at most 500 characters.
    pub title: String,
    /// The site's own page, absolute, http(s).
    pub home: Option<String>,
    /// BCP 47 tag as declared, lower case.
    pub lang: Option<String>,
    /// At most [`MAX_ENTRIES`], in the document's order.
    pub entries: Vec<Entry>,
    /// Entries beyond [`MAX_ENTRIES`] were left unread.
    pub cut: bool,
    /// What the document asks of its readers.
    pub pacing: Pacing,
    /// The document had to be mended before it could be read.
    pub repaired: bool,
}

/// Entries read of one document.
pub const MAX_ENTRIES: usize = 2_000;

/// How often a document asks to be read (RSS 2.0 `ttl`, `skipHours`, `skipDays`; RSS 1.0 `sy:`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pacing {
    /// RSS `ttl`.
    pub ttl: Option<TimeDelta>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub period: Option<TimeDelta>,
    /// Bit `h` set: not in hour `h` (0–23, GMT).
    pub skip_hours: u32,
    /// Bit `d` set: not on that day (0 = Monday).
    pub skip_days: u8,
}

impl Pacing {
    /// From one reading to the next: the longer wish counts.
    #[must_use]
    pub fn interval(&self) -> Option<TimeDelta> {
        self.ttl.max(self.period)
    }
}

/// One thing a feed published.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// The publisher's own identifier, trimmed, as written.
    pub guid: Option<String>,
    /// One line of plain text, at most 500 characters; may be empty.
    pub title: String,
    /// Content as published (markup), the fullest of the content fields.
    pub html: String,
    /// What a reader would see of `html`.
    pub text: String,
    /// Absolute http(s) link.
    pub url: Option<String>,
    pub published: Option<DateTime<Utc>>,
    pub updated: Option<DateTime<Utc>>,
    pub author: Option<String>,
    pub categories: Vec<String>,
    /// BCP 47 tag, of the entry or else of the feed.
    pub lang: Option<String>,
}

impl Entry {
    /// The key by which the entry is known again inside its feed: guid, else link, else content.
    #[must_use]
    pub fn key(&self) -> String {
        match (&self.guid, &self.url) {
            (Some(guid), _) if !guid.is_empty() => format!("g:{guid}"),
            (_, Some(url)) => format!("l:{url}"),
            _ => format!("c:{:016x}", self.content_hash()),
        }
    }

    /// Changes when a reader would see another title or text (xxh3, stable across versions).
    #[must_use]
    pub fn content_hash(&self) -> u64 {
        let mut seen = String::with_capacity(self.title.len() + self.text.len() + 1);
        for word in self.title.split_whitespace().chain(["\n"]).chain(self.text.split_whitespace()) {
            seen.push_str(word);
            seen.push(' ');
        }
        xxh3_64(seen.as_bytes())
    }

    /// The entry as an article: with the text that is compared and matched.
    #[must_use]
    pub fn article(&self, id: impl Into<String>, feed: &str) -> Article {
        Article {
            id: id.into(),
            title: self.title.clone(),
            text: self.text.clone(),
            url: self.url.clone(),
            source: None,
            feed: Some(feed.to_owned()).filter(|title| !title.is_empty()),
            published: self.published,
            updated: self.updated,
            lang: self.lang.clone(),
            author: self.author.clone(),
            categories: self.categories.clone(),
        }
    }
}

/// An entry with the text that is compared and matched; the one shape every command speaks.
///
/// Readers ignore unknown keys, take `date` for `published` and `link` for `url`, and treat an
/// unreadable date as null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Article {
    #[serde(deserialize_with = "lenient::string")]
    pub id: String,
    #[serde(deserialize_with = "lenient::string")]
    pub title: String,
    /// Visible text, never markup.
    #[serde(deserialize_with = "lenient::string")]
    pub text: String,
    #[serde(alias = "link", deserialize_with = "lenient::optional")]
    pub url: Option<String>,
    /// The site's host; see [`Article::source`].
    #[serde(deserialize_with = "lenient::optional")]
    pub source: Option<String>,
    /// The feed's title.
    #[serde(deserialize_with = "lenient::optional")]
    pub feed: Option<String>,
    #[serde(alias = "date", deserialize_with = "lenient::date")]
    pub published: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "lenient::date")]
    pub updated: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "lenient::optional")]
    pub lang: Option<String>,
    #[serde(deserialize_with = "lenient::optional")]
    pub author: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub categories: Vec<String>,
}

impl Article {
    /// The site it stands on: `source`, else the host of `url` without `www.`; empty when unknown.
    #[must_use]
    pub fn source(&self) -> &str {
        match (&self.source, &self.url) {
            (Some(source), _) if !source.is_empty() => source,
            (_, Some(url)) => host(url),
            _ => "",
        }
    }
}

/// The host of an http(s) URL without port, user and leading `www.`; empty when there is none.
#[must_use]
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let named = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let bare = match named.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => named.split(':').next().unwrap_or(named),
    };
    bare.strip_prefix("www.").unwrap_or(bare)
}

/// Other programs' articles: numbers for ids, dates nobody can read, nulls.
mod lenient {
    use super::{DateTime, Deserialize, Deserializer, Utc};
    use serde_json::Value;

    pub fn string<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        Ok(optional(from)?.unwrap_or_default())
    }

    pub fn optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
        Ok(match Value::deserialize(from)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    pub fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
        let written = optional(from)?;
        Ok(written.and_then(|text| crate::news::parse::date::read(&text)))
    }

    pub fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
        Ok(match Value::deserialize(from)? {
            Value::Array(items) => {
                items.into_iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
            }
            Value::String(one) => vec![one],
            _ => Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts() {
        for (url, expected) in [
            ("https://www.example.org:8080/a?b#c", "example.org"),
            ("http://user:pw@example.org", "example.org"),
            ("http://[::1]:80/x", "::1"),
            ("example.org/x", "example.org"),
            ("", ""),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
    }
}
