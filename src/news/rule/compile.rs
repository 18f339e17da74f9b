//! Rules as written → trees → conditions over the index, with every fault on the way.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use hashbrown::HashMap;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::ast::{Fields, Look, Node, Term};
use super::decide::Test;
use super::index::{Index, TermId};
use super::syntax::{Read, Remark, read_item, read_query};
use super::{Fault, Place, RuleText, Terms};

/// A string of a rule, read.
#[derive(Debug)]
pub struct Piece {
    pub place: Place,
    pub node: Node,
}

/// A rule, read: what its strings ask for.
#[derive(Debug, Default)]
pub struct Parts {
    pub any: Vec<Piece>,
    pub all: Vec<Piece>,
    pub query: Option<Piece>,
    pub none: Vec<Piece>,
}

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

    /// Unknown groups, NOT where it cannot stand, operands that NEAR cannot count.
    fn check(&mut self, place: &Place, node: &Node) {
        match node {
            Node::Term(_) => {}
            Node::Group { name, span, .. } => self.check_group(place, name, span),
            Node::All(nodes) => nodes.iter().for_each(|node| self.check(place, node)),
            Node::Any(nodes) => {
                for node in nodes {
                    if !is_positive(node) {
                        self.say(
                            place,
                            Remark::fault(
                                span_of(node),
                                "this alternative only says what must not stand there",
                                "add a term that must, or take the NOT out of the OR",
                            ),
                        );
                    }
                    self.check(place, node);
                }
            }
            Node::Not { node, .. } => self.check(place, node),
            Node::Near { left, right, .. } => {
                for operand in [left, right] {
                    self.check(place, operand);
                    self.check_operand(place, operand);
                }
            }
        }
    }

    fn check_group(&mut self, place: &Place, name: &str, span: &Range<usize>) {
        let Some((known, items)) = self.groups.get_key_value(name) else {
            let near = self.groups.keys().map(|known| (strsim::jaro_winkler(known, name), known));
            let near =
                near.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(likeness, _)| *likeness >= 0.7);
            let help = match near {
                Some((_, known)) => format!("did you mean `${known}`?"),
                None => "define it in [terms], or put it in quotes to look for it".to_owned(),
            };
            return self
                .say(place, Remark::fault(span.clone(), format!("`${name}` is not in [terms]"), help));
        };
        if items.is_empty() {
            self.say(
                place,
                Remark::warning(
                    span.clone(),
                    format!("`${name}` is empty and matches nothing"),
                    "give it a spelling",
                ),
            );
        }
        self.use_group(known);
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

    /// Operands of NEAR have places in a text: words, phrases, groups, alternatives of these.
    fn check_operand(&mut self, place: &Place, node: &Node) {
        let (message, help) = match node {
            Node::Not { .. } => ("NOT cannot stand inside NEAR", "write NOT after it: a NEAR/5 b NOT c"),
            Node::All(_) => ("AND cannot stand inside NEAR", "write a NEAR/5 b AND a NEAR/5 c"),
            Node::Term(Term { look: Look::Regex(_), .. }) => (
                "NEAR counts words, and a regular expression has none",
                "write the distance into the expression",
            ),
            Node::Group { name, .. } if self.has_regex(name, &mut BTreeSet::new()) => (
                "NEAR counts words, and one of the spellings is a regular expression",
                "use a group without one",
            ),
            Node::Any(nodes) => {
                for node in nodes {
                    self.check_operand(place, node);
                }
                return;
            }
            _ => return,
        };
        self.say(place, Remark::fault(span_of(node), message, help));
    }

    fn has_regex(&self, name: &str, seen: &mut BTreeSet<&'a str>) -> bool {
        let is_regex = |term: &Term| matches!(term.look, Look::Regex(_));
        self.spellings_of(name, seen).iter().any(|(_, term)| is_regex(term))
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

    /// Unknown groups inside groups, and groups that contain themselves.
    fn check_groups(&mut self) {
        let mut remarks = Vec::new();
        for (name, pieces) in &self.spellings {
            for piece in pieces {
                let Node::Group { name: member, span, .. } = &piece.node else { continue };
                if !self.groups.contains_key(member) {
                    remarks.push((piece.place.clone(), member.clone(), span.clone(), None));
                } else if let Some(way) = self.way(member, name, &mut BTreeSet::new()) {
                    let way: Vec<String> = way.iter().map(|name| format!("${name}")).collect();
                    let way = format!("${name} → {}", way.join(" → "));
                    remarks.push((piece.place.clone(), member.clone(), span.clone(), Some(way)));
                }
            }
        }
        for (place, member, span, way) in remarks {
            match way {
                Some(way) => self.say(
                    &place,
                    Remark::fault(span, format!("a group contains itself: {way}"), "take one of them out"),
                ),
                None => self.check_group(&place, &member, &span),
            }
        }
    }

    /// How one group leads to another.
    fn way(&self, from: &str, to: &str, seen: &mut BTreeSet<&'a str>) -> Option<Vec<String>> {
        if from == to {
            return Some(vec![to.to_owned()]);
        }
        let members: Vec<&'a str> = self.members(from).collect();
        members.into_iter().find_map(|member| {
            if !seen.insert(member) {
                return None;
            }
            let mut way = self.way(member, to, seen)?;
            way.insert(0, from.to_owned());
            Some(way)
        })
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

    /// Groups that no rule uses.
    pub fn warn_of_unused(&mut self) {
        for name in self.groups.keys().filter(|name| !self.used.contains(name.as_str())) {
            if self.groups[name].is_empty() {
                continue;
            }
            self.faults.push(Fault {
                place: Place::Term { name: name.clone(), item: 0 },
                span: 0..0,
                warning: true,
                message: format!("no rule uses `${name}`"),
                help: Some("use it, or leave it out".to_owned()),
            });
        }
    }
}

impl Parts {
    /// Every string of the rule.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.any.iter().chain(&self.all).chain(&self.query).chain(&self.none)
    }

    /// What all of them ask for together; none when they ask for nothing.
    #[must_use]
    pub fn node(&self) -> Option<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        let any: Vec<Node> = self.any.iter().map(|piece| piece.node.clone()).collect();
        match any.len() {
            0 => {}
            1 => nodes.extend(any),
            _ => nodes.push(Node::Any(any)),
        }
        nodes.extend(self.all.iter().map(|piece| piece.node.clone()));
        match self.query.as_ref().map(|piece| piece.node.clone()) {
            Some(Node::All(more)) => nodes.extend(more),
            query => nodes.extend(query),
        }
        for piece in &self.none {
            nodes.push(Node::Not { node: Box::new(piece.node.clone()), span: span_of(&piece.node) });
        }
        if nodes.len() > 1 { Some(Node::All(nodes)) } else { nodes.pop() }
    }

    /// Whether something must stand in the article.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        !self.any.is_empty()
            || !self.all.is_empty()
            || self.query.as_ref().is_some_and(|piece| is_positive(&piece.node))
    }
}

