//! Translations are found, and independent reports of one event in other languages are not merged.
//!
//! Each folder of `tests/translations/` holds invented articles (`docs.jsonl`, in order of arrival) and
//! `pairs.tsv`: 1 for a text and its translation, `e` for two reports of one event. The weights were found
//! on `seen`, among others (`docs/stories.md`); `unseen` was written after that.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/translations");
    let mut faults = Vec::new();
    for set in ["seen", "unseen"] {
        let told = dedup(&root.join(set).join("docs.jsonl"));
        let pairs = fs::read_to_string(root.join(set).join("pairs.tsv")).unwrap();
        let of_set = pairs.lines().skip(1).filter_map(|line| fault(line, &told));
        faults.extend(of_set.map(|fault| format!("{set}: {fault}")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The verdict on each article, by its id.
fn dedup(articles: &Path) -> HashMap<String, Value> {
    let out = Command::new(env!("CARGO_BIN_EXE_wirewatch")).arg("dedup").arg(articles).output().unwrap();
    assert!(out.status.success(), "{}: {}", articles.display(), String::from_utf8_lossy(&out.stderr));
    let lines = String::from_utf8(out.stdout).unwrap();
    let told = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    told.map(|told| (told["id"].as_str().unwrap().to_owned(), told)).collect()
}

/// A translation is a copy or, where that is not certain, possible; another report is neither's copy.
fn fault(line: &str, told: &HashMap<String, Value>) -> Option<String> {
    let [a, b, label] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let (ours, theirs) = (&told[a], &told[b]);
    let one_story = ours["story"] == theirs["story"];
    let possible = theirs["maybe"] == ours["story"] || ours["maybe"] == theirs["story"];
    let holds = if label == "1" { one_story || possible } else { !one_story };
    (!holds).then(|| format!("{line} ({}; {})", ours["why"], theirs["why"]))
}
