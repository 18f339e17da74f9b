//! Prints the figures of labelled pairs, from which `tools/train_stories.py` finds the model's weights.
//!
//! `cargo run --release --example story_figures -- SET…`. A set is a folder with `docs.jsonl`
//! (articles in order of arrival), `pairs.tsv` (a, b, label 1 or 0, kind) and, if known,
//! `clusters.tsv` (id, cluster): then each article's candidates are pairs too. One line a pair:
//! label, kind, figures.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::DateTime;
use wirewatch::news::entry::{Article, EntryId};
use wirewatch::news::fingerprint::Fingerprint;
use wirewatch::news::story::{Known, StoryIndex};

fn main() -> Result<(), Box<dyn Error>> {
    let mut headed = false;
    for set in std::env::args().skip(1) {
        for (label, kind, figures) in pairs(Path::new(&set))? {
            if !std::mem::replace(&mut headed, true) {
                let columns: Vec<_> = figures.iter().map(|(name, _)| *name).collect();
                println!("label\tkind\t{}", columns.join("\t"));
            }
            let figures: Vec<_> = figures.iter().map(|(_, figure)| format!("{figure:.4}")).collect();
            println!("{label}\t{kind}\t{}", figures.join("\t"));
        }
    }
    Ok(())
}

type Pair = (String, String, Vec<(&'static str, f32)>);

fn pairs(set: &Path) -> Result<Vec<Pair>, Box<dyn Error>> {
    let mut index = StoryIndex::default();
    let mut prints = HashMap::new();
    let mut order = Vec::new();
    let clusters = clusters(set);
    let mut firsts: HashMap<String, EntryId> = HashMap::new();
    let mut labelled = labelled(set)?;
    for (place, line) in fs::read_to_string(set.join("docs.jsonl"))?.lines().enumerate() {
        let article: Article = serde_json::from_str(line)?;
        let id = EntryId(i64::try_from(place)?);
        let print = Arc::new(Fingerprint::of(&article));
        if let Some(ours) = clusters.get(&article.id) {
            for candidate in index.candidates(&print) {
                let other: &String = &order[usize::try_from(candidate.0)?];
                let Some(theirs) = clusters.get(other) else { continue };
                let label = if ours == theirs { "1" } else { "0" };
                labelled.push((article.id.clone(), other.clone(), label.to_owned(), "candidate".to_owned()));
            }
        }
        let cluster = clusters.get(&article.id).unwrap_or(&article.id).clone();
        let story = *firsts.entry(cluster).or_insert(id);
        index.insert(&Known { id, story, first_seen: DateTime::UNIX_EPOCH, print: print.clone() });
        prints.insert(article.id.clone(), print);
        order.push(article.id);
    }
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for (a, b, label, kind) in labelled {
        let (first, second) = if a < b { (&a, &b) } else { (&b, &a) };
        if !seen.insert((first.clone(), second.clone())) {
            continue;
        }
        let (Some(ours), Some(theirs)) = (prints.get(&b), prints.get(&a)) else { continue };
        out.push((label, kind, index.figures(ours, theirs)));
    }
    Ok(out)
}

/// Articles whose cluster is known; roundups (`m…`) belong to several and teach nothing.
fn clusters(set: &Path) -> HashMap<String, String> {
    let text = fs::read_to_string(set.join("clusters.tsv")).unwrap_or_default();
    let rows = text.lines().skip(1).filter_map(|line| line.split_once('\t'));
    rows.filter(|(_, cluster)| !cluster.starts_with('m'))
        .map(|(id, cluster)| (id.to_owned(), cluster.to_owned()))
        .collect()
}

/// Two articles, label, kind.
type Row = (String, String, String, String);

fn labelled(set: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let text = fs::read_to_string(set.join("pairs.tsv"))?;
    let rows = text.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t').map(str::to_owned);
        Some((fields.next()?, fields.next()?, fields.next()?, fields.next().unwrap_or_default()))
    });
    Ok(rows.filter(|(_, _, label, _)| label == "0" || label == "1").collect())
}
