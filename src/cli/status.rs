//! `wirewatch status`: is everything well.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::place::Place;
use super::show::{counted, distance, plain};
use crate::clock;
use crate::daemon::home::HomeFault;
use crate::store::outbox::LetterState;

/// Says whether everything is well: daemon, feeds, mail
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Say nothing; exit 1 when something is not well
    #[arg(long)]
    pub quiet: bool,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Status {
    /// A daemon (or a round) works with the database.
    running: bool,
    feeds: usize,
    /// Of these, with a failure at the last poll.
    failing: usize,
    /// Left alone after a 410.
    gone: usize,
    never_polled: usize,
    /// In the last 24 hours.
    polls: u32,
    failed_polls: u32,
    new_entries: u32,
    matched: u32,
    entries: u64,
    stories: u64,
    hits: u64,
    database_bytes: u64,
    letters_waiting: usize,
    letters_lost: usize,
    next_poll: Option<DateTime<Utc>>,
    digests: Vec<NextDigest>,
    /// Of the last 7 days.
    notices: Vec<String>,
}

#[derive(Debug, Serialize)]
struct NextDigest {
    name: String,
    next: Option<DateTime<Utc>>,
}

impl Status {
    fn is_well(&self) -> bool {
        self.running && self.failing == 0 && self.letters_lost == 0
    }
}

/// # Errors
/// When the config has faults or there is no database yet.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let place = Place::find(config)?;
    let now = clock::now();
    let status = look(&place, now)?;
    if args.json {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &status)?;
        writeln!(out)?;
    } else if !args.quiet {
        std::io::stdout().write_all(text(&status, now).as_bytes())?;
    }
    Ok(if args.quiet && !status.is_well() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn look(place: &Place, now: DateTime<Utc>) -> anyhow::Result<Status> {
    let store = place.read()?;
    let running = matches!(place.home.lock(), Err(HomeFault::Taken { .. }));
    let status = store.read(|ledger| {
        let feeds: Vec<_> = ledger.feeds()?.into_iter().filter(|feed| feed.removed_at.is_none()).collect();
        let day = ledger.tally_since(now - TimeDelta::days(1))?;
        let size = ledger.size()?;
        let letters = ledger.open_letters(now - TimeDelta::days(7))?;
        let waiting = letters.iter().filter(|letter| letter.state == LetterState::Waiting).count();
        let notices = ledger.notices_since(now - TimeDelta::days(7))?;
        Ok(Status {
            running,
            feeds: feeds.len(),
            failing: feeds.iter().filter(|feed| feed.fault.is_some() && feed.next_poll.is_some()).count(),
            gone: feeds.iter().filter(|feed| feed.next_poll.is_none()).count(),
            never_polled: feeds.iter().filter(|feed| feed.last_attempt.is_none()).count(),
            polls: day.polls,
            failed_polls: day.failed,
            new_entries: day.entries,
            matched: day.matched,
            entries: size.entries,
            stories: size.stories,
            hits: size.hits,
            database_bytes: size.bytes,
            letters_waiting: waiting,
            letters_lost: letters.len() - waiting,
            next_poll: ledger.next_poll()?,
            digests: Vec::new(),
            notices: notices.into_iter().map(|notice| notice.text).collect(),
        })
    })?;
    let digests = place.config.digests.iter();
    let next = digests
        .map(|digest| NextDigest { name: digest.name.clone(), next: digest.schedule.next(now, digest.zone) });
    Ok(Status { digests: next.collect(), ..status })
}

fn text(status: &Status, now: DateTime<Utc>) -> String {
    let mut lines = vec![
        format!("daemon    {}", if status.running { "runs" } else { "does not run" }),
        format!("feeds     {}{}", status.feeds, feed_trouble(status)),
        format!(
            "last day  {}, {} failed, {}, {} matched",
            counted(status.polls as usize, "poll"),
            status.failed_polls,
            counted(status.new_entries as usize, "new entry"),
            status.matched
        ),
        format!(
            "ledger    {} entries in {} stories, {} hits, {:.1} MB",
            status.entries,
            status.stories,
            status.hits,
            status.database_bytes as f64 / 1e6
        ),
        format!(
            "mail      {} waiting, {} lost in the last 7 days",
            status.letters_waiting, status.letters_lost
        ),
        format!("next poll {}", distance(status.next_poll, now)),
    ];
    lines.extend(
        status
            .digests
            .iter()
            .map(|digest| format!("digest    {} {}", digest.name, distance(digest.next, now))),
    );
    lines.extend(status.notices.iter().map(|notice| format!("notice    {}", plain(notice))));
    lines.join("\n") + "\n"
}

fn feed_trouble(status: &Status) -> String {
    let troubles =
        [(status.failing, "failing"), (status.gone, "gone"), (status.never_polled, "not polled yet")];
    let said: Vec<String> = troubles
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if said.is_empty() { ", all well".to_owned() } else { format!(": {}", said.join(", ")) }
}
