//! Rules as written → trees → conditions over the index: [`parts`] are what was read, [`check`] finds the faults.

use std::collections::BTreeSet;
use std::rc::Rc;

use hashbrown::HashMap;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::ast::{Fields, Node, Term};
use super::decide::Test;
use super::index::{Index, TermId};
use super::syntax::{Read, Remark, read_item, read_query};
use super::{Fault, Place, RuleText, Terms};
use parts::groups_of;

mod check;
mod parts;

pub use parts::{Parts, Piece};

/// Reads every string and keeps the faults.
#[derive(Debug)]
pub struct Compiler<'a> {
    groups: &'a Terms,
    /// The items of each group, read.
    spellings: HashMap<&'a str, Vec<Piece>>,
    /// Groups that some rule uses, and those that they use.
    used: BTreeSet<&'a str>,
    flat: HashMap<(&'a str, Fields), Rc<[TermId]>>,
    /// Of each group with all that it names.
    meanings: HashMap<&'a str, u64>,
    pub index: Index,
    pub faults: Vec<Fault>,
}

impl<'a> Compiler<'a> {
    #[must_use]
    pub fn new(groups: &'a Terms) -> Self {
        let mut compiler = Self {
            groups,
            spellings: HashMap::new(),
            used: BTreeSet::new(),
            flat: HashMap::new(),
            meanings: HashMap::new(),
            index: Index::default(),
            faults: Vec::new(),
        };
        for (name, items) in groups {
            let read = |(item, text): (usize, &String)| {
                compiler.read(Place::Term { name: name.clone(), item }, read_item(text))
            };
            let pieces: Vec<Piece> = items.iter().enumerate().filter_map(read).collect();
            compiler.spellings.insert(name.as_str(), pieces);
        }
        compiler.check_groups();
        compiler
    }

    fn read(&mut self, place: Place, read: Read) -> Option<Piece> {
        for remark in read.remarks {
            self.say(&place, remark);
        }
        read.node.map(|node| Piece { place, node })
    }

    fn say(&mut self, place: &Place, remark: Remark) {
        let Remark { span, warning, message, help } = remark;
        self.faults.push(Fault { place: place.clone(), span, warning, message, help });
    }

    /// Reads the strings of a rule.
    pub fn parts(&mut self, rule: usize, text: &RuleText) -> Parts {
        let any = text.any.iter().enumerate();
        let any =
            any.filter_map(|(item, text)| self.read(Place::Any { rule, item }, read_item(text))).collect();
        let all = text.all.iter().enumerate();
        let all =
            all.filter_map(|(item, text)| self.read(Place::All { rule, item }, read_item(text))).collect();
        let none = text.none.iter().enumerate();
        let none =
            none.filter_map(|(item, text)| self.read(Place::None { rule, item }, read_item(text))).collect();
        let query = text.query.as_ref().and_then(|text| self.read(Place::Query { rule }, read_query(text)));
        let parts = Parts { any, all, query, none };
        for piece in parts.pieces() {
            self.check(&piece.place, &piece.node);
        }
        parts
    }

    fn use_group(&mut self, name: &'a str) {
        if !self.used.insert(name) {
            return;
        }
        let names: Vec<&'a str> = self.members(name).collect();
        for name in names {
            self.use_group(name);
        }
    }

    /// The groups that a group names.
    fn members(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.spellings.get(name).into_iter().flatten().filter_map(|piece| match &piece.node {
            Node::Group { name, .. } => self.groups.get_key_value(name).map(|(name, _)| name.as_str()),
            _ => None,
        })
    }

    /// See [`super::Rules::meaning`].
    pub fn meaning(&mut self, node: Option<&Node>, explained: &str, text: &RuleText) -> u64 {
        let mut hash = Xxh3::new();
        let mut add = |text: &str| {
            hash.update(&text.len().to_le_bytes());
            hash.update(text.as_bytes());
        };
        add(explained);
        for list in [&text.feeds, &text.languages] {
            add(&list.len().to_string());
            for item in list {
                add(item);
            }
        }
        let mut names = BTreeSet::new();
        if let Some(node) = node {
            groups_of(node, &mut names);
        }
        for name in names {
            add(&self.meaning_of_group(name).to_string());
        }
        hash.digest()
    }

