//! All terms of all rules, found by one pass over the words of an article.
//!
//! A word of the text leads to the rule words of which it is a form; a rule word leads to the terms
//! that are this word, and two of them in a row to the phrases that begin so. The work depends on the
//! words that are found, not on the number of rules.

use std::hash::BuildHasher;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use hashbrown::{DefaultHashBuilder, HashMap, HashSet, HashTable};

use super::Field;
use super::ast::{Fields, Look, Sought, Term};
use crate::news::words::inflect::{self, Signal};
use crate::news::words::language::{COUNT, Language, Languages, Script};
use crate::news::words::{fold_word, is_glyph, is_word_char};

/// A term in the rules' order of mention.
pub type TermId = u32;
/// A word that some term looks for.
pub type WordId = u32;

/// Bits of a [`WordId`] in a list of found words.
pub const LATTER_PART: u32 = 1 << 31;
pub const BEGINS: u32 = 1 << 30;
pub const FOLLOWS: u32 = 1 << 29;
pub const WORD: u32 = FOLLOWS - 1;

const NONE: u32 = u32::MAX;

/// What the rules say of one term.
#[derive(Debug)]
pub struct TermInfo {
    pub source: Box<str>,
    pub fields: Fields,
    /// Place in [`Index::regexes`].
    pub regex: Option<u32>,
}

/// Bit of [`Index::bits`]: every occurrence is needed, for NEAR. The others are the fields.
const NEAR: u8 = 1 << 7;

/// A sequence of words; the first two lead to it.
#[derive(Debug)]
pub struct Phrase {
    /// The words after the first two.
    pub rest: Box<[WordId]>,
    pub term: TermId,
    next: u32,
}

/// A text to be found as it stands.
#[derive(Debug)]
pub struct Literal {
    pub folded: Box<str>,
    pub open: bool,
    pub terms: Vec<TermId>,
}

/// The terms and the ways to them.
#[derive(Debug, Default)]
pub struct Index {
    pub terms: Vec<TermInfo>,
    /// For each term its fields and [`NEAR`], close together: they are asked for at every find.
    bits: Vec<u8>,
    by_source: HashMap<Fields, HashTable<TermId>>,
    hasher: DefaultHashBuilder,
    words: Vec<Sought>,
    /// Next word with the same folded form.
    same_form: Vec<u32>,
    by_form: HashTable<WordId>,
    by_prefix: HashTable<WordId>,
    longest_prefix: usize,
    /// Beginnings of the plain words: no other word can be a form of one.
    beginnings: HashSet<u64>,
    stems: Stems,
    /// Terms of one word, by word; sorted when the index is [`Index::finish`]ed.
    uses: Vec<(WordId, TermId)>,
    uses_of: Vec<u32>,
    roles: Vec<u32>,
    pub phrases: Vec<Phrase>,
    pairs: HashMap<(WordId, WordId), u32>,
    pub literals: Vec<Literal>,
    literal_ids: HashMap<(Box<str>, bool), usize>,
    pub automaton: Option<AhoCorasick>,
    pub regexes: Vec<regex::Regex>,
    /// Names of `[terms]` by the terms that they stand for.
    groups: HashMap<Box<[TermId]>, Box<str>>,
    /// Fields in which some term looks.
    pub fields: Option<Fields>,
}

/// Stems of the plain words, each language when its first article comes: a set of rules in four
/// languages never pays for the other forty.
struct Stems([OnceLock<HashMap<Box<str>, Vec<WordId>>>; COUNT]);

impl Default for Stems {
    fn default() -> Self {
        Self(std::array::from_fn(|_| OnceLock::new()))
    }
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ready = Language::all().filter(|language| self.0[language.index()].get().is_some());
        out.debug_list().entries(ready.map(Language::code)).finish()
    }
}

impl Index {
    /// The term's number; a term that is known already keeps its own.
    pub fn term(&mut self, term: &Term, fields: Fields) -> TermId {
        let hash = self.hasher.hash_one(term.source.as_str());
        let known = self.by_source.entry(fields).or_default();
        if let Some(id) = known.find(hash, |id| *self.terms[*id as usize].source == *term.source) {
            return *id;
        }
        let id = number(self.terms.len());
        self.terms.push(TermInfo { source: term.source.as_str().into(), fields, regex: None });
        self.bits.push(fields.bits());
        let (terms, hasher) = (&self.terms, &self.hasher);
        known.insert_unique(hash, id, |id| hasher.hash_one(&*terms[*id as usize].source));
        self.fields = Some(self.fields.map_or(fields, |all| all.union(fields)));
        match &term.look {
            Look::Words(forms) => forms.iter().for_each(|form| self.sequence(form, id)),
            Look::Literal { folded, open } => self.literal(folded, *open, id),
            Look::Regex(regex) => {
                self.terms[id as usize].regex = Some(number(self.regexes.len()));
                self.regexes.push(regex.clone());
            }
        }
        id
    }

