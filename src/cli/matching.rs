//! `wirewatch match [FILE|-]`: articles → one JSON line a hit.

use std::path::PathBuf;
use std::process::ExitCode;

/// Holds articles (JSON lines) against the rules and prints one JSON line a hit.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Articles, one JSON object a line; - or nothing for standard input
    #[arg(value_name = "FILE|-")]
    pub articles: Option<PathBuf>,
    /// Read this rules file alone, not the config
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Leave the evidence out
    #[arg(long)]
    pub count: bool,
}

/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let _ = args;
    Ok(ExitCode::SUCCESS)
}
