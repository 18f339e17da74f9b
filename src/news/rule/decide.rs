//! Which rules hold for an article that has been read, and by what.

use super::Field;
use super::index::{Index, TermId};
use super::reading::{Reading, field_text};
use super::spot::Spot;
use crate::news::entry::Article;

/// A rule's condition, made of terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// This stands in the article.
    One(TermId),
    /// Any of these does.
    Any(Box<[TermId]>),
    Near {
        distance: u32,
        left: Box<Test>,
        right: Box<Test>,
    },
    All(Box<[Test]>),
    Or(Box<[Test]>),
    Not(Box<Test>),
    /// The rule asks for nothing.
    Always,
}

/// An article at the moment of deciding.
#[derive(Debug)]
pub struct Court<'a> {
    pub index: &'a Index,
    pub reading: &'a mut Reading,
    pub article: &'a Article,
}

/// A stretch of words that satisfies an operand of NEAR, and the terms that make it.
#[derive(Debug, Clone)]
struct Stretch {
    field: Field,
    from: u32,
    to: u32,
    parts: Vec<Spot>,
}

impl Court<'_> {
    /// Whether the condition holds.
    pub fn holds(&mut self, test: &Test) -> bool {
        match test {
            Test::Always => true,
            Test::One(term) => self.stands(*term),
            Test::Any(terms) => terms.iter().any(|term| self.stands(*term)),
            Test::All(tests) => tests.iter().all(|test| self.holds(test)),
            Test::Or(tests) => tests.iter().any(|test| self.holds(test)),
            Test::Not(test) => !self.holds(test),
            Test::Near { distance, left, right } => {
                self.holds(left) && self.holds(right) && self.near(*distance, left, right).next().is_some()
            }
        }
    }

    /// The places that made it hold: the first of each term, for NEAR the first of each pair.
    pub fn witnesses(&mut self, test: &Test, found: &mut Vec<Spot>) {
        match test {
            Test::Always | Test::Not(_) => {}
            Test::One(term) => found.extend(self.first_place(*term)),
            Test::Any(terms) => found.extend(terms.iter().filter_map(|term| self.first_place(*term))),
            Test::All(tests) => tests.iter().for_each(|test| self.witnesses(test, found)),
            Test::Or(tests) => {
                for test in tests {
                    if self.holds(test) {
                        self.witnesses(test, found);
                    }
                }
            }
            Test::Near { distance, left, right } => {
                let first =
                    self.near(*distance, left, right).min_by_key(|pair| (pair.field, pair.from, pair.to));
                found.extend(first.into_iter().flat_map(|pair| pair.parts));
            }
        }
    }

    fn first_place(&mut self, term: TermId) -> Option<Spot> {
        let stands = self.stands(term);
        self.reading.find(term).filter(|_| stands).map(|found| found.first(term))
    }

    /// Whether a term stands in the article. Regular expressions run when they are asked for.
    fn stands(&mut self, term: TermId) -> bool {
        if self.reading.stands(term) {
            return true;
        }
        let info = &self.index.terms[term as usize];
        let Some(regex) = info.regex.and_then(|at| self.index.regexes.get(at as usize)) else { return false };
        if !self.reading.asks_first(term) {
            return false;
        }
        for field in info.fields.iter() {
            let text = field_text(self.article, field, self.reading.language);
            for find in regex.find_iter(&text).filter(|_| !text.is_empty()) {
                let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                let (start, end) = (place(find.start()), place(find.end()));
                self.reading.mark(self.index, Spot { term, field, from: 0, to: 0, start, end });
            }
        }
        self.reading.stands(term)
    }

    /// The nearest pairs of both operands, either way round.
    fn near(&self, distance: u32, left: &Test, right: &Test) -> impl Iterator<Item = Stretch> + use<> {
        let (left, right) = (self.stretches(left), self.stretches(right));
        let one = pairs(distance, &left, &right, false);
        let other = pairs(distance, &right, &left, true);
        one.into_iter().chain(other)
    }

    /// Where an operand of NEAR stands, in order.
    fn stretches(&self, test: &Test) -> Vec<Stretch> {
        let alone =
            |spot: Spot| Stretch { field: spot.field, from: spot.from, to: spot.to, parts: vec![spot] };
        let mut stretches: Vec<Stretch> = match test {
            Test::One(term) => self.reading.spots_of(*term).map(alone).collect(),
            Test::Any(terms) => {
                terms.iter().flat_map(|term| self.reading.spots_of(*term)).map(alone).collect()
            }
            Test::Or(tests) => tests.iter().flat_map(|test| self.stretches(test)).collect(),
            Test::Near { distance, left, right } => self.near(*distance, left, right).collect(),
            Test::All(_) | Test::Not(_) | Test::Always => Vec::new(),
        };
        stretches.sort_by_key(|stretch| (stretch.field, stretch.from, stretch.to));
        stretches
    }
}

/// For each of `before` the nearest of `after` that begins behind it, at most `distance` words on.
fn pairs(distance: u32, before: &[Stretch], after: &[Stretch], turned: bool) -> Vec<Stretch> {
    let pair = |one: &Stretch| {
        let next = after.partition_point(|other| (other.field, other.from) <= (one.field, one.to));
        let other = after.get(next).filter(|other| other.field == one.field)?;
        if other.from - one.to - 1 > distance {
            return None;
        }
        let (first, second) = if turned { (other, one) } else { (one, other) };
        let parts = first.parts.iter().chain(&second.parts).copied().collect();
        Some(Stretch { field: one.field, from: one.from, to: other.to, parts })
    };
    before.iter().filter_map(pair).collect()
}
