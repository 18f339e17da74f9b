//! Which rules are to be asked when a term stands in an article.

use super::decide::Test;
use super::index::{Index, TermId};

/// Terms → the rules that cannot hold without it (or one of its like), as one list with the place of each term's
/// part.
#[derive(Debug, Default)]
pub struct Watchers {
    rules: Vec<u32>,
    of_term: Vec<u32>,
    /// Rules that no term leads to.
    pub always: Vec<u32>,
}

/// Lowest bit of a watch, beside the rule's number: the rule holds wherever the term stands.
pub const SURE: u32 = 1;

impl Watchers {
    /// Finds for each rule the terms without which it cannot hold; with each test whether one of its terms is all
    /// that the rule asks for.
    #[must_use]
    pub fn of_rules<'r>(tests: impl Iterator<Item = (&'r Test, bool)>, index: &Index) -> Self {
        let mut pairs: Vec<(TermId, u32)> = Vec::new();
        let mut always = Vec::new();
        for (number, (test, is_sure)) in (0_u32..).zip(tests) {
            let watch = number << 1 | u32::from(is_sure);
            match gate(test, index) {
                Some(terms) => pairs.extend(terms.into_iter().map(|term| (term, watch))),
                None => always.push(number),
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut of_term = vec![0; index.terms.len() + 1];
        for (term, _) in &pairs {
            of_term[*term as usize + 1] += 1;
        }
        for term in 1..of_term.len() {
            of_term[term] += of_term[term - 1];
        }
        Self { rules: pairs.into_iter().map(|(_, rule)| rule).collect(), of_term, always }
    }

    #[must_use]
    pub fn of(&self, term: TermId) -> &[u32] {
        let term = term as usize;
        &self.rules[self.of_term[term] as usize..self.of_term[term + 1] as usize]
    }
}

/// Terms of which one must stand in an article for the test to hold, as few and as rare as can be
/// told; none when no word leads to it.
fn gate(test: &Test, index: &Index) -> Option<Vec<TermId>> {
    let finds = |term: TermId| index.terms[term as usize].regex.is_none();
    match test {
        Test::One(term) => finds(*term).then(|| vec![*term]),
        Test::Any(terms) => terms.iter().all(|term| finds(*term)).then(|| terms.to_vec()),
        Test::Near { left, right, .. } => rarer(gate(left, index), gate(right, index), index),
        Test::All(tests) => {
            tests.iter().map(|test| gate(test, index)).fold(None, |one, other| rarer(one, other, index))
        }
        Test::Or(tests) => {
            let gates: Option<Vec<Vec<TermId>>> = tests.iter().map(|test| gate(test, index)).collect();
            gates.map(|gates| gates.concat())
        }
        Test::Not(_) | Test::Always => None,
    }
}

/// Fewer terms are rarer, then longer ones.
fn rarer(one: Option<Vec<TermId>>, other: Option<Vec<TermId>>, index: &Index) -> Option<Vec<TermId>> {
    let (Some(one), Some(other)) = (&one, &other) else { return one.or(other) };
    let rank = |terms: &[TermId]| {
        let shortest = terms.iter().map(|term| index.terms[*term as usize].source.len()).min().unwrap_or(0);
        (terms.len(), std::cmp::Reverse(shortest))
    };
    Some(if rank(other) < rank(one) { other.clone() } else { one.clone() })
}
