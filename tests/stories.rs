//! Stories, as a user meets them: articles in, verdicts out.
//!
//! Each folder of `tests/stories/` holds `articles.jsonl`, in order of arrival, and `expected.jsonl`:
//! a line for each article with the fields that matter to the case.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let mut cases: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let mut faults = Vec::new();
    for case in &cases {
        let got = dedup(&case.join("articles.jsonl"));
        let expected = lines(&fs::read_to_string(case.join("expected.jsonl")).unwrap());
        let name = case.file_name().unwrap().to_string_lossy();
        if got.len() != expected.len() {
            faults.push(format!("{name}: {} lines for {} expected", got.len(), expected.len()));
        }
        for (got, expected) in got.iter().zip(&expected) {
            faults.extend(differences(&name, got, expected));
        }
    }
    assert!(!cases.is_empty());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn dedup(articles: &Path) -> Vec<Value> {
    let out = Command::new(env!("CARGO_BIN_EXE_wirewatch")).arg("dedup").arg(articles).output().unwrap();
    assert!(out.status.success(), "{}: {}", articles.display(), String::from_utf8_lossy(&out.stderr));
    lines(&String::from_utf8(out.stdout).unwrap())
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What of `expected` is otherwise in `got`; `why` need only contain the expected words.
fn differences(case: &str, got: &Value, expected: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, wanted) in expected.as_object().unwrap() {
        let found = &got[key];
        let holds = match (key.as_str(), found.as_str(), wanted.as_str()) {
            ("why", Some(found), Some(wanted)) => found.contains(wanted),
            _ => found == wanted,
        };
        if !holds {
            faults.push(format!("{case}: {} {key}: {found}, expected {wanted} ({})", got["id"], got["why"]));
        }
    }
    faults
}
