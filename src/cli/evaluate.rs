//! `wirewatch dedup --evaluate`: folding held against what the user said of stories.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use serde::Serialize;

use super::place::Place;
use super::show::{counted, plain, table};
use crate::news::entry::EntryId;
use crate::news::fingerprint::Fingerprint;
use crate::news::story::{Known, StoryIndex, Verdict};
use crate::pipeline;
use crate::store::corrections::Label;
use crate::store::entries::verdict_name;
use crate::store::replay::Stored;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Evaluation {
    /// Pairs that are joined or kept apart as the user said.
    agree: usize,
    pairs: Vec<Pair>,
    /// Labels that cannot be tried: a text was forgotten before the user spoke.
    untried: usize,
}

/// What is said now of two entries that the user has labelled.
#[derive(Debug, Serialize)]
struct Pair {
    older: i64,
    younger: i64,
    /// The user's word: one story, or two.
    same: bool,
    verdict: Verdict,
    /// `possible` stays apart.
    agrees: bool,
    score: f32,
    why: String,
}

/// # Errors
/// When there is no database yet, or it cannot be read.
pub fn run(json: bool, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let place = Place::find(config)?;
    let store = place.read()?;
    let labels = store.read(|ledger| ledger.labels())?;
    let mut evaluation = Evaluation { agree: 0, pairs: Vec::new(), untried: 0 };
    // The sites' furniture is in the index.
    let index = if labels.is_empty() { StoryIndex::default() } else { pipeline::build_index(store.path())? };
    for label in labels {
        let texts = store.read(|ledger| Ok((ledger.stored(label.older)?, ledger.stored(label.younger)?)))?;
        let (Some(older), Some(younger)) = texts else {
            evaluation.untried += 1;
            continue;
        };
        let pair = judge(&index, label, &older, &younger);
        evaluation.agree += usize::from(pair.agrees);
        evaluation.pairs.push(pair);
    }
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &evaluation)?;
        writeln!(out)?;
    } else {
        out.write_all(text(&evaluation).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Folds the younger as if of all articles only the older was near. Both are read anew: what counts is
/// what this program sees in their texts.
fn judge(index: &StoryIndex, label: Label, older: &Stored, younger: &Stored) -> Pair {
    let print = Arc::new(Fingerprint::of(&older.article));
    let known = Known { id: label.older, story: label.older, first_seen: older.first_seen, print };
    let fold = index.fold(label.younger, &Fingerprint::of(&younger.article), younger.first_seen, &[known]);
    let (EntryId(older), EntryId(younger)) = (label.older, label.younger);
    Pair {
        older,
        younger,
        same: label.same,
        verdict: fold.verdict,
        agrees: (fold.verdict == Verdict::Copy) == label.same,
        score: fold.score,
        why: fold.why,
    }
}

fn text(evaluation: &Evaluation) -> String {
    let pairs = &evaluation.pairs;
    if pairs.is_empty() && evaluation.untried == 0 {
        return "no story was corrected or confirmed yet: `wirewatch story merge`, `split` and `confirm` do that\n".to_owned();
    }
    let head = ["you said", "pairs", "copy", "possible", "new"].map(str::to_owned).to_vec();
    let counts = table(&[head, row(pairs, "one story", true), row(pairs, "two stories", false)]);
    let mut lines = vec![counts.trim_end().to_owned()];
    let share = (100 * evaluation.agree).checked_div(pairs.len()).unwrap_or(0);
    lines.push(format!("agreement: {} of {} ({share} %)", evaluation.agree, counted(pairs.len(), "pair")));
    if evaluation.untried > 0 {
        let untried = counted(evaluation.untried, "pair");
        lines.push(format!("{untried} not tried: a text was forgotten before you spoke"));
    }
    lines.extend(pairs.iter().filter(|pair| !pair.agrees).map(|pair| {
        let word = if pair.same { "one story" } else { "two stories" };
        let Pair { older, younger, score, .. } = pair;
        let (verdict, why) = (verdict_name(pair.verdict), plain(&pair.why));
        format!("{older} and {younger}: you said {word}, it says {verdict} ({score:.2}): {why}")
    }));
    lines.join("\n") + "\n"
}

/// How many pairs of that label get which verdict.
fn row(pairs: &[Pair], name: &str, same: bool) -> Vec<String> {
    let labelled: Vec<Verdict> =
        pairs.iter().filter(|pair| pair.same == same).map(|pair| pair.verdict).collect();
    let mut cells = vec![name.to_owned(), labelled.len().to_string()];
    for verdict in [Verdict::Copy, Verdict::Possible, Verdict::New] {
        cells.push(labelled.iter().filter(|said| **said == verdict).count().to_string());
    }
    cells
}
