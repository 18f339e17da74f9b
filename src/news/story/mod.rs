//! Folding: is an article new, a copy of a known one, or possibly the same as one, and why.
//!
//! A **copy** carries text that was derived from the same text. An independent report of the same
//! event is no copy and is never merged: a swallowed story is a missed story.

mod across;
mod align;
mod features;
mod hosts;
mod model;
mod postings;
mod roundup;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use self::features::{Pair, Side};
use self::hosts::Hosts;
use self::postings::Postings;
use super::entry::EntryId;
use super::fingerprint::{Fingerprint, Token};

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
/// Words of text without which nothing is said of an article.
const ENOUGH: u32 = 12;
/// A text that is so much older than the day it was seen has resurfaced.
const OLD: TimeDelta = TimeDelta::days(14);

/// The remembered articles, as far as finding candidates needs them: a cache, rebuilt at start from
/// the stored fingerprints, inserted in the order of their ids.
#[derive(Debug, Default)]
pub struct StoryIndex {
    postings: Postings,
    slots: Vec<Slot>,
    free: Vec<u32>,
    hosts: Hosts,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    id: EntryId,
    story: EntryId,
    language: u8,
}

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
    /// Remembers an article. Not for roundups, which are nobody's candidate.
    pub fn insert(&mut self, known: &Known) {
        let entry = Slot { id: known.id, story: known.story, language: known.print.language };
        let slot = if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = entry;
            slot
        } else {
            let Ok(slot) = u32::try_from(self.slots.len()) else { return };
            self.slots.push(entry);
            slot
        };
        for key in anchors(&known.print, INDEXED, &[]) {
            self.postings.add(key, slot);
        }
        if known.story == known.id {
            self.hosts.add(known.id, &known.print);
        }
    }

    /// Forgets an article.
    pub fn remove(&mut self, id: EntryId, print: &Fingerprint) {
        self.hosts.remove(id, print);
        let keys = anchors(print, INDEXED, &[]);
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
        let mut weights: HashMap<u32, (f32, u32)> = HashMap::new();
        let keys = anchors(print, LOOKED_UP, &furniture);
        let few = keys.len() < 30;
        for key in keys {
            let holders = self.holders(key);
            let weight = 1.0 / (2.0 + holders.len() as f32).ln();
            for slot in holders {
                let entry = weights.entry(slot).or_default();
                entry.0 += weight;
                entry.1 += 1;
            }
        }
        let mut found: Vec<(f32, EntryId)> = weights
            .into_iter()
            .filter(|(slot, (_, shared))| {
                let language = self.slots[*slot as usize].language;
                *shared >= 2 || few || across::differ(language, print.language)
            })
            .map(|(slot, (weight, _))| (weight, self.slots[slot as usize].id))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(CANDIDATES);
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// The articles that hold a key; none when too many stories do.
    fn holders(&self, key: u32) -> Vec<u32> {
        let mut holders = Vec::new();
        let mut stories: Vec<EntryId> = Vec::new();
        for slot in self.postings.slots(key).take(PROPOSED) {
            holders.push(slot);
            let story = self.slots[slot as usize].story;
            if !stories.contains(&story) {
                stories.push(story);
            }
            if stories.len() > COMMON {
                return Vec::new();
            }
        }
        holders
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
        let ours = Side::new(print, &self.furniture(print));
        let mut judged: Vec<Judgement> = known
            .iter()
            .filter(|candidate| candidate.id != id)
            .map(|candidate| self.judge(&ours, print, candidate))
            .collect();
        judged.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.known.id.cmp(&b.known.id)));
        let mut fold = Fold::new_story(id);
        fold.resurfaced = own_date(print, seen);
        let Some(best) = judged.first() else { return fold };
        fold.score = best.score;
        fold.why = best.why(print);
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
            fold.why = contradicted.why(print);
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
            fold.update_of = judged.iter().find(|it| it.moved_on).map(|it| it.known.story);
        }
        fold
    }

    /// The figures from which it is decided whether two articles are copies, with their names.
    #[must_use]
    pub fn figures(&self, ours: &Fingerprint, theirs: &Fingerprint) -> Vec<(&'static str, f32)> {
        let side = |print| Side::new(print, &self.furniture(print));
        let pair = features::measure(&side(ours), &side(theirs));
        features::NAMES.into_iter().zip(pair.figures).collect()
    }

    fn judge<'a>(&self, ours: &Side, print: &Fingerprint, known: &'a Known) -> Judgement<'a> {
        let same_body = print.body != 0 && print.body == known.print.body;
        let theirs = Side::new(&known.print, &self.furniture(&known.print));
        let pair = features::measure(ours, &theirs);
        let ceiling = ceiling(print, &known.print);
        let alike = model::probability(&pair.figures).min(ceiling);
        let translated =
            across::compare(print, &known.print).filter(|it| it.probability.min(ceiling) > alike);
        let score = match (&translated, same_body) {
            (_, true) => 1.0,
            (Some(it), _) => it.probability.min(ceiling),
            (None, _) => alike,
        };
        let textual = model::probability_of_text(&pair.figures);
        let differ = pair.comparison.other_facts.len();
        let moved_on = score < COPY && textual >= COPY && differ > 0;
        Judgement {
            known,
            score,
            same_body,
            translated,
            moved_on,
            pair,
            places: theirs.places,
            ours: ours.places.clone(),
        }
    }
}

