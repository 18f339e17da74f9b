//! Folding: is an article new, a copy of a known one, or possibly the same as one, and why.
//!
//! A **copy** carries text that was derived from the same text. An independent report of the same
//! event is no copy and is never merged: a swallowed story is a missed story.

mod across;
mod align;
mod features;
mod hosts;
mod judge;
mod model;
mod order;
mod postings;
mod roundup;
mod tally;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use hashbrown::HashSet;
use serde::{Deserialize, Serialize};

use self::features::Side;
use self::hosts::Hosts;
use self::judge::Judgement;
use self::postings::{MOST_SLOTS, Place, Postings};
use self::tally::Tally;
use super::entry::EntryId;
use super::fingerprint::{Fingerprint, Token, in_words};

/// What folding says of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    New,
    Copy,
    Possible,
}

/// The verdict on one article, with its reasons. Meanings: `copy` has `of` and its `story`; `new`
/// and `possible` have `of: None` and stand as a story of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    pub verdict: Verdict,
    /// Id of the story's first article, for ever.
    pub story: EntryId,
    /// The article it was attached to.
    pub of: Option<EntryId>,
    /// For `possible`: the story it may belong to.
    pub maybe: Option<EntryId>,
    /// Same text, but its facts have moved on: the story it brings up to date.
    pub update_of: Option<EntryId>,
    /// The first number that moved, for an update: `12 → 19 miners`.
    pub change: Option<String>,
    /// For a roundup: the stories it covers.
    pub parts: Vec<EntryId>,
    /// A second story that it fits.
    pub also: Option<EntryId>,
    /// When the text's own date (or its first known copy) is at least 14 days before it was seen.
    pub resurfaced: Option<NaiveDate>,
    /// Probability of being a copy of the best candidate, 0–1.
    pub score: f32,
    /// One sentence a person can read.
    pub why: String,
}

/// What an edited article says that it did not say before, where that is news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// A number of it has moved: `12 → 19 miners`.
    Moved(String),
    /// The same in one of its sentences, though neither title nor date says that it was edited.
    MovedQuietly(String),
    /// It tells something else now, under another title.
    Replaced,
    /// Much text has come to it.
    Grown,
}

impl Edit {
    /// Told at once where its first version was. A page that grows or counts all day would be told all day.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        matches!(self, Self::Moved(_) | Self::Replaced)
    }

    /// With what the number counts, as the article says it.
    #[must_use]
    pub fn in_words(self, title: &str, text: &str) -> Self {
        match self {
            Self::Moved(change) => Self::Moved(in_words(&change, title, text)),
            Self::MovedQuietly(change) => Self::MovedQuietly(in_words(&change, title, text)),
            other => other,
        }
    }

    /// The number that moved.
    #[must_use]
    pub fn change(&self) -> Option<&str> {
        if let Self::Moved(change) | Self::MovedQuietly(change) = self { Some(change) } else { None }
    }
}

/// An article that is remembered.
#[derive(Debug, Clone)]
pub struct Known {
    pub id: EntryId,
    pub story: EntryId,
    pub first_seen: DateTime<Utc>,
    pub print: Arc<Fingerprint>,
}

/// From this probability on an article is a copy.
pub const COPY: f32 = 0.8;
/// From this probability on it may be one.
pub const POSSIBLE: f32 = 0.5;
/// Candidates that are laid beside an article.
pub const CANDIDATES: usize = 12;
/// A text that is so much older than the day it was seen has resurfaced.
const OLD: TimeDelta = TimeDelta::days(14);

/// The remembered articles, as far as finding candidates needs them: a cache, rebuilt at start from
/// the stored fingerprints, inserted in the order of their ids.
#[derive(Debug, Default)]
pub struct StoryIndex {
    postings: Postings,
    slots: Vec<Slot>,
    traits: Vec<u8>,
    free: Vec<u32>,
    hosts: Hosts,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    id: EntryId,
    story: EntryId,
}

/// What is asked of many slots for each that proves worth a look, one byte each: the language's number,
/// and this bit when the article is its story's first.
const FIRST: u8 = 1 << 7;

