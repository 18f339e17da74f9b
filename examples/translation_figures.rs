//! Prints the figures by which translated copies are known, for every pair of a set's articles in
//! different languages that have anything in common.
//!
//! `cargo run --release --example translation_figures -- SET…`. A set is a folder with `docs.jsonl`
//! and `pairs.tsv` (a, b, label: 1 a copy, 0 none, `e` two reports of one event). One line a pair: label
//! (`-` when it has none, which for nearly all pairs means no copy), both articles, both languages, figures.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use wirewatch::news::entry::Article;
use wirewatch::news::fingerprint::Fingerprint;
use wirewatch::news::story::StoryIndex;

fn main() -> Result<(), Box<dyn Error>> {
    println!("label\ta\tb\tlang_a\tlang_b\tfigures");
    for set in std::env::args().skip(1) {
        let set = Path::new(&set);
        let mut prints = Vec::new();
        for line in fs::read_to_string(set.join("docs.jsonl"))?.lines() {
            let article: Article = serde_json::from_str(line)?;
            let print = Fingerprint::of(&article);
            prints.push((article.id, article.lang.unwrap_or_default(), print));
        }
        let pairs = fs::read_to_string(set.join("pairs.tsv"))?;
        let labels: HashMap<(&str, &str), &str> = pairs.lines().skip(1).filter_map(labelled).collect();
        for (at, (a, lang, ours)) in prints.iter().enumerate() {
            for (b, other, theirs) in &prints[at + 1..] {
                let Some(figures) = StoryIndex::translation_figures(ours, theirs) else { continue };
                let label = labels.get(&(a.as_str(), b.as_str())).or(labels.get(&(b.as_str(), a.as_str())));
                let figures: Vec<String> =
                    figures.iter().map(|(name, it)| format!("{name}={it:.4}")).collect();
                println!("{}\t{a}\t{b}\t{lang}\t{other}\t{}", label.unwrap_or(&"-"), figures.join("\t"));
            }
        }
    }
    Ok(())
}

fn labelled(line: &str) -> Option<((&str, &str), &str)> {
    let mut fields = line.split('\t');
    Some(((fields.next()?, fields.next()?), fields.next()?))
}
