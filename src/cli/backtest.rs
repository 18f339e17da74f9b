//! `wirewatch backtest`: what changed rules would have caught in the stored entries.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::place::{ConfigFault, Place};
use super::show::{self, counted, plain};
use crate::clock;
use crate::config;
use crate::news::entry::EntryId;
use crate::news::rule::{Evidence, Rules};
use crate::store::Ledger;
use crate::store::replay::Stored;

/// Says what the rules would have caught in the stored entries, as a difference to what is booked
#[derive(Debug, clap::Args)]
#[command(after_help = "\
It leaves no trace. Texts are stored as long as [store] keep and keep_unmatched say: what is older cannot
be tried.

Examples:
  wirewatch backtest                             the config's rules, over everything that is kept
  wirewatch backtest --rules new.toml --since 7d --rule Karabakh")]
pub struct Args {
    /// Try this rules file, not the config's rules
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Only entries first seen within this time
    #[arg(long, value_name = "30d", value_parser = config::duration)]
    pub since: Option<TimeDelta>,
    /// Only this rule; may be given again
    #[arg(long, value_name = "NAME")]
    pub rule: Vec<String>,
    /// Titles that are shown of each kind
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub show: usize,
    /// One JSON line an entry that makes a difference, then one a rule
    #[arg(long)]
    pub json: bool,
}

/// The difference that a rule makes.
#[derive(Debug, Default)]
struct Difference {
    caught: Vec<Entry>,
    lost: Vec<Entry>,
    newly_caught: usize,
    no_longer_caught: usize,
    unchanged: usize,
}

/// An entry that makes a difference.
#[derive(Debug, Clone, Serialize)]
struct Entry {
    rule: String,
    id: String,
    /// `caught` or `lost`.
    change: &'static str,
    title: String,
    source: String,
    url: Option<String>,
    first_seen: DateTime<Utc>,
    /// Of the first term: what it finds now, or found when the article came.
    snippet: Option<String>,
}

/// `--json`'s last lines.
#[derive(Debug, Serialize)]
struct RuleLine<'a> {
    rule: &'a str,
    newly_caught: usize,
    no_longer_caught: usize,
    unchanged: usize,
}

/// # Errors
/// When the rules have faults or there is no database yet.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let place = Place::find(config)?;
    let rules = rules(args, &place)?;
    let wanted = wanted(args, &rules)?;
    let mut trial = Trial {
        rules: &rules,
        wanted: &wanted,
        args,
        differences: BTreeMap::new(),
        gone: BTreeMap::new(),
        written: Ok(()),
    };
    let since = args.since.map_or_else(DateTime::default, |since| clock::now() - since);
    let mut tried = 0;
    place.read()?.read(|ledger| {
        let total = ledger.replayable(since)?;
        ledger.replay(since, |stored| {
            tried += 1;
            trial.hold(stored, ledger);
            if tried % 1_000 == 0 || tried == total {
                show::progress("entries", tried, total);
            }
        })
    })?;
    std::mem::replace(&mut trial.written, Ok(()))?;
    print(&trial, tried)?;
    Ok(ExitCode::SUCCESS)
}

fn rules(args: &Args, place: &Place) -> anyhow::Result<Arc<Rules>> {
    let Some(file) = &args.rules else { return Ok(Arc::clone(&place.config.matcher)) };
    let loaded = config::load_rules(file);
    match loaded.rules {
        Some(rules) => Ok(rules.matcher),
        None => Err(ConfigFault(loaded.report.to_string()).into()),
    }
}

/// The rules that are asked for, each with its name.
fn wanted(args: &Args, rules: &Rules) -> anyhow::Result<BTreeMap<usize, String>> {
    let names = rules.names();
    if let Some(unknown) = args.rule.iter().find(|name| !names.contains(name)) {
        anyhow::bail!("no rule is called “{}”", plain(unknown));
    }
    let asked = |name: &String| args.rule.is_empty() || args.rule.contains(name);
    Ok(names.iter().cloned().enumerate().filter(|(_, name)| asked(name)).collect())
}

struct Trial<'a> {
    rules: &'a Rules,
    wanted: &'a BTreeMap<usize, String>,
    args: &'a Args,
    differences: BTreeMap<usize, Difference>,
    /// Rules that have hits and are tried no more, with how many.
    gone: BTreeMap<String, usize>,
    written: anyhow::Result<()>,
}

