//! Arguments → exit code.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use wirewatch::cli;

/// Watches news feeds and tells you once about every story you watch, with proof.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(cli::check::Args),
    Schema(cli::schema::Args),
    Parse(cli::parse::Args),
    Extract(cli::extract::Args),
    Match(cli::matching::Args),
    Dedup(cli::dedup::Args),
    Completions(cli::manual::CompletionsArgs),
    #[command(hide = true)]
    Man(cli::manual::ManArgs),
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Check(args) => cli::check::run(&args),
        Command::Schema(args) => cli::schema::run(&args),
        Command::Parse(args) => cli::parse::run(&args),
        Command::Extract(args) => cli::extract::run(&args),
        Command::Match(args) => cli::matching::run(&args),
        Command::Dedup(args) => cli::dedup::run(&args),
        Command::Completions(args) => cli::manual::completions(&args, Arguments::command()),
        Command::Man(_) => cli::manual::man(Arguments::command()),
    }
}
