//! `wirewatch reload`: the daemon reads its config again.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::place::ConfigFault;
use crate::config::{self, Surroundings};
use crate::daemon::control::{self, Request};
use crate::daemon::home::Home;

/// Makes the daemon read its config again, and waits until it has taken or refused it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// # Errors
/// When no daemon listens.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let path = super::config_path(config);
    // A faulty config must reach the daemon's ears too: only the socket's place is taken from it.
    let loaded = config::load_without_secrets(&path);
    let sockets = Home::of(&path, loaded.store_path.as_deref(), &Surroundings::of_process()).sockets;
    match control::ask(&sockets, &Request::Reload)? {
        Some(answer) => super::report(answer, args.json),
        None if loaded.config.is_none() => Err(ConfigFault(loaded.report.to_string()).into()),
        None => anyhow::bail!("no daemon listens at {}", shown(&sockets)),
    }
}

fn shown(sockets: &[PathBuf]) -> String {
    sockets.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" or ")
}
