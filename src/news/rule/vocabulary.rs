//! Words seen before, and what they lead to: most words of an article stood in the one before.
//!
//! A rare word costs a wait for memory, not work. So all that is known of a word lies in one line of
//! the cache, in the order of first meeting, which keeps the frequent words side by side; and the
//! words of a text are looked up in two rounds of which each waits for many at once.

use hashbrown::{DefaultHashBuilder, HashMap};
use std::hash::BuildHasher;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::index::{BEGINS, FOLLOWS, Index};
use crate::news::words::inflect::apostrophe_part;
use crate::news::words::language::{Languages, Script};
use crate::news::words::tongue::{Tongue, Votes};
use crate::news::words::{fold_word, lower};

/// Words remembered between articles; beyond, the memory starts anew.
const MOST_WORDS: usize = 1 << 18;

/// Found rule words remembered, likewise.
const MOST_FINDS: usize = 1 << 22;

/// Bytes of a word that stand beside what is known of it; the last is the length.
const SHORT: usize = 32;

/// Longer words say nothing of a text's language.
const LONGEST_VOTER: usize = 40;

/// A word's place in the memory.
pub type Known = u32;

/// A character that is no word, and leads to none.
pub const GLYPH: Known = u32::MAX;

/// The memory of words and of what they lead to.
#[derive(Debug)]
pub struct Vocabulary {
    /// Open addressing: the upper half of a word's hash above its place plus one; 0 is free.
    slots: Vec<u64>,
    words: Vec<Word>,
    /// Words that do not fit into [`Word::key`], and their places, in order.
    long: HashMap<Box<str>, Known>,
    long_raws: Vec<(Known, Box<str>)>,
    /// Sets of languages for which lists are remembered.
    tongues: Vec<Languages>,
    /// Lists of words that stood in texts of several languages, but for the first.
    others: HashMap<(Known, u8), List>,
    pub pool: Vec<u32>,
    seed: u64,
}

/// What is known of a word: one line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Word {
    /// The word itself, and its length; nothing when it is a long one.
    key: [u8; SHORT],
    votes: Languages,
    list: List,
    script: Script,
    telling: bool,
    /// The place in [`Vocabulary::tongues`] for which `list` holds.
    tongue: u8,
}

/// No list yet.
const NO_TONGUE: u8 = u8::MAX;

/// A word to be looked up.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    hash: u64,
    slot: u64,
}

/// A stretch of [`Vocabulary::pool`]: the rule words that a text word leads to.
#[derive(Debug, Clone, Copy)]
pub struct List {
    start: u32,
    pub len: u16,
    roles: u16,
}

impl List {
    const EMPTY: Self = Self { start: 0, len: 0, roles: 0 };

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + usize::from(self.len)
    }

    /// Whether any of its words begins a phrase.
    pub fn begins(self) -> bool {
        u32::from(self.roles) << 16 & BEGINS != 0
    }

    /// Whether any of its words follows in a phrase.
    pub fn follows(self) -> bool {
        u32::from(self.roles) << 16 & FOLLOWS != 0
    }
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            slots: vec![0; 1 << 10],
            words: Vec::new(),
            long: HashMap::new(),
            long_raws: Vec::new(),
            tongues: Vec::new(),
            others: HashMap::new(),
            pool: Vec::new(),
            // Nobody outside can tell which words share a slot.
            seed: DefaultHashBuilder::default().hash_one(0),
        }
    }
}

impl Vocabulary {
    /// Bounds the memory; between articles only.
    pub fn begin(&mut self) {
        if self.words.len() > MOST_WORDS || self.pool.len() > MOST_FINDS {
            *self = Self::default();
        }
    }

    /// The first round of looking a word up: its hash, and what lies in its slot.
    pub fn ask(&self, raw: &str) -> Query {
        let hash = xxh3_64_with_seed(raw.as_bytes(), self.seed);
        Query { hash, slot: self.slots[place(hash, self.slots.len())] }
    }

    /// The second round: the word as it stands in a text.
    pub fn know(&mut self, raw: &str, query: Query) -> Known {
        let Some(key) = key(raw) else { return self.know_long(raw) };
        let tag = query.hash >> 32;
        let is_word = |slot: u64| slot >> 32 == tag && self.words[at_place(slot) as usize].key == key;
        if query.slot != 0 && is_word(query.slot) {
            return at_place(query.slot);
        }
        let (mut at, mask) = (place(query.hash, self.slots.len()), self.slots.len() - 1);
        while self.slots[at] != 0 {
            if is_word(self.slots[at]) {
                return at_place(self.slots[at]);
            }
            at = (at + 1) & mask;
        }
        let known = self.learn(raw, key);
        self.slots[at] = tag << 32 | u64::from(known + 1);
        if self.words.len() * 2 > self.slots.len() {
            self.grow();
        }
        known
    }

