//! What of an article is compared with others.
//!
//! A fingerprint holds everything that folding needs, so that no text is read again: the words that
//! carry meaning, in order, as short hashes; the numbers with their values; names and words as
//! consonant skeletons that survive a change of script; the dates the text itself names; hashes for exact copies.
//!
//! Fingerprints are stored for years. Whatever changes what [`Fingerprint::of`] makes of a text has
//! to change [`bytes::VERSION`] as well.

mod address;
mod bytes;
mod calendar;
mod counters;
mod digits;
mod language;
mod mark;
mod marks;
mod moved;
mod names;
mod number;
mod spelling;
mod stopwords;
mod token;
mod tokens;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::entry::Article;
use super::page::is_wall;

pub use calendar::Date;
pub use language::{GERMAN, is_written_without_gaps};
pub use mark::Mark;
pub use moved::in_words;
pub use number::Number;
pub use token::{Kind, Token};

/// Tokens kept of one article, title included. The rest of a longer text is not compared.
pub const MAX_TOKENS: usize = 1_200;

/// A text with fewer words than this is too little to be known by alone ("Read more", "Photo: AP").
const WORDS_TO_BE_KNOWN_BY: u32 = 12;

/// What is kept of an article for comparing; enough to decide without its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fingerprint {
    /// Hash of the site's host; 0 when unknown.
    pub(super) host: u32,
    /// Hash of the canonical address; 0 when it has none that names one article.
    pub(super) address: u64,
    /// Hash of every folded word of the text; 0 when the text is too short to be known by.
    pub(super) body: u64,
    /// Hash of the title and the first words of the text; 0 when there is too little of either.
    pub(super) opening: u64,
    /// Words of the text, function words included.
    pub(super) words: u32,
    /// How many of `tokens` stand in the title.
    pub(super) title: u16,
    /// The words that carry meaning: the title's, then the text's; at most [`MAX_TOKENS`].
    pub(super) tokens: Vec<Token>,
    /// The value of each number among `tokens`, in order.
    pub(super) numbers: Vec<Number>,
    /// Dates that the text itself names near its beginning.
    pub(super) dates: Vec<Date>,
    /// Names, international words, numbers and days in order, as they stand in a translation as well.
    pub(super) marks: Vec<Mark>,
    /// Number of the text's language; 0 when it is not clear.
    pub(super) language: u8,
}

impl Fingerprint {
    /// The fingerprint of an article.
    #[must_use]
    pub fn of(article: &Article) -> Self {
        let (title, text) = apart(&article.title, &article.text);
        let title = tokens::read(&digits::plain(title), MAX_TOKENS / 4);
        // A wall says nothing of the article behind it, which is then known by title and address only.
        let text = if is_wall(text) { "" } else { text };
        let body = tokens::read(&counters::without(&digits::plain(text)), MAX_TOKENS - title.tokens.len());
        let known = body.words >= WORDS_TO_BE_KNOWN_BY;
        let opening = known && title.words >= 4;
        let title_len = u16::try_from(title.tokens.len()).unwrap_or(u16::MAX);
        let mut print = Self {
            host: short(article.source().to_lowercase().as_bytes()),
            address: article
                .url
                .as_deref()
                .and_then(address::canonical)
                .map_or(0, |it| xxh3_64(it.as_bytes())),
            body: if known { body.hash } else { 0 },
            opening: if opening { xxh3_64_with_seed(&title.hash.to_le_bytes(), body.first_words) } else { 0 },
            words: body.words,
            title: title_len,
            tokens: title.tokens,
            numbers: title.numbers,
            dates: body.dates,
            marks: title.marks,
            language: body.language,
        };
        for mark in body.marks {
            marks::add(&mut print.marks, mark);
        }
        print.tokens.extend(body.tokens);
        print.numbers.extend(body.numbers);
        print
    }

    /// About how many bytes of memory it holds.
    #[must_use]
    pub fn weight(&self) -> usize {
        let lists = size_of_val(&*self.tokens) + size_of_val(&*self.numbers) + size_of_val(&*self.marks);
        size_of::<Self>() + lists
    }

    /// For the store; the first byte is the version of the layout.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes::write(self)
    }

    /// `None` when the layout is unknown or the bytes are damaged: the article is then not compared.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes::read(bytes)
    }
}

/// No headline is longer, in bytes.
const LONGEST_TITLE: usize = 240;

/// Title and text. Many feeds repeat the title as the text's first line; it must not count twice. When
/// that is all there is and too long for a headline, as of a message without one, it is the text.
fn apart<'a>(title: &'a str, text: &'a str) -> (&'a str, &'a str) {
    let (title, text) = (title.trim(), text.trim());
    match text.strip_prefix(title) {
        Some("") if text.len() > LONGEST_TITLE => ("", text),
        Some(rest) => (title, rest),
        None => (title, text),
    }
}

/// A hash short enough for keys that are only ever compared within one pair or one host; 0 stays free.
fn short(bytes: &[u8]) -> u32 {
    if bytes.is_empty() {
        return 0;
    }
    let hash = xxh3_64(bytes);
    u32::try_from(hash >> 32).unwrap_or(u32::MAX).max(1)
}
