//! `wirewatch check [FILE]`: config faults with carets.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::clock;
use crate::config::{self, Loaded, Report};

/// Reads the config and says what to mend; exit 78 on any fault.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The config file; else the one that `--config` would take
    pub file: Option<PathBuf>,
    /// Warnings are faults too
    #[arg(long)]
    pub strict: bool,
    /// Say how the config was understood, with the next slots of every schedule
    #[arg(long)]
    pub explain: bool,
    /// One JSON line for each fault and warning: level, file, line, column, message, help
    #[arg(long, conflicts_with = "explain")]
    pub json: bool,
}

/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let path = super::config_path(args.file.as_deref().or(config));
    let Loaded { config, report } = config::load(&path);
    let mut out = std::io::stdout().lock();
    if args.json {
        for finding in &report.findings {
            writeln!(out, "{}", serde_json::to_string(finding)?)?;
        }
        return Ok(code(&report, args.strict));
    }
    if let Some(config) = config.filter(|_| args.explain) {
        writeln!(out, "{}", config.explain(clock::now()))?;
    }
    write!(out, "{report}")?;
    writeln!(out, "{}: {}", path.display(), sum(&report))?;
    Ok(code(&report, args.strict))
}

fn code(report: &Report, strict: bool) -> ExitCode {
    let bad = !report.faults.is_empty() || (strict && !report.warnings.is_empty());
    if bad { super::CONFIG_FAULT.into() } else { ExitCode::SUCCESS }
}

fn sum(report: &Report) -> String {
    match report.counts {
        (0, 0) => "good".to_owned(),
        (0, warnings) => format!("good, {}", counted(warnings, "warning")),
        (faults, 0) => counted(faults, "fault"),
        (faults, warnings) => format!("{}, {}", counted(faults, "fault"), counted(warnings, "warning")),
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
