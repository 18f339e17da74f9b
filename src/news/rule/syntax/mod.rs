//! Strings of a rule → trees, with every fault at its place.
//!
//! Here is the grammar; [`terms`] reads what stands in it, [`habits`] knows what is hardly meant.

use std::ops::Range;

use super::ast::{Fields, Node};
use super::term::Mode;

mod habits;
mod terms;

/// Parentheses and NOTs inside each other.
const DEEPEST: usize = 64;

/// Bytes of one string; a rule of this length was written by a program.
const LONGEST: usize = 64 * 1024;

/// Words that may stand between the operands of NEAR.
const FARTHEST: u32 = 1_000;

/// A fault or a warning inside one string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub span: Range<usize>,
    pub warning: bool,
    pub message: String,
    pub help: Option<String>,
}

impl Remark {
    pub fn fault(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, warning: false, message: message.into(), help: Some(help.into()) }
    }

    pub fn warning(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, warning: true, message: message.into(), help: Some(help.into()) }
    }
}

/// A string read: the tree, when there is one, and what is to be said of it.
#[derive(Debug, Default)]
pub struct Read {
    pub node: Option<Node>,
    pub remarks: Vec<Remark>,
}

/// Reads a list item: one term, no operators.
#[must_use]
pub fn read_item(source: &str) -> Read {
    let mut reader = Reader::new(source);
    if reader.too_long() {
        return reader.read(None);
    }
    reader.skip_space();
    if reader.rest().is_empty() {
        reader.say(Remark::warning(0..source.len(), "an empty item matches nothing", "leave it out"));
        return reader.read(None);
    }
    reader.warn_of_operators();
    let fields = reader.fields();
    reader.skip_space();
    let node = match reader.peek() {
        Some('$') if reader.names_group() => Some(reader.group(fields)),
        Some('/') => reader.regex(fields),
        Some('"') => reader.quoted(fields, reader.at, Mode::Plain),
        Some('=') if reader.rest()[1..].trim_start().starts_with('"') => reader.exact(fields),
        Some('=') => {
            let start = reader.at;
            reader.at += 1;
            reader.spelled(fields, start, source.trim_end().len(), Mode::Exact)
        }
        _ => reader.spelled(fields, reader.at, source.trim_end().len(), Mode::Plain),
    };
    reader.skip_space();
    if !reader.rest().is_empty() {
        let span = reader.at..source.trim_end().len();
        reader.say(Remark::fault(
            span,
            "a list item is one term, and something follows it",
            "make it an item of its own, or use `query`",
        ));
    }
    reader.read(node)
}

/// Reads a query.
#[must_use]
pub fn read_query(source: &str) -> Read {
    let mut reader = Reader::new(source);
    if reader.too_long() {
        return reader.read(None);
    }
    reader.skip_space();
    if reader.rest().is_empty() {
        reader.say(Remark::fault(
            0..source.len(),
            "the query is empty",
            "write a term, or leave `query` out",
        ));
        return reader.read(None);
    }
    let mut node = reader.alternatives(0);
    loop {
        reader.skip_space();
        if reader.rest().is_empty() {
            break;
        }
        // Only a closing parenthesis ends a query early.
        let span = reader.at..reader.at + 1;
        reader.say(Remark::fault(
            span,
            "no parenthesis is open here",
            "take the `)` away, or open one before",
        ));
        reader.at += 1;
        reader.skip_space();
        if !reader.rest().is_empty() {
            let more = reader.alternatives(0);
            node = join(node.into_iter().chain(more).collect(), Node::All);
        }
    }
    reader.read(node)
}

