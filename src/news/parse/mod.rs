//! Bytes → entries, whatever their state.

use super::entry::Feed;

pub mod date;

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
    #[error("not a feed but a web page ({kind})")]
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
            Self::Ordinary => "an ordinary page",
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
    let _ = (bytes, source);
    Err(Unreadable::Empty)
}
