//! What is wrong with a rule that was read: groups, NOT and NEAR.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Compiler;
use super::parts::{is_positive, span_of};
use crate::news::rule::ast::{Look, Node, Term};
use crate::news::rule::syntax::Remark;
use crate::news::rule::{Fault, Place};

impl<'a> Compiler<'a> {
    /// Unknown groups, NOT where it cannot stand, operands that NEAR cannot count.
    pub(super) fn check(&mut self, place: &Place, node: &Node) {
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

    /// Unknown groups inside groups, and groups that contain themselves.
    pub(super) fn check_groups(&mut self) {
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