    fn meaning_of_group(&mut self, name: &str) -> u64 {
        let Some((name, _)) = self.groups.get_key_value(name) else { return 0 };
        if let Some(known) = self.meanings.get(name.as_str()) {
            return *known;
        }
        let mut reached = BTreeSet::new();
        let mut open = vec![name.as_str()];
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(self.members(name));
            }
        }
        let spelt: Vec<_> = reached.iter().map(|name| (name, self.groups.get(*name))).collect();
        let meaning = xxh3_64(format!("{spelt:?}").as_bytes());
        self.meanings.insert(name, meaning);
        meaning
    }

    /// The terms of a group and of those that it names, unless they were `seen`.
    pub fn spellings_of(&self, name: &str, seen: &mut BTreeSet<&'a str>) -> Vec<(&Place, &Term)> {
        let Some((name, _)) = self.groups.get_key_value(name) else { return Vec::new() };
        let mut terms = Vec::new();
        if !seen.insert(name) {
            return terms;
        }
        for piece in self.spellings.get(name.as_str()).into_iter().flatten() {
            match &piece.node {
                Node::Term(term) => terms.push((&piece.place, term)),
                Node::Group { name, .. } => terms.extend(self.spellings_of(name, seen)),
                _ => {}
            }
        }
        terms
    }

    /// The condition that a node stands for.
    pub fn test(&mut self, node: &Node, near: bool) -> Test {
        match node {
            Node::Term(term) => Test::One(self.term(term, term.fields.unwrap_or(Fields::DEFAULT), near)),
            Node::Group { name, fields, .. } => {
                let terms = self.flatten(name, fields.unwrap_or(Fields::DEFAULT));
                for term in terms.iter().filter(|_| near) {
                    self.index.keep_places(*term);
                }
                Test::Any(terms.iter().copied().collect())
            }
            Node::Near { distance, left, right, .. } => Test::Near {
                distance: *distance,
                left: Box::new(self.test(left, true)),
                right: Box::new(self.test(right, true)),
            },
            Node::All(nodes) => all(nodes.iter().map(|node| self.test(node, near)).collect()),
            Node::Any(nodes) => any(nodes.iter().map(|node| self.test(node, near)).collect()),
            Node::Not { node, .. } => Test::Not(Box::new(self.test(node, near))),
        }
    }

    fn term(&mut self, term: &Term, fields: Fields, near: bool) -> TermId {
        let id = self.index.term(term, fields);
        if near {
            self.index.keep_places(id);
        }
        id
    }

    /// The terms of a group and of those that it names, each once.
    fn flatten(&mut self, name: &str, fields: Fields) -> Rc<[TermId]> {
        let Some((name, _)) = self.groups.get_key_value(name) else { return Rc::new([]) };
        if let Some(flat) = self.flat.get(&(name.as_str(), fields)) {
            return Rc::clone(flat);
        }
        let (mut todo, mut seen, mut terms) = (vec![(name.as_str(), fields)], BTreeSet::new(), Vec::new());
        while let Some((name, fields)) = todo.pop() {
            if !seen.insert((name, fields)) {
                continue;
            }
            for piece in self.spellings.get(name).into_iter().flatten() {
                match &piece.node {
                    Node::Term(term) => terms.push(self.index.term(term, term.fields.unwrap_or(fields))),
                    Node::Group { name, fields: own, .. } => {
                        if let Some((name, _)) = self.groups.get_key_value(name) {
                            todo.push((name.as_str(), own.unwrap_or(fields)));
                        }
                    }
                    _ => {}
                }
            }
        }
        terms.sort_unstable();
        terms.dedup();
        let flat: Rc<[TermId]> = terms.into();
        self.index.name_group(name, &flat);
        self.flat.insert((name.as_str(), fields), Rc::clone(&flat));
        flat
    }
}

/// All of these, without nesting.
fn all(tests: Vec<Test>) -> Test {
    let mut flat = Vec::with_capacity(tests.len());
    for test in tests {
        match test {
            Test::All(more) => flat.extend(more),
            test => flat.push(test),
        }
    }
    if flat.len() == 1 { flat.swap_remove(0) } else { Test::All(flat.into()) }
}

/// Any of these; terms side by side become one list.
fn any(tests: Vec<Test>) -> Test {
    let (mut terms, mut flat) = (Vec::new(), Vec::new());
    for test in tests {
        match test {
            Test::One(term) => terms.push(term),
            Test::Any(more) => terms.extend(more),
            Test::Or(more) => flat.extend(more),
            test => flat.push(test),
        }
    }
    if !terms.is_empty() {
        flat.insert(0, Test::Any(terms.into()));
    }
    if flat.len() == 1 { flat.swap_remove(0) } else { Test::Or(flat.into()) }
}
