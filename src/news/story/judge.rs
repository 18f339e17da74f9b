//! One candidate, weighed: how likely the new article is a copy of it, and in what words.

use std::fmt::Write as _;

use crate::news::fingerprint::{Fingerprint, Kind};

use super::across::{self, Translation};
use super::align;
use super::features::{self, Pair, Side};
use super::{COPY, Edit, Known, POSSIBLE, model};

/// Words of text without which nothing is said of an article.
const ENOUGH: u32 = 12;
/// What a title alone can reach, however alike.
const TITLE_ALONE: f32 = 0.3;
/// Two links to one page with the same title, unless a number moved.
const SAME_PAGE: f32 = 0.95;
/// How alike two texts at one address have to be, at least.
const PARTLY: f32 = 0.2;
/// What a text can reach whose numbers have moved while its words are the same: it is an update.
const UPDATED: f32 = 0.4;
/// From that share of shared tokens on, in percent, the words of two texts are the same.
const SAME_WORDS: usize = 95;
/// So many words, and a quarter of a text, that the other has nothing of make it another one: of the
/// new article, and of the known one.
const ELSE: (usize, usize) = (70, 30);

/// So many words, and a quarter of the text, that came to an edited article are news.
const ADDED: usize = 40;

/// What was found by laying a known article beside the new one.
pub struct Judgement<'a> {
    pub known: &'a Known,
    /// Probability of being a copy of it, 0–1.
    pub score: f32,
    pub same_body: bool,
    /// The text is the same, its numbers are not.
    pub moved_on: bool,
    /// Probability that the texts are one, whatever their titles and numbers say.
    text: f32,
    /// Of the new article.
    words: u32,
    pub pair: Pair,
    /// When it is known by names and numbers, across languages.
    translated: Option<Translation>,
    same_page: bool,
    /// What stands first in both and differs.
    moved: Option<Moved>,
}

enum Moved {
    Number { from: String, to: String },
    Day,
}

impl<'a> Judgement<'a> {
    pub fn of(print: &Fingerprint, ours: &Side, known: &'a Known, theirs: &Side) -> Self {
        let same_body = print.body != 0 && print.body == known.print.body;
        let pair = features::measure(ours, theirs);
        let differ = !pair.comparison.other_facts.is_empty();
        let same_page = print.address != 0 && print.address == known.print.address;
        let short = print.words.min(known.print.words) < ENOUGH;
        let ceiling = if short && !same_page { TITLE_ALONE } else { 1.0 };
        let mut score = model::probability(&pair.figures).min(ceiling);
        let moved = moved(&pair, (print, ours), (&known.print, theirs));
        // Where numbers stand so close that none can be held against another, they are still not the same.
        let number_moved = matches!(moved, Some(Moved::Number { .. }))
            || pair.comparison.strange_numbers > 0 && no_number_stays(&pair);
        // However foreign what stands around the same words, it is no translation of them.
        let is_foreign = !(number_moved && is_mostly_shared(&pair));
        let translated = across::compare(print, &known.print)
            .filter(|it| is_foreign && it.probability.min(ceiling) > score);
        if let Some(translation) = &translated {
            score = translation.probability.min(ceiling);
        }
        // "Live updates" has one address all day and tells another story every hour.
        if same_page && !differ && pair.same_title() && (short || score >= PARTLY) {
            score = score.max(SAME_PAGE);
        }
        if number_moved && (is_word_for_word(&pair) || no_number_stays(&pair)) {
            score = score.min(UPDATED);
        }
        if same_body {
            score = 1.0;
        }
        let text = model::probability_of_text(&pair.figures);
        let moved_on = score < COPY && (differ || number_moved) && text >= COPY;
        Self {
            known,
            score,
            same_body,
            moved_on,
            text,
            words: print.words,
            pair,
            translated,
            same_page,
            moved,
        }
    }

    /// Whether it is known by names and numbers, across languages.
    pub fn is_translated(&self) -> bool {
        self.translated.is_some()
    }

    /// Whether each of both texts has a long stretch of its own: they share a part, neither is the
    /// other's copy.
    pub fn is_patchwork(&self) -> bool {
        let ((ours, theirs), (len, their_len)) = (self.pair.gaps, self.pair.lengths);
        let exact = self.same_body || self.same_page || self.translated.is_some();
        !exact && ours >= ELSE.0 && 4 * ours >= len && theirs >= ELSE.1 && 4 * theirs >= their_len
    }

