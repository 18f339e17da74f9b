//! `wirewatch feeds`: every feed and its health.

mod history;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::place::Place;
use super::{fetched, show};
use crate::clock;
use crate::news::letter::Language;
use crate::news::parse::{self, Source, Unreadable};
use crate::news::schedule::Why;
use crate::pipeline::trouble;
use crate::store::feeds::FeedRow;
use crate::store::polls::PollRow;
use history::{Medians, PollLine};
use show::{distance, lasting, plain, table};

/// Lists the feeds and their health
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    pub action: Option<Action>,
    /// One JSON line a feed
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// The feeds that a web page names
    Discover {
        /// The page
        url: String,
    },
    /// Everything that is known of one feed, and its last 50 polls
    Show {
        /// URL or name
        feed: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// A feed as `--json` prints it.
#[derive(Debug, Serialize)]
struct FeedLine {
    url: String,
    name: String,
    /// `well`, `new`, `removed`, or what is not well: `failing`, `gone`, `gap`, `stale`, `rekeyed`,
    /// `repaired`.
    state: String,
    /// Since when it is in a state that is not `well`.
    since: Option<DateTime<Utc>>,
    /// The class of the last failure, and what the fetch or the reading said.
    fault: Option<String>,
    fault_detail: Option<String>,
    /// What that or another state means, and what to do about it.
    why: Option<String>,
    advice: Option<String>,
    failures: u32,
    failing_since: Option<DateTime<Utc>>,
    last_attempt: Option<DateTime<Utc>>,
    last_success: Option<DateTime<Utc>>,
    last_entry: Option<DateTime<Utc>>,
    next_poll: Option<DateTime<Utc>>,
    /// In a sentence, and its parts.
    next_poll_because: Option<String>,
    next_poll_why: Option<Why>,
    /// In its last document.
    entries: u32,
    repaired: bool,
    gap_at: Option<DateTime<Utc>>,
    rekeyed_at: Option<DateTime<Utc>>,
    /// Where it is asked for, when that is another URL.
    fetch_url: Option<String>,
    moved_to: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
    added_at: DateTime<Utc>,
    /// Seconds between polls that its document asks for.
    asks_for: Option<i64>,
}

impl FeedLine {
    fn of(row: FeedRow, now: DateTime<Utc>) -> Self {
        let State { name: state, since, why, advice } = State::of(&row, now);
        Self {
            state,
            since,
            why,
            advice,
            fetch_url: Some(row.fetch_url).filter(|url| *url != row.url),
            url: row.url,
            name: row.name,
            fault: row.fault,
            fault_detail: row.fault_detail,
            failures: row.failures,
            failing_since: row.failing_since,
            last_attempt: row.last_attempt,
            last_success: row.last_success,
            last_entry: row.last_entry,
            next_poll: row.next_poll,
            next_poll_because: row.next_why.map(|why| why.said(row.failures)),
            next_poll_why: row.next_why,
            entries: row.entries,
            repaired: row.repaired,
            gap_at: row.gap_at,
            rekeyed_at: row.rekeyed_at,
            moved_to: row.moved_to,
            etag: row.validators.etag,
            last_modified: row.validators.last_modified,
            added_at: row.added_at,
            asks_for: row.pacing.interval().map(|interval| interval.num_seconds()),
        }
    }
}

/// How it is, since when, why, and what helps.
#[derive(Default)]
struct State {
    name: String,
    since: Option<DateTime<Utc>>,
    why: Option<String>,
    advice: Option<String>,
}

impl State {
    fn of(row: &FeedRow, now: DateTime<Utc>) -> Self {
        let plainly = |name: &str| Self { name: name.to_owned(), ..Self::default() };
        match (row, trouble(row, Language::default(), now)) {
            (FeedRow { removed_at: Some(_), .. }, _) => plainly("removed"),
            // Not asked yet, or not read by a fault of our own.
            (FeedRow { last_success: None, fault: None, .. }, _) => plainly("new"),
            (_, Some(trouble)) => Self {
                name: trouble.state,
                since: trouble.since,
                why: Some(trouble.why),
                advice: Some(trouble.advice).filter(|advice| !advice.is_empty()),
            },
            (_, None) => plainly("well"),
        }
    }
}

/// # Errors
/// When the config has faults or there is no database yet.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    if let Some(Action::Discover { url }) = &args.action {
        return discover(url);
    }
    let place = Place::find(config)?;
    let store = place.read()?;
    let rows = store.read(|ledger| ledger.feeds())?;
    match &args.action {
        None | Some(Action::Discover { .. }) => list(rows, args.json),
        Some(Action::Show { feed, json }) => {
            let row = rows.into_iter().find(|row| row.url == *feed || row.name == *feed);
            let row = row.ok_or_else(|| anyhow::anyhow!("no feed has the URL or name “{}”", plain(feed)))?;
            let polls = store.read(|ledger| ledger.polls(row.id))?;
            print_account(FeedLine::of(row, clock::now()), polls, *json)
        }
    }
}

