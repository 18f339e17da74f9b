//! What stands in attributes: links, identifiers, categories; the base and the language of what is inside.

use super::Reader;
use super::field::HIDDEN;
use super::stack::Role;
use crate::news::parse::draft::{Draft, Rank};

impl Reader<'_> {
    /// The base that holds inside the last start tag.
    pub(super) fn base_of_element(&mut self) -> usize {
        let outer = self.stack.base();
        match self.value("xml:base") {
            Some(written) => self.bases.inner(outer, &written),
            None => outer,
        }
    }

    pub(super) fn language_of_element(&mut self) {
        if let Some(lang) = self.value("xml:lang") {
            self.entry.as_mut().unwrap_or(&mut self.about).lang(1, &lang);
        }
    }

    /// An attribute of the last start tag, references decoded.
    fn value(&mut self, name: &str) -> Option<String> {
        let raw = self.markup.attribute(name)?;
        let mut value = String::with_capacity(raw.len());
        self.references.decode(raw, &mut value);
        Some(value)
    }

    /// Offers something to the entry being read, else to the feed and to what may be an entry.
    fn offer(&mut self, offer: impl Fn(&mut Draft)) {
        self.resume();
        if let Some(entry) = &mut self.entry {
            return offer(entry);
        }
        offer(&mut self.about);
        self.stray.iter_mut().for_each(offer);
    }

    /// RSS 1.0 identifies an item by `rdf:about`; the Channel Definition Format of 1997 has it all here.
    pub(super) fn entry_in_attributes(&mut self) {
        let (about, href, modified) = (self.value("rdf:about"), self.value("href"), self.value("lastmod"));
        let base = self.bases.at(self.stack.base());
        let Some(entry) = &mut self.entry else { return };
        if let Some(about) = about {
            entry.guid(1, &about);
            entry.link(4, &about, base);
        }
        if let Some(href) = href {
            entry.link(1, &href, base);
        }
        if let Some(modified) = modified {
            entry.updated(1, &modified);
        }
    }

    pub(super) fn category_in_attributes(&mut self) {
        for name in ["label", "term", "text"] {
            if let Some(category) = self.value(name).filter(|category| !category.trim().is_empty()) {
                return self.offer(|draft| draft.category(&category));
            }
        }
    }

    pub(super) fn link_in_attributes(&mut self) {
        let Some(href) = self.value("href").or_else(|| self.value("rdf:resource")) else { return };
        let relation = self.value("rel").unwrap_or_default().to_ascii_lowercase();
        // Registered relations may be written as IRIs.
        let relation = relation.trim().rsplit('/').next().unwrap_or_default();
        let page = self.markup.attribute("type").is_none_or(|kind| kind.is_empty() || kind.contains("html"));
        let rank = match relation {
            "" | "alternate" if page => 1,
            "" | "alternate" => 2,
            "canonical" => 3,
            "related" | "via" => 5,
            "enclosure" | "self" | "edit" if self.entry.is_some() => 8,
            _ => return,
        };
        let base = self.base_of_element();
        let base = self.bases.at(base).cloned();
        let rank = rank + self.hidden();
        self.offer(|draft| draft.link(rank, &href, base.as_ref()));
    }

    /// Added to the rank of what stands inside an element that we do not know.
    pub(super) fn hidden(&self) -> Rank {
        if self.stack.inside(Role::Unknown) { HIDDEN } else { 0 }
    }

    pub(super) fn enclosure(&mut self) {
        let Some(url) = self.value("url").or_else(|| self.value("href")) else { return };
        let rank = 9 + self.hidden();
        let base = self.bases.at(self.stack.base());
        if let Some(entry) = &mut self.entry {
            entry.link(rank, &url, base);
        }
    }
}
