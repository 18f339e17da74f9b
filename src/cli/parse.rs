//! `wirewatch parse FILE|URL|-…`: feed → one JSON line an entry.

use std::process::ExitCode;

/// Reads feed documents and prints one JSON line an entry.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, URLs, or - for standard input
    #[arg(required = true, value_name = "FILE|URL|-")]
    pub documents: Vec<String>,
}

/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let _ = args;
    Ok(ExitCode::SUCCESS)
}
