//! `wirewatch db`: copies of the database, and its health.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::place::Place;
use super::show;

/// Copies the database, checks its health
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub action: Action,
    /// One JSON object
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Writes a copy to FILE, which must not exist yet; the daemon may go on meanwhile
    Backup {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Reads the whole database and says what is wrong with it; exit 1 when something is
    Check,
}

/// # Errors
/// When there is no database, or the copy cannot be written.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let place = Place::find(config)?;
    let store = place.read()?;
    match &args.action {
        Action::Backup { file } => {
            store.back_up(file, |done, of| show::progress("pages", done, of))?;
            let said = format!("{} is a whole copy of {}", file.display(), store.path().display());
            super::say(true, &[said], args.json)?;
        }
        Action::Check => {
            let faults = store.check()?;
            if !faults.is_empty() {
                super::say(false, &faults, args.json)?;
                return Ok(ExitCode::FAILURE);
            }
            super::say(true, &[format!("{} is well", store.path().display())], args.json)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