impl Fold {
    fn new_story(id: EntryId) -> Self {
        Self {
            verdict: Verdict::New,
            story: id,
            of: None,
            maybe: None,
            update_of: None,
            parts: Vec::new(),
            also: None,
            resurfaced: None,
            score: 0.0,
            why: "no article like it is known".to_owned(),
        }
    }
}

/// One candidate, weighed.
struct Judgement<'a> {
    known: &'a Known,
    score: f32,
    same_body: bool,
    /// When it is known by names and numbers, across languages.
    translated: Option<across::Translation>,
    /// The text is the same, its numbers are not.
    moved_on: bool,
    pair: Pair,
    ours: Vec<u16>,
    places: Vec<u16>,
}

/// So many words, and such a share of a text, that the other has nothing of make it another one.
const ELSE: (usize, usize) = (70, 30);

impl Judgement<'_> {
    /// Whether each of both texts has a long stretch of its own: they share a part, neither is the
    /// other's copy.
    fn is_patchwork(&self) -> bool {
        let ((ours, theirs), (len, their_len)) = (self.pair.gaps, self.pair.lengths);
        !self.same_body
            && self.translated.is_none()
            && ours >= ELSE.0
            && 4 * ours >= len
            && theirs >= ELSE.1
            && 4 * theirs >= their_len
    }

    /// Which places of the new article this one covers.
    fn marks(&self) -> Vec<bool> {
        let mut marks = vec![false; self.pair.lengths.0];
        for passage in &self.pair.passages {
            if let (Some(first), Some(last)) = (passage.first(), passage.last()) {
                marks[usize::from(first.0)..=usize::from(last.0)].fill(true);
            }
        }
        marks
    }

    fn why(&self, print: &Fingerprint) -> String {
        if self.same_body {
            return "the same text, word for word".to_owned();
        }
        if let Some(translation) = &self.translated {
            return translation.why();
        }
        let (ours, _) = self.pair.covered;
        let (len, _) = self.pair.lengths;
        let longest = self.pair.passages.iter().map(Vec::len).max().unwrap_or(0);
        let share = (100 * ours).checked_div(len).unwrap_or(0);
        let mut why = format!("{share} % of it stands there too, longest passage {longest} words");
        let differ = &self.pair.comparison.other_facts;
        let same = self.pair.comparison.same_numbers;
        if let Some((i, j)) = differ.first() {
            let ours = number_at(print, self.ours.get(usize::from(*i)));
            let theirs = number_at(&self.known.print, self.places.get(usize::from(*j)));
            let more =
                if differ.len() > 1 { format!(" and {} more", differ.len() - 1) } else { String::new() };
            let _ = write!(why, "; numbers differ: {theirs} → {ours}{more}");
        } else if same > 0 {
            let _ = write!(why, "; numbers that agree: {same}");
        }
        why
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

/// A title alone, however alike, makes no copy.
fn ceiling(a: &Fingerprint, b: &Fingerprint) -> f32 {
    let same_page = a.address != 0 && a.address == b.address;
    if same_page || a.words.min(b.words) >= ENOUGH { 1.0 } else { 0.3 }
}

fn number_at(print: &Fingerprint, place: Option<&u16>) -> String {
    use super::fingerprint::Kind;
    let Some(place) = place else { return "?".to_owned() };
    let before = print.tokens.iter().take(usize::from(*place)).filter(|t| t.kind() == Kind::Number).count();
    print.numbers.get(before).map_or_else(|| "?".to_owned(), ToString::to_string)
}

/// The keys by which an article is found: all runs of three words at its beginning (up to `lead`),
/// a sample of the others, and what makes it an exact copy.
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
    keys.extend(across::anchors(&print.marks));
    keys.sort_unstable();
    keys.dedup();
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
