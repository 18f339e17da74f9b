//! `wirewatch extract FILE|URL|-`: article page → its article.

use std::process::ExitCode;

/// Finds the article in a page and prints it as one JSON line.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file, a URL, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    pub page: String,
}

/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let _ = args;
    Ok(ExitCode::SUCCESS)
}
