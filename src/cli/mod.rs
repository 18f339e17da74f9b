//! One thin file a command: arguments, output, exit code.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use crate::config::Surroundings;
use crate::daemon::control::Answer;

pub mod backtest;
pub mod beside;
pub mod check;
pub mod db;
mod deciding;
pub mod dedup;
pub mod demo;
pub mod digest;
pub mod evaluate;
pub mod explain;
pub mod extract;
pub mod feeds;
pub mod fetched;
pub mod log;
pub mod mail;
pub mod manual;
pub mod matching;
pub mod opml;
pub mod parse;
pub mod place;
pub mod poll;
pub mod reload;
pub mod run;
pub mod schema;
pub mod show;
pub mod status;
pub mod story;
pub mod templates;

/// The exit code of a config that is to be mended (`EX_CONFIG` of sysexits.h).
pub const CONFIG_FAULT: u8 = 78;

/// The config file: `argument`, else `$WIREWATCH_CONFIG`, else `/etc/wirewatch/wirewatch.toml` if it
/// exists, else the user's own.
#[must_use]
pub fn config_path(argument: Option<&Path>) -> PathBuf {
    Surroundings::of_process().config_path(argument, Path::exists)
}

/// What a command that does something says, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Said<'a> {
    done: bool,
    lines: &'a [String],
}

/// Prints what was done, a sentence each.
///
/// # Errors
/// When the output cannot be written.
pub fn say(done: bool, lines: &[String], json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, &Said { done, lines })?;
        return writeln!(out);
    }
    lines.iter().try_for_each(|line| writeln!(out, "{}", show::plain(line)))
}

/// Prints what the daemon answered.
///
/// # Errors
/// When the output cannot be written.
pub fn report(answer: Answer, json: bool) -> anyhow::Result<ExitCode> {
    match answer {
        Answer::Done { lines } => {
            say(true, &lines, json)?;
            Ok(ExitCode::SUCCESS)
        }
        Answer::Refused { report } if json => {
            say(false, &report, json)?;
            Ok(CONFIG_FAULT.into())
        }
        Answer::Refused { report } => {
            eprintln!("{}\nthe config has faults; the daemon goes on with the old one", report.join("\n"));
            Ok(CONFIG_FAULT.into())
        }
        Answer::Failed { why } => anyhow::bail!(why),
        Answer::Polled { .. } => anyhow::bail!("the daemon answered another question"),
    }
}
