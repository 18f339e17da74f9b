//! `wirewatch demo`: the whole pipeline with nothing set up. Built-in feeds on loopback, a config and a
//! ledger in a fresh folder, two rounds of polling and a digest, by the very functions of
//! `wirewatch poll` and `wirewatch digest`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::place::Place;
use crate::clock::{self, Clock};
use crate::daemon::crew::Crew;
use crate::daemon::home::Lock;
use crate::daemon::round::{self, Sent};
use crate::news::errand::Delivery;
use crate::pipeline::{Poll, Scope};

mod server;
mod sites;
mod words;

use server::Server;
use sites::SITES;

const CONFIG: &str = include_str!("demo/wirewatch.toml");

/// Shows the whole pipeline on built-in feeds: nothing to set up, no internet.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where config, database and mail are left: a new or an empty folder
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

/// # Errors
/// When the folder cannot be written, or wirewatch fails on its own feeds.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let folder = fresh_folder(args.folder.as_deref())?;
    let outside = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let server = outside.block_on(Server::start(clock::now())).context("no port on 127.0.0.1 can be had")?;
    say(&format!("Ten invented publishers stand on {}; nothing leaves this machine.", server.address()))?;

    let (mut crew, _lock) = hire(&folder, &server)?;
    say("\nFirst round: every feed is new.")?;
    let first = poll(&mut crew)?;
    server.time_passes();
    say("\nSecond round: two of them have published again, the others are asked whether they have.")?;
    let second = poll(&mut crew)?;
    say(&format!("\nTogether: {}", words::sum(&first, &second)))?;

    let digest = crew.pipeline.config().digests.first().cloned().context("the demo has no digest")?;
    let sent = round::digest(&mut crew, &digest)?;
    crew.stop();
    say("\nThe digest tells each story once, with its copies under it:\n")?;
    say(&words::stories(&sent.composed.issue))?;
    lay_page(&folder, &sent)?;
    say(&words::farewell(&folder, &program()))?;
    Ok(ExitCode::SUCCESS)
}

/// A folder with nothing in it: the one that was asked for, else a new one for temporary files.
fn fresh_folder(wanted: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(folder) = wanted {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        if fs::read_dir(folder)?.next().is_some() {
            bail!("{} is not empty; the demo wants a folder of its own", folder.display());
        }
        return Ok(fs::canonicalize(folder)?);
    }
    let parent = std::env::temp_dir();
    for number in 1..1_000 {
        let folder = parent.join(format!("wirewatch-demo-{number}"));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(fault) => return Err(fault).with_context(|| format!("{} cannot be made", folder.display())),
        }
    }
    bail!("{} is full of demos; name a folder with --folder", parent.display())
}

/// Not `println!`, which panics when nobody reads any more.
fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}

/// Writes the config, reads it as `wirewatch run` would, and opens the ledger.
fn hire(folder: &Path, server: &Server) -> anyhow::Result<(Crew, Lock)> {
    let feed = |site: &sites::Site| {
        format!("[[feed]]\nurl = \"{}\"\non_first_fetch = \"all\"\n{}\n", server.url(site), site.settings)
    };
    let feeds = SITES.iter().map(feed).collect::<Vec<_>>().concat();
    let path = folder.join("wirewatch.toml");
    fs::write(&path, CONFIG.replace("{{feeds}}\n", &feeds))?;
    let place = Place::find(Some(&path))?;
    let lock = place.home.lock()?;
    let crew = place.crew(&lock, Clock::Running)?;
    Ok((crew, lock))
}

/// One round of all feeds; prints each poll as it ends, so that the slow one is seen to hold nobody up.
fn poll(crew: &mut Crew) -> anyhow::Result<Vec<Poll>> {
    let mut polls = Vec::new();
    let mut said = Ok(());
    round::poll(crew, &Scope::All, |poll, _| {
        let about = SITES.iter().find(|site| poll.url.ends_with(site.path)).map_or("", |site| site.about);
        if said.is_ok() {
            said = say(&words::poll(poll, about));
        }
        polls.push(poll.clone());
    })?;
    said?;
    Ok(polls)
}

/// Lays the HTML part beside the `.eml`, for those without a mail program.
fn lay_page(folder: &Path, sent: &Sent) -> anyhow::Result<()> {
    for answer in &sent.answers {
        match &answer.delivery {
            Delivery::Accepted(_) => {}
            Delivery::Later(why) | Delivery::Refused(why) => bail!("the letter could not be filed: {why}"),
        }
    }
    let letter = sent.composed.letters.first().context("the digest had nothing to tell")?;
    Ok(fs::write(folder.join("digest.html"), &letter.html)?)
}

/// This program, as one would type it here.
fn program() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_else(|_| "wirewatch".into());
    let here = std::env::current_dir().unwrap_or_default();
    program.strip_prefix(&here).map(Path::to_owned).unwrap_or(program)
}
