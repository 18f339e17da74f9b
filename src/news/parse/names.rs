//! What the elements of all feed formats are called, and what they mean to us.
//!
//! RSS 0.9x, 1.0, 2.0 and Atom 0.3, 1.0 share one table: the names hardly collide, and real feeds mix
//! them. Only foreign vocabularies (Dublin Core, Media RSS, iTunes, …) are told apart by namespace.

/// A vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// RSS of any version, Atom of any version, and no namespace at all.
    Core,
    DublinCore,
    Content,
    Syndication,
    Media,
    Itunes,
    Feedburner,
    Xhtml,
    Rdf,
    /// None that we read.
    Other,
}

/// The meaning of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// `rss`, `rdf:RDF`, `feed`, `channel`
    Root,
    /// `item`, `entry`
    Entry,
    Title,
    Link,
    /// RSS `guid`: may be the link as well.
    Guid,
    /// Atom `id`
    Id,
    /// Any field with the text, or a part of it.
    Body,
    Published,
    Updated,
    /// `author`, `creator`: text, or a person's parts inside.
    Author,
    Category,
    Language,
    /// `feedburner:origLink`: the article's own address behind a counting one.
    OriginalLink,
    /// `enclosure`, `media:content`: a last resort for a link.
    Enclosure,
    Ttl,
    UpdatePeriod,
    UpdateFrequency,
    Hour,
    Day,
    /// Something with titles and links that are not the entry's: `image`, `textInput`, `source`.
    Aside,
    /// A person who is not the author.
    Contributor,
    /// Inside a person.
    PersonName,
    PersonMail,
}

impl Element {
    /// Whether the markup of such a field may hold an element of that name, HTML's or SVG's: then it is no field
    /// of ours. Titles hold words, and at most a picture.
    #[must_use]
    pub fn holds(self, inner: Self) -> bool {
        match self {
            Self::Body => matches!(
                inner,
                Self::Title | Self::Link | Self::Body | Self::Aside | Self::Author | Self::Ttl
            ),
            Self::Title => matches!(inner, Self::Title | Self::Aside),
            _ => false,
        }
    }
}

/// Room for the longest name of any table, in bytes.
pub type Buffer = [u8; 16];

/// A name in lower case, without an allocation; `None` when it is longer than any that we know.
#[must_use]
pub fn lower<'b>(name: &str, buffer: &'b mut Buffer) -> Option<&'b str> {
    let lower = buffer.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).ok()
}

/// What an element means; `None` when nothing to us.
#[must_use]
pub fn meaning(space: Space, local: &str) -> Option<Element> {
    let mut buffer = Buffer::default();
    let local = lower(local, &mut buffer)?;
    match space {
        Space::Core => core(local),
        Space::DublinCore => dublin_core(local),
        Space::Content => (local == "encoded").then_some(Element::Body),
        Space::Syndication => match local {
            "updateperiod" => Some(Element::UpdatePeriod),
            "updatefrequency" => Some(Element::UpdateFrequency),
            _ => None,
        },
        Space::Media => match local {
            "title" => Some(Element::Title),
            "description" => Some(Element::Body),
            "content" => Some(Element::Enclosure),
            _ => None,
        },
        Space::Itunes => match local {
            "title" => Some(Element::Title),
            "summary" => Some(Element::Body),
            "author" => Some(Element::Author),
            _ => None,
        },
        Space::Feedburner => (local == "origlink").then_some(Element::OriginalLink),
        Space::Xhtml => matches!(local, "body" | "div").then_some(Element::Body),
        Space::Rdf => (local == "rdf").then_some(Element::Root),
        Space::Other => None,
    }
}

fn core(local: &str) -> Option<Element> {
    Some(match local {
        "rss" | "rdf" | "feed" | "channel" => Element::Root,
        "item" | "entry" => Element::Entry,
        "title" => Element::Title,
        "link" => Element::Link,
        "guid" => Element::Guid,
        "id" => Element::Id,
        "description" | "summary" | "content" | "encoded" | "fulltext" | "full-text" | "tagline"
        | "subtitle" | "abstract" => Element::Body,
        "pubdate" | "published" | "issued" | "created" | "date" => Element::Published,
        "updated" | "modified" | "lastbuilddate" => Element::Updated,
        "author" | "creator" => Element::Author,
        "category" | "subject" => Element::Category,
        "language" => Element::Language,
        "origlink" => Element::OriginalLink,
        "enclosure" => Element::Enclosure,
        "ttl" => Element::Ttl,
        "updateperiod" => Element::UpdatePeriod,
        "updatefrequency" => Element::UpdateFrequency,
        "hour" => Element::Hour,
        "day" => Element::Day,
        "image" | "textinput" | "source" => Element::Aside,
        "contributor" => Element::Contributor,
        "name" => Element::PersonName,
        "email" => Element::PersonMail,
        _ => return None,
    })
}

