//! One article held against the index: which terms stand where.

use std::borrow::Cow;

use super::Field;
use super::index::{BEGINS, FOLLOWS, Index, LATTER_PART, TermId, WORD, WordId};
use super::marks::Marks;
use super::spot::{Found, Spot};
use super::vocabulary::{GLYPH, Known, List, Query, Vocabulary};
use crate::news::entry::Article;
use crate::news::words::language::Language;
use crate::news::words::tongue::{Poll, Tongue};
use crate::news::words::{Scan, fold_places};

/// What is asked of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Want {
    /// Which terms stand in it.
    #[default]
    Presence,
    /// Also where, and how often.
    Places,
}

/// The memory in which an article is read; kept from one article to the next, for the same rules.
#[derive(Debug, Default)]
pub struct Reading {
    want: Want,
    words: Vocabulary,
    queries: Vec<Query>,
    fields: Vec<FieldWords>,
    poll: Poll,
    standing: Marks,
    /// For each term that stands in the article, when places are wanted.
    found: Vec<Found>,
    /// Terms that stand in the article, in the order of their finding.
    pub present: Vec<TermId>,
    /// Every place of the terms that NEAR asks for.
    pub spots: Vec<Spot>,
    pub language: Option<&'static str>,
    /// Regular expressions that have run.
    tried: Vec<TermId>,
}

/// A field and its words.
#[derive(Debug)]
struct FieldWords {
    field: Field,
    scan: Scan,
    /// For each token its entry in the vocabulary.
    tokens: Vec<Known>,
    /// For each join likewise.
    joins: Vec<Known>,
    /// Found rule words, for each token and each join.
    lists: Vec<List>,
    join_lists: Vec<List>,
}

/// A field as the article has it.
#[must_use]
pub fn field_text<'a>(article: &'a Article, field: Field, language: Option<&'static str>) -> Cow<'a, str> {
    match field {
        Field::Title => Cow::Borrowed(&article.title),
        Field::Text => Cow::Borrowed(&article.text),
        Field::Author => Cow::Borrowed(article.author.as_deref().unwrap_or_default()),
        Field::Category => match article.categories.as_slice() {
            [one] => Cow::Borrowed(one),
            many => Cow::Owned(many.join(", ")),
        },
        Field::Url => Cow::Borrowed(article.url.as_deref().unwrap_or_default()),
        Field::Feed => Cow::Borrowed(article.feed.as_deref().unwrap_or_default()),
        Field::Language => Cow::Borrowed(article.lang.as_deref().or(language).unwrap_or_default()),
    }
}

impl Reading {
    /// Reads an article; afterwards [`Reading::stands`] knows its terms, and [`Reading::find`] their
    /// places when they are wanted.
    pub fn read(&mut self, index: &Index, article: &Article, want: Want) {
        self.want = want;
        self.begin(index);
        self.poll.clear();
        for field in Field::ALL {
            let always = matches!(field, Field::Title | Field::Text);
            if always || index.reads(field) && field != Field::Language {
                self.scan(field, &field_text(article, field, None));
            }
        }
        let sample = if article.text.len() > 40 { &article.text } else { &article.title };
        let tongue = Tongue::decide(article.lang.as_deref(), &self.poll, sample);
        self.language = tongue.main.map(Language::code);
        if index.reads(Field::Language) {
            self.scan(Field::Language, &field_text(article, Field::Language, self.language));
        }
        let mut fields = std::mem::take(&mut self.fields);
        for words in fields.iter_mut().filter(|words| index.reads(words.field)) {
            self.resolve(index, words, &tongue);
            self.mark_words(index, words);
            let text = field_text(article, words.field, self.language);
            self.mark_literals(index, words, &text);
        }
        self.fields = fields;
    }

    fn begin(&mut self, index: &Index) {
        self.standing.begin(index.terms.len());
        if self.want == Want::Places {
            self.found.resize(index.terms.len(), Found::default());
        }
        self.present.clear();
        self.spots.clear();
        self.tried.clear();
        self.words.begin();
        for words in &mut self.fields {
            words.tokens.clear();
            words.joins.clear();
            words.scan.tokens.clear();
            words.scan.joins.clear();
        }
    }

