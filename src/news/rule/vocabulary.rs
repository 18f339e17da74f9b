//! Words seen before, and what they lead to: most words of an article stood in the one before.

use hashbrown::HashMap;

use super::index::{BEGINS, FOLLOWS, Index};
use crate::news::words::inflect::apostrophe_part;
use crate::news::words::language::{Languages, Script, Tongue, Votes};
use crate::news::words::{fold_word, lower};

/// Words remembered between articles; beyond, the memory starts anew.
const MOST_WORDS: usize = 1 << 18;

/// Bytes of a word that stand in the table itself; one is the length.
const SHORT: usize = 32;

/// Longer words say nothing of a text's language.
const LONGEST_VOTER: usize = 40;

/// The memory of words and of what they lead to.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Most words fit into the key, which saves a jump through memory each.
    short: HashMap<[u8; SHORT], Known>,
    long: HashMap<Box<str>, Known>,
    raws: Vec<Box<str>>,
    /// For each set of languages the list of each word.
    lists: Vec<(Languages, Vec<List>)>,
    pub pool: Vec<u32>,
}

/// What is known of a word whatever the language.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    id: u32,
    pub script: Script,
    pub votes: Votes,
}

impl Known {
    /// A character that is no word, and leads to none.
    pub const GLYPH: Self = Self {
        id: u32::MAX,
        script: Script::Other,
        votes: Votes { languages: Languages::NONE, telling: false },
    };
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
    const UNKNOWN: Self = Self { start: u32::MAX, len: 0, roles: 0 };

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

impl Vocabulary {
    /// Bounds the memory; between articles only.
    pub fn begin(&mut self) {
        if self.raws.len() > MOST_WORDS {
            *self = Self::default();
        }
    }

    /// A word as it stands in a text.
    pub fn know(&mut self, raw: &str) -> Known {
        let bytes = raw.as_bytes();
        if bytes.len() >= SHORT {
            if let Some(known) = self.long.get(raw) {
                return *known;
            }
            let known = self.learn(raw);
            self.long.insert(raw.into(), known);
            return known;
        }
        let mut key = [0; SHORT];
        key[..bytes.len()].copy_from_slice(bytes);
        key[SHORT - 1] = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
        if let Some(known) = self.short.get(&key) {
            return *known;
        }
        let known = self.learn(raw);
        self.short.insert(key, known);
        known
    }

    fn learn(&mut self, raw: &str) -> Known {
        let id = u32::try_from(self.raws.len()).unwrap_or(u32::MAX);
        self.raws.push(raw.into());
        let script = Script::of(raw);
        let asked = raw.len() <= LONGEST_VOTER && script.is_contested();
        let votes = if asked { Votes::of(&fold_word(raw), &lower(raw, false)) } else { Votes::default() };
        Known { id, script, votes }
    }

    /// The rule words that a word leads to in a text of those languages.
    pub fn list(&mut self, index: &Index, known: Known, tongue: &Tongue) -> List {
        let Some(raw) = self.raws.get(known.id as usize) else { return List::EMPTY };
        let languages = tongue.languages(known.script);
        let place = self.lists.iter().position(|(known, _)| *known == languages).unwrap_or_else(|| {
            self.lists.push((languages, Vec::new()));
            self.lists.len() - 1
        });
        let lists = &mut self.lists[place].1;
        match lists.get(known.id as usize) {
            Some(list) if list.start != u32::MAX => return *list,
            Some(_) => {}
            None => lists.resize(known.id as usize + 1, List::UNKNOWN),
        }
        let start = self.pool.len();
        index.resolve(raw, languages, &mut self.pool);
        let words = &self.pool[start..];
        let roles = words.iter().fold(0, |roles, word| roles | word) & (BEGINS | FOLLOWS);
        let list = List {
            start: u32::try_from(start).unwrap_or(0),
            len: u16::try_from(words.len()).unwrap_or(u16::MAX),
            roles: u16::try_from(roles >> 16).unwrap_or(0),
        };
        lists[known.id as usize] = list;
        list
    }

    /// Where the second part of `l'Arménie` begins.
    pub fn latter_part(&self, known: Known) -> u32 {
        let raw = self.raws.get(known.id as usize).map_or("", |raw| &**raw);
        let part = apostrophe_part(raw, None);
        part.and_then(|part| u32::try_from(part.start).ok()).unwrap_or(0)
    }
}