/// Runs at the beginning of a text that are all indexed; of the others one in [`SAMPLE`].
const INDEXED: usize = 48;
/// Runs at the beginning of a text that are all looked up: furniture may stand before its lead.
const LOOKED_UP: usize = 96;
const SAMPLE: u32 = 6;
/// A run that so many stories hold says nothing.
const COMMON: usize = 96;
/// Articles that one key may propose: a text in thousands of copies is known by the first of them.
const PROPOSED: usize = 512;

impl StoryIndex {
    /// The index of all these articles, oldest first; takes less than to insert one after the other.
    #[must_use]
    pub fn of(all: impl IntoIterator<Item = Known>) -> Self {
        let mut index = Self::default();
        for known in all {
            index.enter(&known, Postings::hoard);
        }
        index.postings.settle();
        index
    }

    /// Remembers an article. Not for roundups, which are nobody's candidate.
    pub fn insert(&mut self, known: &Known) {
        self.enter(known, Postings::add);
    }

    fn enter(&mut self, known: &Known, post: fn(&mut Postings, u32, u32)) {
        let entry = Slot { id: known.id, story: known.story };
        let first = if known.story == known.id { FIRST } else { 0 };
        let traits = known.print.language & !FIRST | first;
        let slot = if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = entry;
            self.traits[slot as usize] = traits;
            slot
        } else {
            let room = self.slots.len() < MOST_SLOTS;
            let Some(slot) = u32::try_from(self.slots.len()).ok().filter(|_| room) else { return };
            self.slots.push(entry);
            self.traits.push(traits);
            slot
        };
        for key in keys(&known.print) {
            post(&mut self.postings, key, slot);
        }
        if known.story == known.id {
            self.hosts.add(known.id, &known.print);
        }
    }

    /// Forgets an article.
    pub fn remove(&mut self, id: EntryId, print: &Fingerprint) {
        self.hosts.remove(id, print);
        let keys = keys(print);
        let held = keys
            .first()
            .map(|key| self.postings.slots(*key).find(|slot| self.slots[*slot as usize].id == id));
        let Some(Some(slot)) = held else { return };
        for key in keys {
            self.postings.remove(key, slot);
        }
        self.free.push(slot);
    }

    /// At most 12 articles that may carry the same text, the likeliest first.
    #[must_use]
    pub fn candidates(&self, print: &Fingerprint) -> Vec<EntryId> {
        let furniture = self.furniture(print);
        let mut tally = Tally::default();
        let mut holders = Vec::with_capacity(PROPOSED);
        let mut keys = anchors(print, LOOKED_UP, &furniture);
        // A short text has few runs of words to be found by.
        let names = if print.tokens.len() < LOOKED_UP { across::names(print) } else { Vec::new() };
        keys = together(keys, names);
        let few = keys.len() < 30;
        let own = keys.len();
        if print.language != 0 {
            keys.extend(across::looked_up(print));
        }
        for (at, place) in self.postings.places(&keys).into_iter().enumerate() {
            self.holders(place, &mut holders);
            let weight = 1.0 / (2.0 + holders.len() as f32).ln();
            for slot in &holders {
                let language = self.traits[*slot as usize] & !FIRST;
                // Words and names that stand near each other say little of texts in one language.
                if at >= own && !across::differ(language, print.language) {
                    continue;
                }
                tally.add(*slot, weight);
            }
        }
        let mut found: Vec<(f32, EntryId)> = tally
            .sums
            .into_iter()
            .filter(|sum| {
                let language = || self.traits[sum.slot as usize] & !FIRST;
                sum.keys >= 2 || few || across::differ(print.language, language())
            })
            .map(|sum| (sum.weight, self.slots[sum.slot as usize].id))
            .collect();
        let order = |a: &(f32, EntryId), b: &(f32, EntryId)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if found.len() > CANDIDATES {
            found.select_nth_unstable_by(CANDIDATES, order);
            found.truncate(CANDIDATES);
        }
        found.sort_by(order);
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// The articles that hold a key; none when too many stories do.
    fn holders(&self, place: Place<'_>, holders: &mut Vec<u32>) {
        holders.clear();
        let mut slots = place.slots().take(PROPOSED);
        holders.extend(slots.by_ref().take(COMMON));
        let is_first = |slot: u32| self.traits[slot as usize] & FIRST != 0;
        let mut stories = None;
        for slot in slots {
            let stories = stories.get_or_insert_with(|| holders.iter().filter(|it| is_first(**it)).count());
            *stories += usize::from(is_first(slot));
            if *stories > COMMON {
                holders.clear();
                return;
            }
            holders.push(slot);
        }
        if stories.is_some() && self.are_common(holders) {
            holders.clear();
        }
    }

    /// Whether these articles are of so many stories; some of them may be copies.
    fn are_common(&self, holders: &[u32]) -> bool {
        let mut stories: HashSet<EntryId> = HashSet::with_capacity(2 * COMMON);
        holders.iter().any(|slot| stories.insert(self.slots[*slot as usize].story) && stories.len() > COMMON)
    }

    /// Furniture of the article's site, unless hardly anything else would be left: a site that
    /// publishes one form filled in anew each day has no furniture, it has a series.
    fn furniture(&self, print: &Fingerprint) -> Vec<bool> {
        let marks = self.hosts.furniture(print);
        let marked = marks.iter().filter(|mark| **mark).count();
        if marked * 10 > marks.len() * 6 { Vec::new() } else { marks }
    }

    /// Decides, given the candidates that [`StoryIndex::candidates`] named.
    #[must_use]
    pub fn fold(&self, id: EntryId, print: &Fingerprint, seen: DateTime<Utc>, known: &[Known]) -> Fold {
        let ours = self.side(print);
        let mut judged: Vec<Judgement> = known
            .iter()
            .filter(|candidate| candidate.id != id)
            .map(|known| Judgement::of(print, &ours, known, &self.side(&known.print)))
            .collect();
        judged.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.known.id.cmp(&b.known.id)));
        let mut fold = Fold::new_story(id, "no article like it is known");
        fold.resurfaced = own_date(print, seen);
        let Some(best) = judged.first() else { return fold };
        fold.score = best.score;
        fold.why = best.why();
        let parts = roundup::parts(&judged);
        if !parts.is_empty() && !best.same_body {
            fold.why = format!("it tells {} known stories, one after another", parts.len());
            fold.parts = parts;
            return fold;
        }
        let story = best.known.story;
        // A teaser has few numbers to disagree with; the article it was taken from has them.
        let told = best.pair.covered.0;
        let contradicted = judged
            .iter()
            .find(|it| it.moved_on && it.known.story == story && it.pair.covered.0 > told && !best.same_body);
        if let Some(contradicted) = contradicted.filter(|_| best.score >= POSSIBLE) {
            fold.score = contradicted.score;
            fold.why = contradicted.why();
            fold.change = contradicted.change();
            fold.update_of = Some(story);
        } else if best.score >= COPY && best.is_patchwork() {
            fold.why.push_str("; both go on with something else");
            fold.update_of = Some(story);
        } else if best.score >= COPY {
            fold.verdict = Verdict::Copy;
            fold.story = story;
            fold.of = Some(best.known.id);
            let second = judged.iter().find(|it| it.score >= COPY && it.known.story != story);
            fold.also = second.map(|it| it.known.story);
            let first = known.iter().filter(|it| it.story == story).map(|it| it.first_seen).min();
            let old = first.filter(|first| seen - *first >= OLD).map(|first| first.date_naive());
            fold.resurfaced = fold.resurfaced.into_iter().chain(old).min();
        } else if best.score >= POSSIBLE {
            fold.verdict = Verdict::Possible;
            fold.maybe = Some(story);
        } else {
            let moved_on = judged.iter().find(|it| it.moved_on);
            fold.update_of = moved_on.map(|it| it.known.story);
            fold.change = moved_on.and_then(Judgement::change);
        }
        fold
    }

    /// What is news in an article that was edited, given how it was before.
    #[must_use]
    pub fn edit(&self, before: &Known, now: &Fingerprint) -> Option<Edit> {
        Judgement::of(now, &self.side(now), before, &self.side(&before.print)).edit()
    }

    fn side(&self, print: &Fingerprint) -> Side {
        Side::new(print, &self.furniture(print))
    }

    /// The figures from which it is decided whether an article in another language is a translation.
    #[must_use]
    pub fn translation_figures(ours: &Fingerprint, theirs: &Fingerprint) -> Option<Vec<(&'static str, f32)>> {
        let (_, figures) = across::measure(ours, theirs)?;
        Some(across::NAMES.into_iter().zip(figures).collect())
    }

    /// The figures from which it is decided whether two articles are copies, with their names.
    #[must_use]
    pub fn figures(&self, ours: &Fingerprint, theirs: &Fingerprint) -> Vec<(&'static str, f32)> {
        let pair = features::measure(&self.side(ours), &self.side(theirs));
        features::NAMES.into_iter().zip(pair.figures).collect()
    }

    /// The same figures, each with what it adds to the certainty that they are copies. None when they are known by
    /// something else: word for word, or as a translation.
    #[must_use]
    pub fn shares(&self, ours: &Fingerprint, theirs: &Known) -> Vec<Share> {
        let judged = Judgement::of(ours, &self.side(ours), theirs, &self.side(&theirs.print));
        if judged.same_body || judged.is_translated() {
            return Vec::new();
        }
        let figures = judged.pair.figures;
        let shares = figures.into_iter().zip(model::shares(&figures)).zip(features::NAMES);
        shares.map(|((figure, adds), name)| Share { name, figure, adds }).collect()
    }
}