impl Trial<'_> {
    fn hold(&mut self, stored: &Stored, ledger: &Ledger<'_>) {
        let hits = self.rules.hits(&stored.article);
        for (rule, name) in self.wanted {
            let hit = hits.iter().find(|hit| hit.rule == *rule);
            match (hit, stored.hits.contains(name)) {
                (Some(_), true) => self.differences.entry(*rule).or_default().unchanged += 1,
                (Some(hit), false) => self.differs(*rule, entry(name, stored, "caught", &hit.evidence)),
                (None, true) => {
                    let booked = booked(stored, name, ledger).unwrap_or_else(|error| {
                        self.written = Err(error);
                        Vec::new()
                    });
                    self.differs(*rule, entry(name, stored, "lost", &booked));
                }
                (None, false) => {}
            }
        }
        let names = self.rules.names();
        for name in stored.hits.iter().filter(|name| self.args.rule.is_empty() && !names.contains(name)) {
            *self.gone.entry(name.clone()).or_default() += 1;
        }
    }

    fn differs(&mut self, rule: usize, entry: Entry) {
        if self.args.json {
            if self.written.is_ok() {
                self.written = write_line(&entry);
            }
            self.differences.entry(rule).or_default().count(&entry);
            return;
        }
        let difference = self.differences.entry(rule).or_default();
        difference.count(&entry);
        let kind = if entry.change == "caught" { &mut difference.caught } else { &mut difference.lost };
        if kind.len() < self.args.show {
            kind.push(entry);
        }
    }
}

impl Difference {
    fn count(&mut self, entry: &Entry) {
        if entry.change == "caught" {
            self.newly_caught += 1;
        } else {
            self.no_longer_caught += 1;
        }
    }
}

/// Why a rule hit when the article came.
fn booked(stored: &Stored, rule: &str, ledger: &Ledger<'_>) -> anyhow::Result<Vec<Evidence>> {
    Ok(ledger.booked_evidence(EntryId(stored.article.id.parse()?), rule)?)
}

fn entry(rule: &str, stored: &Stored, change: &'static str, evidence: &[Evidence]) -> Entry {
    Entry {
        rule: rule.to_owned(),
        id: stored.article.id.clone(),
        change,
        title: stored.article.title.clone(),
        source: stored.article.source().to_owned(),
        url: stored.article.url.clone(),
        first_seen: stored.first_seen,
        snippet: evidence.first().map(|evidence| evidence.snippet.clone()),
    }
}

fn write_line(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

fn print(trial: &Trial<'_>, tried: usize) -> anyhow::Result<()> {
    let none = Difference::default();
    let args = trial.args;
    for (rule, name) in trial.wanted {
        let difference = trial.differences.get(rule).unwrap_or(&none);
        let Difference { newly_caught, no_longer_caught, unchanged, .. } = *difference;
        if args.json {
            write_line(&RuleLine { rule: name, newly_caught, no_longer_caught, unchanged })?;
        } else {
            std::io::stdout().write_all(text(name, difference).as_bytes())?;
        }
    }
    for (name, booked) in &trial.gone {
        if args.json {
            let no_longer_caught = *booked;
            write_line(&RuleLine { rule: name, newly_caught: 0, no_longer_caught, unchanged: 0 })?;
        } else {
            writeln!(std::io::stdout(), "{}: no rule any more; it caught {booked}\n", plain(name))?;
        }
    }
    if !args.json {
        writeln!(std::io::stdout(), "{} tried", counted(tried, "stored entry"))?;
    }
    Ok(())
}

fn text(name: &str, difference: &Difference) -> String {
    let mut lines = vec![format!(
        "{}: {} newly caught, {} no longer caught, {} unchanged",
        plain(name),
        difference.newly_caught,
        difference.no_longer_caught,
        difference.unchanged
    )];
    lines.extend(difference.caught.iter().flat_map(|entry| shown('+', entry)));
    lines.extend(more(difference.newly_caught, difference.caught.len()));
    lines.extend(difference.lost.iter().flat_map(|entry| shown('-', entry)));
    lines.extend(more(difference.no_longer_caught, difference.lost.len()));
    lines.join("\n") + "\n\n"
}

fn shown(sign: char, entry: &Entry) -> Vec<String> {
    let day = entry.first_seen.format("%Y-%m-%d");
    let mut lines =
        vec![format!("  {sign} {:>6}  {day}  {}  {}", entry.id, plain(&entry.source), plain(&entry.title))];
    let snippet = entry.snippet.as_deref().filter(|snippet| *snippet != entry.title);
    lines.extend(snippet.map(|snippet| format!("            {}", plain(snippet))));
    lines
}

fn more(all: usize, shown: usize) -> Option<String> {
    (all > shown).then(|| format!("    and {} more", all - shown))
}