    fn sequence(&mut self, form: &[Sought], term: TermId) {
        let words: Vec<WordId> = form.iter().map(|word| self.word(word)).collect();
        match words.as_slice() {
            [] => {}
            [word] => self.uses.push((*word, term)),
            [first, second, rest @ ..] => {
                self.roles[*first as usize] |= BEGINS;
                self.roles[*second as usize] |= FOLLOWS;
                let id = number(self.phrases.len());
                let next = self.pairs.insert((*first, *second), id).unwrap_or(NONE);
                self.phrases.push(Phrase { rest: rest.into(), term, next });
            }
        }
    }

    fn word(&mut self, word: &Sought) -> WordId {
        let hash = self.hasher.hash_one(word.folded());
        let prefix = matches!(word, Sought::Prefix(_));
        let table = if prefix { &mut self.by_prefix } else { &mut self.by_form };
        let head = table.find(hash, |id| self.words[*id as usize].folded() == word.folded()).copied();
        let mut known = head;
        while let Some(id) = known {
            if self.words[id as usize] == *word {
                return id;
            }
            known = Some(self.same_form[id as usize]).filter(|next| *next != NONE);
        }
        let id = number(self.words.len());
        self.words.push(word.clone());
        self.roles.push(0);
        self.same_form.push(NONE);
        if let Some(head) = head {
            self.same_form[id as usize] = self.same_form[head as usize];
            self.same_form[head as usize] = id;
        } else {
            let (words, hasher) = (&self.words, &self.hasher);
            table.insert_unique(hash, id, |id| hasher.hash_one(words[*id as usize].folded()));
        }
        if let Sought::Plain(word) = word {
            let letters = if word.folded.chars().nth(4).is_some() { 3 } else { 2 };
            self.beginnings.insert(beginning(&word.folded, letters));
        }
        if prefix {
            self.longest_prefix = self.longest_prefix.max(word.folded().len());
        }
        id
    }

    fn literal(&mut self, folded: &str, open: bool, term: TermId) {
        let id = *self.literal_ids.entry((folded.into(), open)).or_insert_with(|| {
            self.literals.push(Literal { folded: folded.into(), open, terms: Vec::new() });
            self.literals.len() - 1
        });
        self.literals[id].terms.push(term);
    }

    /// Makes ready for reading, once every term is known.
    pub fn finish(&mut self) {
        self.uses.sort_unstable();
        self.uses.dedup();
        self.uses_of = vec![0; self.words.len() + 1];
        for (word, _) in &self.uses {
            self.uses_of[*word as usize + 1] += 1;
        }
        for word in 1..self.uses_of.len() {
            self.uses_of[word] += self.uses_of[word - 1];
        }
        if !self.literals.is_empty() {
            // Bounded by the sizes of the strings in the config; without it the rules do not start.
            self.automaton = AhoCorasick::new(self.literals.iter().map(|literal| &*literal.folded)).ok();
        }
        self.by_source = HashMap::new();
        self.literal_ids = HashMap::new();
    }

    /// Asks for every occurrence of a term.
    pub fn keep_places(&mut self, term: TermId) {
        self.bits[term as usize] |= NEAR;
    }

    /// Whether every occurrence of a term is asked for.
    #[must_use]
    pub fn keeps_places(&self, term: TermId) -> bool {
        self.bits[term as usize] & NEAR != 0
    }

    /// Whether a term looks into a field.
    #[must_use]
    pub fn looks_into(&self, term: TermId, field: Field) -> bool {
        Fields::of_bits(self.bits[term as usize]).contains(field)
    }

    /// Notes what a group stands for.
    pub fn name_group(&mut self, name: &str, terms: &[TermId]) {
        self.groups.insert(terms.into(), name.into());
    }

    /// The group that stands for exactly these terms.
    #[must_use]
    pub fn group_name(&self, terms: &[TermId]) -> Option<&str> {
        self.groups.get(terms).map(|name| &**name)
    }

    /// The terms that are this word.
    pub fn terms_of(&self, word: WordId) -> impl Iterator<Item = TermId> {
        let word = (word & WORD) as usize;
        let range = self.uses_of[word] as usize..self.uses_of[word + 1] as usize;
        self.uses[range].iter().map(|(_, term)| *term)
    }

