//! The sections of a letter: stories under their rules, late copies, the closing block.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::clean;
use super::closing::{self, Figures, Month};
use super::fit::{Row, Section};
use super::layout::{Block, Layout};
use super::time::Reader;
use super::view::{self, Late, Sent, Story};
use crate::news::digest::{GroupBy, Issue, Report, Telling};

/// Stories told in full; those beyond, the weakest, are a line each.
const IN_FULL: usize = 100;
/// Stories told at all; those beyond are counted.
const TOLD: usize = 1_000;
/// Stories named of a feed that was away; the others are counted.
const NAMED: usize = 8;
/// Feeds named of those that are not well; the others are counted.
const ILL: usize = 25;
/// Names in a line that lists rules.
const NAMES: usize = 40;

/// Stories under one heading.
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

/// The groups: the one with the strongest story first, days from the newest to the oldest. `stories`
/// stand in their order, and do so in every group.
#[must_use]
pub fn groups(stories: &[&Telling], by: GroupBy, reader: Reader<'_>) -> Vec<Group> {
    let mut groups: Vec<(Option<NaiveDate>, Group)> = Vec::new();
    let mut known = HashMap::new();
    for (index, story) in stories.iter().enumerate() {
        let day = (by == GroupBy::Day).then(|| reader.day_of(story.lead.first_seen));
        let name = match by {
            GroupBy::Rule => main_rule(story),
            GroupBy::Source => story.lead.place(),
            GroupBy::Day => "",
        };
        let group = *known.entry((day, name)).or_insert_with(|| {
            let title = title(story, name, by, reader);
            groups.push((day, Group { title, stories: Vec::new() }));
            groups.len() - 1
        });
        groups[group].1.stories.push(index);
    }
    groups.sort_by_key(|(day, _)| Reverse(*day));
    groups.into_iter().map(|(_, group)| group).collect()
}

fn main_rule(story: &Telling) -> &str {
    view::by_strength(&story.hits).first().map_or("", |hit| hit.rule.as_str())
}

fn title(story: &Telling, name: &str, by: GroupBy, reader: Reader<'_>) -> String {
    let otherwise = match by {
        GroupBy::Day => return reader.day(story.lead.first_seen),
        GroupBy::Rule => "no_rule",
        GroupBy::Source => "unnamed_site",
    };
    match clean::line(name, 80) {
        empty if empty.is_empty() => reader.language.say(otherwise, &[]),
        title => title,
    }
}

/// All sections of an issue.
#[must_use]
pub fn all(layout: &Layout, issue: &Issue, stories: &[&Telling]) -> Vec<Section> {
    let reader = Reader::of(issue);
    let (new, backlog) = stories.split_at(stories.partition_point(|story| story.backlog.is_none()));
    let mut sections = told(layout, new, issue.style.group_by, reader);
    sections.extend(backlogs(layout, backlog, new.len(), reader));
    if issue.urgent {
        return sections;
    }
    if !issue.sent.is_empty() {
        let sent = |sent| row(layout.block("sent", Sent::new(sent, reader)));
        let rows = issue.sent.iter().map(sent).collect();
        sections.push(section(layout, &reader.language.say("sent_at_once", &[]), 0, rows));
    }
    if !issue.late.is_empty() {
        let late = |late| row(layout.block("late", Late::new(late, reader)));
        let rows = issue.late.iter().map(late).collect();
        sections.push(section(layout, &reader.language.say("told_before", &[]), 0, rows));
    }
    let brief = stories.is_empty() && issue.sent.is_empty() && issue.late.is_empty();
    let watch = reader.language.say("watch", &[]);
    sections.push(section(layout, &watch, 0, closing(layout, &issue.report, brief, reader)));
    sections
}

fn section(layout: &Layout, title: &str, count: usize, rows: Vec<Row>) -> Section {
    let head = |again| layout.block("head", Heading { title, count, again });
    Section { head: head(false), again: head(true), rows }
}

fn row(block: Block) -> Row {
    Row { block, stories: Vec::new() }
}

fn told(layout: &Layout, stories: &[&Telling], by: GroupBy, reader: Reader<'_>) -> Vec<Section> {
    let mut number = 0;
    let mut sections = Vec::new();
    for group in groups(stories, by, reader) {
        let mut rows = Vec::new();
        let (told, counted) = group.stories.split_at(group.stories.partition_point(|index| *index < TOLD));
        for index in told {
            number += 1;
            let name = if *index < IN_FULL { "story" } else { "brief" };
            let rule = (by == GroupBy::Rule).then(|| main_rule(stories[*index]));
            let block = layout.block(name, Story::new(stories[*index], number, rule, reader));
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

/// One compact block for each feed that was away. `first` is the index of the first of these stories.
fn backlogs(layout: &Layout, stories: &[&Telling], first: usize, reader: Reader<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut first = first;
    for block in stories.chunk_by(|a, b| a.backlog == b.backlog) {
        let Some(backlog) = block.first().and_then(|story| story.backlog.as_ref()) else { continue };
        let line = |(place, story): (usize, &&Telling)| {
            let block = layout.block("brief", Story::new(story, place + 1, None, reader));
            Row { block, stories: vec![first + place] }
        };
        let mut rows: Vec<Row> = block.iter().take(NAMED).enumerate().map(line).collect();
        if block.len() > NAMED {
            let counted = (first + NAMED..first + block.len()).collect();
            rows.push(Row { block: layout.block("untold", block.len() - NAMED), stories: counted });
        }
        let days = usize::try_from((backlog.back_at - backlog.away_since).num_days()).unwrap_or(0);
        let (feed, days) = (clean::line(&backlog.feed, 60), reader.language.count("days", days));
        let title = reader.language.say("back_after", &[("feed", &feed), ("days", &days)]);
        sections.push(section(layout, &title, block.len(), rows));
        first += block.len();
    }
    sections
}

/// The proof that the watch is alive; without the pictures when the letter has nothing else to say.
fn closing(layout: &Layout, report: &Report, brief: bool, reader: Reader<'_>) -> Vec<Row> {
    let ills = closing::ills(&report.troubles, reader);
    let (months, quiet, rest) = closing::months(&report.rules, reader);
    let mut rows = vec![row(layout.block("figures", Figures::of(report, reader)))];
    let more = ills.len().saturating_sub(ILL);
    rows.extend(ills.into_iter().take(ILL).map(|ill| row(layout.block("ill", ill))));
    rows.extend((more > 0).then(|| row(layout.block("more_ill", more))));
    rows.extend(report.notes.iter().map(|note| row(layout.block("note", clean::line(note, 600)))));
    if !brief {
        rows.extend(months.into_iter().map(|month| row(layout.block("month", month))));
        rows.extend(names(layout, "rest", &rest));
    }
    rows.extend(names(layout, "quiet", &quiet));
    rows
}

/// The rows of an issue with more rules than have a picture, for trying out templates.
pub fn many_rules(layout: &Layout, issue: &Issue) {
    let (months, quiet, _) = closing::months(&issue.report.rules, Reader::of(issue));
    names(layout, "rest", &months);
    names(layout, "quiet", &quiet);
}

/// One row that names rules.
fn names(layout: &Layout, block: &str, rules: &[Month]) -> Option<Row> {
    let named = &rules[..rules.len().min(NAMES)];
    let list = List { rules: named, more: rules.len() - named.len() };
    (!rules.is_empty()).then(|| row(layout.block(block, list)))
}
