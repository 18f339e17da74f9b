//! The standing order, and which stories go into a letter, in what order.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::entry::EntryId;
use super::letter::Language;
use super::rule::Evidence;
use super::schedule::{Cron, Pace};

/// A standing order: whom, when, which rules.
#[derive(Debug, Clone)]
pub struct Digest {
    pub name: String,
    pub to: Vec<String>,
    /// Names of rules; `*` stands for anything.
    pub rules: Vec<String>,
    pub schedule: Cron,
    pub zone: Tz,
    pub when_empty: WhenEmpty,
    pub style: Style,
    /// When its urgent rules are told; `None`: with the others.
    pub urgent: Option<Pace>,
}

/// How a digest is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Style {
    /// Of all words that are wirewatch's own.
    pub language: Language,
    pub group_by: GroupBy,
    /// How a day is written, in chrono's pattern; else as the language does it.
    pub date_format: Option<String>,
}

/// What stands together under one heading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupBy {
    /// The strongest rule that the story met.
    #[default]
    Rule,
    /// The day on which its lead was first seen, the newest first.
    Day,
    /// The site of its lead.
    Source,
}

/// What to do when there is nothing to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenEmpty {
    /// The empty digest is the proof that the watch is alive.
    Send,
    Skip,
}

/// Everything that one digest says at one moment: a pure value, made into letters by
/// [`super::letter::compose`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// The digest's name.
    pub digest: String,
    /// The cron slot, or the moment of a digest asked for by hand.
    pub slot: DateTime<Utc>,
    /// Every time in the letter is a time of day here.
    pub zone: Tz,
    #[serde(default)]
    pub style: Style,
    /// In any order; [`order`] says how they are told.
    #[serde(default)]
    pub stories: Vec<Telling>,
    /// Stories that were mailed at once, before this digest came.
    #[serde(default)]
    pub sent: Vec<SentStory>,
    /// New copies of stories that this digest told earlier.
    #[serde(default)]
    pub late: Vec<LateCopies>,
    #[serde(default)]
    pub report: Report,
    /// Mailed at once: no closing block, no late copies.
    #[serde(default)]
    pub urgent: bool,
    /// The urgent letter that told the story which this one brings up to date.
    #[serde(default)]
    pub answers: Option<Thread>,
}

/// An earlier letter of the same digest to the same recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    pub slot: DateTime<Utc>,
    pub part: u32,
}

/// A story that was told at once: a digest says so in one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentStory {
    pub story: EntryId,
    pub title: String,
    #[serde(default)]
    pub url: Option<String>,
    /// When the urgent letter was composed.
    pub at: DateTime<Utc>,
    /// Different sites that carry it by now.
    #[serde(default)]
    pub sites: u32,
}

/// One story, as a digest tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Telling {
    pub story: EntryId,
    pub lead: Standing,
    /// The other articles of the story, in any order.
    #[serde(default)]
    pub copies: Vec<Standing>,
    /// The rules that any of its articles met.
    #[serde(default)]
    pub hits: Vec<RuleHit>,
    /// Whom the text of its lead cites as its origin.
    #[serde(default)]
    pub cites: Option<String>,
    /// The story that this one brings up to date.
    #[serde(default)]
    pub update_of: Option<Kin>,
    /// The day since when it was known.
    #[serde(default)]
    pub resurfaced: Option<NaiveDate>,
    /// The story that it may be a copy of.
    #[serde(default)]
    pub maybe: Option<Kin>,
    /// Of a roundup: the stories that it tells, one after another.
    #[serde(default)]
    pub parts: Vec<Kin>,
    /// It is of what a feed brought when it was back after months: told with all of that in one block.
    #[serde(default)]
    pub backlog: Option<Backlog>,
}

/// What a feed published while it could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Backlog {
    /// The feed's name, else its URL.
    pub feed: String,
    pub away_since: DateTime<Utc>,
    pub back_at: DateTime<Utc>,
}

impl Telling {
    /// When its first article was seen.
    #[must_use]
    pub fn began(&self) -> DateTime<Utc> {
        let copies = self.copies.iter().map(|copy| copy.first_seen);
        copies.fold(self.lead.first_seen, DateTime::min)
    }
}

/// Another story that a told one points at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kin {
    pub story: EntryId,
    /// The title of its lead; may be empty.
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub url: Option<String>,
    /// What sets the two apart, in a few words: `3 → 11 killed`.
    #[serde(default)]
    pub change: Option<String>,
}

