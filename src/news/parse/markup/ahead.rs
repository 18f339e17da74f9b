//! Searching a document for what ends something, in linear time however often it is asked.

use memchr::memmem::Finder;

/// Where a needle stands next, searched for once: many unclosed sections must not each scan the rest.
#[derive(Debug)]
pub(super) struct Ahead {
    needle: Finder<'static>,
    /// Found at, for any search from `since` on.
    found: Option<usize>,
    since: Option<usize>,
}

impl Ahead {
    pub fn new(needle: &'static str) -> Self {
        Self { needle: Finder::new(needle), found: None, since: None }
    }

    pub fn find(&mut self, text: &str, from: usize) -> Option<usize> {
        let known =
            self.since.is_some_and(|since| since <= from) && self.found.is_none_or(|found| found >= from);
        if !known {
            self.found = self.needle.find(&text.as_bytes()[from..]).map(|more| from + more);
            self.since = Some(from);
        }
        self.found
    }
}
