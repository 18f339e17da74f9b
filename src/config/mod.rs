//! Paper → values: `wirewatch.toml` with `rules.d/` and `feeds.d/`.
//!
//! Two shapes: as written (private, spanned, unknown keys refused) and as meant (the plain values
//! below). Every fault is reported in one pass, with file, line, column, a caret and a way out.

mod advice;
mod basics;
mod digests;
mod fault;
mod feeds;
mod files;
mod inside;
pub mod keys;
mod load;
mod mail;
mod names;
mod notify;
pub mod paths;
mod plain;
mod reading;
mod rules;
mod schema;
mod scope;
mod secret;
mod section;
mod shape;
mod signing;
mod tree;
mod values;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use ipnet::IpNet;
use serde::Serialize;

pub use feeds::taken_url;
pub use load::load_rules;
pub use paths::Surroundings;
pub use schema::schema;

use secret::Secrets;

use crate::news::digest::Digest;
use crate::news::errand::Access;
pub use crate::news::errand::{Route, Security, Smtp};
use crate::news::letter::Letterhead;
use crate::news::notification::{Channel, Way};
use crate::news::rule::{RuleText, Rules};
use crate::news::schedule::Rhythm;

/// Everything the user decided.
#[derive(Debug)]
pub struct Config {
    /// Every file that was read, the main one first.
    pub files: Vec<PathBuf>,
    pub fetch: Fetch,
    pub feeds: Vec<Feed>,
    pub rules: Vec<Rule>,
    /// `rules`, compiled, in the same order.
    pub matcher: Arc<Rules>,
    pub digests: Vec<Digest>,
    pub notify: Vec<Notify>,
    pub mail: Option<Mail>,
    pub store: Store,
}

/// `[fetch]`
#[derive(Debug, Clone)]
pub struct Fetch {
    pub every: TimeDelta,
    pub min_interval: TimeDelta,
    /// URL or mail address that stands in the User-Agent.
    pub contact: Option<String>,
    pub allow_private: Vec<IpNet>,
    /// For the feeds' cron lines.
    pub zone: Tz,
    /// Requests under way at once, in all.
    pub at_once: usize,
    /// Requests under way at once to one host.
    pub per_host: usize,
    /// Whole request.
    pub timeout: TimeDelta,
    /// Decoded body, in bytes.
    pub max_body: usize,
}

/// `[[feed]]`
#[derive(Debug, Clone)]
pub struct Feed {
    pub url: String,
    pub name: Option<String>,
    pub rhythm: Rhythm,
    pub full_text: FullText,
    pub on_first_fetch: FirstFetch,
    pub conditional: Conditional,
    /// The highest one's article is the lead of a story.
    pub priority: i32,
    /// Its entries are folded into stories.
    pub dedup: bool,
    pub access: Arc<Access>,
}

/// Whether an article's page is read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FullText {
    Never,
    /// When a rule met the entry.
    Hits,
    Always,
}

/// What is told of the entries that a feed has when it is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstFetch {
    /// Remembered, not told.
    Baseline,
    Last(u32),
    All,
}

/// Which validators are sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conditional {
    Both,
    Etag,
    Modified,
    Never,
}

/// `[[rule]]`: what is matched is in `text`, the rest says what follows.
#[derive(Debug, Clone)]
pub struct Rule {
    pub text: RuleText,
    pub priority: i32,
    /// Mailed at once.
    pub urgent: bool,
    /// Independent sources before a story counts, from 1.
    pub min_sources: u32,
    pub not_before: Option<DateTime<Utc>>,
    pub expires: Option<DateTime<Utc>>,
    /// Books hits but tells none before that moment.
    pub mute: Option<DateTime<Utc>>,
    /// When it is new or changed, what it finds in the entries stored so long is told.
    pub backfill: Option<TimeDelta>,
    pub note: Option<String>,
}

