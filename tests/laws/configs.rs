//! Whole config files.

use std::fs;
use std::path::PathBuf;

use chrono::DateTime;
use wirewatch::config::{Report, Surroundings, load_rules, load_with};

/// Every file is either a config or has faults, which stand where they are said to be.
pub fn load(bytes: &[u8]) {
    let file = scratch();
    fs::write(&file, bytes).expect("room for a config");
    let loaded = load_with(&file, &Surroundings::default());
    assert_eq!(loaded.config.is_some(), loaded.report.faults.is_empty(), "{}", loaded.report);
    report(&loaded.report, bytes);
    if let Some(config) = loaded.config {
        let explained = config.explain(DateTime::from_timestamp(1_800_000_000, 0).expect("a moment"));
        assert!(!explained.contains(|c: char| c.is_control() && c != '\n'), "{explained:?}");
    }
    let rules = load_rules(&file);
    assert_eq!(rules.rules.is_some(), rules.report.faults.is_empty(), "{}", rules.report);
    report(&rules.report, bytes);
}

/// A file of this process: several fuzzers may run at once.
fn scratch() -> PathBuf {
    let thread = format!("{:?}", std::thread::current().id());
    let number: String = thread.chars().filter(char::is_ascii_digit).collect();
    std::env::temp_dir().join(format!("wirewatch-law-{}-{number}.toml", std::process::id()))
}

fn report(report: &Report, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.split('\n').collect();
    assert!(report.faults.len() <= 101 && report.warnings.len() <= 101);
    for fault in report.faults.iter().chain(&report.warnings) {
        assert!(!fault.contains(|c: char| c.is_control() && c != '\n'), "{fault:?}");
    }
    for finding in &report.findings {
        assert!(!finding.message.contains(char::is_control), "{:?}", finding.message);
        if let (Some(line), Some(column)) = (finding.line, finding.column) {
            let length = lines.get(line - 1).expect("a line of the file").chars().count();
            assert!((1..=length + 1).contains(&column), "{line}:{column}, but it has {length} characters");
        }
    }
}