fn dublin_core(local: &str) -> Option<Element> {
    Some(match local {
        "title" => Element::Title,
        "description" | "abstract" => Element::Body,
        "date" | "issued" | "created" | "available" => Element::Published,
        "modified" => Element::Updated,
        "creator" => Element::Author,
        "subject" => Element::Category,
        "language" => Element::Language,
        _ => return None,
    })
}

/// Whether a tag's name, as written, is one of a feed.
#[must_use]
pub fn is_known(name: &str) -> bool {
    let (prefix, local) = split(name);
    meaning(space_of_prefix(prefix), local).is_some()
}

/// Whether a local name is a feed's root or an entry.
#[must_use]
pub fn is_structure(local: &str) -> bool {
    matches!(meaning(Space::Core, local), Some(Element::Root | Element::Entry))
}

/// Whether an entry begins in that text.
#[must_use]
pub fn has_entry_tag(text: &str) -> bool {
    text.contains("<item") || text.contains("<entry") || text.contains("<ITEM")
}

/// Prefix (empty when there is none) and local name.
#[must_use]
pub fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// The vocabulary of a prefix that no `xmlns:` declares.
#[must_use]
pub fn space_of_prefix(prefix: &str) -> Space {
    match prefix {
        "" | "rss" | "atom" | "atom03" | "atom10" | "a10" | "a" | "rss1" | "rss10" => Space::Core,
        "dc" | "dcterms" | "dct" => Space::DublinCore,
        "content" => Space::Content,
        "sy" | "syn" => Space::Syndication,
        "media" => Space::Media,
        "itunes" => Space::Itunes,
        "feedburner" => Space::Feedburner,
        "xhtml" | "html" | "h" => Space::Xhtml,
        "rdf" => Space::Rdf,
        _ if prefix.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            space_of_prefix(&prefix.to_ascii_lowercase())
        }
        _ => Space::Other,
    }
}

/// The vocabulary of a namespace's URI; by its core, for the wild spells every one in five ways.
#[must_use]
pub fn space_of_uri(uri: &str) -> Space {
    let uri = uri.trim().to_ascii_lowercase();
    let has = |part: &str| uri.contains(part);
    if uri.is_empty() {
        Space::Core
    } else if has("purl.org/dc/") || has("purl.org/metadata/dublin_core") {
        Space::DublinCore
    } else if has("rss/1.0/modules/content") {
        Space::Content
    } else if has("rss/1.0/modules/syndication") {
        Space::Syndication
    } else if has("search.yahoo.com/mrss") || has("video.search.yahoo.com") {
        Space::Media
    } else if has("itunes.com/dtds/podcast") || has("itunes.apple.com") || has("example.com/dtds/podcast") {
        Space::Itunes
    } else if has("feedburner/ext") || has("feedburner.com") {
        Space::Feedburner
    } else if has("w3.org/1999/xhtml") || has("w3.org/tr/") {
        Space::Xhtml
    } else if has("rdf-syntax-ns") {
        Space::Rdf
    } else if is_core(&uri) {
        Space::Core
    } else {
        Space::Other
    }
}

fn is_core(uri: &str) -> bool {
    let plain_rss = ["backend.userland.com", "blogs.law.harvard.edu/tech/rss", "cyber.law.harvard.edu/rss"];
    let netscape = ["netscape.com/rdf", "netscape.com/publish"];
    let drafts = [
        "purl.org/atom/",
        "purl.org/echo/",
        "purl.org/pie/",
        "purl.org/net/rss1.1",
        "newformat#",
        "example.com/necho",
        "echo/namespace",
    ];
    uri.contains("w3.org/2005/atom")
        || uri.trim_end_matches('/').ends_with("purl.org/rss/1.0")
        || plain_rss.iter().chain(&netscape).chain(&drafts).any(|part| uri.contains(part))
}