    /// Whether a term stands in the article.
    #[must_use]
    pub fn stands(&self, term: TermId) -> bool {
        self.standing.contains(term)
    }

    /// Where a term stands in the article, when places are wanted.
    #[must_use]
    pub fn find(&self, term: TermId) -> Option<&Found> {
        self.found.get(term as usize).filter(|_| self.want == Want::Places && self.stands(term))
    }

    /// Whether a regular expression has not run on this article; from now on it has.
    pub fn asks_first(&mut self, term: TermId) -> bool {
        let first = !self.tried.contains(&term);
        if first {
            self.tried.push(term);
        }
        first
    }

    /// The places of a term that NEAR asks for.
    pub fn spots_of(&self, term: TermId) -> impl Iterator<Item = Spot> {
        self.spots.iter().copied().filter(move |spot| spot.term == term)
    }

    /// Notes that a term stands somewhere. Finds must come field by field, in order of their ends.
    pub fn mark(&mut self, index: &Index, spot: Spot) {
        if !index.looks_into(spot.term, spot.field) {
            return;
        }
        let first = self.standing.insert(spot.term);
        if first {
            self.present.push(spot.term);
        }
        if self.want == Want::Places {
            let found = &mut self.found[spot.term as usize];
            if first {
                *found = Found::new(spot);
            } else {
                found.again(spot);
            }
        }
        // cease-fire is found as two words and as one: it stands there once, but NEAR may count from
        // either end.
        if index.keeps_places(spot.term) {
            self.spots.push(spot);
        }
    }

    fn scan(&mut self, field: Field, text: &str) {
        let place = self.fields.iter().position(|words| words.field == field).unwrap_or_else(|| {
            self.fields.push(FieldWords::new(field));
            self.fields.len() - 1
        });
        let words = &mut self.fields[place];
        let counted = matches!(field, Field::Title | Field::Text);
        if counted {
            words.scan.read_prose(text);
        } else {
            words.scan.read(text);
        }
        self.queries.clear();
        self.queries.extend(words.scan.tokens.iter().map(|token| self.words.ask(token.of(text))));
        for (token, query) in words.scan.tokens.iter().zip(&self.queries) {
            if token.glyph {
                words.tokens.push(GLYPH);
                continue;
            }
            let known = self.words.know(token.of(text), *query);
            if counted {
                let (script, votes) = self.words.votes(known);
                self.poll.count(script, votes);
            }
            words.tokens.push(known);
        }
        for join in &words.scan.joins {
            let raw = join.spell(text, &words.scan.tokens);
            let query = self.words.ask(&raw);
            words.joins.push(self.words.know(&raw, query));
        }
    }

    fn resolve(&mut self, index: &Index, words: &mut FieldWords, tongue: &Tongue) {
        words.lists.clear();
        words.join_lists.clear();
        for known in &words.tokens {
            words.lists.push(self.words.list(index, *known, tongue));
        }
        for known in &words.joins {
            words.join_lists.push(self.words.list(index, *known, tongue));
        }
    }

    fn mark_words(&mut self, index: &Index, words: &FieldWords) {
        let mut joins = words.scan.joins.iter().zip(&words.join_lists).enumerate().peekable();
        for place in 0..words.lists.len() {
            let list = words.lists[place];
            if list.len > 0 {
                self.mark_list(index, words, list, (place, place));
            }
            if list.follows() && place > 0 {
                self.mark_pairs(index, words, place - 1, words.lists[place - 1], (place, list));
                if let Some(join) = words.join_ending(place - 1) {
                    let first = words.scan.joins[join].first as usize;
                    self.mark_pairs(index, words, first, words.join_lists[join], (place, list));
                }
            }
            if let Some((_, (join, list))) = joins.next_if(|(_, (join, _))| join.last as usize == place) {
                let (from, to) = (join.first as usize, join.last as usize);
                self.mark_list(index, words, *list, (from, to));
                if let Some(before) = from.checked_sub(1).filter(|_| list.follows()) {
                    self.mark_pairs(index, words, before, words.lists[before], (to, *list));
                    if let Some(other) = words.join_ending(before) {
                        let start = words.scan.joins[other].first as usize;
                        self.mark_pairs(index, words, start, words.join_lists[other], (to, *list));
                    }
                }
            }
        }
    }