    /// The phrases that begin with these two words.
    pub fn phrases_of(&self, first: WordId, second: WordId) -> impl Iterator<Item = &Phrase> {
        let mut next = self.pairs.get(&(first & WORD, second & WORD)).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let phrase = self.phrases.get(next as usize)?;
            next = phrase.next;
            Some(phrase)
        })
    }

    /// Every rule word of which a text word is a form, in the given languages.
    pub fn resolve(&self, raw: &str, languages: Languages, found: &mut Vec<u32>) {
        let begin = found.len();
        self.resolve_part(raw, languages, found);
        let language = languages.iter().next();
        if let Some(part) = inflect::apostrophe_part(raw, language) {
            let from = found.len();
            let latter = part.start > 0;
            self.resolve_part(&raw[part], languages, found);
            if latter {
                found[from..].iter_mut().for_each(|word| *word |= LATTER_PART);
            } else {
                // Peskov's is a form of Peskov, and =Peskov asks for no forms.
                self.drop_exact(from, found);
            }
        }
        found[begin..].sort_unstable_by_key(|word| (word & WORD, *word));
        let mut kept = begin;
        for at in begin..found.len() {
            if kept == begin || found[kept - 1] & WORD != found[at] & WORD {
                found[kept] = found[at];
                kept += 1;
            }
        }
        found.truncate(kept);
    }

    fn drop_exact(&self, from: usize, found: &mut Vec<u32>) {
        let parts = found.split_off(from);
        let forms = parts
            .into_iter()
            .filter(|word| !matches!(self.words.get((word & WORD) as usize), Some(Sought::Exact(_))));
        found.extend(forms);
    }

    fn resolve_part(&self, raw: &str, languages: Languages, found: &mut Vec<u32>) {
        let folded = fold_word(raw);
        self.with_form(&folded, |id, _| found.push(id | self.roles[id as usize]));
        self.prefixes(&folded, found);
        let like = [2, 3].iter().any(|letters| self.beginnings.contains(&beginning(&folded, *letters)));
        let like = like || inflect::is_irregular(&folded);
        for language in languages.iter().filter(|language| like || language.changes_beginnings()) {
            self.resolve_forms(raw, &folded, language, found);
        }
    }

    fn resolve_forms(&self, raw: &str, folded: &str, language: Language, found: &mut Vec<u32>) {
        let mut take = |base: &str, signal: Signal| {
            self.with_form(base, |id, word| {
                if matches!(word, Sought::Plain(word) if word.takes(raw, folded, language, signal)) {
                    found.push(id | self.roles[id as usize]);
                }
            });
        };
        inflect::bases(folded, language, &mut take);
        let Some(stem) = inflect::stem(raw, language) else { return };
        let signal = Signal::Stem { length: stem.chars().count() };
        take(&stem, signal);
        for id in self.stems(language).get(stem.as_str()).into_iter().flatten() {
            let word = &self.words[*id as usize];
            if matches!(word, Sought::Plain(word) if word.takes(raw, folded, language, signal)) {
                found.push(id | self.roles[*id as usize]);
            }
        }
    }

    fn with_form(&self, folded: &str, mut each: impl FnMut(WordId, &Sought)) {
        let hash = self.hasher.hash_one(folded);
        let found = self.by_form.find(hash, |id| self.words[*id as usize].folded() == folded);
        let mut next = found.copied().unwrap_or(NONE);
        while let Some(word) = self.words.get(next as usize) {
            each(next, word);
            next = self.same_form[next as usize];
        }
    }

    fn prefixes(&self, folded: &str, found: &mut Vec<u32>) {
        if self.by_prefix.is_empty() {
            return;
        }
        for (at, c) in folded.char_indices() {
            let end = at + c.len_utf8();
            if end > self.longest_prefix {
                return;
            }
            let prefix = &folded[..end];
            let hash = self.hasher.hash_one(prefix);
            if let Some(id) = self.by_prefix.find(hash, |id| self.words[*id as usize].folded() == prefix) {
                found.push(id | self.roles[*id as usize]);
            }
        }
    }

    fn stems(&self, language: Language) -> &HashMap<Box<str>, Vec<WordId>> {
        self.stems.0[language.index()].get_or_init(|| {
            let mut stems: HashMap<Box<str>, Vec<WordId>> = HashMap::new();
            for (id, word) in self.words.iter().enumerate() {
                let Sought::Plain(word) = word else { continue };
                if !language.writes(Script::of(&word.folded)) {
                    continue;
                }
                if let Some(stem) = inflect::stem(word.written(), language) {
                    stems.entry(stem.into()).or_default().push(number(id));
                }
            }
            stems
        })
    }
}

impl Literal {
    /// Whether a find in a folded text stands on its own, not inside a longer word.
    #[must_use]
    pub fn stands_alone(&self, text: &str, start: usize, end: usize) -> bool {
        let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
        let (first, last) = (self.folded.chars().next(), self.folded.chars().next_back());
        let starts = !grows(before, first);
        let ends = self.open || !grows(after, last);
        // C+ does not stand in C++.
        let doubled = !self.open && matches!(last, Some('+' | '#')) && after == last;
        starts && ends && !doubled
    }
}

/// Whether a neighbour makes a longer word of a literal with that edge: U.S. is no part of U.S.A., but
/// C++ is of C++11.
fn grows(neighbour: Option<char>, edge: Option<char>) -> bool {
    let (Some(neighbour), Some(edge)) = (neighbour, edge) else { return false };
    let letters = if is_word_char(edge) { is_word_char(neighbour) } else { neighbour.is_alphabetic() };
    letters && !is_glyph(neighbour) && !is_glyph(edge)
}

/// The first letters of a word as a number.
fn beginning(word: &str, letters: usize) -> u64 {
    word.chars().take(letters).fold(letters as u64, |packed, c| packed << 21 | u64::from(c))
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(NONE)
}

/// Whether a rule looks into a field at all.
impl Index {
    #[must_use]
    pub fn reads(&self, field: Field) -> bool {
        self.fields.is_some_and(|fields| fields.contains(field))
    }
}
