//! `wirewatch check [FILE]`: config faults with carets.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock;
use crate::config::{self, Config, Loaded, Remark, Report, Rule, Surroundings};
use crate::daemon::home::Home;
use crate::store::hits::RuleRow;
use crate::store::{Store, StoreFault};

/// A rule that met nothing for so long may be misspelt, or no longer needed.
const QUIET: TimeDelta = TimeDelta::days(30);

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
    let Loaded { config, report, .. } = config::load_knowing(&path, |config| quiet_rules(&path, config));
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

/// What the ledger says of the rules, as far as it can be read; the config is checked without one, too.
fn quiet_rules(path: &Path, config: &Config) -> Vec<Remark> {
    let home = Home::of(path, config.store.path.as_deref(), &Surroundings::of_process());
    let Ok((known, watched)) = remembered(&home.database) else { return Vec::new() };
    let Some(watched) = watched.map(|watched| watched.min(clock::now())) else { return Vec::new() };
    let of = |rule: &Rule| {
        known.binary_search_by(|row| row.name.cmp(&rule.text.name)).ok().and_then(|at| known.get(at))
    };
    let remark = |(number, rule): (usize, &Rule)| {
        let row = of(rule).filter(|row| row.meaning == config.matcher.meaning(number))?;
        remark(number, rule, row, watched)
    };
    config.rules.iter().enumerate().filter_map(remark).collect()
}

/// The rules as the ledger knows them, by name, and until when feeds were watched.
fn remembered(database: &Path) -> Result<(Vec<RuleRow>, Option<DateTime<Utc>>), StoreFault> {
    let store = Store::open_untouched(database)?;
    store.read(|ledger| Ok((ledger.rules()?, ledger.last_success()?)))
}

/// A warning of a rule that has met nothing for 30 days before `watched`, when a feed was last read.
fn remark(number: usize, rule: &Rule, row: &RuleRow, watched: DateTime<Utc>) -> Option<Remark> {
    let over = rule.expires.is_some_and(|end| end <= watched);
    let last_hit = row.last_hit.filter(|hit| *hit >= row.ordered_at);
    let since = last_hit.unwrap_or(row.ordered_at).max(rule.not_before.unwrap_or_default());
    if over || watched - since < QUIET {
        return None;
    }
    let day = since.format("%Y-%m-%d");
    let message = match last_hit {
        Some(_) => format!("this rule has not hit since {day}"),
        None => format!("this rule has not hit once since it began on {day}"),
    };
    let help =
        "look whether papers spell it so (`wirewatch backtest` tries another spelling), or leave it out";
    Some(Remark { rule: number, message, help: help.to_owned() })
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