    fn know_long(&mut self, raw: &str) -> Known {
        if let Some(known) = self.long.get(raw) {
            return *known;
        }
        let known = self.learn(raw, [0; SHORT]);
        self.long.insert(raw.into(), known);
        self.long_raws.push((known, raw.into()));
        known
    }

    fn learn(&mut self, raw: &str, key: [u8; SHORT]) -> Known {
        let known = u32::try_from(self.words.len()).unwrap_or(GLYPH);
        let script = Script::of(raw);
        let asked = raw.len() <= LONGEST_VOTER && script.is_contested();
        let votes = if asked { Votes::of(&fold_word(raw), &lower(raw, false)) } else { Votes::default() };
        let Votes { languages, telling } = votes;
        self.words.push(Word {
            key,
            votes: languages,
            list: List::EMPTY,
            script,
            telling,
            tongue: NO_TONGUE,
        });
        known
    }

    fn grow(&mut self) {
        let mut slots = vec![0; self.slots.len() * 4];
        let mask = slots.len() - 1;
        for slot in self.slots.iter().filter(|slot| **slot != 0) {
            let raw = raw_of(&self.words[at_place(*slot) as usize].key);
            let mut at = place(xxh3_64_with_seed(raw.as_bytes(), self.seed), slots.len());
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = *slot;
        }
        self.slots = slots;
    }

    /// What a word says of its text's language.
    pub fn votes(&self, known: Known) -> (Script, Votes) {
        self.words.get(known as usize).map_or((Script::Other, Votes::default()), |word| {
            (word.script, Votes { languages: word.votes, telling: word.telling })
        })
    }

    fn raw(&self, known: Known) -> &str {
        let short = self.words.get(known as usize).map_or("", |word| raw_of(&word.key));
        if !short.is_empty() {
            return short;
        }
        let long = self.long_raws.binary_search_by_key(&known, |(known, _)| *known);
        long.map_or("", |at| &self.long_raws[at].1)
    }

    /// The rule words that a word leads to in a text of those languages.
    pub fn list(&mut self, index: &Index, known: Known, tongue: &Tongue) -> List {
        let Some(word) = self.words.get(known as usize) else { return List::EMPTY };
        let languages = tongue.languages(word.script);
        let (first, list) = (word.tongue, word.list);
        if self.tongues.get(usize::from(first)) == Some(&languages) {
            return list;
        }
        let number = self.number_of(languages);
        if let Some(list) = self.others.get(&(known, number)) {
            return *list;
        }
        let list = self.resolve(index, known, languages);
        if first == NO_TONGUE {
            let word = &mut self.words[known as usize];
            (word.tongue, word.list) = (number, list);
        } else if number != NO_TONGUE {
            self.others.insert((known, number), list);
        }
        list
    }

    /// The place of a set of languages. There are fewer sets than languages, but for hostile texts.
    fn number_of(&mut self, languages: Languages) -> u8 {
        let known = self.tongues.iter().position(|known| *known == languages);
        let place = known.unwrap_or(self.tongues.len());
        if known.is_none() && place < usize::from(NO_TONGUE) {
            self.tongues.push(languages);
        }
        u8::try_from(place).unwrap_or(NO_TONGUE)
    }

    fn resolve(&mut self, index: &Index, known: Known, languages: Languages) -> List {
        let start = self.pool.len();
        let mut pool = std::mem::take(&mut self.pool);
        index.resolve(self.raw(known), languages, &mut pool);
        self.pool = pool;
        let words = &self.pool[start..];
        let roles = words.iter().fold(0, |roles, word| roles | word) & (BEGINS | FOLLOWS);
        List {
            start: u32::try_from(start).unwrap_or(0),
            len: u16::try_from(words.len()).unwrap_or(u16::MAX),
            roles: u16::try_from(roles >> 16).unwrap_or(0),
        }
    }

    /// Where the second part of `l'Arménie` begins.
    pub fn latter_part(&self, known: Known) -> u32 {
        let part = apostrophe_part(self.raw(known), None);
        part.and_then(|part| u32::try_from(part.start).ok()).unwrap_or(0)
    }
}

/// Where the search for a hash begins; `slots` is a power of two.
fn place(hash: u64, slots: usize) -> usize {
    usize::try_from(hash & (slots as u64 - 1)).unwrap_or(0)
}

/// The place of the word in a taken slot.
fn at_place(slot: u64) -> Known {
    u32::try_from(slot & u64::from(u32::MAX)).unwrap_or(0).wrapping_sub(1)
}

fn key(raw: &str) -> Option<[u8; SHORT]> {
    let bytes = raw.as_bytes();
    let mut key = [0; SHORT];
    key[..SHORT - 1].get_mut(..bytes.len())?.copy_from_slice(bytes);
    key[SHORT - 1] = u8::try_from(bytes.len()).unwrap_or(0);
    Some(key)
}

fn raw_of(key: &[u8; SHORT]) -> &str {
    let bytes = key.get(..usize::from(key[SHORT - 1])).unwrap_or_default();
    std::str::from_utf8(bytes).unwrap_or_default()
}