/// Where and when an article stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub entry: EntryId,
    pub title: String,
    #[serde(default)]
    pub url: Option<String>,
    /// The site's host.
    #[serde(default)]
    pub source: String,
    /// The feed's name.
    #[serde(default)]
    pub feed: String,
    /// BCP 47 tag as declared by the entry or its feed.
    #[serde(default)]
    pub lang: Option<String>,
    #[serde(default)]
    pub published: Option<DateTime<Utc>>,
    pub first_seen: DateTime<Utc>,
}

impl Standing {
    /// What a reader calls the place: the site's host, else the feed's name; may be empty.
    #[must_use]
    pub fn place(&self) -> &str {
        if self.source.is_empty() { &self.feed } else { &self.source }
    }
}

/// Why a story is told: a rule, and where its words stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleHit {
    pub rule: String,
    #[serde(default)]
    pub priority: i32,
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

/// A told story has come again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LateCopies {
    pub story: EntryId,
    pub title: String,
    #[serde(default)]
    pub url: Option<String>,
    /// When this digest told the story.
    #[serde(default)]
    pub told: Option<DateTime<Utc>>,
    #[serde(default)]
    pub copies: Vec<Standing>,
}

/// The closing block: the proof that the watch is alive.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Since the digest's last letter.
    pub since: Option<DateTime<Utc>>,
    pub feeds: u32,
    pub polls: u32,
    pub failed_polls: u32,
    pub entries: u32,
    pub matched: u32,
    pub troubles: Vec<Trouble>,
    /// Rules of this digest, each with its hits of the last 30 days, oldest day first.
    pub rules: Vec<RuleHistory>,
    /// Anything else the reader must know, a sentence each.
    pub notes: Vec<String>,
}

/// A feed that is not well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    pub feed: String,
    pub url: String,
    /// `failing`, `gone`, `gap`, `stale`, `rekeyed`, `repaired`.
    pub state: String,
    #[serde(default)]
    pub since: Option<DateTime<Utc>>,
    /// What happened.
    #[serde(default)]
    pub why: String,
    /// What to do about it; empty when there is nothing to be done.
    #[serde(default)]
    pub advice: String,
}

/// How often a rule hit, a day at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleHistory {
    pub rule: String,
    /// Stories a day, the newest day last.
    #[serde(default)]
    pub days: Vec<u32>,
    /// `None`: never.
    #[serde(default)]
    pub last_hit: Option<DateTime<Utc>>,
}

/// Orders the stories as they are told, the strongest first. Strong is, in this order of weight:
///
/// 1. the highest `priority` of the rules that it met;
/// 2. the number of independent sources: different sites that carry it, its lead's included;
/// 3. how new it is: the moment when its lead was first seen.
///
/// The backlog of a feed that was away comes after all others, of equal ones the newest published first.
///
/// What is equal in all of these stands by its story's number, so that the order is always the same.
pub fn order<S: Borrow<Telling>>(stories: &mut [S]) {
    stories.sort_by_cached_key(|story| {
        let story = story.borrow();
        let backlog = story.backlog.as_ref();
        let published = backlog.and(story.lead.published);
        (
            backlog.cloned(),
            (Reverse(priority(story)), Reverse(sources(story)), Reverse(story.lead.first_seen)),
            (Reverse(published), story.story),
        )
    });
}

/// The highest priority of the rules that the story met; 0 without any.
#[must_use]
pub fn priority(story: &Telling) -> i32 {
    story.hits.iter().map(|hit| hit.priority).max().unwrap_or_default()
}

/// Different sites that carry the story, at least 1.
#[must_use]
pub fn sources(story: &Telling) -> usize {
    let places = story.copies.iter().chain([&story.lead]).map(Standing::place);
    places.collect::<HashSet<_>>().len()
}

/// Whether a pattern of `rules = […]` names that rule: `*` stands for any characters, or none.
#[must_use]
pub fn names_rule(pattern: &str, rule: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == rule };
    let Some(mut left) = rule.strip_prefix(first) else { return false };
    let mut pieces = rest.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return left.ends_with(piece);
        }
        let Some(at) = left.find(piece) else { return false };
        left = &left[at + piece.len()..];
    }
    true
}
