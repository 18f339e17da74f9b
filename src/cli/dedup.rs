//! `wirewatch dedup [FILE|-]`: articles in order of arrival → one JSON line each.

use std::path::PathBuf;
use std::process::ExitCode;

/// Folds articles (JSON lines, in order of arrival) into stories and prints one JSON line each.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Articles, one JSON object a line; - or nothing for standard input
    #[arg(value_name = "FILE|-")]
    pub articles: Option<PathBuf>,
}

/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let _ = args;
    Ok(ExitCode::SUCCESS)
}