/// One of the figures from which it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    pub name: &'static str,
    pub figure: f32,
    /// To the logarithm of the odds that they are copies.
    pub adds: f32,
}

impl Fold {
    /// With what the number that moved counts, as the article says it.
    #[must_use]
    pub fn in_words(mut self, title: &str, text: &str) -> Self {
        self.change = self.change.map(|change| in_words(&change, title, text));
        self
    }

    /// A story of its own.
    #[must_use]
    pub fn new_story(id: EntryId, why: &str) -> Self {
        Self {
            verdict: Verdict::New,
            story: id,
            of: None,
            maybe: None,
            update_of: None,
            change: None,
            parts: Vec::new(),
            also: None,
            resurfaced: None,
            score: 0.0,
            why: why.to_owned(),
        }
    }
}

/// The day that the text itself names, when it is long past. Of several the latest counts: what lies
/// further back is background.
fn own_date(print: &Fingerprint, seen: DateTime<Utc>) -> Option<NaiveDate> {
    let of = |stamped: bool| {
        let dates = print.dates.iter().filter(|date| date.year.is_some() == stamped);
        dates.filter_map(|date| date.resolve(seen)).max()
    };
    // A full date may be the page's own stamp; a weekday without a year stands in the text.
    let own = of(false).or_else(|| of(true))?;
    let age = seen.date_naive() - own;
    (age >= OLD).then_some(own)
}

