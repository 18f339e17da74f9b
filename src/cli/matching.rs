//! `wirewatch match [FILE|-]`: articles → one JSON line a hit.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use serde::Serialize;

use super::place::ConfigFault;
use crate::config;
use crate::news::entry::Article;
use crate::news::rule::{Evidence, Rules};

/// Holds articles (JSON lines) against the rules and prints one JSON line a hit
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Articles are read in the shape that `wirewatch parse` writes.

Examples:
  wirewatch parse feed.xml | wirewatch match
  wirewatch match articles.jsonl --rules new-rules.toml --trace")]
pub struct Args {
    /// Articles, one JSON object a line; - or nothing for standard input
    #[arg(value_name = "FILE|-")]
    pub articles: Option<PathBuf>,
    /// Read this rules file alone, not the config
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Leave the evidence out
    #[arg(long)]
    pub count: bool,
    /// For every article and rule: whether it hit, what was found and what was missing
    #[arg(long, conflicts_with = "count")]
    pub trace: bool,
}

/// One line of output; `--count` leaves the evidence out.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    rule: &'a str,
    evidence: &'a [Evidence],
}

/// One line of `--trace`.
#[derive(Serialize)]
struct TraceLine<'a> {
    id: &'a str,
    rule: &'a str,
    hit: bool,
    found: &'a [String],
    missing: &'a [String],
    excluded_by: &'a [String],
}

/// # Errors
/// When the rules have faults, the input cannot be read or the output cannot be written.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let rules = rules(args.rules.as_deref(), config)?;
    let mut input = open(args.articles.as_deref())?;
    let lines = if args.count { count_lines(&rules)? } else { Vec::new() };
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    let (mut line, mut number) = (Vec::new(), 0_u64);
    while input.read_until(b'\n', &mut line).context("cannot read the articles")? > 0 {
        number += 1;
        match serde_json::from_slice::<Article>(&line) {
            _ if line.trim_ascii().is_empty() => {}
            Ok(article) => print(&mut out, &rules, &lines, &article, args)?,
            Err(why) => {
                eprintln!("line {number}: not an article: {why}");
                code = ExitCode::FAILURE;
            }
        }
        line.clear();
    }
    out.flush()?;
    Ok(code)
}

/// The rules of a file of rules, else of the config; warnings are no business of this command.
fn rules(file: Option<&Path>, config: Option<&Path>) -> Result<Arc<Rules>, ConfigFault> {
    if let Some(file) = file {
        let loaded = config::load_rules(file);
        return loaded.rules.map(|rules| rules.matcher).ok_or_else(|| ConfigFault(loaded.report.to_string()));
    }
    let loaded = config::load_without_secrets(&super::config_path(config));
    loaded.config.map(|config| config.matcher).ok_or_else(|| ConfigFault(loaded.report.to_string()))
}

fn open(file: Option<&Path>) -> anyhow::Result<Box<dyn BufRead>> {
    match file {
        Some(path) if path != Path::new("-") => {
            let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
        }
        _ => Ok(Box::new(BufReader::new(io::stdin()))),
    }
}

/// For each rule what follows the article's id in a line of `--count`: with many rules nearly all of an
/// article's time would go into writing their names.
fn count_lines(rules: &Rules) -> serde_json::Result<Vec<Box<str>>> {
    let line = |name: &String| Ok(format!(",\"rule\":{}}}\n", serde_json::to_string(name)?).into());
    rules.names().iter().map(line).collect()
}

fn print(
    out: &mut impl Write,
    rules: &Rules,
    count_lines: &[Box<str>],
    article: &Article,
    args: &Args,
) -> anyhow::Result<()> {
    let id = &article.id;
    if args.trace {
        for (name, trace) in rules.names().iter().zip(rules.trace(article)) {
            let (found, missing, excluded_by) = (&trace.found, &trace.missing, &trace.excluded_by);
            write_line(out, &TraceLine { id, rule: name, hit: trace.hit, found, missing, excluded_by })?;
        }
    } else if args.count {
        let begin = format!("{{\"id\":{}", serde_json::to_string(id)?);
        for rule in rules.hit_indexes(article) {
            out.write_all(begin.as_bytes())?;
            out.write_all(count_lines[rule].as_bytes())?;
        }
    } else {
        for hit in rules.hits(article) {
            write_line(out, &Line { id, rule: &rules.names()[hit.rule], evidence: &hit.evidence })?;
        }
    }
    Ok(())
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    Ok(())
}
