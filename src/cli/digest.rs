//! `wirewatch digest NAME`: compose and deliver now.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};

use super::place::{Place, Way};
use super::show::counted;
use crate::clock::Clock;
use crate::config;
use crate::daemon::control::Request;
use crate::daemon::round::{self, Sent};
use crate::news::digest::Digest;
use crate::news::errand::Delivery;
use crate::news::letter::Letter;
use crate::store::outbox::LetterState;

/// Composes a digest and delivers it now
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The stories that it tells are told: the next one does not tell them again. With --dry-run nothing is
told, sent or remembered.

Examples:
  wirewatch digest morning
  wirewatch digest morning --dry-run --format html > morning.html
  wirewatch digest morning --dry-run --since 7d")]
pub struct Args {
    /// Name of a [[digest]] in the config
    pub name: String,
    /// Print it, and leave no trace
    #[arg(long)]
    pub dry_run: bool,
    /// With --dry-run: all that came within this time, told or not
    #[arg(long, value_name = "7d", value_parser = config::duration, requires = "dry_run")]
    pub since: Option<TimeDelta>,
    /// What --dry-run prints
    #[arg(long, value_enum, default_value_t = Format::Text, requires = "dry_run")]
    pub format: Format,
    /// One JSON object about what was done
    #[arg(long, conflicts_with = "dry_run")]
    pub json: bool,
    /// The time to act at, for tests
    #[arg(long, hide = true, value_name = "TIME")]
    pub now: Option<DateTime<Utc>>,
}

/// The forms of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Text,
    Html,
    /// The whole message
    Eml,
}

/// # Errors
/// When there is no such digest, or the database cannot be used.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    super::log::start("error");
    let place = Place::find(config)?;
    let digest = named(&place.config.digests, &args.name)?.clone();
    let clock = args.now.map_or(Clock::Running, Clock::Standing);
    if args.dry_run {
        let mut crew = place.trial_crew(clock)?;
        round::look_back(&mut crew)?;
        let now = crew.now();
        let composed = match args.since {
            None => crew.pipeline.compose_dry(&digest, now, now)?,
            Some(age) => crew.pipeline.compose_again(&digest, now - age, now)?,
        };
        return print(&composed.letters, args.format);
    }
    match place.ask_or_lock(&Request::Digest { name: args.name.clone() })? {
        Way::Answered(answer) => super::report(answer, args.json),
        Way::Locked(lock) => {
            let sent = round::digest(&mut place.crew(&lock, clock)?, &digest)?;
            say(&sent, args.json)
        }
    }
}

fn named<'a>(digests: &'a [Digest], name: &str) -> anyhow::Result<&'a Digest> {
    digests.iter().find(|digest| digest.name == name).ok_or_else(|| {
        let names: Vec<&str> = digests.iter().map(|digest| digest.name.as_str()).collect();
        anyhow::anyhow!("the config has no digest “{name}”; it has: {}", names.join(", "))
    })
}

/// The first recipient's letters stand for the others'.
fn print(letters: &[Letter], format: Format) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let first = letters.first().map(|letter| &letter.recipient);
    for letter in letters.iter().filter(|letter| Some(&letter.recipient) == first) {
        match format {
            Format::Text => writeln!(out, "{}", letter.text)?,
            Format::Html => writeln!(out, "{}", letter.html)?,
            Format::Eml => out.write_all(&letter.bytes)?,
        }
    }
    if letters.is_empty() {
        eprintln!("nothing to tell, and the digest wants no empty letters");
    }
    Ok(ExitCode::SUCCESS)
}

fn say(sent: &Sent, json: bool) -> anyhow::Result<ExitCode> {
    let (stories, letters) = (sent.composed.issue.stories.len(), sent.composed.letters.len());
    let mut lines = vec![format!("{} in {}", counted(stories, "story"), counted(letters, "letter"))];
    let mut failed = false;
    for answered in &sent.answers {
        let (what, why) = match &answered.delivery {
            Delivery::Accepted(answer) => ("sent", answer),
            Delivery::Later(why) if answered.letter.state == LetterState::GivenUp => ("given up", why),
            Delivery::Later(why) => ("not sent, to be tried again", why),
            Delivery::Refused(why) => ("refused", why),
        };
        let accepted = matches!(answered.delivery, Delivery::Accepted(_));
        failed |= !accepted;
        let why = if accepted { format!(" ({why})") } else { format!(": {why}") };
        lines.push(format!("{}: {what}{why}", answered.letter.recipient));
    }
    super::say(!failed, &lines, json)?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