    fn mark_list(&mut self, index: &Index, words: &FieldWords, list: List, (from, to): (usize, usize)) {
        for at in list.range() {
            let word = self.words.pool[at];
            for term in index.terms_of(word) {
                let mut spot = words.spot(term, from, to);
                if word & LATTER_PART != 0 {
                    spot.start += self.words.latter_part(words.tokens[from]);
                }
                self.mark(index, spot);
            }
        }
    }

    /// Phrases whose first word is in `first`, which begins at `from`, and whose second is in `second`,
    /// which ends at the given place.
    fn mark_pairs(
        &mut self,
        index: &Index,
        words: &FieldWords,
        from: usize,
        first: List,
        (end, second): (usize, List),
    ) {
        if !first.begins() {
            return;
        }
        for at in first.range() {
            let one = self.words.pool[at];
            if one & BEGINS != 0 {
                self.mark_phrases(index, words, (from, one), (end, second));
            }
        }
    }

    fn mark_phrases(
        &mut self,
        index: &Index,
        words: &FieldWords,
        (from, one): (usize, u32),
        (end, second): (usize, List),
    ) {
        for at in second.range() {
            let other = self.words.pool[at];
            if other & FOLLOWS == 0 {
                continue;
            }
            for phrase in index.phrases_of(one, other) {
                if let Some(to) = self.goes_on(words, &phrase.rest, end + 1) {
                    self.mark(index, words.spot(phrase.term, from, to));
                }
            }
        }
    }

    /// Where a phrase ends whose remaining words should begin at `place`.
    fn goes_on(&self, words: &FieldWords, rest: &[WordId], place: usize) -> Option<usize> {
        let Some((word, rest)) = rest.split_first() else { return Some(place - 1) };
        let has = |list: List| list.range().any(|at| self.words.pool[at] & WORD == *word);
        if words.lists.get(place).is_some_and(|list| has(*list))
            && let Some(end) = self.goes_on(words, rest, place + 1)
        {
            return Some(end);
        }
        let join = words.join_starting(place).filter(|join| has(words.join_lists[*join]))?;
        self.goes_on(words, rest, words.scan.joins[join].last as usize + 1)
    }

    fn mark_literals(&mut self, index: &Index, words: &FieldWords, text: &str) {
        let Some(automaton) = &index.automaton else { return };
        let folded = fold_places(text);
        for find in automaton.find_overlapping_iter(&folded.text) {
            let literal = &index.literals[find.pattern().as_usize()];
            if !literal.stands_alone(&folded.text, find.start(), find.end()) {
                continue;
            }
            let (start, end) = (folded.source(find.start()), folded.source(find.end()));
            let end = start + text[start..end].trim_end().len();
            for term in &literal.terms {
                self.mark(index, words.spot_of_bytes(*term, start, end));
            }
        }
    }
}

impl FieldWords {
    fn new(field: Field) -> Self {
        Self {
            field,
            scan: Scan::default(),
            tokens: Vec::new(),
            joins: Vec::new(),
            lists: Vec::new(),
            join_lists: Vec::new(),
        }
    }

    fn join_ending(&self, place: usize) -> Option<usize> {
        self.scan.joins.binary_search_by_key(&place, |join| join.last as usize).ok()
    }

    fn join_starting(&self, place: usize) -> Option<usize> {
        self.scan.joins.binary_search_by_key(&place, |join| join.first as usize).ok()
    }

    fn spot(&self, term: TermId, from: usize, to: usize) -> Spot {
        Spot {
            term,
            field: self.field,
            from: u32::try_from(from).unwrap_or(u32::MAX),
            to: u32::try_from(to).unwrap_or(u32::MAX),
            start: self.scan.tokens[from].start,
            end: self.scan.tokens[to].end,
        }
    }

    fn spot_of_bytes(&self, term: TermId, start: usize, end: usize) -> Spot {
        let place = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let from = self.scan.tokens.partition_point(|token| token.end as usize <= start);
        let to = self.scan.tokens.partition_point(|token| (token.start as usize) < end);
        Spot {
            term,
            field: self.field,
            from: place(from),
            to: place(to.saturating_sub(1).max(from)),
            start: place(start),
            end: place(end),
        }
    }
}
