//! Tokens → feed: one reader for RSS 0.9x, 1.0, 2.0, RDF, Atom 0.3 and 1.0, and for what lies between.
//!
//! It holds a short stack of open elements and at most one field being read. An element that can only
//! be the next field ends a field that was never closed; an entry ends an entry. So a lost or mistyped
//! tag costs its own field and no more.

use std::collections::HashMap;

use url::Url;

use super::draft::{Draft, Kind, Rank, language_tag};
use super::link;
use super::markup::{Markup, Tag, Token};
use super::names::{self, Element, Space};
use super::pacing::Pace;
use super::reference::References;
use crate::news::entry::{Entry, Feed, MAX_ENTRIES};

/// Elements open at once; what lies deeper is read as if its tags were not there.
const DEPTH_MAX: usize = 256;
/// Namespace prefixes remembered of one document.
const PREFIXES_MAX: usize = 200;
/// `xml:base` attributes minded in one document.
const BASES_MAX: usize = 4 * MAX_ENTRIES;
/// Added to the rank of what stands inside an element that we do not know.
const HIDDEN: Rank = 10;

/// What the markup said.
#[derive(Debug)]
pub struct Reading {
    pub feed: Feed,
    /// A feed's root element was met, or entries.
    pub is_feed: bool,
    /// The first element, as written: what the document is, when it is no feed.
    pub root: String,
}

/// Reads a document. Entries' [`Entry::text`] is left empty.
#[must_use]
pub fn read(text: &str, base: Option<&Url>) -> Reading {
    let mut reader = Reader::new(text, base.cloned());
    while let Some(token) = reader.markup.next() {
        match token {
            Token::Open(tag) => reader.open(tag),
            Token::Close(name) => reader.close(name),
            Token::Text(raw) => reader.text(raw),
            Token::Cdata(text) => reader.cdata(text),
        }
        if reader.feed.cut {
            break;
        }
    }
    reader.finish()
}

struct Reader<'a> {
    markup: Markup<'a>,
    references: References<'a>,
    spaces: HashMap<&'a str, Space>,
    /// The document's base, then each `xml:base` met; frames point into it.
    bases: Vec<Option<Url>>,
    stack: Vec<Frame<'a>>,
    /// Elements open beyond [`DEPTH_MAX`].
    deeper: usize,
    field: Option<Field>,
    /// What the feed says of itself.
    about: Draft,
    entry: Option<Draft>,
    drafts: Vec<Draft>,
    pace: Pace,
    feed: Feed,
    root: String,
    is_feed: bool,
    mended: bool,
}

/// An open element.
struct Frame<'a> {
    name: &'a str,
    role: Role,
    /// Index into `Reader::bases`.
    base: usize,
}

/// What an open element is to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Root,
    Entry,
    /// Something with fields that are not the entry's.
    Aside,
    /// A person: `author` with children.
    Person,
    /// The element of the field being read.
    Field,
    /// Markup inside the field being read.
    Inline,
    /// An element unknown to us.
    Unknown,
}

