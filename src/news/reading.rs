//! From an HTTP answer to entries with their hits and fingerprints: all the work that can be done
//! without knowing what is remembered, in two steps.
//!
//! 1. [`read`]: bytes → document, with the keys under which its entries are looked up;
//! 2. [`Work::run`]: hits and fingerprints of those entries that turned out to be fresh.

use std::collections::HashSet;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::entry::{Entry, EntryId, Feed, FeedId};
use super::errand::{Fault, Fetch, FetchPage, Outcome, Reply};
use super::fingerprint::Fingerprint;
use super::page;
use super::parse::{self, Source};
use super::rule::{Hit, Rules};

/// A feed document that was read whole.
#[derive(Debug)]
pub struct Reading {
    pub feed: FeedId,
    /// Without its body.
    pub reply: Reply,
    pub body_hash: u64,
    pub document: Feed,
    /// One for each entry that is to be looked up, in the document's order.
    pub keys: Vec<Key>,
    /// `None` until it is known which entries are fresh.
    pub fresh: Option<Vec<Fresh>>,
    /// To which the hits of the fresh entries belong, once there are any.
    pub rules: Option<Arc<Rules>>,
}

impl Reading {
    /// About how many bytes of memory it holds.
    #[must_use]
    pub fn weight(&self) -> usize {
        let entries = self
            .document
            .entries
            .iter()
            .map(|entry| size_of::<Entry>() + entry.title.len() + entry.html.len() + entry.text.len());
        let fresh = self.fresh.iter().flatten().map(|fresh| fresh.print.weight() + weight_of(&fresh.hits));
        size_of::<Self>() + entries.sum::<usize>() + fresh.sum::<usize>()
    }
}

/// About how many bytes of memory hits and their evidence hold.
fn weight_of(hits: &[Hit]) -> usize {
    let evidence = hits.iter().flat_map(|hit| &hit.evidence);
    size_of_val(hits) + evidence.map(|it| size_of_val(it) + it.term.len() + it.snippet.len()).sum::<usize>()
}

/// What an entry is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Index of the entry in the document.
    pub index: usize,
    /// xxh3 of [`Entry::key`].
    pub key_hash: u64,
    pub content_hash: u64,
}

/// An entry that was not seen before, or says something else now.
#[derive(Debug)]
pub struct Fresh {
    pub key: Key,
    pub hits: Vec<Hit>,
    pub print: Fingerprint,
}

/// Hold the fresh entries of a reading against the rules.
#[derive(Debug)]
pub struct Work {
    pub reading: Reading,
    pub fresh: Vec<Key>,
    pub rules: Arc<Rules>,
    /// Stands in the articles' `feed`.
    pub feed_name: String,
}

/// An article that is ready to be folded, after its page was asked for.
#[derive(Debug)]
pub struct PageReading {
    pub entry: EntryId,
    /// The page's text, else the feed's.
    pub text: String,
    /// To which the hits belong.
    pub rules: Arc<Rules>,
    pub hits: Vec<Hit>,
    pub print: Fingerprint,
    /// Why the page could not be had.
    pub fault: Option<Fault>,
}

impl PageReading {
    /// About how many bytes of memory it holds.
    #[must_use]
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.text.len() + self.print.weight() + weight_of(&self.hits)
    }
}

