//! Tokens → feed: one reader for RSS 0.9x, 1.0, 2.0, RDF, Atom 0.3 and 1.0, and for what lies between.
//!
//! It holds a short stack of open elements and at most one field being read. An element that can only
//! be the next field ends a field that was never closed; an entry ends an entry; text and fields whose
//! start tag is lost are taken when their end tag comes. So a lost or mistyped tag costs its own field
//! at most.

use url::Url;

use super::draft::{Draft, Kind};
use super::markup::{Markup, Tag, Token};
use super::names::{self, Element, Space};
use super::pacing::Pace;
use super::reference::References;
use crate::news::entry::{Entry, Feed, MAX_ENTRIES};
use base::Bases;
use field::Field;
use space::Spaces;
use stack::{Frame, Role, Stack};

mod attributes;
mod base;
mod ends;
mod field;
mod space;
mod stack;

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
    let mut reader = Reader::new(text, base);
    while let Some(token) = reader.markup.next() {
        match token {
            Token::Open(tag) => reader.open(tag),
            Token::Close(name) => reader.close(name),
            Token::Text(_) | Token::Cdata(_) => reader.text(token),
        }
        if reader.cut {
            break;
        }
    }
    reader.finish()
}

struct Reader<'a> {
    markup: Markup<'a>,
    references: References<'a>,
    spaces: Spaces<'a>,
    bases: Bases,
    stack: Stack<'a>,
    field: Option<Field>,
    /// The text since the last tag that belongs to no field.
    loose: Option<Token<'a>>,
    /// What the feed says of itself.
    about: Draft,
    /// Fields that stand where an entry's start tag may be missing.
    stray: Option<Draft>,
    entry: Option<Draft>,
    entries: Vec<Draft>,
    pace: Pace,
    root: &'a str,
    is_feed: bool,
    cut: bool,
    mended: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, base: Option<&Url>) -> Self {
        Self {
            markup: Markup::new(text),
            references: References::default(),
            spaces: Spaces::default(),
            bases: Bases::new(base),
            stack: Stack::default(),
            field: None,
            loose: None,
            about: Draft::default(),
            stray: None,
            entry: None,
            entries: Vec::new(),
            pace: Pace::default(),
            root: "",
            is_feed: false,
            cut: false,
            mended: false,
        }
    }

    // ---- tokens

    fn open(&mut self, tag: Tag<'a>) {
        self.loose = None;
        if let Some(subset) = self.markup.subset.take() {
            self.references.declare(subset);
        }
        self.spaces.declare(&self.markup.attributes);
        if self.root.is_empty() {
            self.root = tag.name;
            self.mended |= !self.spaces.adopt(tag.name);
        }
        let (space, local) = self.spaces.resolve(tag.name, self.markup.attribute("xmlns"));
        let element = names::meaning(space, local);
        if self.field.is_some() {
            let ends = match element {
                Some(element) => space != Space::Xhtml && self.ends_field(element),
                None => self.ends_title(space),
            };
            if !ends && !self.field.as_ref().is_some_and(Field::is_over_at_markup) {
                return self.inline(tag, space, local);
            }
            self.mended |= self.stack.top() != Some(Role::Person);
            self.leave_field();
        }
        if let Some(element) = element {
            self.leave_contributor(element);
        }
        match element {
            Some(Element::Entry) => self.open_entry(tag),
            Some(Element::Root) => {
                self.is_feed = true;
                self.language_of_element();
                self.push(tag, Role::Root);
            }
            Some(element) => self.open_field(tag, element, space),
            None if !tag.empty && is_program(local) => {
                self.markup.skip_content(tag.name);
            }
            None => self.push(tag, Role::Unknown),
        }
    }

    fn close(&mut self, name: &'a str) {
        if self.stack.closes_deeper(names::is_known(name)) {
            return;
        }
        let Some(at) = self.stack.find(name) else { return self.close_unopened(name) };
        self.loose = None;
        self.mended |= at + 1 < self.stack.depth();
        while self.stack.depth() > at {
            let named = self.stack.depth() == at + 1;
            self.pop(named);
        }
    }

    fn text(&mut self, token: Token<'a>) {
        match (&mut self.field, token) {
            (Some(Field { kind: Kind::Xhtml, text, .. }), Token::Text(raw))
            | (Some(Field { text, .. }), Token::Cdata(raw)) => {
                text.push_str(raw);
            }
            (Some(field), Token::Text(raw)) => self.references.decode(raw, &mut field.text),
            (None, Token::Text(raw) | Token::Cdata(raw)) if !raw.trim_ascii().is_empty() => {
                self.loose = Some(token);
            }
            _ => {}
        }
    }

    /// An end tag without a start: of a field, whose text stands before it, or of an entry.
    fn close_unopened(&mut self, name: &'a str) {
        self.mended = true;
        let (space, local) = self.spaces.resolve(name, None);
        let element = names::meaning(space, local);
        if let Some(field) = &mut self.field
            && field.element == Element::Body
            && element.is_none()
        {
            // Of some markup whose start tag stood in a CDATA section.
            field.text.extend(["</", name, ">"]);
            return;
        }
        match element {
            Some(Element::Entry) if self.entries.len() < MAX_ENTRIES => {
                self.entries.extend(self.stray.take().filter(|draft| !draft.is_blank()));
            }
            Some(element) if self.field.is_none() => {
                let mut text = String::new();
                match self.loose.take() {
                    Some(Token::Text(raw)) => self.references.decode(raw, &mut text),
                    Some(Token::Cdata(raw)) => text.push_str(raw),
                    _ => return,
                }
                self.assign(Field::loose(element, text));
            }
            _ => {}
        }
    }

    // ---- elements

    fn push(&mut self, tag: Tag<'a>, role: Role) {
        if tag.empty {
            if matches!(role, Role::Field | Role::Person) {
                self.field = None;
            }
            return;
        }
        let base = self.base_of_element();
        self.mended |= !self.stack.push(Frame { name: tag.name, role, base });
    }

    /// Closes the innermost element; `named`: by an end tag of its own.
    fn pop(&mut self, named: bool) {
        let Some(frame) = self.stack.pop() else { return };
        match frame.role {
            Role::Field | Role::Person => {
                if let Some(field) = self.field.take() {
                    self.assign(field);
                }
            }
            Role::Entry => self.entries.extend(self.entry.take()),
            Role::Inline => {
                if let Some(field) = &mut self.field
                    && named
                {
                    field.text.extend(["</", names::split(frame.name).1, ">"]);
                }
            }
            Role::Root | Role::Aside | Role::Contributor | Role::Unknown => {}
        }
    }

    fn open_entry(&mut self, tag: Tag<'a>) {
        self.is_feed = true;
        while self.stack.has(Role::Entry) {
            self.mended = true;
            // Its start tag stood there twice.
            self.entry = self.entry.take().filter(|draft| !draft.is_blank());
            if self.entry.is_none() && self.stack.top() == Some(Role::Unknown) {
                // Or one stands in another, before the other's fields.
                break;
            }
            self.pop(false);
        }
        if self.entries.len() >= MAX_ENTRIES {
            self.cut = true;
            return;
        }
        self.mended |= !self.stack.has(Role::Root);
        let stray = self.stray.take().filter(|draft| !self.entries.is_empty() && draft.is_entry());
        self.entries.extend(stray);
        self.entry = Some(Draft::default());
        self.entry_in_attributes();
        self.language_of_element();
        if tag.empty {
            self.entries.extend(self.entry.take());
        }
        self.push(tag, Role::Entry);
    }

    // ---- fields

    fn open_field(&mut self, tag: Tag<'a>, element: Element, space: Space) {
        let foreign = self.stack.inside(Role::Aside)
            || self.stack.inside(Role::Contributor)
            || matches!(element, Element::PersonName | Element::PersonMail)
                && !self.stack.inside(Role::Person);
        if foreign {
            return self.push(tag, Role::Unknown);
        }
        match element {
            // RSS's `<source url="…">` has no fields inside, Atom's has.
            Element::Aside => {
                let role = if self.markup.attribute("url").is_some() { Role::Unknown } else { Role::Aside };
                return self.push(tag, role);
            }
            Element::Contributor => return self.push(tag, Role::Contributor),
            Element::Enclosure => {
                self.enclosure();
                return self.push(tag, Role::Unknown);
            }
            Element::Category => self.category_in_attributes(),
            Element::Link => self.link_in_attributes(),
            _ => {}
        }
        self.field = Some(Field::begin(element, space, self.hidden(), &self.markup));
        self.push(tag, if element == Element::Author { Role::Person } else { Role::Field });
    }

    /// An element inside the field being read: part of its markup.
    fn inline(&mut self, tag: Tag<'a>, space: Space, local: &'a str) {
        let Some(field) = &mut self.field else { return };
        let name = if space == Space::Xhtml { local } else { tag.name };
        field.text.extend(["<", name]);
        for (attribute, value) in &self.markup.attributes {
            if !attribute.starts_with("xmlns") {
                let quote = if value.contains('"') { "'" } else { "\"" };
                field.text.extend([" ", attribute, "=", quote, value, quote]);
            }
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

    fn assign(&mut self, field: Field) {
        self.resume();
        let base = self.bases.at(self.stack.base());
        if let Some(entry) = &mut self.entry {
            return field.assign(entry, base);
        }
        self.pace.note(field.element, &field.text);
        if self.begins_stray(&field) {
            self.stray = Some(Draft::default());
        }
        if let Some(stray) = &mut self.stray {
            field.clone().assign(stray, base);
        }
        field.assign(&mut self.about, base);
    }

    /// An entry goes on behind the one that stood in it.
    pub(super) fn resume(&mut self) {
        if self.entry.is_none() && self.stack.has(Role::Entry) {
            self.entry = Some(Draft::default());
        }
    }

    /// Whether a field outside of entries may be the first of an entry whose start tag is missing.
    fn begins_stray(&self, field: &Field) -> bool {
        match (&self.stray, field.element) {
            (Some(stray), Element::Title) => stray.title.get().is_some(),
            (Some(stray), Element::Guid) => stray.guid.get().is_some(),
            (Some(_), _) => false,
            (None, Element::Title) => self.about.title.get().is_some() || !self.entries.is_empty(),
            // No feed has one of its own.
            (None, Element::Guid) => true,
            (None, _) => !self.entries.is_empty(),
        }
    }

    // ---- the end

    fn finish(mut self) -> Reading {
        if !self.cut {
            self.mended |= self.stack.depth() > 0;
            // The document ended inside a field: half an identifier is worse than none.
            self.field = self.field.take().filter(Field::may_be_cut);
        }
        while self.stack.depth() > 0 {
            self.pop(false);
        }
        let is_atom = self.is_atom();
        let about = self.about.finish(None, None);
        let home = about.url.as_deref().and_then(|home| Url::parse(home).ok());
        let finished = |draft: Draft| draft.finish(home.as_ref(), about.lang.as_deref());
        let mut entries: Vec<Entry> = self.entries.into_iter().map(finished).collect();
        if is_atom && about.author.is_some() {
            // RFC 4287 § 4.2.1: an entry without authors has the feed's.
            let lacking = entries.iter_mut().filter(|entry| entry.author.is_none());
            lacking.for_each(|entry| entry.author.clone_from(&about.author));
        }
        let feed = Feed {
            title: about.title,
            home: about.url,
            lang: about.lang,
            entries,
            cut: self.cut,
            pacing: self.pace.pacing(),
            repaired: self.mended || self.markup.mended || self.references.mended || self.spaces.mended,
        };
        Reading { feed, is_feed: self.is_feed, root: self.root.to_owned() }
    }
}

/// What HTML's errors and counters bring along: no markup is in it.
fn is_program(local: &str) -> bool {
    local.eq_ignore_ascii_case("script") || local.eq_ignore_ascii_case("style")
}

/// HTML's elements without content.
fn is_void(name: &str) -> bool {
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "meta", "param", "source", "track", "wbr"]
        .iter()
        .any(|void| void.eq_ignore_ascii_case(name))
}