/// `[[notify]]`
#[derive(Debug, Clone)]
pub struct Notify {
    pub channel: Channel,
    pub way: Way,
    /// Whole request, or the program's run.
    pub timeout: TimeDelta,
}

/// `[mail]`
#[derive(Debug, Clone)]
pub struct Mail {
    pub letterhead: Arc<Letterhead>,
    pub route: Route,
    /// A letter that cannot be delivered for so long is given up.
    pub give_up_after: TimeDelta,
}

/// `[store]`
#[derive(Debug, Clone)]
pub struct Store {
    /// Else the state folder of `semantics.md`: `$STATE_DIRECTORY`, `/var/lib/wirewatch`, XDG.
    pub path: Option<PathBuf>,
    pub keep: TimeDelta,
    pub keep_unmatched: TimeDelta,
    pub max_articles: Option<u64>,
}

/// A rules file alone, for `match --rules` and `backtest`.
#[derive(Debug, Clone)]
pub struct RuleFile {
    pub rules: Vec<Rule>,
    /// `rules`, compiled, in the same order.
    pub matcher: Arc<Rules>,
}

/// The outcome of reading a config: values, or faults; warnings in any case.
#[derive(Debug)]
pub struct Loaded {
    pub config: Option<Config>,
    /// `[store] path`, also when there is no config: where the daemon is asked.
    pub store_path: Option<PathBuf>,
    pub report: Report,
}

/// The outcome of reading a rules file.
#[derive(Debug)]
pub struct LoadedRules {
    pub rules: Option<RuleFile>,
    pub report: Report,
}

/// Faults and warnings, rendered with carets: ready for a terminal or a log, without colours.
#[derive(Debug, Default, Clone)]
pub struct Report {
    pub faults: Vec<String>,
    pub warnings: Vec<String>,
    /// The same for programs, in the order of files and places.
    pub findings: Vec<Finding>,
    /// Faults and warnings in all: of many only the first hundred are rendered.
    pub counts: (usize, usize),
}

/// One fault or warning, as `check --json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `error` or `warning`.
    pub level: &'static str,
    /// `null`, as are line and column, when it has no place.
    pub file: Option<String>,
    /// From 1.
    pub line: Option<usize>,
    /// Characters from 1.
    pub column: Option<usize>,
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

impl fmt::Display for Report {
    /// Faults first, an empty line after each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.faults.iter().chain(&self.warnings).try_for_each(|fault| writeln!(f, "{fault}\n"))
    }
}

/// Reads a config file and what lies beside it, with secrets from this process's surroundings.
#[must_use]
pub fn load(path: &Path) -> Loaded {
    load_with(path, &Surroundings::of_process())
}

/// The same with the surroundings named.
#[must_use]
pub fn load_with(path: &Path, surroundings: &Surroundings) -> Loaded {
    load::load(path, surroundings, Secrets::Read)
}

/// A warning about a rule that no paper shows, such as the ledger does.
#[derive(Debug, Clone)]
pub struct Remark {
    /// Place of the rule in [`Config::rules`].
    pub rule: usize,
    pub message: String,
    /// The way out.
    pub help: String,
}

/// The same as [`load`]; when the config is sound, what is `known` of its rules from elsewhere stands among
/// the warnings, each in its place.
#[must_use]
pub fn load_knowing(path: &Path, known: impl FnOnce(&Config) -> Vec<Remark>) -> Loaded {
    load::load_knowing(path, &Surroundings::of_process(), Secrets::Read, known)
}

/// The same for those who only look: the files of secrets stay shut, and every secret is empty.
#[must_use]
pub fn load_without_secrets(path: &Path) -> Loaded {
    load::load(path, &Surroundings::default(), Secrets::LeftAlone)
}

/// A duration as the config has them: `30d`, `1h30m`.
///
/// # Errors
/// In words.
pub fn duration(written: &str) -> Result<TimeDelta, String> {
    values::duration(written, &(1..=i64::from(u32::MAX))).map_err(|flaw| flaw.message)
}
