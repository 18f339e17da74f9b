//! The watch rules: syntax, compiling, matching with evidence.
//!
//! [`syntax`] reads the strings of a rule into one tree ([`ast`]), [`compile`] makes conditions over
//! the [`index`] of all terms, [`reading`] holds an article against that index once for all rules,
//! and [`decide`] asks the rules that may hold.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::entry::Article;
use super::words;
use compile::Compiler;
use decide::{Court, Test};
use index::Index;
use marks::Marks;
use reading::{Reading, Want};
use watch::{SURE, Watchers};

pub mod ast;
mod compile;
mod decide;
mod evidence;
mod index;
mod lint;
mod marks;
mod reading;
mod spot;
pub mod syntax;
mod term;
mod trace;
mod vocabulary;
mod watch;

pub use trace::Trace;

/// One `[[rule]]` as the user wrote it; what it means is decided here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RuleText {
    pub name: String,
    pub any: Vec<String>,
    pub all: Vec<String>,
    pub none: Vec<String>,
    pub query: Option<String>,
    /// Only in these feeds (name or URL, `*` stands for anything); empty: in all.
    pub feeds: Vec<String>,
    /// Only in these languages (`en`, `ru`, …); empty: in all.
    pub languages: Vec<String>,
}

/// `[terms]`: the name without `$`, and its spellings.
pub type Terms = BTreeMap<String, Vec<String>>;

/// In which string of the config a fault lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The rule as a whole (`rule` is its index).
    Rule {
        rule: usize,
    },
    Any {
        rule: usize,
        item: usize,
    },
    All {
        rule: usize,
        item: usize,
    },
    None {
        rule: usize,
        item: usize,
    },
    Query {
        rule: usize,
    },
    /// A spelling in `[terms]`.
    Term {
        name: String,
        item: usize,
    },
}

/// A fault, or a warning, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    /// Bytes inside that string's value; empty and at 0 for a whole rule.
    pub span: Range<usize>,
    /// A warning does not stop the start.
    pub warning: bool,
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

impl Fault {
    /// A message quotes the rule, and a rule may hold anything: what acts on a terminal is shown instead.
    fn make_shown(&mut self) {
        for text in [Some(&mut self.message), self.help.as_mut()].into_iter().flatten() {
            if text.contains(char::is_control) {
                *text = text.replace(char::is_control, "\u{fffd}");
            }
        }
    }
}

/// Which part of an article a term stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    Title,
    Text,
    Author,
    Category,
    Url,
    Feed,
    Language,
}

/// One place that made a hit: the first occurrence of a term, and how often it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The term as the rule has it.
    pub term: String,
    pub field: Field,
    /// Unicode characters from the field's beginning.
    pub start: usize,
    pub end: usize,
    /// The words around it, on one line.
    pub snippet: String,
    /// Where the found words stand in the snippet: Unicode characters, first and one past the last.
    #[serde(default)]
    pub marks: Vec<(usize, usize)>,
    pub count: u32,
}

/// A rule met an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Index of the rule in the compiled set.
    pub rule: usize,
    pub evidence: Vec<Evidence>,
}

/// All rules, ready to be held against articles. Cheap to share (`Arc`), never changed.
#[derive(Debug, Default)]
pub struct Rules {
    names: Vec<String>,
    all: Vec<Rule>,
    index: Index,
    watchers: Watchers,
    /// Memory for reading, lent to one article at a time.
    desks: Mutex<Vec<Desk>>,
}

/// One compiled rule.
#[derive(Debug)]
struct Rule {
    test: Test,
    feeds: Box<[String]>,
    languages: Box<[String]>,
    /// As understood.
    explained: Box<str>,
    meaning: u64,
}

/// Where an article lies while it is read.
#[derive(Debug, Default)]
struct Desk {
    reading: Reading,
    /// Rules that may hold.
    asked: Marks,
    /// Rules that hold for certain.
    sure: Marks,
}

impl Rules {
    /// Compiles every rule; all faults are reported, not the first alone. When one of them is no
    /// warning the set must not be used.
    #[must_use]
    pub fn compile(rules: &[impl Borrow<RuleText>], terms: &Terms) -> (Self, Vec<Fault>) {
        let mut compiler = Compiler::new(terms);
        let mut set = Self::default();
        let mut lints = lint::Lints::default();
        for (number, text) in rules.iter().map(Borrow::borrow).enumerate() {
            let before = compiler.faults.len();
            let parts = compiler.parts(number, text);
            lints.check(number, text, &parts, &mut compiler, before);
            let node = parts.node();
            let explained = node.as_ref().map_or_else(|| "everything".to_owned(), ToString::to_string);
            let twin = node.as_ref().and_then(|node| lints.twins.first(number, text, node, &explained));
            compiler.faults.extend(twin.map(|first| lint::Twins::warning(number, &set.names[first])));
            set.names.push(text.name.clone());
            set.all.push(Rule {
                test: node.as_ref().map_or(Test::Always, |node| compiler.test(node, false)),
                feeds: text.feeds.iter().map(|feed| words::fold(feed)).collect(),
                languages: text.languages.iter().map(|language| language.to_lowercase()).collect(),
                meaning: compiler.meaning(node.as_ref(), &explained, text),
                explained: explained.into(),
            });
        }
        compiler.warn_of_unused();
        compiler.index.finish();
        set.index = compiler.index;
        set.watchers =
            Watchers::of_rules(set.all.iter().map(|rule| (&rule.test, rule.is_sure())), &set.index);
        compiler.faults.iter_mut().for_each(Fault::make_shown);
        (set, compiler.faults)
    }

    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The rule as wirewatch understood it, as one query; empty when there is no such rule.
    #[must_use]
    pub fn explain(&self, rule: usize) -> String {
        self.all.get(rule).map(|rule| rule.explained.to_string()).unwrap_or_default()
    }

