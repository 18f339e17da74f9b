//! A rule's strings, read, and what can be told of their trees.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::news::rule::Place;
use crate::news::rule::ast::Node;

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
pub(super) fn is_positive(node: &Node) -> bool {
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

/// The names of the groups that a tree names itself.
pub(super) fn groups_of<'n>(node: &'n Node, names: &mut BTreeSet<&'n str>) {
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
