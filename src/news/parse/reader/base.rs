//! What relative links are relative to.

use url::Url;

use crate::news::entry::MAX_ENTRIES;
use crate::news::parse::link;

/// `xml:base` attributes minded in one document.
const BASES_MAX: usize = 4 * MAX_ENTRIES;

/// The document's own base at 0, then each `xml:base` met.
#[derive(Debug)]
pub struct Bases(Vec<Option<Url>>);

impl Bases {
    #[must_use]
    pub fn new(document: Option<&Url>) -> Self {
        Self(vec![document.cloned()])
    }

    /// The base inside an element that has the attribute `xml:base`, itself relative to `outer`.
    pub fn inner(&mut self, outer: usize, written: &str) -> usize {
        if self.0.len() >= BASES_MAX {
            return outer;
        }
        let Some(base) = link::base(written, self.at(outer)) else { return outer };
        self.0.push(Some(base));
        self.0.len() - 1
    }

    #[must_use]
    pub fn at(&self, base: usize) -> Option<&Url> {
        self.0.get(base).and_then(Option::as_ref)
    }
}
