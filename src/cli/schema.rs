//! `wirewatch schema`: a JSON Schema of the config, for editors.

use std::io::Write;
use std::process::ExitCode;

use crate::config;

/// Prints a JSON Schema of wirewatch.toml, so that editors complete it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Put it beside the config and name it in the first line of wirewatch.toml:
  wirewatch schema > wirewatch.schema.json
  #:schema ./wirewatch.schema.json")]
pub struct Args {}

/// # Errors
/// When the output cannot be written.
pub fn run(_: &Args) -> anyhow::Result<ExitCode> {
    writeln!(std::io::stdout(), "{:#}", config::schema())?;
    Ok(ExitCode::SUCCESS)
}