/// Everything that an article is indexed by.
fn keys(print: &Fingerprint) -> Vec<u32> {
    together(anchors(print, INDEXED, &[]), across::anchors(print))
}

/// Each key once.
fn together(mut keys: Vec<u32>, more: Vec<u32>) -> Vec<u32> {
    keys.extend(more);
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys by which an article is found in its own language: all runs of three words at its beginning (up
/// to `lead`), a sample of the others, and what makes it an exact copy.
fn anchors(print: &Fingerprint, lead: usize, furniture: &[bool]) -> Vec<u32> {
    let mut keys: Vec<u32> = [print.address, print.body, print.opening]
        .into_iter()
        .filter(|hash| *hash != 0)
        .map(|hash| u32::try_from(hash >> 32).unwrap_or(0))
        .collect();
    let free = |at: &usize| !furniture.get(*at).copied().unwrap_or(false);
    for at in (0..print.tokens.len().saturating_sub(2)).filter(free) {
        let key = run_hash(&print.tokens[at..]);
        if at < lead || key.is_multiple_of(SAMPLE) {
            keys.push(key);
        }
    }
    keys
}

/// Hash of the first three words of a run.
fn run_hash(tokens: &[Token]) -> u32 {
    let mut hash = 0x9e37_79b9_7f4a_7c15_u64;
    for token in tokens.iter().take(3) {
        hash = (hash ^ u64::from(token.key())).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash ^= hash >> 32;
    }
    u32::try_from(hash >> 32).unwrap_or(0)
}