/// Whether a node asks for something that must stand there.
fn is_positive(node: &Node) -> bool {
    match node {
        Node::Term(_) | Node::Group { .. } | Node::Near { .. } => true,
        Node::All(nodes) => nodes.iter().any(is_positive),
        Node::Any(nodes) => nodes.iter().all(is_positive),
        Node::Not { node, .. } => matches!(&**node, Node::Not { node, .. } if is_positive(node)),
    }
}

/// Where a node stands in its string.
#[must_use]
pub fn span_of(node: &Node) -> Range<usize> {
    match node {
        Node::Term(term) => term.span.clone(),
        Node::Group { span, .. } | Node::Near { span, .. } => span.clone(),
        Node::Not { node, span } => span.start..span_of(node).end.max(span.end),
        Node::All(nodes) | Node::Any(nodes) => {
            let start = nodes.first().map_or(0, |node| span_of(node).start);
            start..nodes.last().map_or(start, |node| span_of(node).end)
        }
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

/// The names of the groups that a tree names itself.
fn groups_of<'n>(node: &'n Node, names: &mut BTreeSet<&'n str>) {
    match node {
        Node::Term(_) => {}
        Node::Group { name, .. } => {
            names.insert(name);
        }
        Node::Near { left, right, .. } => [left, right].into_iter().for_each(|node| groups_of(node, names)),
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| groups_of(node, names)),
        Node::Not { node, .. } => groups_of(node, names),
    }
}
