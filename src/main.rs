//! Arguments → exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use wirewatch::cli::{self, place::ConfigFault};

/// Watches news feeds and tells you once about every story you watch, with proof
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "\
Exit codes: 0 done, 1 failed, 2 wrong arguments, 78 a fault in the config.
`wirewatch demo` shows the whole of it without any set-up."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The config; else $WIREWATCH_CONFIG, /etc/wirewatch/wirewatch.toml, ~/.config/wirewatch/wirewatch.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(cli::run::Args),
    Poll(cli::poll::Args),
    Digest(cli::digest::Args),
    Check(cli::check::Args),
    Reload(cli::reload::Args),
    Explain(cli::explain::Args),
    Story(cli::story::Args),
    Backtest(cli::backtest::Args),
    Status(cli::status::Args),
    Feeds(cli::feeds::Args),
    Opml(cli::opml::Args),
    Mail(cli::mail::Args),
    Db(cli::db::Args),
    Demo(cli::demo::Args),
    Parse(cli::parse::Args),
    Extract(cli::extract::Args),
    Match(cli::matching::Args),
    Dedup(cli::dedup::Args),
    Schema(cli::schema::Args),
    Templates(cli::templates::Args),
    Completions(cli::manual::CompletionsArgs),
    #[command(hide = true)]
    Man(cli::manual::ManArgs),
}

fn main() -> ExitCode {
    let Arguments { command, config } = Arguments::parse();
    let config = config.as_deref();
    let done = match command {
        Command::Run(args) => cli::run::run(&args, config),
        Command::Poll(args) => cli::poll::run(&args, config),
        Command::Digest(args) => cli::digest::run(&args, config),
        Command::Check(args) => cli::check::run(&args, config),
        Command::Reload(args) => cli::reload::run(&args, config),
        Command::Backtest(args) => cli::backtest::run(&args, config),
        Command::Explain(args) => cli::explain::run(&args, config),
        Command::Story(args) => cli::story::run(&args, config),
        Command::Status(args) => cli::status::run(&args, config),
        Command::Feeds(args) => cli::feeds::run(&args, config),
        Command::Opml(args) => cli::opml::run(&args, config),
        Command::Mail(args) => cli::mail::run(&args, config),
        Command::Db(args) => cli::db::run(&args, config),
        Command::Demo(args) => cli::demo::run(&args),
        Command::Parse(args) => cli::parse::run(&args),
        Command::Extract(args) => cli::extract::run(&args),
        Command::Match(args) => cli::matching::run(&args, config),
        Command::Dedup(args) => cli::dedup::run(&args, config),
        Command::Schema(args) => cli::schema::run(&args),
        Command::Templates(args) => cli::templates::run(&args),
        Command::Completions(args) => cli::manual::completions(&args, Arguments::command()),
        Command::Man(_) => cli::manual::man(Arguments::command()),
    };
    done.unwrap_or_else(|error| end(&error))
}

/// Says what went wrong; a closed pipe is no error.
fn end(error: &anyhow::Error) -> ExitCode {
    let closed = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe;
    let is_closed_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref().is_some_and(closed)
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|error| error.io_error_kind() == Some(std::io::ErrorKind::BrokenPipe))
    };
    if error.chain().any(is_closed_pipe) {
        return ExitCode::SUCCESS;
    }
    if let Some(fault) = error.downcast_ref::<ConfigFault>() {
        eprintln!("{fault}");
        return cli::CONFIG_FAULT.into();
    }
    eprintln!("wirewatch: {error:#}");
    ExitCode::FAILURE
}
