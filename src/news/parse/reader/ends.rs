//! Where an element ends whose end tag is missing: before what cannot stand in it.

use super::field::Field;
use super::stack::Role;
use super::{Element, Kind, Reader, Space, names};

impl Reader<'_> {
    /// Whether an element can only be what follows the field being read, whose end tag is then missing.
    pub(super) fn ends_field(&self, element: Element) -> bool {
        match element {
            Element::Entry | Element::Root => true,
            Element::PersonName | Element::PersonMail => self.stack.inside(Role::Person),
            Element::Hour | Element::Day => false,
            Element::Link if self.is_atom_link() => true,
            inner => {
                let holds = self.field.as_ref().is_some_and(|field| field.element.holds(inner));
                self.stack.top() != Some(Role::Inline) || !holds
            }
        }
    }

    /// Whether the last start tag is an entry's link, in the midst of a text that should hold no markup.
    fn is_atom_link(&self) -> bool {
        let may_hold = |field: &Field| field.kind == Kind::Xhtml;
        let is_page = |said: &str| ["alternate", "self"].iter().any(|known| said.eq_ignore_ascii_case(known));
        self.is_atom()
            && !self.field.as_ref().is_some_and(may_hold)
            && self.markup.attribute("href").is_some()
            && self.markup.attribute("rel").is_some_and(is_page)
    }

    pub(super) fn is_atom(&self) -> bool {
        names::split(self.root).1.eq_ignore_ascii_case("feed")
    }

    /// Whether an element of some vocabulary can only be what follows a title that is being read.
    pub(super) fn ends_title(&self, space: Space) -> bool {
        let is_ours = !matches!(space, Space::Core | Space::Xhtml | Space::Other);
        is_ours && self.field.as_ref().is_some_and(|field| field.element == Element::Title)
    }

    /// A contributor is a person, too: what is no part of one can only follow a contributor that was never
    /// closed.
    pub(super) fn leave_contributor(&mut self, element: Element) {
        while !matches!(element, Element::PersonName | Element::PersonMail)
            && self.stack.inside(Role::Contributor)
        {
            self.mended = true;
            self.pop(false);
        }
    }

    /// Ends the field being read as if its end tag stood here. A person stays open for its parts.
    pub(super) fn leave_field(&mut self) {
        while let Some(role) = self.stack.top() {
            match role {
                Role::Inline => self.pop(false),
                Role::Field => return self.pop(false),
                _ => break,
            }
        }
        if let Some(field) = self.field.take() {
            self.assign(field);
        }
    }
}