/// A feed's own URL names itself.
fn discover(url: &str) -> anyhow::Result<ExitCode> {
    let reply = fetched::get(url).map_err(|why| anyhow::anyhow!("{}: {}", plain(url), plain(&why)))?;
    let source = Source { url: Some(&reply.final_url), content_type: reply.content_type.as_deref() };
    let (feeds, what) = match parse::feed(&reply.body, source) {
        Ok(_) => (vec![reply.final_url], String::new()),
        Err(why) => {
            let what = why.to_string();
            (if let Unreadable::Page { feeds, .. } = why { feeds } else { Vec::new() }, what)
        }
    };
    let mut out = std::io::stdout().lock();
    for feed in &feeds {
        writeln!(out, "{}", plain(feed))?;
    }
    if feeds.is_empty() {
        eprintln!("{}: {}; it names no feed", plain(url), plain(&what));
    }
    Ok(if feeds.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn list(rows: Vec<FeedRow>, json: bool) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let now = clock::now();
    let lines = rows.into_iter().map(|row| FeedLine::of(row, now)).filter(|line| line.state != "removed");
    if json {
        for line in lines {
            serde_json::to_writer(&mut out, &line)?;
            writeln!(out)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let head =
        ["state", "when", "last success", "next poll", "entries", "feed", ""].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(lines.map(|line| cells(&line, now))).collect();
    out.write_all(table(&rows).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn cells(line: &FeedLine, now: DateTime<Utc>) -> Vec<String> {
    vec![
        line.state.clone(),
        line.since.map_or_else(String::new, |since| lasting(&line.state, since, now)),
        distance(line.last_success, now),
        distance(line.next_poll, now),
        line.entries.to_string(),
        plain(if line.name.is_empty() { &line.url } else { &line.name }),
        plain(line.why.as_deref().unwrap_or_default()),
    ]
}

/// A feed with its history, as `feeds show --json` prints it.
#[derive(Debug, Serialize)]
struct Account {
    #[serde(flatten)]
    feed: FeedLine,
    median_milliseconds: Option<Medians>,
    polls: Vec<PollLine>,
}

fn print_account(feed: FeedLine, polls: Vec<PollRow>, json: bool) -> anyhow::Result<ExitCode> {
    let polls: Vec<PollLine> = polls.into_iter().map(PollLine::from).collect();
    let account = Account { feed, median_milliseconds: Medians::of(&polls), polls };
    show::account(&account, json, text)
}

fn text(account: &Account) -> String {
    let value = serde_json::to_value(&account.feed).unwrap_or_default();
    // What has parts is told in a sentence beside it.
    let is_told = |value: &serde_json::Value| !value.is_null() && !value.is_object() && value != "";
    let known = value.as_object().into_iter().flatten().filter(|(_, value)| is_told(value));
    let mut rows: Vec<Vec<String>> = known
        .map(|(key, value)| vec![key.replace('_', " "), plain(value.as_str().unwrap_or(&value.to_string()))])
        .collect();
    rows.extend(
        account.median_milliseconds.as_ref().map(|medians| vec!["median time".to_owned(), medians.said()]),
    );
    rows.sort();
    let history = if account.polls.is_empty() {
        String::new()
    } else {
        format!("\n{}", table(&history::rows(&account.polls)))
    };
    table(&rows) + &history
}