/// The field being read.
struct Field {
    name: Element,
    rank: Rank,
    kind: Kind,
    /// Decoded; of [`Kind::Xhtml`] as written.
    text: String,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, base: Option<Url>) -> Self {
        Self {
            markup: Markup::new(text),
            references: References::default(),
            spaces: HashMap::new(),
            bases: vec![base],
            stack: Vec::with_capacity(16),
            deeper: 0,
            field: None,
            about: Draft::default(),
            entry: None,
            drafts: Vec::new(),
            pace: Pace::default(),
            feed: Feed::default(),
            root: String::new(),
            is_feed: false,
            mended: false,
        }
    }

    // ---- tokens

    fn open(&mut self, tag: Tag<'a>) {
        if let Some(subset) = self.markup.subset.take() {
            self.references.declare(subset);
        }
        self.declare_prefixes();
        let (space, local) = self.resolve(tag.name);
        if self.root.is_empty() {
            self.begin(tag.name, local);
        }
        let name = names::meaning(space, local);
        if self.field.is_some() {
            if !self.ends_field(name) {
                return self.inline(tag, space, local);
            }
            self.mended = true;
            self.leave_field();
        }
        match name {
            Some(Element::Entry) => self.open_entry(tag),
            Some(Element::Root) => {
                self.is_feed = true;
                self.language_of_element();
                self.push(tag, Role::Root);
            }
            Some(name) => self.open_field(tag, name, space),
            None => self.push(tag, Role::Unknown),
        }
    }

    fn close(&mut self, name: &'a str) {
        let Some(at) = self.stack.iter().rposition(|frame| same_name(frame.name, name)) else {
            self.mended = true;
            return;
        };
        // Too deep to have been remembered: the markup of some text, most likely.
        if self.deeper > 0 && !names::is_known(name) {
            self.deeper -= 1;
            return;
        }
        self.deeper = 0;
        self.mended |= at + 1 < self.stack.len();
        while self.stack.len() > at {
            self.pop(Some(name));
        }
    }

    fn text(&mut self, raw: &str) {
        let Some(field) = &mut self.field else { return };
        match field.kind {
            Kind::Xhtml => field.text.push_str(raw),
            Kind::Markup | Kind::Plain => self.references.decode(raw, &mut field.text),
        }
    }

    fn cdata(&mut self, text: &str) {
        let Some(field) = &mut self.field else { return };
        field.text.push_str(text);
    }

    // ---- namespaces

    fn begin(&mut self, name: &'a str, local: &str) {
        name.clone_into(&mut self.root);
        let (prefix, _) = names::split(name);
        // A root of ours in a namespace of its own invention: then the whole document is.
        if matches!(names::meaning(Space::Core, local), Some(Element::Root | Element::Entry)) {
            let space = self.spaces.entry(prefix).or_insert(Space::Core);
            if *space == Space::Other {
                *space = Space::Core;
            }
        }
    }

    fn declare_prefixes(&mut self) {
        for (name, uri) in &self.markup.attributes {
            if let Some(prefix) = name.strip_prefix("xmlns:")
                && self.spaces.len() < PREFIXES_MAX
            {
                let space = match names::space_of_uri(uri) {
                    // A mistyped URI behind a well-known prefix.
                    Space::Other => names::space_of_prefix(prefix),
                    known => known,
                };
                self.spaces.insert(prefix, space);
            }
        }
    }

    fn resolve(&self, name: &'a str) -> (Space, &'a str) {
        let (prefix, local) = names::split(name);
        let space = if prefix.is_empty() {
            self.attribute("xmlns").map_or(Space::Core, names::space_of_uri)
        } else {
            self.spaces.get(prefix).copied().unwrap_or_else(|| names::space_of_prefix(prefix))
        };
        // An invented default namespace on the root says nothing.
        let space = if prefix.is_empty() && space == Space::Other { Space::Core } else { space };
        (space, local)
    }

    /// The raw value of an attribute of the last start tag.
    fn attribute(&self, name: &str) -> Option<&'a str> {
        self.markup
            .attributes
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The same, references decoded.
    fn value(&mut self, name: &str) -> Option<String> {
        let raw = self.attribute(name)?;
        let mut value = String::with_capacity(raw.len());
        self.references.decode(raw, &mut value);
        Some(value)
    }

    // ---- elements

    fn push(&mut self, tag: Tag<'a>, role: Role) {
        if tag.empty {
            if role == Role::Field {
                self.field = None;
            }
            return;
        }
        if self.stack.len() >= DEPTH_MAX {
            self.deeper += 1;
            self.mended = true;
            return;
        }
        let base = self.base_of_element();
        self.stack.push(Frame { name: tag.name, role, base });
    }

    /// The index of the base that holds inside the last start tag.
    fn base_of_element(&mut self) -> usize {
        let outer = self.base();
        if self.bases.len() >= BASES_MAX {
            return outer;
        }
        let Some(written) = self.value("xml:base") else { return outer };
        let Some(base) = link::base(&written, self.bases[outer].as_ref()) else { return outer };
        self.bases.push(Some(base));
        self.bases.len() - 1
    }

    fn base(&self) -> usize {
        self.stack.last().map_or(0, |frame| frame.base)
    }

    fn pop(&mut self, closed_by: Option<&str>) {
        let Some(frame) = self.stack.pop() else { return };
        match frame.role {
            Role::Field | Role::Person => self.end_field(),
            Role::Entry => self.end_entry(),
            Role::Inline => {
                if let Some(field) = &mut self.field
                    && closed_by.is_some_and(|name| same_name(name, frame.name))
                {
                    let (_, local) = names::split(frame.name);
                    field.text.push_str("</");
                    field.text.push_str(local);
                    field.text.push('>');
                }
            }
            Role::Root | Role::Aside | Role::Unknown => {}
        }
    }

    fn open_entry(&mut self, tag: Tag<'a>) {
        self.is_feed = true;
        while self.stack.iter().any(|frame| frame.role == Role::Entry) {
            self.mended = true;
            self.pop(None);
        }
        if self.drafts.len() >= MAX_ENTRIES {
            self.feed.cut = true;
            return;
        }
        let mut draft = Draft::default();
        if let Some(about) = self.value("rdf:about") {
            draft.guid(1, &about);
            draft.link(4, &about, None);
        }
        // The Channel Definition Format of 1997.
        if let Some(href) = self.value("href") {
            draft.link(1, &href, self.bases[self.base()].as_ref());
        }
        self.entry = Some(draft);
        self.language_of_element();
        if tag.empty {
            self.end_entry();
        }
        self.push(tag, Role::Entry);
    }

    fn end_entry(&mut self) {
        self.drafts.extend(self.entry.take());
    }

    fn language_of_element(&mut self) {
        if let Some(lang) = self.value("xml:lang") {
            self.target().lang(1, &lang);
        }
    }

    /// The entry being read, else the feed.
    fn target(&mut self) -> &mut Draft {
        self.entry.as_mut().unwrap_or(&mut self.about)
    }

    // ---- fields

    fn inside(&self, role: Role) -> bool {
        self.stack
            .iter()
            .rev()
            .take_while(|frame| !matches!(frame.role, Role::Entry | Role::Root))
            .any(|frame| frame.role == role)
    }

    fn open_field(&mut self, tag: Tag<'a>, name: Element, space: Space) {
        if self.inside(Role::Aside) {
            return self.push(tag, Role::Unknown);
        }
        match name {
            Element::Aside => return self.push(tag, Role::Aside),
            Element::PersonName | Element::PersonMail if !self.inside(Role::Person) => {
                return self.push(tag, Role::Unknown);
            }
            Element::Category => self.category_in_attributes(),
            Element::Link => self.link_in_attributes(),
            Element::Enclosure => self.enclosure(),
            _ => {}
        }
        if space == Space::Xhtml {
            return self.open_xhtml(tag);
        }
        let rank = self.rank(name, space);
        let kind = self.kind(name);
        self.field = Some(Field { name, rank, kind, text: String::new() });
        self.push(tag, if name == Element::Author { Role::Person } else { Role::Field });
    }

    /// `<xhtml:body>` or `<xhtml:div>` straight in an entry.
    fn open_xhtml(&mut self, tag: Tag<'a>) {
        self.field = Some(Field { name: Element::Body, rank: 0, kind: Kind::Xhtml, text: String::new() });
        self.push(tag, Role::Field);
    }

    fn rank(&self, name: Element, space: Space) -> Rank {
        let own = match (name, space) {
            (Element::Guid, _)
                if self.attribute("isPermaLink").is_some_and(|no| no.eq_ignore_ascii_case("false")) =>
            {
                1
            }
            (_, Space::Core | Space::Content | Space::Syndication | Space::Feedburner) => 0,
            (_, Space::DublinCore) => 1,
            _ => 2,
        };
        own + if self.inside(Role::Unknown) { HIDDEN } else { 0 }
    }

    fn kind(&self, name: Element) -> Kind {
        let mode = self.attribute("mode").unwrap_or_default();
        let kind = self.attribute("type").unwrap_or_default().trim();
        if mode.eq_ignore_ascii_case("escaped") || !matches!(name, Element::Body | Element::Title) {
            return Kind::Markup;
        }
        if kind.to_ascii_lowercase().contains("xhtml") || mode.eq_ignore_ascii_case("xml") {
            return Kind::Xhtml;
        }
        if kind.eq_ignore_ascii_case("text") || kind.eq_ignore_ascii_case("text/plain") {
            Kind::Plain
        } else {
            Kind::Markup
        }
    }

    /// Whether an element can only be what follows the field being read, whose end tag is then missing.
    fn ends_field(&self, name: Option<Element>) -> bool {
        let Some(name) = name else { return false };
        if matches!(name, Element::Entry | Element::Root) {
            return true;
        }
        let in_person = self.stack.iter().rev().any(|frame| frame.role == Role::Person);
        if in_person && matches!(name, Element::PersonName | Element::PersonMail) {
            return true;
        }
        let in_markup = self.stack.last().is_some_and(|frame| frame.role == Role::Inline);
        match name {
            Element::PersonName | Element::PersonMail | Element::Hour | Element::Day => false,
            name => !in_markup || !name.is_html_too(),
        }
    }

    /// Ends the field being read as if its end tag stood here.
    fn leave_field(&mut self) {
        while let Some(frame) = self.stack.last() {
            let ends = matches!(frame.role, Role::Field | Role::Person);
            if !ends && frame.role != Role::Inline {
                break;
            }
            self.pop(None);
            if ends {
                break;
            }
        }
        self.field = None;
        self.deeper = 0;
    }

    /// An element inside the field being read: part of its markup.
    fn inline(&mut self, tag: Tag<'a>, space: Space, local: &'a str) {
        let Some(field) = &mut self.field else { return };
        let name = if space == Space::Xhtml { local } else { tag.name };
        field.text.push('<');
        field.text.push_str(name);
        for (attribute, value) in &self.markup.attributes {
            if attribute.starts_with("xmlns") {
                continue;
            }
            let quote = if value.contains('"') { '\'' } else { '"' };
            field.text.extend([" ", attribute, "="]);
            field.text.push(quote);
            field.text.push_str(value);
            field.text.push(quote);
        }
        field.text.push('>');
        if is_void(name) {
            return;
        }
        if tag.empty {
            field.text.extend(["</", name, ">"]);
        }
        self.push(tag, Role::Inline);
    }

    fn end_field(&mut self) {
        let Some(field) = self.field.take() else { return };
        let Field { name, rank, kind, text } = field;
        let base = self.bases[self.base()].clone();
        let in_entry = self.entry.is_some();
        match name {
            Element::Ttl
            | Element::UpdatePeriod
            | Element::UpdateFrequency
            | Element::Hour
            | Element::Day => {
                if !in_entry {
                    self.pace.note(name, &text);
                }
                return;
            }
            _ => {}
        }
        let draft = self.target();
        match name {
            Element::Title => draft.title(rank, &text, kind),
            Element::Link => draft.link(rank + 1, &text, base.as_ref()),
            Element::OriginalLink => draft.link(rank, &text, base.as_ref()),
            Element::Guid => guid(draft, rank, &text, base.as_ref()),
            Element::Id => {
                draft.guid(rank, &text);
                if link::looks_absolute(text.trim()) {
                    draft.link(6, &text, None);
                }
            }
            Element::Body if in_entry => draft.body(as_markup(text, kind)),
            Element::Published => draft.published(rank, &text),
            Element::Updated => draft.updated(rank, &text),
            Element::Author | Element::PersonName => draft.author(rank, &text),
            Element::PersonMail => draft.author(rank + 3, &text),
            Element::Category => draft.category(&text),
            Element::Language => draft.lang(rank, &text),
            _ => {}
        }
    }

    fn category_in_attributes(&mut self) {
        for name in ["label", "term", "text"] {
            if let Some(category) = self.value(name).filter(|category| !category.trim().is_empty()) {
                return self.target().category(&category);
            }
        }
    }

    fn link_in_attributes(&mut self) {
        let Some(href) = self.value("href").or_else(|| self.value("rdf:resource")) else { return };
        let relation = self.value("rel").unwrap_or_default().to_ascii_lowercase();
        // Registered relations may be written as IRIs.
        let relation = relation.trim().rsplit('/').next().unwrap_or_default();
        let page = self.attribute("type").is_none_or(|kind| kind.is_empty() || kind.contains("html"));
        let rank = match relation {
            "" | "alternate" if page => 1,
            "" | "alternate" => 2,
            "canonical" => 3,
            "related" | "via" => 5,
            "enclosure" | "self" | "edit" if self.entry.is_some() => 8,
            _ => return,
        };
        let base = self.base_of_element();
        let base = self.bases[base].clone();
        self.target().link(rank, &href, base.as_ref());
    }

    fn enclosure(&mut self) {
        let base = self.bases[self.base()].clone();
        if let Some(url) = self.value("url").or_else(|| self.value("href"))
            && let Some(entry) = &mut self.entry
        {
            entry.link(9, &url, base.as_ref());
        }
    }

    // ---- the end

    fn finish(mut self) -> Reading {
        let cut_short = self.stack.iter().any(|frame| frame.role != Role::Root) && !self.feed.cut;
        if cut_short {
            self.drop_cut_field();
        }
        self.mended |= !self.stack.is_empty() && !self.feed.cut;
        while !self.stack.is_empty() {
            self.pop(None);
        }
        let home = self.about.link.get().and_then(|link| link::resolve(&link.written, link.base.as_ref()));
        let home_base = home.as_deref().and_then(|home| Url::parse(home).ok());
        let lang = self.about.lang.get().and_then(|lang| language_tag(lang));
        let author = self.about.author.get().cloned();
        let is_atom = names::split(&self.root).1.eq_ignore_ascii_case("feed");
        let mut entries: Vec<Entry> = std::mem::take(&mut self.drafts)
            .into_iter()
            .map(|draft| draft.finish(home_base.as_ref(), lang.as_deref()))
            .collect();
        if is_atom && let Some(author) = author {
            // RFC 4287 § 4.2.1: an entry without authors has the feed's.
            entries
                .iter_mut()
                .filter(|entry| entry.author.is_none())
                .for_each(|entry| entry.author = Some(author.clone()));
        }
        let repaired = self.mended || self.markup.mended || self.references.mended;
        let title = self.about.title.take().unwrap_or_default();
        let pacing = self.pace.pacing();
        let feed = Feed { title, home, lang, entries, cut: self.feed.cut, pacing, repaired };
        Reading { feed, is_feed: self.is_feed, root: self.root }
    }

    /// The document ended inside a field. Half an identifier, link or date is worse than none; half a
    /// text is better.
    fn drop_cut_field(&mut self) {
        if self.field.as_ref().is_some_and(|field| !matches!(field.name, Element::Body | Element::Title)) {
            self.field = None;
        }
    }
}

/// An RSS guid: the identifier, and the link too unless it says that it is none.
fn guid(draft: &mut Draft, rank: Rank, text: &str, base: Option<&Url>) {
    let is_permalink = rank.is_multiple_of(2);
    draft.guid(0, text);
    if link::looks_absolute(text.trim()) {
        draft.link(if is_permalink { 4 } else { 7 }, text, base);
    }
}

/// Plain text becomes markup; markup stays what it is, less a CDATA wrapping that was escaped.
fn as_markup(text: String, kind: Kind) -> String {
    if kind == Kind::Plain {
        return html_escape::encode_text(text.trim()).into_owned();
    }
    let trimmed = text.trim();
    let bare =
        trimmed.strip_prefix("<![CDATA[").map_or(trimmed, |rest| rest.strip_suffix("]]>").unwrap_or(rest));
    if bare.len() == text.len() { text } else { bare.to_owned() }
}

fn same_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// HTML's elements without content.
fn is_void(name: &str) -> bool {
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "meta", "param", "source", "track", "wbr"]
        .iter()
        .any(|void| void.eq_ignore_ascii_case(name))
}