/// Operators of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    And,
    Or,
    Not,
    /// With its distance; none when that is missing or wrong.
    Near(Option<u32>),
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    /// What a `field:` before an open parenthesis binds.
    bound: Option<Fields>,
    remarks: Vec<Remark>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        Self { source, at: 0, bound: None, remarks: Vec::new() }
    }

    fn read(self, node: Option<Node>) -> Read {
        Read { node, remarks: self.remarks }
    }

    fn say(&mut self, remark: Remark) {
        self.remarks.push(remark);
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_space(&mut self) {
        self.at = self.source.len() - self.rest().trim_start().len();
    }

    fn too_long(&mut self) -> bool {
        let long = self.source.len() > LONGEST;
        if long {
            self.say(Remark::fault(
                0..0,
                format!("the string is longer than {LONGEST} bytes"),
                "put the spellings into [terms] and use `$name`",
            ));
        }
        long
    }

    // --- the grammar, loosest operator first ---

    /// `a OR b`
    fn alternatives(&mut self, depth: usize) -> Option<Node> {
        let mut nodes = Vec::new();
        loop {
            nodes.extend(self.requirements(depth));
            let start = self.at;
            if self.take_operator(Operator::Or).is_none() {
                break;
            }
            self.expect_operand("OR", start);
        }
        join(nodes, Node::Any)
    }

    /// `a AND b`, `a b`
    fn requirements(&mut self, depth: usize) -> Option<Node> {
        let mut nodes = Vec::new();
        self.refuse_leading_operator();
        loop {
            nodes.extend(self.neighbours(depth));
            self.skip_space();
            let start = self.at;
            if self.take_operator(Operator::And).is_some() {
                self.expect_operand("AND", start);
            } else if self.at_end() || self.operator().is_some_and(|(operator, _)| operator == Operator::Or) {
                break;
            }
        }
        join(nodes, Node::All)
    }

    /// `a NEAR/5 b`
    fn neighbours(&mut self, depth: usize) -> Option<Node> {
        let begin = self.at;
        let mut node = self.negation(depth);
        loop {
            self.skip_space();
            let start = self.at;
            let Some((Operator::Near(distance), length)) = self.operator() else { return node };
            self.at += length;
            let span = start..self.at;
            if distance.is_none() {
                self.say(Remark::fault(
                    span,
                    "NEAR needs the number of words that may stand between",
                    format!("write NEAR/10 (at most {FARTHEST})"),
                ));
            }
            self.expect_operand("NEAR", start);
            let right = self.negation(depth);
            node = match (node, right) {
                (Some(left), Some(right)) => Some(Node::Near {
                    distance: distance.unwrap_or(0),
                    left: Box::new(left),
                    right: Box::new(right),
                    span: begin..self.at,
                }),
                (left, right) => left.or(right),
            };
        }
    }

    /// `NOT a`
    fn negation(&mut self, depth: usize) -> Option<Node> {
        self.skip_space();
        let start = self.at;
        if self.take_operator(Operator::Not).is_none() {
            return self.primary(depth);
        }
        let span = start..self.at;
        self.expect_operand("NOT", start);
        if !self.go_deeper(depth) {
            return None;
        }
        self.negation(depth + 1).map(|node| Node::Not { node: Box::new(node), span })
    }

    /// A term or a parenthesis, each optionally behind `field:`.
    fn primary(&mut self, depth: usize) -> Option<Node> {
        self.skip_space();
        if self.at_end() || self.operator().is_some() {
            return None;
        }
        let fields = self.fields();
        self.skip_space();
        let fields = match (self.at_end() || self.operator().is_some(), fields) {
            (true, _) => {
                self.say(Remark::fault(
                    self.at..self.at,
                    "a term must follow the field",
                    "write `title:word`",
                ));
                return None;
            }
            (false, fields) => fields.or(self.bound),
        };
        match self.peek()? {
            '(' => self.parenthesis(fields, depth),
            '$' if self.names_group() => Some(self.group(fields)),
            '/' => self.regex(fields),
            '"' => self.quoted(fields, self.at, Mode::Plain),
            '=' => self.exact(fields),
            _ => self.word(fields, self.at, Mode::Plain),
        }
    }

    fn parenthesis(&mut self, fields: Option<Fields>, depth: usize) -> Option<Node> {
        let open = self.at;
        self.at += 1;
        if !self.go_deeper(depth) {
            return None;
        }
        let outer = std::mem::replace(&mut self.bound, fields);
        let node = self.alternatives(depth + 1);
        self.bound = outer;
        self.skip_space();
        if self.peek() == Some(')') {
            self.at += 1;
        } else {
            self.say(Remark::fault(open..open + 1, "this parenthesis is never closed", "add a `)`"));
        }
        if node.is_none() && self.remarks.iter().all(|remark| remark.span.end <= open) {
            self.say(Remark::fault(
                open..self.at,
                "there is nothing in the parentheses",
                "write a term, or leave them out",
            ));
        }
        node
    }

    /// Whether one more parenthesis may be opened; else the rest is left unread.
    fn go_deeper(&mut self, depth: usize) -> bool {
        if depth >= DEEPEST {
            self.say(Remark::fault(
                self.at..self.at,
                format!("more than {DEEPEST} parentheses inside each other"),
                "put a part of it into [terms]",
            ));
            self.at = self.source.len();
        }
        depth < DEEPEST
    }

    // --- operators ---

    fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some(')'))
    }

    /// The operator that stands here, and its length.
    fn operator(&self) -> Option<(Operator, usize)> {
        let rest = self.rest();
        let word = &rest
            [..rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"')).unwrap_or(rest.len())];
        let operator = match word {
            "AND" => Operator::And,
            "OR" => Operator::Or,
            "NOT" => Operator::Not,
            "NEAR" => Operator::Near(None),
            _ => {
                let distance = word.strip_prefix("NEAR/")?;
                Operator::Near(distance.parse().ok().filter(|distance| *distance <= FARTHEST))
            }
        };
        Some((operator, word.len()))
    }

    fn take_operator(&mut self, wanted: Operator) -> Option<()> {
        self.skip_space();
        let (operator, length) = self.operator()?;
        (operator == wanted).then(|| self.at += length)
    }

    /// After an operator a term must come.
    fn expect_operand(&mut self, operator: &str, start: usize) {
        let end = self.at;
        self.skip_space();
        let missing = match self.operator() {
            Some((Operator::Not, _)) => false,
            Some(_) => true,
            None => self.at_end(),
        };
        if missing {
            self.say(Remark::fault(
                start..end,
                format!("{operator} needs a term on its right"),
                format!("write it, or put \"{operator}\" in quotes to look for the word"),
            ));
        }
    }

    /// `OR a`, `(AND b)`
    fn refuse_leading_operator(&mut self) {
        loop {
            self.skip_space();
            let Some((operator, length)) = self.operator() else { return };
            if operator == Operator::Not || operator == Operator::Or {
                let doubled = operator == Operator::Or && self.follows_operator();
                if operator == Operator::Or && !doubled {
                    self.say_leading(length);
                }
                return;
            }
            if !self.follows_operator() {
                self.say_leading(length);
            }
            self.at += length;
        }
    }

    fn say_leading(&mut self, length: usize) {
        let word = &self.rest()[..length];
        let name = word.split('/').next().unwrap_or(word);
        let remark = Remark::fault(
            self.at..self.at + length,
            format!("{name} needs a term on its left"),
            format!("write it, or put \"{name}\" in quotes to look for the word"),
        );
        self.say(remark);
    }

    /// Whether the fault at hand was already told of the operator before.
    fn follows_operator(&self) -> bool {
        let before = self.source[..self.at].trim_end();
        ["AND", "OR", "NOT"].iter().any(|operator| before.ends_with(operator))
    }
}

/// One node stays itself, several are joined.
fn join(mut nodes: Vec<Node>, make: impl FnOnce(Vec<Node>) -> Node) -> Option<Node> {
    match nodes.len() {
        0 | 1 => nodes.pop(),
        _ => Some(make(nodes)),
    }
}
