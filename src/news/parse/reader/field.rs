//! One field of an entry or of the feed, while it is read.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::Url;

use crate::news::parse::decode;
use crate::news::parse::draft::{Draft, Kind, Rank};
use crate::news::parse::link;
use crate::news::parse::markup::Markup;
use crate::news::parse::names::{Element, Space};

/// Added to the rank of what stands inside an element that we do not know.
pub(super) const HIDDEN: Rank = 10;
/// Rank of a text whose start tag is lost.
const LOOSE: Rank = 5;

/// A field and what was read of it.
#[derive(Debug, Clone)]
pub struct Field {
    pub element: Element,
    rank: Rank,
    pub kind: Kind,
    /// A guid that is the link, too.
    permalink: bool,
    /// Decoded; of [`Kind::Xhtml`] as written.
    pub text: String,
}

impl Field {
    /// The field that the last start tag of `markup` begins.
    #[must_use]
    pub fn begin(element: Element, space: Space, hidden: Rank, markup: &Markup<'_>) -> Self {
        let own = match space {
            Space::Core
            | Space::Content
            | Space::Syndication
            | Space::Feedburner
            | Space::Xhtml
            | Space::Rdf => 0,
            Space::DublinCore => 1,
            Space::Media | Space::Itunes | Space::Other => 2,
        };
        let kind = if space == Space::Xhtml { Kind::Xhtml } else { kind(element, markup) };
        let permalink =
            markup.attribute("isPermaLink").is_none_or(|said| !said.trim().eq_ignore_ascii_case("false"));
        Self { element, rank: own + hidden, kind, permalink, text: String::new() }
    }

    /// A field of which only the text and the end tag were found.
    #[must_use]
    pub fn loose(element: Element, text: String) -> Self {
        Self { element, rank: LOOSE, kind: Kind::Markup, permalink: true, text }
    }

    /// Offers what was read to an entry, or to the feed itself.
    pub fn assign(self, draft: &mut Draft, base: Option<&Url>) {
        let Self { element, rank, kind, permalink, text } = self;
        let text = if kind == Kind::Base64 { from_base64(&text) } else { text };
        match element {
            Element::Title => draft.title(rank, &text, kind),
            Element::Link => draft.link(rank + 1, &text, base),
            Element::OriginalLink => draft.link(rank, &text, base),
            Element::Guid => {
                draft.guid(rank, &text);
                if link::looks_absolute(text.trim()) {
                    draft.link(rank + if permalink { 4 } else { 7 }, &text, base);
                }
            }
            Element::Id => {
                draft.guid(rank, &text);
                if link::looks_absolute(text.trim()) {
                    draft.link(rank + 6, &text, None);
                }
            }
            Element::Body => draft.body(as_markup(text, kind)),
            Element::Published => draft.published(rank, &text),
            Element::Updated => draft.updated(rank, &text),
            Element::Author | Element::PersonName => draft.author(rank, &text),
            Element::PersonMail => draft.author(rank + 3, &text),
            Element::Category => draft.category(&text),
            Element::Language => draft.lang(rank, &text),
            _ => {}
        }
    }

    /// Whether a tag can only mean that its end tag is missing: no link, identifier or date holds markup behind
    /// its text.
    #[must_use]
    pub fn is_over_at_markup(&self) -> bool {
        let plain = matches!(
            self.element,
            Element::Link
                | Element::OriginalLink
                | Element::Guid
                | Element::Id
                | Element::Published
                | Element::Updated
                | Element::Language
        );
        plain && !self.text.trim_ascii().is_empty()
    }

    /// Whether half of it is of use: of a text, not of an identifier, a link or a date.
    #[must_use]
    pub fn may_be_cut(&self) -> bool {
        matches!(self.element, Element::Body | Element::Title)
    }
}

/// What the attributes say of a text. Atom 0.3 had `mode`, Atom 1.0 has `type`.
fn kind(element: Element, markup: &Markup<'_>) -> Kind {
    let mode = markup.attribute("mode").unwrap_or_default();
    let kind = markup.attribute("type").unwrap_or_default().trim();
    if !matches!(element, Element::Body | Element::Title) {
        Kind::Markup
    } else if mode.eq_ignore_ascii_case("base64") || is_binary(kind) {
        Kind::Base64
    } else if mode.eq_ignore_ascii_case("escaped") {
        Kind::Markup
    } else if mode.eq_ignore_ascii_case("xml") || kind.to_ascii_lowercase().contains("xhtml") {
        Kind::Xhtml
    } else if kind.eq_ignore_ascii_case("text") || kind.eq_ignore_ascii_case("text/plain") {
        Kind::Plain
    } else {
        Kind::Markup
    }
}

/// Whether it is the media type of something that can only stand in a document as base64 (RFC 4287
/// § 4.1.3.3): neither text nor XML.
fn is_binary(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    ["image/", "audio/", "video/", "application/"].iter().any(|family| kind.starts_with(family))
        && !kind.contains("xml")
        && !kind.contains("html")
        && !kind.contains("text")
}

/// The text behind base64, which may be broken into lines; empty when it is no text, and as it stands
/// when it is no base64.
fn from_base64(written: &str) -> String {
    let mut dense: Vec<u8> = written.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    // One sign alone is the rest of a document that was cut.
    dense.truncate(dense.len() - usize::from(dense.len() % 4 == 1));
    let Ok(bytes) = LENIENT.decode(&dense) else { return written.to_owned() };
    let text = decode::decode(&bytes, None).text.into_owned();
    // Pictures and archives hold NULs; they decode to something, but to no text.
    if bytes.contains(&0) || text.contains(char::REPLACEMENT_CHARACTER) { String::new() } else { text }
}

/// Padding is what writers forget.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Plain text becomes markup; markup stays what it is, less a CDATA wrapping that was escaped or closed
/// twice.
fn as_markup(text: String, kind: Kind) -> String {
    let trimmed = text.trim();
    if kind == Kind::Plain {
        return html_escape::encode_text(trimmed).into_owned();
    }
    let bare = trimmed.strip_prefix("<![CDATA[").unwrap_or(trimmed);
    let bare = bare.strip_suffix("]]>").unwrap_or(bare);
    if bare.len() == trimmed.len() { text } else { bare.to_owned() }
}
