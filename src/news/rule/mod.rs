//! The watch rules: syntax, compiling, matching with evidence.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::entry::Article;

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
}

impl Rules {
    /// Compiles every rule; all faults are reported, not the first alone. When one of them is no
    /// warning the set must not be used.
    #[must_use]
    pub fn compile(rules: &[RuleText], terms: &Terms) -> (Self, Vec<Fault>) {
        let _ = terms;
        (Self { names: rules.iter().map(|rule| rule.name.clone()).collect() }, Vec::new())
    }

    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The hits of an article, with evidence, in the order of the rules.
    #[must_use]
    pub fn hits(&self, article: &Article) -> Vec<Hit> {
        let _ = article;
        Vec::new()
    }

    /// The indexes of the rules that hit, without evidence.
    #[must_use]
    pub fn hit_indexes(&self, article: &Article) -> Vec<usize> {
        self.hits(article).into_iter().map(|hit| hit.rule).collect()
    }
}
