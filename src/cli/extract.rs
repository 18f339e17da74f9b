//! `wirewatch extract FILE|URL|-`: article page → its article.

use std::io::{self, Write};
use std::process::ExitCode;

use super::parse::{document, go_on};
use crate::news::page;

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
    let document = match document(&args.page) {
        Ok(document) => document,
        Err(why) => {
            eprintln!("{}: {why}", args.page);
            return Ok(ExitCode::FAILURE);
        }
    };
    let page = page::extract(&document.bytes, document.url.as_deref(), document.content_type.as_deref());
    let line = serde_json::to_string(&page)?;
    go_on(writeln!(io::stdout().lock(), "{line}"))?;
    Ok(ExitCode::SUCCESS)
}