    /// What an article says anew, when the known one is what it was before it was edited. A word put right is
    /// nothing; nor is another headline above the same text.
    pub fn edit(&self) -> Option<Edit> {
        let (added, length) = (self.pair.gaps.0, self.pair.lengths.0);
        let is_long = self.words >= ENOUGH;
        match self.moved {
            _ if self.same_body => None,
            Some(Moved::Number { .. }) if is_long && self.text >= POSSIBLE => {
                Some(Edit::Moved(self.change().unwrap_or_default()))
            }
            _ if is_long && self.text < POSSIBLE && !self.pair.same_title() => Some(Edit::Replaced),
            _ if added >= ADDED && 4 * added >= length => Some(Edit::Grown),
            _ => None,
        }
    }

    /// Which places of the new article this one covers.
    pub fn marks(&self) -> Vec<bool> {
        let mut marks = vec![false; self.pair.lengths.0];
        for passage in &self.pair.passages {
            if let (Some(first), Some(last)) = (passage.first(), passage.last()) {
                marks[usize::from(first.0)..=usize::from(last.0)].fill(true);
            }
        }
        marks
    }

    /// The first number that moved.
    pub fn change(&self) -> Option<String> {
        match &self.moved {
            Some(Moved::Number { from, to }) => Some(format!("{from} → {to}")),
            Some(Moved::Day) | None => None,
        }
    }

    /// One sentence a person can read.
    pub fn why(&self) -> String {
        if self.same_body {
            return "the same text, word for word".to_owned();
        }
        if let Some(translation) = &self.translated {
            return translation.why();
        }
        let share = (100 * self.pair.covered.0).checked_div(self.pair.lengths.0).unwrap_or(0);
        let longest = self.pair.passages.iter().map(Vec::len).max().unwrap_or(0);
        let mut why = String::from(if self.same_page { "the same page; " } else { "" });
        let _ = write!(why, "{share} % of it stands there too, longest passage {longest} words");
        let more = self.pair.comparison.other_facts.len().saturating_sub(1);
        match &self.moved {
            Some(Moved::Number { from, to }) => {
                let _ = write!(why, "; numbers differ: {from} → {to}");
            }
            Some(Moved::Day) => why.push_str("; days differ"),
            None if self.pair.comparison.same_numbers > 0 => {
                let _ = write!(why, "; numbers that agree: {}", self.pair.comparison.same_numbers);
            }
            None => {}
        }
        if more > 0 {
            let _ = write!(why, " and {more} more");
        }
        why
    }
}

/// From the first passage to the last hardly a word of either text is not in the other: who changed a number
/// there meant the number. In a text that was rewritten or translated another number may be a slip, or the
/// same one told otherwise.
fn is_word_for_word(pair: &Pair) -> bool {
    let spans = align::spans(&pair.passages);
    let shorter = pair.lengths.0.min(pair.lengths.1);
    let (ours, theirs) = pair.covered;
    100 * ours >= SAME_WORDS * spans.0.len()
        && 100 * theirs >= SAME_WORDS * spans.1.len()
        && 2 * ours.min(theirs) >= shorter
}

/// Of the numbers that both texts tell in the same words not one is the same. In a rewritten text one may be a slip.
fn no_number_stays(pair: &Pair) -> bool {
    pair.comparison.same_numbers == 0 && is_mostly_shared(pair)
}

/// Most words of either text stand in the other.
fn is_mostly_shared(pair: &Pair) -> bool {
    2 * pair.covered.0 >= pair.lengths.0 || 2 * pair.covered.1 >= pair.lengths.1
}

/// The first number that moved, else whether a day did.
fn moved(pair: &Pair, ours: (&Fingerprint, &Side), theirs: (&Fingerprint, &Side)) -> Option<Moved> {
    let facts = &pair.comparison.other_facts;
    let number = facts.iter().find_map(|(i, j)| {
        let to = number_at(ours, usize::from(*i))?;
        let from = number_at(theirs, usize::from(*j))?;
        Some(Moved::Number { from, to })
    });
    number.or(if facts.is_empty() { None } else { Some(Moved::Day) })
}

/// The value of the number at a compared place; `None` for days.
fn number_at((print, side): (&Fingerprint, &Side), at: usize) -> Option<String> {
    let place = usize::from(*side.places.get(at)?);
    print.tokens.get(place).filter(|token| token.kind() == Kind::Number)?;
    let before = print.tokens.iter().take(place).filter(|token| token.kind() == Kind::Number).count();
    print.numbers.get(before).map(ToString::to_string)
}
