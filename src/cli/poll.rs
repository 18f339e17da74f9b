//! `wirewatch poll [FEED…]`: one round, then exit.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, Utc};

use super::place::{Place, Way};
use super::show::{self, counted, plain};
use crate::clock::Clock;
use crate::daemon::control::{Answer, PollLine, Request};
use crate::daemon::crew::Crew;
use crate::daemon::round;
use crate::news::errand::Delivery;
use crate::pipeline::Scope;

/// Polls the feeds that are due (named: now) once, and exits
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every poll is conditional and moves the feed's schedule on, as the daemon's do. When the daemon runs,
it does the polling.

Examples:
  wirewatch poll                         what is due
  wirewatch poll https://example.org/rss Eurasianet
  wirewatch poll --all --dry-run         everything, on a copy in memory: leaves no trace")]
pub struct Args {
    /// URLs or names of feeds, to be polled now
    #[arg(value_name = "FEED")]
    pub feeds: Vec<String>,
    /// Every feed now
    #[arg(long, conflicts_with = "feeds")]
    pub all: bool,
    /// Work on a copy of the database in memory
    #[arg(long)]
    pub dry_run: bool,
    /// One JSON line a feed
    #[arg(long)]
    pub json: bool,
    /// The time to act at, for tests
    #[arg(long, hide = true, value_name = "TIME")]
    pub now: Option<DateTime<Utc>>,
}

/// # Errors
/// When the config has faults or the database cannot be used.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    super::log::start("error");
    let place = Place::find(config)?;
    let scope = scope(args);
    let clock = args.now.map_or(Clock::Running, Clock::Standing);
    let mut printer = Printer { json: args.json, sum: Sum::default() };
    let mut urgent = Vec::new();
    let unknown = if args.dry_run {
        poll_here(&mut place.with_secrets()?.trial_crew(clock)?, &scope, &mut printer)?
    } else {
        match place.ask_or_lock(&Request::Poll { scope: scope.clone() })? {
            Way::Answered(Answer::Polled { polls, unknown }) => {
                polls.iter().try_for_each(|poll| printer.print(poll))?;
                unknown
            }
            Way::Answered(answer) => return super::report(answer, args.json),
            Way::Locked(lock) => {
                let mut crew = place.crew(&lock, clock)?;
                let unknown = poll_here(&mut crew, &scope, &mut printer)?;
                urgent = round::urgent(&mut crew)?;
                // Where no daemon runs nobody else does it.
                let now = crew.now();
                while crew.pipeline.forget_old(now)? {}
                unknown
            }
        }
    };
    printer.close()?;
    let unsent = urgent.iter().filter(|answered| !matches!(answered.delivery, Delivery::Accepted(_)));
    for answered in unsent {
        let letter = &answered.letter;
        let why = letter.last_answer.as_deref().unwrap_or_default();
        eprintln!("{} is {}: {}", plain(&letter.called()), letter.state.name(), plain(why));
    }
    for name in &unknown {
        eprintln!("no feed of the config has the URL or name “{}”", plain(name));
    }
    Ok(if unknown.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn scope(args: &Args) -> Scope {
    match (args.all, args.feeds.is_empty()) {
        (true, _) => Scope::All,
        (false, true) => Scope::Due,
        (false, false) => Scope::Named(args.feeds.clone()),
    }
}

fn poll_here(crew: &mut Crew, scope: &Scope, printer: &mut Printer) -> anyhow::Result<Vec<String>> {
    let mut written = Ok(());
    let unknown = round::poll(crew, scope, |poll, progress| {
        if written.is_ok() {
            written = printer.print(&PollLine::from(poll));
        }
        show::progress("feeds", progress.done, progress.of);
    })?;
    written?;
    Ok(unknown)
}

struct Printer {
    json: bool,
    sum: Sum,
}

#[derive(Default)]
struct Sum {
    feeds: usize,
    failed: usize,
    new: usize,
    matched: usize,
}

impl Printer {
    fn print(&mut self, poll: &PollLine) -> anyhow::Result<()> {
        self.sum.feeds += 1;
        self.sum.failed += usize::from(poll.why.is_some());
        self.sum.new += poll.new as usize;
        self.sum.matched += poll.matched as usize;
        let mut out = std::io::stdout().lock();
        if self.json {
            serde_json::to_writer(&mut out, poll)?;
            writeln!(out)?;
        } else if poll.end != "unchanged" {
            writeln!(out, "{}", line(poll))?;
        }
        Ok(())
    }

    fn close(&self) -> anyhow::Result<()> {
        if !self.json {
            let Sum { feeds, failed, new, matched } = self.sum;
            let feeds = counted(feeds, "feed");
            let new = counted(new, "new entry");
            writeln!(std::io::stdout(), "{feeds} polled, {failed} failed, {new}, {matched} matched")?;
        }
        Ok(())
    }
}

fn line(poll: &PollLine) -> String {
    let name = plain(if poll.name.is_empty() { &poll.feed } else { &poll.name });
    if let Some(why) = &poll.why {
        return format!("{name}: {}: {}", poll.end, plain(why));
    }
    let mut said = vec![format!("{} new", poll.new)];
    let more = [
        (poll.copies, "copy"),
        (poll.matched, "hit"),
        (poll.revised, "edited entry"),
        (poll.pages, "unread page"),
    ];
    said.extend(
        more.iter().filter(|(count, _)| *count > 0).map(|(count, what)| show::counted(*count as usize, what)),
    );
    format!("{name}: {}", said.join(", "))
}
