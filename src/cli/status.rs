//! `wirewatch status`: is everything well.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::place::Place;
use super::show::{counted, distance, lasting, plain};
use crate::clock;
use crate::daemon::home::HomeFault;
use crate::news::digest::Trouble;
use crate::news::letter::Language;
use crate::pipeline::trouble;
use crate::store::outbox::{LetterRow, LetterState};
use crate::store::telling::Kind;
use crate::store::{self, Ledger};

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
    /// Silent far beyond their own rhythm.
    stale: usize,
    /// Two readings had nothing in common, in the last two days.
    gap: usize,
    /// Known entries came under new guids, in the last two days.
    rekeyed: usize,
    /// The last document had to be mended.
    repaired: usize,
    never_polled: usize,
    /// The feeds of these counts, the worst first.
    not_well: Vec<NotWell>,
    /// Our own network is away since then.
    cut_off_since: Option<DateTime<Utc>>,
    /// In the last 24 hours.
    polls: u32,
    failed_polls: u32,
    new_entries: u32,
    matched: u32,
    entries: u64,
    stories: u64,
    hits: u64,
    database_bytes: u64,
    /// `[[notify]]` of the config.
    channels: usize,
    #[serde(flatten)]
    outbox: Outbox,
    next_poll: Option<DateTime<Utc>>,
    digests: Vec<NextDigest>,
    /// Of the last 7 days.
    notices: Vec<String>,
}

/// What waits, and what was lost in the last 7 days.
#[derive(Debug, Serialize)]
struct Outbox {
    letters_waiting: usize,
    letters_lost: usize,
    notifications_waiting: usize,
    notifications_lost: usize,
}

#[derive(Debug, Serialize)]
struct NextDigest {
    name: String,
    next: Option<DateTime<Utc>>,
}

/// A feed, and what is not well with it.
#[derive(Debug, Serialize)]
struct NotWell {
    feed: String,
    url: String,
    state: String,
    since: Option<DateTime<Utc>>,
    why: String,
    /// What to do about it; empty when there is nothing to be done.
    advice: String,
}

impl From<Trouble> for NotWell {
    fn from(Trouble { feed, url, state, since, why, advice }: Trouble) -> Self {
        Self { feed, url, state, since, why, advice }
    }
}

/// The states of a feed that is not well, the worst first.
const STATES: [&str; 6] = ["failing", "gone", "stale", "gap", "rekeyed", "repaired"];
/// Feeds that are named; `feeds` names them all.
const NAMED: usize = 20;

impl Status {
    /// Nobody has to do anything. A gap, new guids and a repair are remarks: what they are about is
    /// over, or mended.
    fn is_well(&self) -> bool {
        let silent = self.failing + self.gone + self.stale;
        let lost = self.outbox.letters_lost + self.outbox.notifications_lost;
        self.running && self.cut_off_since.is_none() && silent == 0 && lost == 0
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
        let notices = ledger.notices_since(now - TimeDelta::days(7))?;
        let troubles = feeds.iter().filter_map(|feed| trouble(feed, Language::default(), now));
        let mut not_well: Vec<NotWell> = troubles.map(NotWell::from).collect();
        not_well.sort_by_key(|feed| STATES.iter().position(|state| *state == feed.state));
        let number = |state: &str| not_well.iter().filter(|feed| feed.state == state).count();
        Ok(Status {
            running,
            feeds: feeds.len(),
            failing: number("failing"),
            gone: number("gone"),
            stale: number("stale"),
            gap: number("gap"),
            rekeyed: number("rekeyed"),
            repaired: number("repaired"),
            never_polled: feeds.iter().filter(|feed| feed.last_attempt.is_none()).count(),
            polls: day.polls,
            failed_polls: day.failed,
            new_entries: day.entries,
            matched: day.matched,
            entries: size.entries,
            stories: size.stories,
            hits: size.hits,
            database_bytes: size.bytes,
            channels: place.config.notify.len(),
            outbox: Outbox::of(ledger, now)?,
            next_poll: ledger.next_poll()?,
            digests: Vec::new(),
            notices: notices.into_iter().map(|notice| notice.what.said(Language::default())).collect(),
            not_well,
            cut_off_since: ledger.outage_since(now - TimeDelta::days(7))?,
        })
    })?;
    let digests = place.config.digests.iter();
    let next = digests
        .map(|digest| NextDigest { name: digest.name.clone(), next: digest.schedule.next(now, digest.zone) });
    Ok(Status { digests: next.collect(), ..status })
}

impl Outbox {
    fn of(ledger: &Ledger<'_>, now: DateTime<Utc>) -> store::Result<Self> {
        let rows = ledger.open_letters(now - TimeDelta::days(7))?;
        // What the user dropped is no loss.
        let lost = [LetterState::Refused, LetterState::GivenUp];
        let number = |is_notification: bool, states: &[LetterState]| {
            let is_meant = |row: &&LetterRow| {
                (row.kind == Kind::Notify) == is_notification && states.contains(&row.state)
            };
            rows.iter().filter(is_meant).count()
        };
        Ok(Self {
            letters_waiting: number(false, &[LetterState::Waiting]),
            letters_lost: number(false, &lost),
            notifications_waiting: number(true, &[LetterState::Waiting]),
            notifications_lost: number(true, &lost),
        })
    }
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
    ];
    let outbox = &status.outbox;
    let lost = |what: &str, waiting: usize, lost: usize| {
        format!("{what:<9} {waiting} waiting, {lost} lost in the last 7 days")
    };
    lines.push(lost("mail", outbox.letters_waiting, outbox.letters_lost));
    if status.channels + outbox.notifications_waiting + outbox.notifications_lost > 0 {
        lines.push(lost("notify", outbox.notifications_waiting, outbox.notifications_lost));
    }
    lines.push(format!("next poll {}", distance(status.next_poll, now)));
    lines.extend(
        status
            .digests
            .iter()
            .map(|digest| format!("digest    {} {}", digest.name, distance(digest.next, now))),
    );
    lines.extend(status.not_well.iter().take(NAMED).flat_map(|feed| ill(feed, now)));
    if status.not_well.len() > NAMED {
        lines.push(format!("          and {} more: `wirewatch feeds`", status.not_well.len() - NAMED));
    }
    lines.extend(status.notices.iter().map(|notice| format!("notice    {}", plain(notice))));
    lines.join("\n") + "\n"
}

/// A feed that is not well, and below it what to do.
fn ill(feed: &NotWell, now: DateTime<Utc>) -> Vec<String> {
    let since =
        feed.since.map_or_else(String::new, |since| format!(", {}", lasting(&feed.state, since, now)));
    let mut lines = vec![format!("{:<9} {}{since}: {}", feed.state, plain(&feed.feed), plain(&feed.why))];
    lines.extend((!feed.advice.is_empty()).then(|| format!("          → {}", feed.advice)));
    lines
}

fn feed_trouble(status: &Status) -> String {
    let troubles = [
        (status.failing, "failing"),
        (status.gone, "gone"),
        (status.stale, "stale"),
        (status.gap, "with a gap"),
        (status.rekeyed, "rekeyed"),
        (status.repaired, "repaired"),
        (status.never_polled, "not polled yet"),
    ];
    let said: Vec<String> = troubles
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if said.is_empty() { ", all well".to_owned() } else { format!(": {}", said.join(", ")) }
}
