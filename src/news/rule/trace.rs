//! Why a rule did or did not hit: what was found, and what was missing.

use super::decide::{Court, Test};
use super::index::TermId;

/// A rule held against an article, part by part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    pub hit: bool,
    /// Terms and NEARs that stand in the article, as the rule has them.
    pub found: Vec<String>,
    /// Those that do not; of alternatives, all of them together.
    pub missing: Vec<String>,
    /// Terms under NOT that stand there.
    pub excluded_by: Vec<String>,
}

impl Trace {
    pub(super) fn of(court: &mut Court<'_>, test: &Test, covered: bool) -> Self {
        let mut trace = Self { hit: covered && court.holds(test), ..Self::default() };
        if !covered {
            trace.missing.push("the article is of another feed or language".to_owned());
        }
        trace.walk(court, test);
        trace
    }

    fn walk(&mut self, court: &mut Court<'_>, test: &Test) {
        match test {
            Test::All(tests) | Test::Or(tests) => tests.iter().for_each(|test| self.walk(court, test)),
            Test::Not(test) if court.holds(test) => {
                let mut inner = Self::default();
                inner.walk(court, test);
                self.excluded_by.extend(inner.found);
            }
            Test::Not(_) | Test::Always => {}
            Test::One(term) => self.sort(court, &[*term]),
            Test::Any(terms) => self.sort(court, terms),
            Test::Near { .. } => {
                let list = if court.holds(test) { &mut self.found } else { &mut self.missing };
                list.push(label(court, test));
            }
        }
    }

    fn sort(&mut self, court: &mut Court<'_>, terms: &[TermId]) {
        let found = self.found.len();
        for term in terms {
            if court.holds(&Test::One(*term)) {
                self.found.push(source(court, *term));
            }
        }
        if found == self.found.len() {
            self.missing.push(alternatives(court, terms));
        }
    }
}

fn source(court: &Court<'_>, term: TermId) -> String {
    court.index.terms[term as usize].source.to_string()
}

/// A group by its name, other terms one by one.
fn alternatives(court: &Court<'_>, terms: &[TermId]) -> String {
    match court.index.group_name(terms) {
        Some(name) => format!("${name}"),
        None => terms.iter().map(|term| source(court, *term)).collect::<Vec<_>>().join(" OR "),
    }
}

fn label(court: &Court<'_>, test: &Test) -> String {
    match test {
        Test::One(term) => alternatives(court, &[*term]),
        Test::Any(terms) => alternatives(court, terms),
        Test::Near { distance, left, right } => {
            format!("{} NEAR/{distance} {}", label(court, left), label(court, right))
        }
        Test::Or(tests) => tests.iter().map(|test| label(court, test)).collect::<Vec<_>>().join(" OR "),
        Test::All(_) | Test::Not(_) | Test::Always => String::new(),
    }
}
