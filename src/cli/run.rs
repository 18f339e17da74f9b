//! `wirewatch run`: the daemon.

use std::path::Path;
use std::process::ExitCode;

use super::place::Place;
use crate::daemon;

/// Runs the daemon: polls, matches, folds and mails until it is stopped
#[derive(Debug, clap::Args)]
#[command(after_help = "SIGTERM stops it, SIGHUP (or `wirewatch reload`) makes it read its config again.")]
pub struct Args {}

/// # Errors
/// When the config has faults, another wirewatch has the database, or the database is damaged.
pub fn run(_args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    super::log::start("info");
    let place = Place::find(config)?.with_secrets()?;
    let lock = place.home.lock()?;
    let store = place.home.open(&lock)?;
    let Some(socket) = place.home.sockets.first().cloned() else {
        anyhow::bail!("no place for the control socket")
    };
    daemon::run(&place.config_path, place.config, store, &socket)?;
    Ok(ExitCode::SUCCESS)
}