/// Reads an article's page. The feed's text stays when the page says less: a consent wall, a cut
/// article, a page of links.
#[must_use]
pub fn read_page(errand: FetchPage, answer: Result<Reply, Fault>) -> Outcome {
    let FetchPage { entry, mut article, rules, .. } = errand;
    let mut fault = None;
    match answer {
        Ok(reply) => {
            let page = page::extract(&reply.body, Some(&reply.final_url), reply.content_type.as_deref());
            if words(&page.text) > words(&article.text) && !page::is_wall(&page.text) {
                article.text = page.text;
            }
        }
        Err(why) => fault = Some(why),
    }
    let (hits, print) = (rules.hits(&article), Fingerprint::of(&article));
    Outcome::Page(Box::new(PageReading { entry, text: article.text, rules, hits, print, fault }))
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Reads the answer to a fetch.
#[must_use]
pub fn read(errand: &Fetch, mut reply: Reply) -> Outcome {
    let feed = errand.feed;
    let body = std::mem::take(&mut reply.body);
    let body_hash = xxh3_64(&body);
    if reply.not_modified || errand.body_hash == Some(body_hash) {
        return Outcome::Unchanged { feed, reply };
    }
    let source = Source { url: Some(&reply.final_url), content_type: reply.content_type.as_deref() };
    match parse::feed(&body, source) {
        Ok(mut document) => {
            // From here on only what a reader would see of it is read.
            document.entries.iter_mut().for_each(|entry| entry.html = String::new());
            let keys = keys(&document.entries);
            Outcome::Read(Box::new(Reading {
                feed,
                reply,
                body_hash,
                document,
                keys,
                fresh: None,
                rules: None,
            }))
        }
        Err(why) => Outcome::Failed { feed, fault: Fault { traffic: reply.traffic, ..why.into() } },
    }
}

/// The keys of a document's entries. An entry that stands there twice counts once. Some feeds give
/// one guid to everything: an entry whose key is taken is known by its link or its content instead.
fn keys(entries: &[Entry]) -> Vec<Key> {
    let (mut standing, mut taken) = (HashSet::new(), HashSet::new());
    let mut keys = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let content_hash = entry.content_hash();
        if !standing.insert((entry.url.as_deref(), content_hash)) {
            continue;
        }
        let by_link = entry.url.as_ref().map(|url| format!("l:{url}"));
        let by_content = format!("c:{content_hash:016x}");
        let free = [Some(entry.key()), by_link, Some(by_content)]
            .into_iter()
            .flatten()
            .map(|key| xxh3_64(key.as_bytes()))
            .find(|hash| taken.insert(*hash));
        keys.extend(free.map(|key_hash| Key { index, key_hash, content_hash }));
    }
    keys
}

impl Work {
    /// Work on these entries of a reading; of the others nothing is needed any more but that they are there.
    #[must_use]
    pub fn on(mut reading: Reading, fresh: Vec<Key>, rules: Arc<Rules>, feed_name: String) -> Self {
        let is_fresh: HashSet<usize> = fresh.iter().map(|key| key.index).collect();
        let entries = reading.document.entries.iter_mut().enumerate();
        entries
            .filter(|(index, _)| !is_fresh.contains(index))
            .for_each(|(_, entry)| *entry = Entry::default());
        Self { reading, fresh, rules, feed_name }
    }

    /// Does the work; takes as long as the entries and rules are many.
    #[must_use]
    pub fn run(self) -> Outcome {
        let Self { mut reading, fresh, rules, feed_name } = self;
        let done = fresh.into_iter().filter_map(|key| {
            let entry = reading.document.entries.get(key.index)?;
            let article = entry.article(String::new(), &feed_name);
            Some(Fresh { key, hits: rules.hits(&article), print: Fingerprint::of(&article) })
        });
        reading.fresh = Some(done.collect());
        reading.rules = Some(rules);
        Outcome::Read(Box::new(reading))
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, keys};

    fn entry(guid: &str, url: &str, title: &str) -> Entry {
        Entry {
            guid: Some(guid.to_owned()),
            url: Some(url.to_owned()),
            title: title.to_owned(),
            ..Entry::default()
        }
    }

    fn known(entries: &[Entry]) -> Vec<usize> {
        keys(entries).iter().map(|key| key.index).collect()
    }

    #[test]
    fn one_guid_for_everything() {
        let all = [entry("1", "http://a/", "a"), entry("1", "http://b/", "b"), entry("1", "http://b/", "c")];
        assert_eq!(known(&all), [0, 1, 2], "link, then content stand in for a guid that is taken");
    }

    #[test]
    fn the_same_entry_twice_is_one() {
        assert_eq!(known(&[entry("1", "http://a/", "a"), entry("2", "http://a/", "a")]), [0]);
    }
}
