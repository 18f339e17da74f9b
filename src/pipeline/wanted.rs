//! Which rules somebody is told of, and when a story of theirs may be told.

use std::collections::HashMap;

use super::orders::Orders;
use crate::config::Rule;
use crate::news::digest::names_rule;
use crate::store::hits::RuleId;
use crate::store::telling::{HitRow, Kind};

/// The rules that a digest or its urgent letters carry.
pub(super) struct Wanted<'a> {
    kind: Kind,
    rules: HashMap<RuleId, &'a Rule>,
}

impl<'a> Wanted<'a> {
    /// Of the rules that `patterns` name; for urgent letters the urgent ones alone.
    pub fn new(orders: &'a Orders, kind: Kind, patterns: &[String]) -> Self {
        let wanted = |rule: &Rule| {
            (kind != Kind::Urgent || rule.urgent)
                && patterns.iter().any(|pattern| names_rule(pattern, &rule.text.name))
        };
        let rules = orders.rules.iter().copied().zip(&orders.config.rules);
        Self { kind, rules: rules.filter(|(_, rule)| wanted(rule)).collect() }
    }

    /// A hit that is to be told, of one of these rules.
    pub fn wants(&self, hit: &HitRow) -> bool {
        !hit.silent && self.of(hit.rule).is_some()
    }

    pub fn of(&self, rule: RuleId) -> Option<&'a Rule> {
        self.rules.get(&rule).copied()
    }

    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Any of the rules waits for more than one source.
    pub fn is_patient(&self) -> bool {
        self.rules.values().any(|rule| self.sources_for(rule) > 1)
    }

    /// So many sources, and a story with these hits may be told.
    pub fn is_ripe(&self, hits: &[HitRow], sources: usize) -> bool {
        hits.iter()
            .filter(|hit| self.wants(hit))
            .filter_map(|hit| self.of(hit.rule))
            .any(|rule| sources >= self.sources_for(rule) as usize)
    }

    /// A digest tells a story of an urgent rule anyhow: the sources are what the urgent letter waits for.
    pub fn sources_for(&self, rule: &Rule) -> u32 {
        if self.kind == Kind::Digest && rule.urgent { 1 } else { rule.min_sources }
    }
}
