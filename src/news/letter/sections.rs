//! The sections of a letter: stories under their rules, late copies, the closing block.

use serde::Serialize;

use super::clean;
use super::closing::{self, Figures, Month};
use super::fit::{Row, Section};
use super::layout::{Block, Layout};
use super::time::Clock;
use super::view::{self, Late, Story};
use crate::news::digest::{Issue, Report, Telling};

/// Stories told in full; those beyond, the weakest, are a line each.
const IN_FULL: usize = 100;
/// Stories told at all; those beyond are counted.
const TOLD: usize = 1_000;
/// Names in a line that lists rules.
const NAMES: usize = 40;

/// Stories under their strongest rule.
#[derive(Debug)]
pub struct Group {
    pub title: String,
    /// Indexes in the order of strength.
    pub stories: Vec<usize>,
}

/// What a heading shows.
#[derive(Debug, Serialize)]
struct Heading<'a> {
    title: &'a str,
    /// Of stories; 0: not said.
    count: usize,
    /// The section began in the letter before.
    again: bool,
}

/// Rules by name, as many as a line holds.
#[derive(Debug, Serialize)]
struct List<'a> {
    rules: &'a [Month],
    more: usize,
}

/// The groups, the one with the strongest story first. `stories` stand in their order.
#[must_use]
pub fn by_rule(stories: &[&Telling]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for (index, story) in stories.iter().enumerate() {
        let rule = view::by_strength(&story.hits).first().map_or("", |hit| hit.rule.as_str());
        let group = *known.entry(rule).or_insert_with(|| {
            let title = clean::line(rule, 80);
            let title = if title.is_empty() { "No rule".to_owned() } else { title };
            groups.push(Group { title, stories: Vec::new() });
            groups.len() - 1
        });
        groups[group].stories.push(index);
    }
    groups
}

/// All sections of an issue.
#[must_use]
pub fn all(layout: &Layout, issue: &Issue, stories: &[&Telling]) -> Vec<Section> {
    let clock = Clock { slot: issue.slot, zone: issue.zone };
    let mut sections = groups(layout, stories, clock);
    if !issue.late.is_empty() {
        let late = |late| row(layout.block("late", Late::new(late, clock)));
        let rows = issue.late.iter().map(late).collect();
        sections.push(section(layout, "Told before, and copied since", 0, rows));
    }
    let brief = stories.is_empty() && issue.late.is_empty();
    sections.push(section(layout, "The watch", 0, closing(layout, &issue.report, brief, clock)));
    sections
}

fn section(layout: &Layout, title: &str, count: usize, rows: Vec<Row>) -> Section {
    let head = |again| layout.block("head", Heading { title, count, again });
    Section { head: head(false), again: head(true), rows }
}

fn row(block: Block) -> Row {
    Row { block, stories: Vec::new() }
}

fn groups(layout: &Layout, stories: &[&Telling], clock: Clock) -> Vec<Section> {
    let mut number = 0;
    let mut sections = Vec::new();
    for group in by_rule(stories) {
        let mut rows = Vec::new();
        let (told, counted) = group.stories.split_at(group.stories.partition_point(|index| *index < TOLD));
        for index in told {
            number += 1;
            let name = if *index < IN_FULL { "story" } else { "brief" };
            let block = layout.block(name, Story::new(stories[*index], number, &group.title, clock));
            rows.push(Row { block, stories: vec![*index] });
        }
        if !counted.is_empty() {
            let block = layout.block("untold", counted.len());
            rows.push(Row { block, stories: counted.to_vec() });
        }
        sections.push(section(layout, &group.title, group.stories.len(), rows));
    }
    sections
}

/// The proof that the watch is alive; without the pictures when the letter has nothing else to say.
fn closing(layout: &Layout, report: &Report, brief: bool, clock: Clock) -> Vec<Row> {
    let ills = closing::ills(&report.troubles, clock);
    let (months, quiet, rest) = closing::months(&report.rules, clock);
    let mut rows = vec![row(layout.block("figures", Figures::of(report, clock)))];
    rows.extend(ills.into_iter().map(|ill| row(layout.block("ill", ill))));
    rows.extend(report.notes.iter().map(|note| row(layout.block("note", clean::line(note, 600)))));
    if !brief {
        rows.extend(months.into_iter().map(|month| row(layout.block("month", month))));
        rows.extend(names(layout, "rest", &rest));
    }
    rows.extend(names(layout, "quiet", &quiet));
    rows
}

/// One row that names rules.
fn names(layout: &Layout, block: &str, rules: &[Month]) -> Option<Row> {
    let named = &rules[..rules.len().min(NAMES)];
    let list = List { rules: named, more: rules.len() - named.len() };
    (!rules.is_empty()).then(|| row(layout.block(block, list)))
}
