//! `wirewatch dedup [FILE|-]`: articles in order of arrival → one JSON line each.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;
use serde::Serialize;

use crate::clock;
use crate::news::entry::{Article, EntryId};
use crate::news::fingerprint::Fingerprint;
use crate::news::story::{Fold, Known, StoryIndex, Verdict};

/// Folds articles (JSON lines, in order of arrival) into stories and prints one JSON line each.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Articles, one JSON object a line; - or nothing for standard input
    #[arg(value_name = "FILE|-")]
    pub articles: Option<PathBuf>,
    /// Instead: what is said now of the pairs on which `wirewatch story merge`, `split` and `confirm` have your word
    #[arg(long, conflicts_with = "articles")]
    pub evaluate: bool,
    /// With --evaluate: one JSON object
    #[arg(long, requires = "evaluate")]
    pub json: bool,
}

/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    if args.evaluate {
        return super::evaluate::run(args.json, config);
    }
    let input = open(args.articles.as_deref())?;
    let mut out = BufWriter::new(io::stdout().lock());
    let done = fold_lines(input, &mut out).and_then(|whole| out.flush().map(|()| whole).map_err(Into::into));
    match done {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        Err(error) if is_closed_pipe(&error) => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error),
    }
}

fn open(file: Option<&Path>) -> anyhow::Result<Box<dyn BufRead>> {
    match file {
        Some(path) if path != Path::new("-") => {
            let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Box::new(BufReader::new(file)))
        }
        _ => Ok(Box::new(BufReader::new(io::stdin()))),
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Folds every line; `false` when some could not be read.
fn fold_lines(input: Box<dyn BufRead>, out: &mut impl Write) -> anyhow::Result<bool> {
    let mut desk = Desk::default();
    let mut whole = true;
    for (number, line) in input.split(b'\n').enumerate() {
        let line = line.context("cannot read the articles")?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Article>(&line) {
            Ok(article) => {
                serde_json::to_writer(&mut *out, &desk.fold(article)).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
            Err(error) => {
                whole = false;
                eprintln!("line {}: not an article: {error}", number + 1);
            }
        }
    }
    Ok(whole)
}

/// The articles seen so far. [`EntryId`] is an article's place among them, from 0.
#[derive(Default)]
struct Desk {
    index: StoryIndex,
    known: Vec<Known>,
    ids: Vec<String>,
}

impl Desk {
    fn fold(&mut self, article: Article) -> Line {
        let place = self.known.len();
        let id = EntryId(i64::try_from(place).unwrap_or(i64::MAX));
        let print = Fingerprint::of(&article);
        let seen = article.published.unwrap_or_else(clock::now);
        let candidates: Vec<Known> =
            self.index.candidates(&print).into_iter().filter_map(|it| self.get(it).cloned()).collect();
        let fold = self.index.fold(id, &print, seen, &candidates).in_words(&article.title, &article.text);
        let known = Known { id, story: fold.story, first_seen: seen, print: Arc::new(print) };
        if fold.parts.is_empty() {
            self.index.insert(&known);
        }
        self.known.push(known);
        self.ids.push(article.id);
        self.line(id, fold)
    }

    fn get(&self, id: EntryId) -> Option<&Known> {
        usize::try_from(id.0).ok().and_then(|place| self.known.get(place))
    }

    fn name(&self, id: EntryId) -> String {
        let place = usize::try_from(id.0).ok();
        place.and_then(|place| self.ids.get(place)).cloned().unwrap_or_default()
    }

    fn line(&self, id: EntryId, fold: Fold) -> Line {
        let name = |id: Option<EntryId>| id.map(|id| self.name(id));
        Line {
            id: self.name(id),
            story: self.name(fold.story),
            verdict: fold.verdict,
            of: name(fold.of),
            maybe: name(fold.maybe),
            update_of: name(fold.update_of),
            change: fold.change,
            parts: fold.parts.iter().map(|part| self.name(*part)).collect(),
            also: name(fold.also),
            resurfaced: fold.resurfaced,
            score: (f64::from(fold.score) * 1000.0).round() / 1000.0,
            why: fold.why,
        }
    }
}

/// What is printed of one article; ids are the articles' own.
#[derive(Serialize)]
struct Line {
    id: String,
    story: String,
    verdict: Verdict,
    of: Option<String>,
    maybe: Option<String>,
    update_of: Option<String>,
    /// Of an update: the first number that moved.
    change: Option<String>,
    parts: Vec<String>,
    also: Option<String>,
    resurfaced: Option<NaiveDate>,
    score: f64,
    why: String,
}
