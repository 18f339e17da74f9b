//! Namespace prefixes of one document.
//!
//! Declarations are taken wherever they stand and hold from there on: no feed was met that means two
//! things by one prefix, and many use a prefix before or without declaring it.

use std::collections::HashMap;

use crate::news::parse::names::{self, Space};

/// Prefixes remembered of one document.
const PREFIXES_MAX: usize = 200;

/// What the prefixes mean.
#[derive(Debug, Default)]
pub struct Spaces<'a> {
    of_prefix: HashMap<&'a str, Space>,
    /// A prefix was used that nothing declares.
    pub mended: bool,
}

impl<'a> Spaces<'a> {
    /// Takes the `xmlns:` declarations among the attributes of a tag.
    pub fn declare(&mut self, attributes: &[(&'a str, &'a str)]) {
        for (name, uri) in attributes {
            if let Some(prefix) = name.strip_prefix("xmlns:")
                && self.of_prefix.len() < PREFIXES_MAX
            {
                let space = match names::space_of_uri(uri) {
                    // A mistyped URI behind a well-known prefix.
                    Space::Other => names::space_of_prefix(prefix),
                    known => known,
                };
                self.of_prefix.insert(prefix, space);
            }
        }
    }

    /// A root of ours in a namespace of its own invention, or in none: then its prefix means ours. `false` when
    /// the first element is no root of ours.
    pub fn adopt(&mut self, root: &'a str) -> bool {
        let (prefix, local) = names::split(root);
        let is_ours = names::is_structure(local);
        if is_ours && !prefix.is_empty() {
            let space = self.of_prefix.entry(prefix).or_insert_with(|| names::space_of_prefix(prefix));
            if *space == Space::Other {
                *space = Space::Core;
            }
        }
        is_ours
    }

    /// Vocabulary and local name of a tag; `own` is the tag's `xmlns` attribute.
    #[must_use]
    pub fn resolve(&mut self, name: &'a str, own: Option<&str>) -> (Space, &'a str) {
        let (prefix, local) = names::split(name);
        if !prefix.is_empty() {
            let space = self.of_prefix.get(prefix).copied();
            self.mended |= space.is_none();
            return (space.unwrap_or_else(|| names::space_of_prefix(prefix)), local);
        }
        // An invented default namespace says nothing, nor does XHTML's of what XHTML does not have.
        let space = own.map_or(Space::Core, names::space_of_uri);
        let is_core = space == Space::Other || space == Space::Xhtml && names::is_structure(local);
        (if is_core { Space::Core } else { space }, local)
    }
}