    /// A number for what the rule looks for and where, its `$terms` spelt out: another for a rule that
    /// was changed, the same however it is laid out. 0 when there is no such rule.
    #[must_use]
    pub fn meaning(&self, rule: usize) -> u64 {
        self.all.get(rule).map_or(0, |rule| rule.meaning)
    }

    /// The hits of an article, with evidence, in the order of the rules.
    #[must_use]
    pub fn hits(&self, article: &Article) -> Vec<Hit> {
        self.decide(article, Want::Places, |court, test, rule| {
            let mut spots = Vec::new();
            court.witnesses(test, &mut spots);
            Hit { rule, evidence: court.evidence(&spots) }
        })
    }

    /// For every rule what of it stands in the article and what does not.
    #[must_use]
    pub fn trace(&self, article: &Article) -> Vec<Trace> {
        let lent = self.desks.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut desk = lent.unwrap_or_default();
        desk.reading.read(&self.index, article, Want::Presence);
        let mut court = Court { index: &self.index, reading: &mut desk.reading, article };
        let traces = self.all.iter().map(|rule| {
            let covered = rule.covers(&court);
            Trace::of(&mut court, &rule.test, covered)
        });
        let traces = traces.collect();
        self.desks.lock().unwrap_or_else(PoisonError::into_inner).push(desk);
        traces
    }

    /// The indexes of the rules that hit, without evidence.
    #[must_use]
    pub fn hit_indexes(&self, article: &Article) -> Vec<usize> {
        self.decide(article, Want::Presence, |_, _, rule| rule)
    }

    fn decide<T>(
        &self,
        article: &Article,
        want: Want,
        tell: impl Fn(&mut Court<'_>, &Test, usize) -> T,
    ) -> Vec<T> {
        if self.all.is_empty() {
            return Vec::new();
        }
        let lent = self.desks.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut desk = lent.unwrap_or_default();
        desk.reading.read(&self.index, article, want);
        self.ask(&mut desk);
        let mut court = Court { index: &self.index, reading: &mut desk.reading, article };
        let mut told = Vec::new();
        for number in desk.asked.union(&desk.sure) {
            let rule = &self.all[number as usize];
            if desk.sure.contains(number) || rule.covers(&court) && court.holds(&rule.test) {
                told.push(tell(&mut court, &rule.test, number as usize));
            }
        }
        self.desks.lock().unwrap_or_else(PoisonError::into_inner).push(desk);
        told
    }

    /// Finds the rules that may hold, and those that do for certain.
    fn ask(&self, desk: &mut Desk) {
        desk.asked.begin(self.all.len());
        desk.sure.begin(self.all.len());
        for number in &self.watchers.always {
            desk.asked.insert(*number);
        }
        for term in &desk.reading.present {
            for watch in self.watchers.of(*term) {
                let list = if watch & SURE == 0 { &mut desk.asked } else { &mut desk.sure };
                list.insert(*watch >> 1);
            }
        }
    }
}

impl Rule {
    /// Whether any of its terms is all that it asks for.
    fn is_sure(&self) -> bool {
        matches!(self.test, Test::One(_) | Test::Any(_)) && self.feeds.is_empty() && self.languages.is_empty()
    }

    /// Whether the rule looks at articles of that feed and language.
    fn covers(&self, court: &Court<'_>) -> bool {
        if self.feeds.is_empty() && self.languages.is_empty() {
            return true;
        }
        let language = court.article.lang.as_deref().or(court.reading.language).unwrap_or_default();
        let primary = language.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let spoken = self.languages.is_empty()
            || self.languages.iter().any(|known| *known == primary || *known == language.to_lowercase());
        spoken && (self.feeds.is_empty() || self.feeds.iter().any(|feed| is_from(court.article, feed)))
    }
}

/// Whether an article comes from a feed, named by its title, its site or its address.
fn is_from(article: &Article, pattern: &str) -> bool {
    let names = [article.feed.as_deref(), Some(article.source()), article.url.as_deref()];
    names.into_iter().flatten().any(|name| wildcard(pattern, &words::fold(name)))
}

/// `*` stands for anything. Linear in the name for each star.
fn wildcard(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}
