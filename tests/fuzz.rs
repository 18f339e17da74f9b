//! The laws of `tests/laws/`, held against every case of ours and against what the fuzzers found:
//! `tests/fuzz/LAW/` holds inputs that once broke a law, and those that no other test has.

use std::path::{Path, PathBuf};
use std::{fs, panic};

#[path = "laws/mod.rs"]
mod laws;

use laws::Law;

/// Larger files are no cases.
const LARGEST: u64 = 1 << 20;

/// Every file below a path, sorted.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        let small = fs::metadata(path).is_ok_and(|about| about.len() <= LARGEST);
        return small.then(|| path.to_owned()).into_iter().collect();
    }
    let listed = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut listed: Vec<PathBuf> = listed.collect();
    listed.sort();
    listed.iter().flat_map(|path| files(path)).collect()
}

fn check(name: &str) {
    let law = laws::ALL.iter().find(|law| law.name == name).expect("a law");
    let seeds = law.seeds.iter().flat_map(|seed| files(Path::new(seed)));
    let inputs: Vec<PathBuf> = seeds.chain(files(&Path::new("tests/fuzz").join(name))).collect();
    assert!(!inputs.is_empty(), "no inputs for {name}");
    for input in inputs {
        hold(law, &input);
    }
}

/// Holds a law against a file, whole and cut in three places.
fn hold(law: &Law, input: &Path) {
    let bytes = fs::read(input).expect("an input");
    for part in [4, 3, 2, 1] {
        let cut = &bytes[..bytes.len() * part / 4];
        let held = panic::catch_unwind(|| (law.hold)(cut));
        assert!(held.is_ok(), "{} breaks on the first {} bytes of {}", law.name, cut.len(), input.display());
    }
}

#[test]
fn parse() {
    check("parse");
}

#[test]
fn extract() {
    check("extract");
}

#[test]
fn rules() {
    check("rules");
}

#[test]
fn config() {
    check("config");
}

#[test]
fn visible() {
    check("visible");
}

#[test]
fn decode() {
    check("decode");
}

#[test]
fn dates() {
    check("dates");
}

#[test]
fn opml() {
    check("opml");
}

#[test]
fn schedule() {
    check("schedule");
}

/// A law without a fuzzer, or without a test above, would be held by nobody.
#[test]
fn every_law_is_fuzzed_and_tested() {
    // A crate from a registry has no fuzzers: they are a workspace of their own.
    if !fs::exists("fuzz").expect("to look") {
        return;
    }
    let manifest = fs::read_to_string("fuzz/Cargo.toml").expect("the fuzzers' manifest");
    let tests = fs::read_to_string("tests/fuzz.rs").expect("this file");
    for law in laws::ALL {
        let target = format!("fuzz/targets/{}.rs", law.name);
        assert!(manifest.contains(&format!("name = \"{}\"", law.name)), "no target {}", law.name);
        assert!(fs::read_to_string(&target).is_ok_and(|text| text.contains("laws::")), "no {target}");
        assert!(tests.contains(&format!("check(\"{}\")", law.name)), "no test of {}", law.name);
    }
}
